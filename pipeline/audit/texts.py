"""Extractions → whether their texts and sidecars are there, and are what the entries say."""

from __future__ import annotations

import os
import re
from hashlib import sha256
from typing import TYPE_CHECKING

import orjson
from msgspec import Struct, field

from pipeline.archive.texts import DOCUMENTS, TEXTS, UNFINISHED
from pipeline.audit.files import READING, Trouble, Unreadable, octets_at, troubled, under
from pipeline.audit.logged import EXTRACTION_ENTRY, entries_of
from pipeline.claims import Claim, Verdict, failed
from pipeline.ledger.tiles import WIDTH

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CHECK = "texts"
MOST = 1 << 28
FEW_OCTETS = 1 << 16
"""More than nearly all texts have, and little enough to be read in one piece."""
ENDINGS = {TEXTS: ".txt", DOCUMENTS: ".json"}
NAME = re.compile(r"([0-9a-f]{2})/([0-9a-f]{64})(\.txt|\.json)")


class TextStretch(Struct, frozen=True, kw_only=True):
    """The extractions in bundles [first, last) of a log of `size`, from entry `start` on."""

    archive: Path
    size: int
    first: int
    last: int
    start: int = 0


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
    seen: set[tuple[bytes, ...]] = set()
    shelf = _Shelf(str(stretch.archive))
    for bundle in range(stretch.first, stretch.last):
        _, entries = entries_of(stretch.archive, stretch.size, bundle)
        if isinstance(entries, Trouble):
            continue
        for index, entry in enumerate(entries, bundle * WIDTH):
            said = EXTRACTION_ENTRY.fullmatch(entry) if index >= stretch.start else None
            if said is None:
                continue
            read.extractions += 1
            key = said.group("text", "document", "charset", "generation")
            if key not in seen:
                wrong = [] if shelf.holds(said) else list(_both(shelf.archive, index, said))
                read.wrong += wrong
                if not wrong:
                    seen.add(key)
    return read


class _Shelf:
    """Texts and sidecars of archive `archive`, recognised at a glance when all is as it should be.

    What is not recognised is looked at again, file by file, and told of.
    """

    def __init__(self, archive: str) -> None:
        self.archive = archive
        self._room = bytearray(FEW_OCTETS)
        self._view = memoryview(self._room)

    def holds(self, said: re.Match[bytes]) -> bool:
        """Whether both files of an extraction are there, small, and what its entry says."""
        text, document = said.group("text", "document")
        if self._named(TEXTS, text) is None:
            return False
        sidecar = self._named(DOCUMENTS, document)
        return sidecar is not None and not any(_sidecar(0, "", sidecar, said))

    def _named(self, folder: str, digest: bytes) -> memoryview | None:
        """The octets of the file in `folder` that bears their own digest as its name."""
        name = digest.decode()
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


def _both(archive: str, index: int, said: re.Match[bytes]) -> Iterator[Wrong]:
    text, document = said["text"].decode(), said["document"].decode()
    for folder, name in ((TEXTS, text), (DOCUMENTS, document)):
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


def _sidecar(
    index: int, file: str, octets: bytes | memoryview, said: re.Match[bytes]
) -> Iterator[Wrong]:
    try:
        found = orjson.loads(octets)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        yield Wrong(index=index, file=file, what="shape", expected="a JSON object", actual="none")
        return
    for name, expected in (
        ("text", f"sha256:{said['text'].decode()}"),
        ("charset", said["charset"].decode("utf-8", "replace")),
        ("generation", said["generation"].decode("utf-8", "replace")),
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
