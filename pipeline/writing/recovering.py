"""An archive as a crash or an older Dateline left it → files, log and catalog that agree.

What the files hold whole and the log does not know is logged; what the log knows and the catalog
does not is folded.  Nothing is taken back that the log has committed to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog
from msgspec.structs import replace

from pipeline.archive.gathered import ANSWERS, Begun, Gathered
from pipeline.archive.laying import config_urn
from pipeline.archive.reader import read_record, stored_block
from pipeline.archive.recovery import mend, seal
from pipeline.archive.rewriting import take_away
from pipeline.archive.texts import strays
from pipeline.archive.writer import FOLDER, OPEN
from pipeline.errors import ConfigInvalid, DamagedRecord
from pipeline.extract.derive import derive
from pipeline.ground.evidence import AnchorEntry, ExtractionEntry, OpenEntry
from pipeline.ledger import anchors
from pipeline.ledger.entries import decode, encode
from pipeline.ledger.merkle import leaf_hash
from pipeline.ledger.reader import LogReader
from pipeline.model import Changed, Digest, New, SameText
from pipeline.sites.site import site_of
from pipeline.writing import takedown
from pipeline.writing.entries import extraction_entry
from pipeline.writing.folding import Shelf, fold, leaf_of
from pipeline.writing.keeping import keep

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pipeline.archive.recovery import Mended
    from pipeline.archive.texts import Texts
    from pipeline.catalog import Catalog, Record
    from pipeline.ground.clock import Clock
    from pipeline.ground.evidence import CaptureEntry
    from pipeline.ledger.log import Log
    from pipeline.model import Place, StoredBlock
    from pipeline.sites.site import Site

log_book = structlog.get_logger()

EXTRACTION, RECORDS = b'"kind":"extraction"', b'"records":'

READ = {New.name, Changed.name, SameText.name}
"""The changes that a text was derived for."""


def bring_together(
    folder: Path, log: Log, catalog: Catalog, texts: Texts, clock: Clock, *, in_order: bool
) -> None:
    """Log what the files hold and the log lacks, and fold what the catalog lacks.

    Where there was no log before, every file is new to it, and is adopted.  Otherwise a file that
    was neither begun by an entry nor left open belongs to somebody else, and stays as it is.
    `in_order` says that whoever wrote last came to an end as it should.
    Durable on return.  Raises ArchiveUnwritable, CatalogAway and LedgerBroken.
    """
    shelf, known, adopting = Shelf(folder), log.size, log.size == 0
    takedown.finish(folder)
    left = {mended.file for mended in _mended(folder)}
    _bring_up(folder, log, catalog, texts)
    with catalog.batch() as batch:
        opened, sealed = batch.record.files.opened(), batch.record.files.sealed()
        anchored = batch.record.anchored()
    unsealed = [name for name in shelf.names() if name not in sealed]
    ours = [name for name in unsealed if adopting or name in opened or name in left]
    for name in set(unsealed) - set(ours):
        log_book.warning("foreign file", file=name, hint="no entry of the log names it")
    _log_anchors(folder, log, clock, anchored)
    recovery = _Recovery(folder, log, texts, clock, opened=opened, adopting=adopting)
    with catalog.batch() as batch:
        for name in ours:
            recovery.log_file(batch.record, shelf, name)
    texts.sync()
    log.sync()
    for name in ours:
        log.append(seal(folder, name, at=clock.now()))
    log.sync()
    if log.size > known:
        _bring_up(folder, log, catalog, texts)
    from_before_the_log = adopting and any(name not in left for name in ours)
    if (ours or not in_order) and not from_before_the_log:
        _sweep(folder, catalog)


def _sweep(folder: Path, catalog: Catalog) -> None:
    """Take away the texts and sidecars that were written just before a crash and never logged.

    What an archive from before the log holds besides is left to whoever looks at it.
    """
    with catalog.batch() as batch:
        names = [
            path.relative_to(folder).as_posix()
            for path, digest in strays(folder)
            if digest is None or not batch.record.names(digest)
        ]
    take_away(folder, names)
    for name in names:
        log_book.info("never logged", file=name)


def _log_anchors(folder: Path, log: Log, clock: Clock, anchored: frozenset[int]) -> None:
    """Log the time stamps that were kept just before a crash."""
    for size in anchors.stored(folder):
        if size not in anchored:
            token = Digest.of(anchors.place(folder, size, "tsr").read_bytes())
            log.append(AnchorEntry(at=clock.now(), size=size, token=token))


def _mended(folder: Path) -> tuple[Mended, ...]:
    done = mend(folder, logged=_logged_apart(folder))
    for each in done:
        log_book.warning("recovered", file=each.file, records=each.records, cut_bytes=each.cut)
        for damage in each.damage:
            log_book.error("damaged", file=each.file, at=damage.offset, why=damage.why)
    return done


def _logged_apart(folder: Path) -> frozenset[str]:
    """The configs that entries other than captures name, where files were left open at all."""
    if not any((folder / FOLDER).glob(f"*{OPEN}")):
        return frozenset()
    told = (octets for _, octets in LogReader.open(folder).entries() if EXTRACTION in octets)
    entries = (decode(octets) for octets in told if RECORDS in octets)
    made = (entry for entry in entries if isinstance(entry, ExtractionEntry))
    return frozenset(ref.record_id for entry in made for ref in entry.records)


def _bring_up(folder: Path, log: Log, catalog: Catalog, texts: Texts) -> None:
    """Fold what the log has and the catalog has not."""
    with catalog.batch() as batch:
        folded = batch.record.folded()
        if folded > log.size:
            # the log's last entries were not yet durable when the power went: nobody was told
            log_book.warning("catalog ahead of the log", folded=folded, log=log.size)
            batch.record.clear()
            folded = 0
        if folded < log.size:
            for lost in fold(batch.record, LogReader.open(folder), Shelf(folder), texts):
                log_book.error("evidence is missing", entry=lost.index, what=lost.what)
        if batch.record.has_forgotten:
            takedown.forget(folder, batch.record)


class _Recovery:
    """Logs what one file after the other holds."""

    def __init__(
        self,
        folder: Path,
        log: Log,
        texts: Texts,
        clock: Clock,
        *,
        opened: Mapping[str, int],
        adopting: bool,
    ) -> None:
        self._folder = folder
        self._log = log
        self._texts = texts
        self._clock = clock
        self._opened = opened
        self._adopting = adopting
        self._places: dict[str, Place] = {}
        self._configs: dict[str, str] = {}
        self._sites: dict[str, Site | None] = {}

    def log_file(self, record: Record, shelf: Shelf, name: str) -> None:
        """Log the captures in WARC file `name` that no entry tells yet."""
        known = self._logged_since(name)
        logged = 0
        for found in shelf.captures(name):
            match found:
                case Begun(warcinfo=block):
                    if name not in self._opened:
                        self._log.append(OpenEntry(at=self._clock.now(), name=name, warcinfo=block))
                case Gathered(entry=entry):
                    self._places |= found.places
                    self._configs |= found.resources
                    if known.isdisjoint(_leaves_of(entry)):
                        self._log_capture(record, entry)
                        logged += 1
        log_book.info("logged", file=name, captures=logged, adopted=self._adopting)

    def _logged_since(self, name: str) -> frozenset[bytes]:
        """The leaves behind the file's own beginning."""
        if name not in self._opened:
            return frozenset()
        log = LogReader.open(self._folder)
        return frozenset(log.leaves(self._opened[name], log.size))

    def _log_capture(self, record: Record, entry: CaptureEntry) -> None:
        entry = replace(entry, adopted=self._adopting)
        self._log.append(entry)
        if entry.change not in READ:
            return
        site = self._site(record, entry)
        stored = self._stored(record, entry)
        document = derive(stored, site.rules) if stored and site else None
        if document is None or stored is None or site is None or entry.decoded is None:
            log_book.warning("not derived", url=entry.url, visit=entry.visit)
            return
        made = extraction_entry(
            keep(self._texts, document, site),
            at=entry.at,
            url=entry.url,
            visit=entry.visit,
            record_id=entry.payload_record or stored.record.record_id,
            decoded=entry.decoded,
            technical=False,
        )
        self._log.append(replace(made, adopted=self._adopting))

    def _stored(self, record: Record, entry: CaptureEntry) -> StoredBlock | None:
        """The bytes that the capture's text is read in."""
        answers = [ref.record_id for ref in entry.records if ref.type in ANSWERS]
        own = self._place(record, answers[-1]) if answers else None
        payload = self._place(record, entry.payload_record or "")
        try:
            return stored_block(self._folder, own, payload=payload) if own and payload else None
        except DamagedRecord as damage:
            log_book.warning("damaged", url=entry.url, why=str(damage))
            return None

    def _place(self, record: Record, record_id: str) -> Place | None:
        return self._places.get(record_id) or record.place(record_id)

    def _site(self, record: Record, entry: CaptureEntry) -> Site | None:
        """The site as it was declared when the capture was made, by the archived config."""
        urn = config_urn(entry.config) if entry.config else ""
        if urn not in self._sites:
            self._sites[urn] = self._read_site(record, urn)
        site = self._sites[urn]
        return site if site and site.rules_digest == entry.rules else None

    def _read_site(self, record: Record, urn: str) -> Site | None:
        record_id = self._configs.get(urn) or record.resource(urn)
        place = self._place(record, record_id) if record_id else None
        if not place:
            return None
        try:
            return site_of(read_record(self._folder, place).block, file=urn)
        except (DamagedRecord, ConfigInvalid) as fault:
            log_book.warning("config unreadable", config=urn, why=str(fault))
            return None


def _leaves_of(entry: CaptureEntry) -> frozenset[bytes]:
    """What the log may commit to for this capture: a crash may follow its adoption."""
    return frozenset({leaf_of(entry), leaf_hash(encode(replace(entry, adopted=True)))})
