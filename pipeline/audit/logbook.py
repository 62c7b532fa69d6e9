"""The log of an archive → its tree, and its entries by kind; and what came to it meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from pipeline.audit import tree
from pipeline.audit.files import Unreadable, under
from pipeline.audit.logged import EXTRACTION_ENTRY, LogStretch, ReadLog, read_log
from pipeline.errors import LedgerBroken
from pipeline.ground.claims import Claim, failed
from pipeline.ground.evidence import (
    AnchorEntry,
    KeyEntry,
    OpenEntry,
    SealEntry,
    TombstoneEntry,
)
from pipeline.ledger.checkpoint import Checkpoint
from pipeline.ledger.entries import decode
from pipeline.ledger.merkle import leaf_hash, verify_consistency
from pipeline.ledger.notes import read_note
from pipeline.ledger.reader import LogReader
from pipeline.ledger.spelling import spell_octets
from pipeline.ledger.tiles import CHECKPOINT, ENTRIES, FOLDER, TILES, WIDTH

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from pipeline.audit.checkpoint import Fixed
    from pipeline.audit.pool import Pool
    from pipeline.audit.tree import Tree

BUNDLES = 16
"""Bundles that one process reads at a time: 4,096 entries, so that all cores end together."""
FEW_BUNDLES = 32
"""Bundles that are not worth starting processes for."""
DOUBTFUL = 64
"""Bundles that are looked for one by one, however few of them are there."""


class Logbook(Struct, kw_only=True):
    """What the log holds up to the checkpoint; entries with their indices, in order.

    `wrong` are entries that are none.
    """

    reads: list[ReadLog]
    tree: Tree
    opened: dict[str, tuple[int, OpenEntry]] = field(default_factory=dict)
    seals: dict[str, list[tuple[int, SealEntry]]] = field(default_factory=dict)
    anchors: list[tuple[int, AnchorEntry]] = field(default_factory=list)
    tombstones: list[tuple[int, TombstoneEntry]] = field(default_factory=list)
    keys: list[tuple[int, KeyEntry]] = field(default_factory=list)
    wrong: list[Claim] = field(default_factory=list)

    @property
    def adopted(self) -> bool:
        """Whether the log has taken in captures that are older than it."""
        return any(read.adopted for read in self.reads)

    def file_of(self, index: int) -> str | None:
        """The file that was being written when entry `index` was: one is written at a time."""
        begun = ((at, name) for name, (at, _) in self.opened.items() if at < index)
        return max(begun, default=(0, None))[1]


class Meanwhile(Struct, frozen=True, kw_only=True):
    """What the log took in after the checkpoint was fixed.

    `leaves` are of its entries, `opened` the WARC files that were begun, `documents` the digests
    of texts and sidecars.
    """

    size: int
    leaves: frozenset[bytes] = frozenset()
    opened: frozenset[str] = frozenset()
    documents: frozenset[bytes] = frozenset()
    claims: tuple[Claim, ...] = ()


def bundles_of(size: int) -> int:
    """How many bundles a log of `size` has."""
    return (size + WIDTH - 1) // WIDTH


def impossible(archive: Path, size: int) -> Claim | None:
    """Why a log of `size` need not even be looked for: its files are far too few.

    Whoever writes a checkpoint can name any size; what it costs to look is bounded by what is
    there.
    """
    needed = bundles_of(size)
    found = 0
    for _, entry in under(archive / FOLDER / TILES / ENTRIES):
        found += not isinstance(entry, Unreadable)
        if 2 * found + DOUBTFUL >= needed:
            return None
    if needed <= DOUBTFUL:
        return None
    return failed(
        tree.CHECK,
        "bundles of the log",
        expected=f"{needed}, for {size} entries",
        actual=found,
        file=f"{FOLDER}/{CHECKPOINT}",
    )


def read_logbook(
    archive: Path, checkpoint: Checkpoint, pool: Pool, progress: Callable[[int, int], object]
) -> Logbook:
    """Read the log as far as `checkpoint` commits to it.

    Where entries and tiles do not agree, the tree is the one that fits the signed root, if one
    of them does.
    """
    size = checkpoint.size
    count = bundles_of(size)
    calls = [
        (
            read_log,
            LogStretch(archive=archive, size=size, first=at, last=min(at + BUNDLES, count)),
        )
        for at in range(0, count, BUNDLES)
    ]
    reads: list[ReadLog] = []
    for read in pool.each(calls, small=count < FEW_BUNDLES):
        reads.append(read)
        progress(min(size, len(reads) * BUNDLES * WIDTH), size)
    book = Logbook(reads=reads, tree=_tree(archive, checkpoint, reads))
    for read in reads:
        for index, octets in read.rare:
            _enter(book, index, octets)
    return book


def _tree(archive: Path, checkpoint: Checkpoint, reads: list[ReadLog]) -> Tree:
    of_entries = tree.grow(reads, checkpoint.size)
    if any(read.torn for read in reads):
        of_tiles = tree.by_tiles(reads, checkpoint.size)
        if tree.TreeReader(archive, of_tiles, checkpoint).root() == checkpoint.root:
            return of_tiles
    return of_entries


def _enter(book: Logbook, index: int, octets: bytes) -> None:
    try:
        entry = decode(octets)
    except ValueError as error:
        book.wrong.append(failed("entries", f"entry {index}", actual=str(error)))
        return
    match entry:
        case OpenEntry():
            if entry.name in book.opened:
                actual = f"entry {book.opened[entry.name][0]} has begun it as well"
                book.wrong.append(failed("entries", f"entry {index}: {entry.name}", actual=actual))
            book.opened[entry.name] = index, entry
        case SealEntry():
            book.seals.setdefault(entry.name, []).append((index, entry))
        case AnchorEntry():
            book.anchors.append((index, entry))
        case TombstoneEntry():
            book.tombstones.append((index, entry))
        case KeyEntry():
            book.keys.append((index, entry))
        case _:
            why = "it is not spelled as its kind is"
            book.wrong.append(failed("entries", f"entry {index}", actual=why))


def meanwhile(archive: Path, fixed: Fixed) -> Meanwhile:
    """What the log has taken in by now, which must continue what was fixed."""
    then = fixed.checkpoint
    nothing = Meanwhile(size=then.size)
    try:
        reader = LogReader.open(archive)
        now = reader.checkpoint
        if reader.octets == fixed.octets:
            return nothing
        if now.size < then.size or not _continues(then, now, reader):
            actual = f"{now.size} entries under {spell_octets(now.root)}"
            expected = f"{then.size} entries under {spell_octets(then.root)}, or more"
            claim = failed(
                "checkpoint",
                "while the audit ran: another history",
                expected=expected,
                actual=actual,
            )
            return Meanwhile(size=then.size, claims=(claim,))
        entries = [octets for _, octets in reader.entries(then.size, now.size)]
    except (LedgerBroken, ValueError):
        return nothing  # what was fixed was looked at; what came behind it is not under audit
    return Meanwhile(
        size=now.size,
        leaves=frozenset(map(leaf_hash, entries)),
        opened=frozenset(_opened(entries)),
        documents=frozenset(_documents(entries)),
    )


def _opened(entries: Sequence[bytes]) -> list[str]:
    names = []
    for octets in entries:
        try:
            entry = decode(octets)
        except ValueError:
            continue
        if isinstance(entry, OpenEntry):
            names.append(entry.name)
    return names


def _documents(entries: Sequence[bytes]) -> Iterator[bytes]:
    for said in filter(None, map(EXTRACTION_ENTRY.fullmatch, entries)):
        yield from (bytes.fromhex(one.decode()) for one in said.group("text", "document"))


def _continues(then: Checkpoint, now: Checkpoint, reader: LogReader) -> bool:
    return then.size == 0 or verify_consistency(
        old_size=then.size,
        old_root=then.root,
        size=now.size,
        root=now.root,
        path=reader.consistency(then.size),
    )


def pinned_size(pin: bytes | None) -> int:
    """How many entries a pinned checkpoint covers."""
    try:
        return 0 if pin is None else Checkpoint.parse(read_note(pin).text).size
    except ValueError:
        return 0
