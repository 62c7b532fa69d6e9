"""Leaves of the log and leaves of the WARC files → who has whom, in bounded memory.

Leaves are held as octets; Python objects are made of one lot of them at a time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct, field

from pipeline.audit.logged import CAPTURE, LOST
from pipeline.ledger.merkle import HASH_SIZE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.audit.stretches import Read
    from pipeline.audit.tree import Tree

LOT = 1 << 21
"""Leaves that are objects at a time."""
MOST_LOTS = 256
COULD_BE = CAPTURE + LOST


class Where(NamedTuple):
    """The capture number `at` of those that were read in stretch `read`."""

    read: int
    at: int


class Matched(Struct, kw_only=True):
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
    known = [bytearray(len(read.offsets)) for read in reads]
    total = tree.size + sum(map(len, known))
    lots = min(MOST_LOTS, total // LOT + 1)
    for lot in range(lots):
        index_of = _lot_of(tree, lot, lots)
        for number, read in enumerate(reads):
            _match_read(index_of, read, number, known[number], matched)
    for number, flags in enumerate(known):
        matched.strangers += [Where(number, at) for at, flag in enumerate(flags) if not flag]
    return matched


def _lot_of(tree: Tree, lot: int, lots: int) -> dict[bytes, int]:
    """The index of each leaf of the lot; of equal ones the first."""
    kinds = tree.kinds
    index_of: dict[bytes, int] = {}
    for index, leaf in enumerate(_leaves(tree.levels[0])):
        if leaf[0] % lots == lot and kinds[index] in COULD_BE:
            index_of.setdefault(leaf, index)
    return index_of


def _match_read(
    index_of: dict[bytes, int], read: Read, number: int, known: bytearray, matched: Matched
) -> None:
    """Find the captures of one stretch; of each it has the leaf, and the one if it was adopted."""
    asked = {found.leaf for found in read.found if found.leaf}
    plain = bytes(read.leaves)
    for leaves in (plain, bytes(read.adopted)):
        for at, leaf in enumerate(_leaves(leaves)):
            index = index_of.get(leaf)
            if index is None:
                continue
            known[at] = 1
            if matched.there[index]:
                matched.doubled.append((index, Where(number, at)))
            matched.there[index] = 1
            own = plain[at * HASH_SIZE : (at + 1) * HASH_SIZE]
            if own in asked:
                matched.indices[own] = index


def _leaves(octets: bytes) -> Iterator[bytes]:
    return (octets[at : at + HASH_SIZE] for at in range(0, len(octets), HASH_SIZE))
