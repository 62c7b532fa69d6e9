"""A witness's key and a signature line → when it cosigned (C2SP tlog-cosignature, Ed25519).

A cosignature says: at that time this was the largest tree of that log that I had seen, and it
continued all that I had seen before.
"""

from __future__ import annotations

import struct
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from pipeline.ledger.notes import VerifyKey

if TYPE_CHECKING:
    from pipeline.ledger.notes import Note, Signature

COSIGNATURE = 0x04
KEY_SIZE = 32
SIGNED = struct.Struct(">Q64s")  # timestamped_signature: seconds since the epoch, signature
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def witness_key(vkey: str) -> VerifyKey:
    """The key of a witness, from its vkey.  Raises ValueError for any other kind of key."""
    key = VerifyKey.parse(vkey)
    if key.algorithm != COSIGNATURE or len(key.key) != KEY_SIZE:
        raise ValueError(
            f"{key.name}: a key of type {key.algorithm:#04x};"
            f" a witness's is {COSIGNATURE:#04x} (Ed25519 cosignature/v1) here"
        )
    return key


def cosigned_at(key: VerifyKey, text: str, signature: Signature) -> datetime | None:
    """When `key` cosigned the checkpoint `text`; None when `signature` is not its over it."""
    try:
        seconds, signed = SIGNED.unpack(signature.octets)
        said = f"cosignature/v1\ntime {seconds}\n{text}".encode()
        Ed25519PublicKey.from_public_bytes(key.key).verify(signed, said)
        # A time beyond the calendar is none, whoever signs it.
        return EPOCH + timedelta(seconds=seconds)
    except (InvalidSignature, OverflowError, ValueError, struct.error):
        return None


def cosignature_of(key: VerifyKey, note: Note) -> datetime | None:
    """When `key` cosigned `note`, the earliest time where it did so often; None for never.

    Raises ValueError when a line bears its name and id and does not verify: such a note is to
    be rejected as a whole (C2SP signed-note).
    """
    times = []
    for signature in note.signatures:
        if signature.is_by(key):
            at = cosigned_at(key, note.text, signature)
            if at is None:
                raise ValueError(f"the cosignature of {key.name} does not fit the checkpoint")
            times.append(at)
    return min(times, default=None)
