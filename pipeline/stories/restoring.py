"""Archived bytes and the archived rules of their day → the texts and sidecars that are missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from pipeline.archive.reader import read_record, stored_block
from pipeline.archive.rewriting import take_away
from pipeline.archive.texts import (
    document_digest,
    document_name,
    sidecar,
    text_bytes,
    text_name,
)
from pipeline.errors import ConfigInvalid, DamagedRecord
from pipeline.extract.derive import derive
from pipeline.extract.signature import is_current
from pipeline.model import Digest
from pipeline.sites.site import site_of
from pipeline.writing.keeping import heading_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipeline.archive.texts import Texts
    from pipeline.catalog import Heading, Record
    from pipeline.ground.evidence import ExtractionEntry
    from pipeline.model import Document, Place, StoredBlock
    from pipeline.sites.site import Site
    from pipeline.writing.folding import Shelf

log = structlog.get_logger()

MOST_PENDING = 500
"""Texts in memory before they are written."""


class Restoring:
    """Reads what extraction entries name, while they are folded, and derives what is not there.

    `kept` and `derived` count documents; `replaced` are files that were there and did not hold
    what their names say.
    """

    def __init__(self, folder: Path, texts: Texts, record: Record, shelf: Shelf) -> None:
        self.kept = 0
        self.derived = 0
        self.replaced: list[str] = []
        self._folder = folder
        self._texts = texts
        self._record = record
        self._shelf = shelf
        self._sites: dict[Digest, Site] = {}
        self._read: set[str] = set()
        self._pending = 0

    def heading(self, entry: ExtractionEntry) -> Heading:
        """What lists show of the document that `entry` names; its files are there afterwards.

        Durable after the next `sync` of the texts.  Raises DamagedRecord where they are missing
        and cannot be made again.
        """
        faults = tuple(self._faults(entry))
        if not faults:
            self.kept += 1
            return heading_of(self._texts.read_document(entry.document))
        document = self._derived(entry, faults[0])
        said = sidecar(document)
        self._put(entry, document)
        self.derived += 1
        return heading_of(said)

    def _faults(self, entry: ExtractionEntry) -> Iterator[DamagedRecord]:
        for read, digest in (
            (self._texts.read_text, entry.text),
            (self._texts.read_document, entry.document),
        ):
            try:
                read(digest)
            except DamagedRecord as damage:
                yield damage

    def _put(self, entry: ExtractionEntry, document: Document) -> None:
        names = (text_name(entry.text), document_name(entry.document))
        there = [name for name in names if (self._folder / name).exists()]
        faulty = {fault.path for fault in self._faults(entry)}
        damaged = [name for name in there if self._folder / name in faulty]
        self.replaced += damaged
        take_away(self._folder, damaged)
        self._texts.keep_text(document.text)
        self._texts.keep_document(document)
        self._pending += 1
        if self._pending == MOST_PENDING:
            self._texts.sync()
            self._pending = 0

    def _derived(self, entry: ExtractionEntry, fault: DamagedRecord) -> Document:
        """The document once more.  Raises DamagedRecord where it cannot be had."""
        site = self._site(entry)
        if site is None:
            raise _lost(fault, f"no config in the archive has the rules {entry.rules}")
        why = "the bytes that it was read in are not there"
        for stored in self._read_in(entry):
            document = _read(stored, site)
            if document is not None and _is_that(document, entry):
                return document
            why = f"not reproducible: {_reader_of(entry)} gives another text today"
        raise _lost(fault, why)

    def _read_in(self, entry: ExtractionEntry) -> Iterator[StoredBlock]:
        """The bytes under the head of the capture's own answer, then under the original's.

        A revisit has a head of its own over the body that it refers to.
        """
        original = self._record.place(entry.record_id)
        own = None if entry.technical else self._record.answer_of(entry)
        place = self._record.place(own) if own else None
        for one in dict.fromkeys((place, original)):
            try:
                if one is not None:
                    yield stored_block(self._folder, one, payload=original)
            except DamagedRecord as damage:
                log.warning("damaged", url=entry.url, why=str(damage))

    def _site(self, entry: ExtractionEntry) -> Site | None:
        """Any site as it was once declared whose rules are those of `entry`."""
        if entry.rules not in self._sites:
            for place in self._unread_configs(entry):
                site = self._read_config(place)
                if site is not None:
                    self._sites.setdefault(site.rules_digest, site)
        return self._sites.get(entry.rules)

    def _unread_configs(self, entry: ExtractionEntry) -> Iterator[Place]:
        """Those that entries before this one have brought, and its own."""
        for ref in entry.records:
            if (apart := self._shelf.apart(ref.record_id)) is not None:
                yield apart.place
        for record_id in self._record.configs().values():
            place = self._record.place(record_id)
            if place is not None and record_id not in self._read:
                self._read.add(record_id)
                yield place

    def _read_config(self, place: Place) -> Site | None:
        try:
            record = read_record(self._folder, place)
            return site_of(record.block, file=record.target_uri or "")
        except (DamagedRecord, ConfigInvalid) as fault:
            log.warning("config unreadable", file=place.file, at=place.offset, why=str(fault))
            return None


def _read(stored: StoredBlock, site: Site) -> Document | None:
    try:
        return derive(stored, site.rules)
    except Exception:  # one page may not stop the others; its bytes are kept
        log.exception("extraction broke", url=stored.url, record=stored.record.record_id)
        return None


def _is_that(document: Document, entry: ExtractionEntry) -> bool:
    text = Digest.of(text_bytes(document.text))
    return (text, document_digest(document)) == (entry.text, entry.document)


def _reader_of(entry: ExtractionEntry) -> str:
    known = is_current(entry.extractor)
    return entry.extractor if known else f"what read it, {entry.extractor}, is not here, and ours"


def _lost(fault: DamagedRecord, why: str) -> DamagedRecord:
    return DamagedRecord(fault.path, offset=0, why=f"{fault.why}; {why}")
