"""Extractions → whether their texts and sidecars are there, and are what the entries say."""

from __future__ import annotations

import os
import re
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple, Self

import orjson
from msgspec import Struct, field

from pipeline.archive.texts import DOCUMENTS, TEXTS, UNFINISHED
from pipeline.audit.files import READING, Trouble, Unreadable, octets_at, troubled, under
from pipeline.audit.logged import EXTRACTED
from pipeline.ground.claims import Claim, Verdict, failed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from pipeline.audit.logged import ReadLog

CHECK = "texts"
MOST = 1 << 28
FEW_OCTETS = 1 << 16
"""More than nearly all texts have, and little enough to be read in one piece."""
ENDINGS = {TEXTS: ".txt", DOCUMENTS: ".json"}
NAME = re.compile(r"([0-9a-f]{2})/([0-9a-f]{64})(\.txt|\.json)")


class Said(NamedTuple):
    """What an extraction says of its files: both digests in hex, and what the sidecar repeats."""

    text: str
    document: str
    charset: str
    generation: str


class TextStretch(Struct, frozen=True, kw_only=True):
    """The extractions in a stretch of the log, from entry `start` on.

    `rows` are as `logged.EXTRACTED` says; `spelled` has for each the place in `spellings` of its
    charset and generation.
    """

    archive: str
    rows: bytes
    spelled: Sequence[int]
    spellings: tuple[tuple[str, str], ...]
    start: int = 0

    @classmethod
    def of(cls, archive: Path, log: ReadLog, start: int) -> Self:
        """What was read of a stretch of the log of `archive`."""
        return cls(
            archive=str(archive),
            rows=bytes(log.extracted),
            spelled=log.spelled,
            spellings=tuple((_word(charset), _word(of)) for charset, of in log.spellings),
            start=start,
        )


class Wrong(Struct, frozen=True, kw_only=True):
    """A file of extraction `index` that is in trouble, or does not say what it should."""

    index: int
    file: str
    trouble: Trouble | None = None
    what: str = "digest"
    expected: str | None = None
    actual: str | None = None


class ReadTexts(Struct, kw_only=True):
    """How many extractions were looked at, and what is wrong."""

    extractions: int = 0
    wrong: list[Wrong] = field(default_factory=list)


def read_texts(stretch: TextStretch) -> ReadTexts:
    """Look at the files of a stretch.  Never raises for what they hold, or where there are none."""
    read = ReadTexts()
    seen: set[Said] = set()
    shelf = _Shelf(stretch.archive)
    rows = EXTRACTED.iter_unpack(stretch.rows)
    for (index, text, document, *_), spelling in zip(rows, stretch.spelled, strict=True):
        if index < stretch.start:
            continue
        read.extractions += 1
        said = Said(text.hex(), document.hex(), *stretch.spellings[spelling])
        if said not in seen:
            wrong = [] if shelf.holds(said) else list(_both(shelf.archive, index, said))
            read.wrong += wrong
            if not wrong:
                seen.add(said)
    return read


def _word(octets: bytes) -> str:
    return octets.decode("utf-8", "replace")


class _Shelf:
    """Texts and sidecars of archive `archive`, recognised at a glance when all is as it should be.

    What is not recognised is looked at again, file by file, and told of.
    """

    def __init__(self, archive: str) -> None:
        self.archive = archive
        self._room = bytearray(FEW_OCTETS)
        self._view = memoryview(self._room)

    def holds(self, said: Said) -> bool:
        """Whether both files of an extraction are there, small, and what its entry says."""
        if self._named(TEXTS, said.text) is None:
            return False
        sidecar = self._named(DOCUMENTS, said.document)
        return sidecar is not None and not any(_sidecar(0, "", sidecar, said))

    def _named(self, folder: str, name: str) -> memoryview | None:
        """The octets of the file in `folder` that bears their own digest as its name."""
        try:
            path = f"{self.archive}/{folder}/{name[:2]}/{name}{ENDINGS[folder]}"
            descriptor = os.open(path, READING)
            try:
                count = os.readv(descriptor, (self._room,))
            finally:
                os.close(descriptor)
        except OSError:
            return None
        octets = self._view[:count]
        return octets if count < FEW_OCTETS and sha256(octets).hexdigest() == name else None


def _both(archive: str, index: int, said: Said) -> Iterator[Wrong]:
    for folder, name in ((TEXTS, said.text), (DOCUMENTS, said.document)):
        file = f"{folder}/{name[:2]}/{name}{ENDINGS[folder]}"
        octets = octets_at(f"{archive}/{file}", most=MOST)
        if isinstance(octets, Trouble):
            yield Wrong(index=index, file=file, trouble=octets)
            continue
        true = sha256(octets).hexdigest()
        if true != name:
            yield Wrong(index=index, file=file, expected=f"sha256:{name}", actual=f"sha256:{true}")
        elif folder == DOCUMENTS:
            yield from _sidecar(index, file, octets, said)


def _sidecar(index: int, file: str, octets: bytes | memoryview, said: Said) -> Iterator[Wrong]:
    try:
        found = orjson.loads(octets)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        yield Wrong(index=index, file=file, what="shape", expected="a JSON object", actual="none")
        return
    for name, expected in (
        ("text", f"sha256:{said.text}"),
        ("charset", said.charset),
        ("generation", said.generation),
    ):
        if found.get(name) != expected:
            actual = str(found.get(name))
            yield Wrong(index=index, file=file, what=name, expected=expected, actual=actual)


def claim_of(wrong: Wrong) -> Claim:
    """What is wrong with a file, as a claim."""
    if wrong.trouble is not None:
        return troubled(CHECK, f"entry {wrong.index}", wrong.file, wrong.trouble)
    return failed(
        CHECK,
        f"{wrong.what} of entry {wrong.index}",
        expected=wrong.expected,
        actual=wrong.actual,
        file=wrong.file,
    )


def _all_named(archive: Path, folder: str, named: list[bytearray]) -> set[str]:
    """The folders in `folder` in which lies nothing but what extractions name."""
    whole: set[str] = set()
    for octet, held in enumerate(named):
        digits = held.hex()
        names = {f"{digits[at : at + 64]}{ENDINGS[folder]}" for at in range(0, len(digits), 64)}
        below = f"{octet:02x}"
        try:
            if names.issuperset(os.listdir(f"{archive}/{folder}/{below}")):  # noqa: PTH208 - names alone
                whole.add(below)
        except OSError:
            continue
    return whole


def strays(
    archive: Path,
    folder: str,
    named: list[bytearray],
    later: frozenset[bytes],
    *,
    writer: str | None,
) -> Iterator[Claim]:
    """Files in `folder` that no extraction names; `named` are the digests by their first octet.

    `later` are those that were logged behind the checkpoint.
    """
    expected: set[bytes] = set()
    of = -1
    for below, entry in under(archive / folder, without=_all_named(archive, folder, named)):
        file = f"{folder}/{below}"
        if isinstance(entry, Unreadable):
            yield troubled(CHECK, "folder", file, entry)
            continue
        match = NAME.fullmatch(below)
        if match and match[3] == ENDINGS[folder] and match[2].startswith(match[1]):
            digest = bytes.fromhex(match[2])
            if digest[0] != of:
                of = digest[0]
                held = bytes(named[of])
                expected = {held[at : at + 32] for at in range(0, len(held), 32)}
            if digest in expected or digest in later:
                continue
        if below.endswith(UNFINISHED):
            why = "unfinished: left by a crash, or under way"
        elif writer is not None:
            why = f"in flight: {writer} may be about to log it"
        else:
            actual = "no entry of the log names it"
            yield failed("unexpected", f"file in {folder}/", actual=actual, file=file)
            continue
        yield Claim(
            check=CHECK,
            subject=f"file in {folder}/",
            verdict=Verdict.NOT_CHECKED,
            actual=why,
            file=file,
        )
