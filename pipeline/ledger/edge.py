"""Entries one by one → the right edge of the tree: files that are due, and the root."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Self

from pipeline.ledger.merkle import fold, full_subtrees, root_of
from pipeline.ledger.tiles import ENTRIES, HEIGHT, LENGTH_OCTETS, WIDTH, Tile, open_tiles

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.ledger.reader import LogReader

File = tuple[Tile, bytes]


class Edge:
    """All of a log that its writer needs in memory: the tiles and the bundle that are not full.

    What was appended since `due` was asked last is held as well, until it is asked again.
    """

    def __init__(self) -> None:
        self.size = 0
        # The full subtrees that the leaves make up, larger before smaller (a compact range).
        self._subtrees: list[bytes] = []
        self._tiles: list[list[bytes]] = [[]]
        self._bundle = bytearray()
        self._finished: list[File] = []
        self._touched: set[int] = set()

    @classmethod
    def of(cls, reader: LogReader) -> Self:
        """The right edge of the log that `reader` reads.

        Raises LedgerBroken where its files are missing or malformed; `root` says whether they
        are the right ones.
        """
        edge = cls()
        edge.size = reader.size
        edge._tiles = [
            reader.hashes(level, index)[:width] if width else []
            for level, index, width in open_tiles(reader.size)
        ] or [[]]
        for hashes in reversed(edge._tiles):
            for height, index in full_subtrees(0, len(hashes)):
                first = index << height
                edge._subtrees.append(root_of(hashes[first : first + (1 << height)]))
        for _, entry in reader.entries(reader.size - reader.size % WIDTH):
            edge._hold(entry)
        return edge

    def append(self, entry: bytes) -> None:
        """Take `entry` in as the next leaf."""
        self._hold(entry)
        self._add(0, sha256(b"\x00" + entry).digest())
        reached, height, place = self._tiles[0][-1], 0, self.size
        self.size += 1
        while place & 1:
            reached = sha256(b"\x01" + self._subtrees.pop() + reached).digest()
            height, place = height + 1, place >> 1
            if height % HEIGHT == 0:
                self._finish(height // HEIGHT - 1, place)
                self._add(height // HEIGHT, reached)
        self._subtrees.append(reached)

    def root(self) -> bytes:
        """The root over everything appended."""
        return fold(self._subtrees)

    def due(self) -> Iterator[File]:
        """The files that this size needs; those left out were there when this was asked last."""
        yield from self._finished
        for level in sorted(self._touched):
            if width := len(self._tiles[level]):
                yield Tile(level, self._index(level), width), b"".join(self._tiles[level])
        if self._bundle:
            yield Tile(ENTRIES, self._index(0), self.size % WIDTH), bytes(self._bundle)
        self._finished, self._touched = [], set()

    def _index(self, level: int) -> int:
        return self.size >> (HEIGHT * (level + 1))

    def _hold(self, entry: bytes) -> None:
        self._bundle += len(entry).to_bytes(LENGTH_OCTETS, "big")
        self._bundle += entry

    def _add(self, level: int, reached: bytes) -> None:
        if level == len(self._tiles):
            self._tiles.append([])
        self._tiles[level].append(reached)
        self._touched.add(level)

    def _finish(self, level: int, index: int) -> None:
        self._finished.append((Tile(level, index), b"".join(self._tiles[level])))
        self._tiles[level] = []
        if level == 0:
            self._finished.append((Tile(ENTRIES, index), bytes(self._bundle)))
            self._bundle = bytearray()
