"""Archived bytes and archived rules → the text that follows from them, held against the entries.

This is the dear part of an audit: the only one that parses pages.
"""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, Self

from msgspec import Struct, field

from pipeline.archive.packed import Packed, Torn
from pipeline.archive.records import Record
from pipeline.archive.stored import stored_for_revisit, stored_response
from pipeline.archive.texts import document_digest, text_bytes
from pipeline.archive.writer import FOLDER
from pipeline.audit.stored import stored
from pipeline.errors import ConfigInvalid
from pipeline.extract.derive import derive
from pipeline.model import Digest
from pipeline.sites.site import Site, site_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pipeline.audit.spots import Item, Spot
    from pipeline.model import Document, StoredBlock

MOST_OPEN = 8


class Batch(Struct, frozen=True, kw_only=True):
    """Some extractions, and the archived configs by the digest of their rules."""

    archive: Path
    items: tuple[Item, ...]
    configs: Mapping[bytes, bytes]


class Came(StrEnum):
    """What deriving anew came to."""

    SAME = "same"
    OTHER = "other"
    NO_RULES = "no archived config has these rules"
    NO_BYTES = "the archived bytes cannot be read"
    BROKE = "today's software broke on these bytes"


class Differing(NamedTuple):
    """An extraction that did not come out the same, and what came out in its stead."""

    entry: int
    came: Came
    what: str
    expected: str
    actual: str


class Derived(Struct, kw_only=True):
    """How many came out the same, and those that did not."""

    same: int = 0
    differing: list[Differing] = field(default_factory=list)


def derive_batch(batch: Batch) -> Derived:
    """Derive every item anew.  Never raises for what stands in the archive."""
    done = Derived()
    with _Files(batch.archive) as files:
        for item in batch.items:
            differing = _differing(item, batch.configs, files)
            if differing is None:
                done.same += 1
            else:
                done.differing.append(differing)
    return done


def _differing(item: Item, configs: Mapping[bytes, bytes], files: _Files) -> Differing | None:
    content = configs.get(item.rules)
    if content is None:
        return _not(item, Came.NO_RULES, f"sha256:{item.rules.hex()}")
    try:
        block = files.block(item.response)
        if item.answer is not None:
            block = stored_for_revisit(block, files.record(item.answer))
    except (OSError, ValueError) as error:
        return _not(item, Came.NO_BYTES, str(error))
    try:
        document = derive(block, _site(content).rules)
    except Exception as error:  # noqa: BLE001 - a page may break a parser; that is its result
        return _not(item, Came.BROKE, f"{type(error).__name__}: {error}")
    return _compared(item, document)


def _compared(item: Item, document: Document | None) -> Differing | None:
    if document is None:
        return Differing(item.entry, Came.OTHER, "text", f"sha256:{item.text.hex()}", "no text")
    text = Digest.of(text_bytes(document.text))
    if text.value != item.text:
        return Differing(item.entry, Came.OTHER, "text", f"sha256:{item.text.hex()}", str(text))
    sidecar = document_digest(document)
    if sidecar.value != item.document:
        expected = f"sha256:{item.document.hex()}"
        return Differing(item.entry, Came.OTHER, "document", expected, str(sidecar))
    return None


def _not(item: Item, came: Came, why: str) -> Differing:
    return Differing(item.entry, came, "text", f"sha256:{item.text.hex()}", why)


@lru_cache(maxsize=256)
def _site(content: bytes) -> Site:
    return site_of(content, file="archived config")


def rules_of(content: bytes) -> bytes | None:
    """The digest of the rules that an archived config declares; None where it declares none."""
    try:
        return _site(content).rules_digest.value
    except (ConfigInvalid, ValueError):
        return None


def record_at(folder: Path, spot: Spot) -> bytes | None:
    """The block of the record at `spot` of archive `folder`; None where none is to be had."""
    with _Files(folder) as files:
        try:
            return files.record(spot).block
        except (OSError, ValueError):
            return None


class _Files:
    """WARC files that are being read here and there."""

    def __init__(self, archive: Path) -> None:
        self._archive = archive
        self._open: dict[str, Packed] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for packed in self._open.values():
            packed.close()

    def block(self, spot: Spot) -> StoredBlock:
        """What the response there holds.  Raises OSError and ValueError."""
        return stored_response(self.record(spot))

    def record(self, spot: Spot) -> Record:
        """The record there.  Raises OSError and ValueError."""
        if spot.file not in self._open:
            while len(self._open) >= MOST_OPEN:
                self._open.pop(next(iter(self._open))).close()
            self._open[spot.file] = Packed.of(self._archive / FOLDER / spot.file)
        member = self._open[spot.file].member(spot.offset)
        if isinstance(member, Torn):
            raise ValueError(member.why)  # noqa: TRY004 - not its type: there is no record
        read = stored(member.octets, member.offset)
        return Record(type=read.type, fields=read.fields, pieces=(read.block,))
