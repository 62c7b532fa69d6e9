"""Leaves of the log and leaves of the WARC files → who has whom, in bounded memory.

Leaves are held as octets; Python objects are made of one lot of them at a time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from pipeline.audit.logged import CAPTURE, LOST
from pipeline.ledger.merkle import HASH_SIZE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.audit.ranges import Read
    from pipeline.audit.tree import Tree

LOT = 1 << 21
"""Leaves that are objects at a time."""
MOST_LOTS = 256


class Where(NamedTuple):
    """The capture number `at` of those that were read in stretch `read`."""

    read: int
    at: int


@dataclass(slots=True, kw_only=True)
class Matched:
    """`indices` names the entry of each capture that has one, by leaf, for those asked for.

    `strangers` are captures in files that no entry commits to, `doubled` those whose entry
    another capture has already.  `there` has a 1 for each entry that a capture was found for.
    """

    there: bytearray
    strangers: list[Where] = field(default_factory=list)
    doubled: list[tuple[int, Where]] = field(default_factory=list)
    indices: dict[bytes, int] = field(default_factory=dict)

    def without(self, tree: Tree, start: int) -> Iterator[int]:
        """Captures of the log from entry `start` on that no file holds."""
        for index in range(start, tree.size):
            if tree.kinds[index] == CAPTURE[0] and not self.there[index]:
                yield index


def match(tree: Tree, reads: Sequence[Read]) -> Matched:
    """Find the entry of every capture that was read."""
    matched = Matched(there=bytearray(tree.size))
    total = tree.size + sum(len(read.offsets) for read in reads)
    lots = min(MOST_LOTS, total // LOT + 1)
    for lot in range(lots):
        _match_lot(tree, reads, matched, lot, lots)
    return matched


def _match_lot(tree: Tree, reads: Sequence[Read], matched: Matched, lot: int, lots: int) -> None:
    index_of: dict[bytes, int] = {}
    for index, leaf in enumerate(_leaves(tree.levels[0])):
        if leaf[0] % lots == lot and tree.kinds[index] in CAPTURE + LOST:
            index_of.setdefault(leaf, index)
    for number, read in enumerate(reads):
        asked = {found.leaf for found in read.found if found.leaf}
        adopted = list(_leaves(bytes(read.adopted)))
        for at, leaf in enumerate(_leaves(bytes(read.leaves))):
            if leaf[0] % lots != lot:
                continue
            index = index_of.get(leaf)
            if index is None and adopted:
                continue
            _note(matched, index, leaf, Where(number, at), asked)
        for at, leaf in enumerate(adopted):
            if leaf[0] % lots == lot and (index := index_of.get(leaf)) is not None:
                plain = bytes(read.leaves[at * HASH_SIZE : (at + 1) * HASH_SIZE])
                _note(matched, index, plain, Where(number, at), asked)


def _note(
    matched: Matched, index: int | None, leaf: bytes, where: Where, asked: set[bytes]
) -> None:
    if index is None:
        matched.strangers.append(where)
        return
    if matched.there[index]:
        matched.doubled.append((index, where))
    matched.there[index] = 1
    if leaf in asked:
        matched.indices[leaf] = index


def _leaves(octets: bytes) -> Iterator[bytes]:
    return (octets[at : at + HASH_SIZE] for at in range(0, len(octets), HASH_SIZE))
