"""The files of a log → its entries, hashes and proofs, as of one checkpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from pipeline.errors import LedgerBroken
from pipeline.ledger.checkpoint import Checkpoint
from pipeline.ledger.durable import read_file
from pipeline.ledger.merkle import (
    consistency_ranges,
    fold,
    full_subtrees,
    inclusion_ranges,
    root_of,
)
from pipeline.ledger.notes import MOST_OCTETS, read_note
from pipeline.ledger.tiles import (
    BUNDLE_OCTETS,
    CHECKPOINT,
    ENTRIES,
    FOLDER,
    HEIGHT,
    TILE_OCTETS,
    WIDTH,
    Tile,
    read_bundle,
    read_hashes,
    width_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

# A proof in a log of 2**63 needs no more at once; streams are not kept.
MOST_KEPT = 32


class LogReader:
    """Reads the log of one archive as `checkpoint` commits to it, and nothing behind it.

    It opens files and never writes; a log that grows meanwhile does not disturb it.  It holds
    sizes and formats to what they must be and raises LedgerBroken, naming the file, where they
    are not; it verifies no signature and no hash, which is the audit's part.  `tiles_read`
    counts the files of hashes it has opened.
    """

    def __init__(self, archive: Path, *, checkpoint: Checkpoint, octets: bytes) -> None:
        self.checkpoint = checkpoint
        self.octets = octets
        self.size = checkpoint.size
        self.tiles_read = 0
        self._folder = archive / FOLDER
        self._kept: dict[Tile, list[bytes]] = {}

    @classmethod
    def open(cls, archive: Path, *, checkpoint: bytes | None = None) -> Self:
        """The log as of the note `checkpoint`, or as of log/checkpoint as it stands now.

        Raises LedgerBroken where that is missing, unreadable or no checkpoint.  Its signatures
        are not verified: that is `open_checkpoint`, on `octets`.
        """
        path = archive / FOLDER / CHECKPOINT
        octets = read_file(path, most=MOST_OCTETS) if checkpoint is None else checkpoint
        if octets is None:
            raise LedgerBroken(path, why="is missing")
        try:
            read = Checkpoint.parse(read_note(octets).text)
        except ValueError as error:
            raise LedgerBroken(path, why=str(error)) from error
        return cls(archive, checkpoint=read, octets=octets)

    def entry(self, index: int) -> bytes:
        """The octets of entry `index`.  Raises IndexError beyond the log's end."""
        self._demand(index)
        return self._bundle(index // WIDTH)[index % WIDTH]

    def entries(self, start: int = 0, stop: int | None = None) -> Iterator[tuple[int, bytes]]:
        """Index and octets of the entries [start, stop), one bundle in memory at a time."""
        for first, last in self._stretches(start, stop):
            bundle = self._bundle(first // WIDTH)
            for index in range(first, last):
                yield index, bundle[index % WIDTH]

    def leaf(self, index: int) -> bytes:
        """The leaf hash of entry `index`, as tiles say it.  Raises IndexError beyond the end."""
        self._demand(index)
        return self.hashes(0, index // WIDTH)[index % WIDTH]

    def leaves(self, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """The leaf hashes of the entries [start, stop), one tile in memory at a time."""
        for first, last in self._stretches(start, stop):
            begin = first - first % WIDTH
            yield from self.hashes(0, first // WIDTH)[first - begin : last - begin]

    def hashes(self, level: int, index: int) -> list[bytes]:
        """The hashes of tile `index` of `level`, as many as this log's size gives it.

        Raises LedgerBroken where the file is missing, or longer or shorter than it must be.
        """
        tile = Tile(level, index, width_of(level, index, self.size))
        if tile not in self._kept:
            while len(self._kept) >= MOST_KEPT:
                del self._kept[next(iter(self._kept))]
            self._kept[tile] = self._load(tile)
        return self._kept[tile]

    def root(self, size: int | None = None) -> bytes:
        """The root of the first `size` entries.  Raises ValueError beyond the log's end."""
        return self._root_of(0, self._sized(size))

    def inclusion(self, index: int, size: int | None = None) -> tuple[bytes, ...]:
        """The path from leaf `index` to the root of the first `size` entries, sibling first.

        Raises ValueError unless index < size <= the log's size.
        """
        ranges = inclusion_ranges(index, self._sized(size))
        return tuple([self._root_of(start, stop) for start, stop in ranges])

    def consistency(self, old_size: int, size: int | None = None) -> tuple[bytes, ...]:
        """The proof that the first `old_size` entries begin the first `size` (RFC 9162).

        Raises ValueError unless 0 < old_size <= size <= the log's size.
        """
        ranges = consistency_ranges(old_size, self._sized(size))
        return tuple([self._root_of(start, stop) for start, stop in ranges])

    def _root_of(self, start: int, stop: int) -> bytes:
        return fold([self._subtree(*subtree) for subtree in full_subtrees(start, stop)])

    def _subtree(self, height: int, index: int) -> bytes:
        """The root of one full subtree, which lies within one tile."""
        level, inside = divmod(height, HEIGHT)
        first = index << inside
        at = first % WIDTH
        return root_of(self.hashes(level, first // WIDTH)[at : at + (1 << inside)])

    def _stretches(self, start: int, stop: int | None) -> Iterator[tuple[int, int]]:
        """[start, stop), parted where tiles end."""
        end = self._sized(stop)
        while start < end:
            last = min(end, start - start % WIDTH + WIDTH)
            yield start, last
            start = last

    def _sized(self, size: int | None) -> int:
        if size is None:
            return self.size
        if not 0 <= size <= self.size:
            raise ValueError(f"{size} entries are asked for, the log holds {self.size}")
        return size

    def _demand(self, index: int) -> None:
        if not 0 <= index < self.size:
            raise IndexError(f"entry {index} is asked for, the log holds {self.size}")

    def _load(self, tile: Tile) -> list[bytes]:
        self.tiles_read += 1
        return self._read(tile, read_hashes, most=TILE_OCTETS)

    def _bundle(self, index: int) -> list[bytes]:
        tile = Tile(ENTRIES, index, width_of(0, index, self.size))
        return self._read(tile, read_bundle, most=BUNDLE_OCTETS)

    def _read(self, tile: Tile, cut: Callable[[bytes], list[bytes]], *, most: int) -> list[bytes]:
        """The parts of `tile`; a full tile may stand for a partial one, which may be gone."""
        for file in dict.fromkeys((tile, tile.full)):
            path = self._folder / file.path
            octets = read_file(path, most=most)
            if octets is not None:
                return _parts(path, octets, cut, width=file.width)[: tile.width]
        raise LedgerBroken(self._folder / tile.path, why="is missing")


def _parts(
    path: Path, octets: bytes, cut: Callable[[bytes], list[bytes]], *, width: int
) -> list[bytes]:
    try:
        parts = cut(octets)
    except ValueError as error:
        raise LedgerBroken(path, why=str(error)) from error
    if len(parts) != width:
        raise LedgerBroken(path, why=f"holds {len(parts)} of {width} parts")
    return parts
