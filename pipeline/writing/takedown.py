"""Bytes that may not be kept → gone from the archive, with an entry that says what and why.

Rewritten WARC files lie beside the old ones before the log commits to the takedown, and take their
place after it; so that whatever a crash leaves, the next start completes it or begins anew.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, TypeVar

import structlog
from msgspec import Struct

from pipeline.archive.reader import read_record
from pipeline.archive.rewriting import (
    discard,
    put_in_place,
    take_away,
    unfinished,
    write_without,
)
from pipeline.archive.texts import document_name, text_name
from pipeline.archive.writer import FOLDER, OPEN
from pipeline.errors import ArchiveUnwritable, DamagedRecord
from pipeline.ground.clock import stamp
from pipeline.ground.evidence import Logged, SealEntry, TombstoneEntry
from pipeline.ledger.entries import decode
from pipeline.ledger.reader import LogReader
from pipeline.model import Digest
from pipeline.writing.folding import enter

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping
    from pathlib import Path

    from pipeline.archive.writer import WarcWriter
    from pipeline.catalog import Batch, Held, Reader, Record, Shown
    from pipeline.ground.clock import Clock
    from pipeline.ledger.log import Log
    from pipeline.model import Place

T = TypeVar("T")

log_book = structlog.get_logger()

EMPTY = Digest.of(b"")
"""An entity-body without an octet holds nothing that could be taken down."""
SEALS = b'"kind":"seal"'
MOST_LEAVES, MOST_REVISITS = 1000, 800
"""In one entry, which has room for 65,535 octets: a record's id takes 48, an index 20 at most."""
MOST_REASON = 2000
"""Characters, of four octets at most and in JSON sometimes six."""


def entities_of(captures: tuple[Shown, ...], reader: Reader) -> tuple[Digest, ...]:
    """The bytes that `captures` hold or refer to, each once."""
    found: dict[Digest, None] = {}
    for shown in captures:
        of = shown.entry.payload_record
        holder = shown if of in (None, shown.record) else reader.capture(of)
        entity = holder.entry.entity if holder else None
        if entity not in (None, EMPTY):
            found[entity] = None
    return tuple(found)


def tombstone_object(logged: Logged[TombstoneEntry]) -> dict[str, Any]:
    """What people and scripts hear of a takedown."""
    entry = logged.entry
    return {
        "entry": logged.index,
        "at": stamp(entry.at),
        "entity": str(entry.entity),
        "leaves": list(entry.leaves),
        "revisits": list(entry.revisits),
        "reason": entry.reason,
    }


class Takedown(Struct, frozen=True, kw_only=True):
    """Takes bytes down, inside the scribe's batches.

    `sync` makes durable what the batch has written before, and folds it.
    """

    folder: Path
    warc: WarcWriter
    log: Log
    clock: Clock
    sync: Callable[[Batch], object]

    def take(
        self, batch: Batch, entities: Collection[Digest], reason: str
    ) -> tuple[Logged[TombstoneEntry], ...] | DamagedRecord | ArchiveUnwritable:
        """Take down what is still there of `entities`, for good; the entries that say so.

        Durable on return, but for the catalog's rows.  Empty where nothing is there any more.  The
        fault, and nothing was done, where a file is not what its seal says or cannot be rewritten:
        that is no reason to end what else goes on.
        """
        self.sync(batch)
        held = {entity: found for entity in entities if (found := batch.record.held(entity)).leaves}
        try:
            gone = self._gone(held.values())
        except DamagedRecord as fault:
            return fault
        if any((self.folder / FOLDER / (name + OPEN)).exists() for name in gone):
            self.warc.seal()
            self.sync(batch)
        try:
            seals = [self._without(batch.record, *each) for each in gone.items()]
        except (DamagedRecord, ArchiveUnwritable) as fault:
            discard(self.folder, gone)
            return fault
        return self._commit(batch.record, held, gone, seals, reason)

    def _commit(
        self,
        record: Record,
        held: Mapping[Digest, Held],
        gone: Mapping[str, list[Place]],
        seals: list[SealEntry],
        reason: str,
    ) -> tuple[Logged[TombstoneEntry], ...]:
        told = [one for entity, found in held.items() for one in self._told(entity, found, reason)]
        tombstones = tuple([Logged(self.log.append(entry), entry) for entry in told])
        sealed = [(self.log.append(entry), entry) for entry in seals]
        self.log.sync()
        # From here on it is done, whatever happens: the next start would complete it.
        for logged in tombstones:
            enter(record, logged.index, logged.entry)
        for index, seal in sealed:
            enter(record, index, seal)
        forget(self.folder, record)
        put_in_place(self.folder, gone)
        for name, places in gone.items():
            record.files.close_up(name, places)
        return tombstones

    def _gone(self, held: Collection[Held]) -> Mapping[str, list[Place]]:
        """Where the responses lie that are to vanish, by file.  Raises DamagedRecord."""
        gone: defaultdict[str, list[Place]] = defaultdict(list)
        for record_id, place in (one for found in held for one in found.responses):
            if place is None:
                log_book.warning(
                    "not there", record=record_id, hint="its WARC file was lost before"
                )
                continue
            there = read_record(self.folder, place).record_id
            if there != record_id:
                why = f"record {there} lies there, not {record_id}; dateline rebuild finds it"
                raise DamagedRecord(self.folder / FOLDER / place.file, offset=place.offset, why=why)
            gone[place.file].append(place)
        return gone

    def _without(self, record: Record, name: str, places: list[Place]) -> SealEntry:
        """Write the file anew, and say so; a file that was altered before is left as it is."""
        sealed, records = record.files.seal_of(name) or (None, 0)
        rewritten = write_without(self.folder, name, places)
        if rewritten.replaces != sealed:
            why = (
                f"its digest is {rewritten.replaces}, its seal says {sealed}; dateline audit tells"
            )
            raise DamagedRecord(self.folder / FOLDER / name, offset=0, why=why)
        return SealEntry(
            at=self.clock.now(),
            name=name,
            sha256=rewritten.sha256,
            size=rewritten.size,
            records=records - len(places),
            replaces=rewritten.replaces,
        )

    def _told(self, entity: Digest, held: Held, reason: str) -> Iterator[TombstoneEntry]:
        parts = zip_longest(
            _parts(held.leaves, MOST_LEAVES), _parts(held.revisits, MOST_REVISITS), fillvalue=()
        )
        for leaves, revisits in parts:
            yield TombstoneEntry(
                at=self.clock.now(),
                entity=entity,
                leaves=leaves,
                revisits=revisits,
                reason=reason,
            )


def forget(folder: Path, record: Record) -> None:
    """Remove the texts and sidecars that only bytes gave which were taken down."""
    texts, documents = record.forgotten()
    take_away(folder, (*map(text_name, texts), *map(document_name, documents)))


def finish(folder: Path) -> None:
    """Put the files in place that a crash left beside the old ones.

    Those that the log commits to; any other was written for a takedown that was never told.  Call
    it under the archive's lock, before any file is read.
    """
    left = unfinished(folder)
    if not left:
        return
    newest: dict[str, Digest] = {}
    told = (octets for _, octets in LogReader.open(folder).entries() if SEALS in octets)
    for entry in map(decode, told):
        if isinstance(entry, SealEntry):
            newest[entry.name] = entry.sha256
    done = [name for name, digest in left.items() if newest.get(name) == digest]
    put_in_place(folder, done)
    discard(folder, left.keys() - set(done))
    log_book.warning("takedown recovered", completed=done, undone=sorted(left.keys() - set(done)))


def _parts(items: tuple[T, ...], most: int) -> Iterator[tuple[T, ...]]:
    for start in range(0, len(items), most):
        yield items[start : start + most]
