"""Entries of the log, WARC files and sidecars → catalog rows, the same ones every time.

The flow folds each entry as it is made.  Here the same is done from the evidence alone: after a
crash for the last few entries, for a rebuild for all of them.
"""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from itertools import chain, pairwise
from typing import TYPE_CHECKING, assert_never

from msgspec import Struct, field
from msgspec.structs import replace

from pipeline.archive.gathered import Apart, Begun, Gathered, gathered
from pipeline.archive.reader import Damage
from pipeline.archive.writer import FOLDER, OPEN
from pipeline.errors import DamagedRecord, ReplayUnreadable
from pipeline.ground.evidence import (
    AnchorEntry,
    CaptureEntry,
    ExtractionEntry,
    KeyEntry,
    Logged,
    OpenEntry,
    SealEntry,
    TombstoneEntry,
)
from pipeline.ledger.entries import decode, encode
from pipeline.ledger.merkle import leaf_hash
from pipeline.model import Digest
from pipeline.writing.keeping import heading_of, standing_before

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator
    from pathlib import Path

    from pipeline.archive.texts import Texts
    from pipeline.catalog import Heading, Record
    from pipeline.ground.evidence import Entry
    from pipeline.ledger.reader import LogReader
    from pipeline.model import Place

OPENS = b'"kind":"open"'
WITHIN = 64
"""Keys are sorted and few sort before the kind: it stands near the beginning."""
TOMBSTONE = b'"kind":"tombstone"'
GATHERED = 4096
"""Entries whose rows wait in memory to be written together."""

Step = Logged["Entry"]


class Lost(Struct, frozen=True):
    """Something that the log commits to and that is not there: `index` is its entry's."""

    index: int
    what: str


class Shelf(Struct):
    """The WARC files of an archive folder, and the captures in those that were looked through.

    A capture is found by the entry that its metadata record tells; which file it lies in does
    not matter, so that files may be renamed and repacked.
    """

    folder: Path
    _found: dict[bytes, Gathered] = field(default_factory=dict)
    _apart: dict[str, Apart] = field(default_factory=dict)
    _read: set[str] = field(default_factory=set)

    def names(self) -> tuple[str, ...]:
        """The sealed names of all WARC files, in their order."""
        files = (path.name for path in (self.folder / FOLDER).glob("*.warc.gz*"))
        return tuple(sorted({name.removesuffix(OPEN) for name in files}))

    def read(self, name: str) -> None:
        """Look through one file.  What is missing or damaged in it is found by nobody."""
        if name in self._read:
            return
        self._read.add(name)
        for found in self.captures(name):
            match found:
                case Gathered():
                    self._found[leaf_of(found.entry)] = found
                case Apart():
                    self._apart[found.record_id] = found

    def captures(self, name: str) -> Iterator[Begun | Gathered | Apart | Damage]:
        """What one file holds, in order; nothing where it is not there or cannot be read."""
        path = self.folder / FOLDER / name
        if not path.exists():
            path = path.with_name(name + OPEN)
        try:
            yield from gathered(path, name=name)
        except ReplayUnreadable as fault:
            yield Damage(0, str(fault))

    def take(self, entry: CaptureEntry) -> Gathered | None:
        """The capture that `entry` tells, once."""
        return self._found.pop(leaf_of(entry), None)

    def apart(self, record_id: str) -> Apart | None:
        """The resource `record_id` that stands by itself."""
        return self._apart.get(record_id)


def leaf_of(entry: CaptureEntry) -> bytes:
    """What the log would commit to for this capture, had it never been adopted."""
    return leaf_hash(encode(replace(entry, adopted=False) if entry.adopted else entry))


def fold(
    record: Record,
    log: LogReader,
    shelf: Shelf,
    texts: Texts,
    *,
    read: Callable[[ExtractionEntry], Heading] | None = None,
    step: Callable[[int], object] = lambda _: None,
) -> Iterator[Lost]:
    """Fold into `record` every entry of `log` that it lacks, and tell what could not be found.

    What a tombstone took down is not lost.  `read` finds what lists show of a document, where it
    is not just read in `texts`; it may ask `record` for what was folded before, and raises
    DamagedRecord.  `step` hears of each entry that was folded.
    """
    start, size = record.folded(), log.size
    _look_through(shelf, record.files.sealed() | _opened(log, start))
    taken_down = _taken_down(log, start)
    find = read or partial(heading_in, texts)
    rewritten: dict[str, None] = {}
    for logged, following in _with_next(log, start):
        match logged.entry:
            case CaptureEntry() as entry:
                yield from _fold_capture(record, shelf, logged.index, entry, following)
            case ExtractionEntry() as entry:
                lost = _fold_extraction(record, shelf, texts, find, logged.index, entry)
                yield from () if logged.index in taken_down else lost
            case OpenEntry() as entry:
                record.files.enter_open(logged.index, entry)
                shelf.read(entry.name)
            case SealEntry(replaces=Digest()) as entry:
                record.files.enter_seal(logged.index, entry)
                rewritten[entry.name] = None
            case other:
                enter(record, logged.index, other)
        if logged.index % GATHERED == 0:
            record.settle()
        step(logged.index)
    for name in rewritten:
        lay_anew(record, shelf, name)
    if size > start:
        record.fold_to(size)


def _look_through(shelf: Shelf, others: Collection[str]) -> None:
    """Read the files that were begun before the first entry to fold, and not sealed by then."""
    for name in shelf.names():
        if name not in others:
            shelf.read(name)


def enter(
    record: Record, index: int, entry: SealEntry | AnchorEntry | TombstoneEntry | KeyEntry
) -> None:
    """Fold in an entry that needs no file to be looked at."""
    match entry:
        case SealEntry():
            record.files.enter_seal(index, entry)
        case AnchorEntry():
            record.enter_anchor(index, entry)
        case TombstoneEntry():
            record.enter_tombstone(index, entry)
        case KeyEntry():
            record.enter_key(index, entry)
        case never:
            assert_never(never)


def lay_anew(record: Record, shelf: Shelf, name: str) -> None:
    """Tell `record` where the records of the rewritten file `name` lie now."""
    places: dict[str, Place] = {}
    for found in shelf.captures(name):
        match found:
            case Gathered():
                places |= found.places
            case Apart():
                places[found.record_id] = found.place
    record.files.lay_anew(name, places)


def heading_in(texts: Texts, entry: ExtractionEntry) -> Heading:
    """What lists show of the document that `entry` names.  Raises DamagedRecord."""
    return heading_of(texts.read_document(entry.document))


def _fold_capture(
    record: Record, shelf: Shelf, index: int, entry: CaptureEntry, following: Entry | None
) -> Iterator[Lost]:
    found = shelf.take(entry)
    if found is None:
        yield Lost(index, f"no WARC file holds the capture of {entry.requested}")
    text, document = _standing(record, entry, following)
    record.enter_capture(
        index,
        entry,
        places=found.places if found else {},
        text=text,
        document=document,
        transfer_encoding=found.transfer_encoding if found else None,
        content_encoding=found.content_encoding if found else None,
        resources=found.resources if found else {},
    )


def _fold_extraction(
    record: Record,
    shelf: Shelf,
    texts: Texts,
    read: Callable[[ExtractionEntry], Heading],
    index: int,
    entry: ExtractionEntry,
) -> list[Lost]:
    lost: list[Lost] = []
    heading: Heading | None = None
    apart = [found for ref in entry.records if (found := shelf.apart(ref.record_id))]
    if len(apart) < len(entry.records):
        lost.append(Lost(index, "no WARC file holds the config that it first needed"))
    try:
        heading = read(entry)
    except DamagedRecord as damage:
        lost.append(Lost(index, str(damage)))
        # the sidecar may be there, and the text alone be lost
        with suppress(DamagedRecord):
            heading = heading_in(texts, entry)
    record.enter_extraction(
        index,
        entry,
        heading,
        places={one.record_id: one.place for one in apart},
        resources={one.urn: one.record_id for one in apart},
    )
    return lost


def _standing(
    record: Record, entry: CaptureEntry, following: Entry | None
) -> tuple[Digest | None, Digest | None]:
    """The text and document that stood after the look: read in it, or known before."""
    if isinstance(following, ExtractionEntry) and _is_of(following, entry):
        return following.text, following.document
    return standing_before(record, entry)


def _is_of(extraction: ExtractionEntry, entry: CaptureEntry) -> bool:
    """Whether the extraction is the one that was made when the capture was."""
    its_own = (extraction.visit, extraction.url) == (entry.visit, entry.url)
    return its_own and not extraction.technical and extraction.record_id == entry.payload_record


def _opened(log: LogReader, start: int) -> frozenset[str]:
    """The WARC files that were begun from entry `start` on."""
    begun = (octets for _, octets in log.entries(start, log.size) if OPENS in octets[:WITHIN])
    opened = (decode(octets) for octets in begun)
    return frozenset(entry.name for entry in opened if isinstance(entry, OpenEntry))


def _taken_down(log: LogReader, start: int) -> frozenset[int]:
    """The entries whose bytes were taken down from entry `start` on."""
    told = (octets for _, octets in log.entries(start, log.size) if TOMBSTONE in octets)
    entries = (entry for entry in map(decode, told) if isinstance(entry, TombstoneEntry))
    return frozenset(chain.from_iterable(entry.leaves for entry in entries))


def _with_next(log: LogReader, start: int) -> Iterator[tuple[Step, Entry | None]]:
    """Every entry from `start` on, and the one behind it."""
    steps = (Logged(index, decode(octets)) for index, octets in log.entries(start, log.size))
    last: Iterable[Step | None] = (None,)
    for logged, following in pairwise(chain(steps, last)):
        if logged is not None:
            yield logged, following.entry if following else None
