"""Text and keys ↔ signed notes (C2SP signed-note), with Ed25519."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from msgspec import Struct

from pipeline.ledger.spelling import read_octets, spell_octets

if TYPE_CHECKING:
    from collections.abc import Sequence

ED25519 = 0x01
ID_SIZE = 4
KEY_SIZE = 32
SIGNATURE_SIZE = 64
# Sixteen must be possible, and one of a post-quantum witness takes 5 kB.
MOST_SIGNATURES = 100
MOST_OCTETS = 1_000_000

PRIVATE = "PRIVATE+KEY+"
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_ID = re.compile(r"[0-9a-f]{8}")
_LINE = re.compile(r"— ([^ ]+) ([^ ]+)")


class NoteInvalid(ValueError):
    """The octets are no signed note, or not one that a known key has signed."""


class VerifyKey(Struct, frozen=True):
    """Who may have signed: `name+<8 hex of the key id>+<base64 of algorithm and key>`.

    `key` are the raw octets of the public key.  Any `algorithm` is carried; only Ed25519 is
    verified here.
    """

    name: str
    algorithm: int
    key: bytes

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a vkey.  Raises ValueError for what is none, or whose id is not its key's."""
        name, identifier, encoded = _parts(text)
        octets = read_octets(encoded)
        if len(octets) < 1 + (KEY_SIZE if octets[:1] == bytes([ED25519]) else 1):
            raise ValueError(f"verification key {text!r} is too short")
        key = cls(name, octets[0], octets[1:])
        _demand_id(key, identifier)
        return key

    @property
    def key_id(self) -> bytes:
        """Its 4 octets in a signature line."""
        said = self.name.encode() + b"\n" + bytes([self.algorithm]) + self.key
        return sha256(said).digest()[:ID_SIZE]

    def has_signed(self, text: str, signature: bytes) -> bool:
        """Whether `signature` (without its key id) is this Ed25519 key's over `text`."""
        if self.algorithm != ED25519:
            raise ValueError(f"{self} is no Ed25519 key, algorithm {self.algorithm:#04x}")
        try:
            Ed25519PublicKey.from_public_bytes(self.key).verify(signature, text.encode())
        except (InvalidSignature, ValueError):
            return False
        return True

    def __str__(self) -> str:
        octets = bytes([self.algorithm]) + self.key
        return f"{self.name}+{self.key_id.hex()}+{spell_octets(octets)}"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """An Ed25519 key that signs under `name`.  `str()` is the secret, `repr()` is not."""

    name: str
    seed: bytes = field(repr=False)
    verify_key: VerifyKey = field(init=False, compare=False)
    _private: Ed25519PrivateKey = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not is_name(self.name):
            raise ValueError(f"{self.name!r} cannot name a key: no spaces, no plus, not empty")
        private = Ed25519PrivateKey.from_private_bytes(self.seed)
        public = private.public_key().public_bytes_raw()
        object.__setattr__(self, "_private", private)
        object.__setattr__(self, "verify_key", VerifyKey(self.name, ED25519, public))

    @classmethod
    def generate(cls, name: str) -> Self:
        """A new key.  Raises ValueError for a name that no note can hold."""
        return cls(name, Ed25519PrivateKey.generate().private_bytes_raw())

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `PRIVATE+KEY+name+id+base64`.  Raises ValueError, which does not repeat it."""
        try:
            name, identifier, encoded = _parts(text.removeprefix(PRIVATE))
            octets = read_octets(encoded)
        except ValueError:
            octets = b""
        if not text.startswith(PRIVATE) or len(octets) != 1 + KEY_SIZE or octets[0] != ED25519:
            raise ValueError("no private key of the form PRIVATE+KEY+name+id+base64 (Ed25519)")
        key = cls(name, octets[1:])
        _demand_id(key.verify_key, identifier)
        return key

    def sign(self, text: str) -> Signature:
        """This key's signature over `text`."""
        return Signature(self.name, self.verify_key.key_id, self._private.sign(text.encode()))

    def __str__(self) -> str:
        octets = bytes([ED25519]) + self.seed
        return f"{PRIVATE}{self.name}+{self.verify_key.key_id.hex()}+{spell_octets(octets)}"


class Signature(Struct, frozen=True):
    """One signature line; `octets` are what stands behind the key id."""

    name: str
    key_id: bytes
    octets: bytes

    @classmethod
    def parse(cls, line: str) -> Self:
        """Read `— name base64`.  Raises NoteInvalid for anything else."""
        found = _LINE.fullmatch(line)
        if found is None or not is_name(found[1]):
            raise NoteInvalid(f"{line[:200]!r} is no signature line")
        try:
            octets = read_octets(found[2])
        except ValueError as error:
            raise NoteInvalid(f"signature of {found[1]}: {error}") from error
        if len(octets) <= ID_SIZE:
            raise NoteInvalid(f"the signature in {line!r} is too short")
        return cls(found[1], octets[:ID_SIZE], octets[ID_SIZE:])

    def is_by(self, key: VerifyKey) -> bool:
        """Whether it claims to be made by `key`."""
        return self.name == key.name and self.key_id == key.key_id

    def __str__(self) -> str:
        return f"— {self.name} {spell_octets(self.key_id + self.octets)}"


class Note(Struct, frozen=True, kw_only=True):
    """A signed note: its text with the last newline, and all signatures in order.

    `signed_by` are the keys whose signatures were verified, in the order of the lines.
    """

    text: str
    signatures: tuple[Signature, ...]
    signed_by: tuple[VerifyKey, ...] = ()


def is_name(name: str) -> bool:
    """Whether `name` may stand in a key or a signature line."""
    return bool(name) and not any(sign.isspace() or sign == "+" or sign < " " for sign in name)


def read_note(octets: bytes) -> Note:
    """The note that `octets` spell, nobody's signature verified.  Raises NoteInvalid."""
    if len(octets) > MOST_OCTETS:
        raise NoteInvalid(f"a note of {len(octets)} octets, at most {MOST_OCTETS} are read")
    text, gap, signed = _decoded(octets).rpartition("\n\n")
    if not gap or not signed.endswith("\n"):
        raise NoteInvalid("no text, blank line and signature lines, each ended by a newline")
    lines = signed[:-1].split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise NoteInvalid(f"{len(lines)} signatures, at most {MOST_SIGNATURES} are read")
    return Note(text=text + "\n", signatures=tuple([Signature.parse(line) for line in lines]))


def open_note(octets: bytes, keys: Sequence[VerifyKey]) -> Note:
    """The note that `octets` spell, signed by at least one of `keys`.

    Signatures of other keys are ignored, those by keys that are not Ed25519 as well.  Raises
    NoteInvalid where one of `keys` has a signature that fails, or none of them has one; and
    ValueError where two of `keys` cannot be told apart by name and id.
    """
    known = _by_name(keys)
    note = read_note(octets)
    signed_by: list[VerifyKey] = []
    for signature in note.signatures:
        key = known.get((signature.name, signature.key_id))
        if key is None:
            continue
        if not key.has_signed(note.text, signature.octets):
            raise NoteInvalid(f"the signature of {key} does not fit the text")
        signed_by.append(key)
    if not signed_by:
        wanted = ", ".join(map(str, keys)) or "no key"
        found = ", ".join(f"{one.name}+{one.key_id.hex()}" for one in note.signatures)
        raise NoteInvalid(f"signed by {found}, not by {wanted}")
    distinct = tuple(dict.fromkeys(signed_by))
    return Note(text=note.text, signatures=note.signatures, signed_by=distinct)


def sign(text: str, *keys: SigningKey) -> bytes:
    """`text` as a note signed by each of `keys`.

    Raises ValueError for a text that no note can hold: one without a newline at its end, or
    with control characters or surrogates.
    """
    if not keys:
        raise ValueError("a note needs a signature")
    if not text.endswith("\n") or _CONTROL.search(text):
        raise ValueError("a note's text ends in a newline and holds no other control characters")
    lines = "".join([f"{key.sign(text)}\n" for key in keys])
    return f"{text}\n{lines}".encode()


def _decoded(octets: bytes) -> str:
    try:
        text = octets.decode()
    except UnicodeDecodeError as error:
        raise NoteInvalid(f"a note that is not UTF-8: {error}") from error
    if found := _CONTROL.search(text):
        raise NoteInvalid(f"control character {found[0]!r} at character {found.start()}")
    return text


def _by_name(keys: Sequence[VerifyKey]) -> dict[tuple[str, bytes], VerifyKey]:
    known: dict[tuple[str, bytes], VerifyKey] = {}
    for key in keys:
        if known.setdefault((key.name, key.key_id), key) != key:
            raise ValueError(f"two keys are called {key.name}+{key.key_id.hex()}")
    return {name: key for name, key in known.items() if key.algorithm == ED25519}


def _parts(text: str) -> tuple[str, str, str]:
    name, identifier, encoded = (*text.split("+", 2), "", "")[:3]
    if not is_name(name) or not _ID.fullmatch(identifier):
        raise ValueError(f"{text!r} is no key of the form name+id+base64")
    return name, identifier, encoded


def _demand_id(key: VerifyKey, identifier: str) -> None:
    if key.key_id.hex() != identifier:
        raise ValueError(f"key {key.name}: id {identifier} is said, {key.key_id.hex()} is its own")
