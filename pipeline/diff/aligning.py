"""Two sequences → which of their parts stand in both, in time that is bounded.

The longest common subsequence where that can be had: bit by bit, 64 cells of its table at once.
Beyond, what stands exactly once in both holds the two together, and the gaps between are tried
again; a gap that is still too large is not compared, and that is said.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from typing import TYPE_CHECKING

from msgspec import Struct
from rapidfuzz.distance import LCSseq

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence

MOST_CELLS = 1 << 28
"""Of the table: 32 MiB, and about a second."""
DEEPEST = 8
"""How often a gap is held together anew: each time it must have become smaller."""


class Block(Struct, frozen=True):
    """`length` items that stand at `old` in the one sequence and at `new` in the other."""

    old: int
    new: int
    length: int


class Aligned(Struct, frozen=True):
    """The blocks that both have, in order, and whether some gap was not compared."""

    blocks: tuple[Block, ...]
    coarse: bool


def aligned(old: Sequence[Hashable], new: Sequence[Hashable]) -> Aligned:
    """What `old` and `new` share."""
    numbers: dict[Hashable, int] = {}
    before = [numbers.setdefault(one, len(numbers)) for one in old]
    after = [numbers.setdefault(one, len(numbers)) for one in new]
    work = _Work(before, after)
    work.compare(0, len(before), 0, len(after), DEEPEST)
    return Aligned(tuple(_joined(work.pairs)), work.coarse)


class _Work:
    """Pairs of places that hold the same, as they are found: in order."""

    def __init__(self, old: list[int], new: list[int]) -> None:
        self._old, self._new = old, new
        self._left = MOST_CELLS
        self.pairs: list[Block] = []
        self.coarse = False

    def compare(self, old: int, old_end: int, new: int, new_end: int, depth: int) -> None:
        """Find what the two stretches share."""
        head = self._shared_head(old, old_end, new, new_end)
        self._take(old, new, head)
        old, new = old + head, new + head
        tail = self._shared_tail(old, old_end, new, new_end)
        self._within(old, old_end - tail, new, new_end - tail, depth)
        self._take(old_end - tail, new_end - tail, tail)

    def _within(self, old: int, old_end: int, new: int, new_end: int, depth: int) -> None:
        cells = (old_end - old) * (new_end - new)
        if not cells:
            return
        if cells <= self._left:
            self._left -= cells
            for one in LCSseq.opcodes(self._old[old:old_end], self._new[new:new_end]):
                if one.tag == "equal":
                    self._take(
                        old + one.src_start, new + one.dest_start, one.src_end - one.src_start
                    )
            return
        anchors = self._anchors(old, old_end, new, new_end) if depth else []
        if not anchors:
            self.coarse = True
            return
        for at_old, at_new in [*anchors, (old_end, new_end)]:
            self.compare(old, at_old, new, at_new, depth - 1)
            if at_old < old_end:
                self._take(at_old, at_new, 1)
            old, new = at_old + 1, at_new + 1

    def _take(self, old: int, new: int, length: int) -> None:
        if length:
            self.pairs.append(Block(old, new, length))

    def _shared_head(self, old: int, old_end: int, new: int, new_end: int) -> int:
        most, n = min(old_end - old, new_end - new), 0
        while n < most and self._old[old + n] == self._new[new + n]:
            n += 1
        return n

    def _shared_tail(self, old: int, old_end: int, new: int, new_end: int) -> int:
        most, n = min(old_end - old, new_end - new), 0
        while n < most and self._old[old_end - 1 - n] == self._new[new_end - 1 - n]:
            n += 1
        return n

    def _anchors(self, old: int, old_end: int, new: int, new_end: int) -> list[tuple[int, int]]:
        """Places of what stands once in each stretch, as many as rise in both."""
        there = _once(self._new, new, new_end)
        here = _once(self._old, old, old_end)
        pairs = [(place, there[item]) for item, place in here.items() if item in there]
        return _rising(pairs)


def _once(items: list[int], start: int, end: int) -> dict[int, int]:
    stretch = items[start:end]
    counts = Counter(stretch)
    return {item: start + n for n, item in enumerate(stretch) if counts[item] == 1}


def _rising(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest part of `pairs`, which rise by their first, that rises by the second as well."""
    ends: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for n, (_, new) in enumerate(pairs):
        at = bisect_left(ends, new)
        before.append(last[at - 1] if at else -1)
        ends[at : at + 1] = [new]
        last[at : at + 1] = [n]
    found = []
    at = last[-1] if last else -1
    while at >= 0:
        found.append(pairs[at])
        at = before[at]
    return found[::-1]


def _joined(blocks: list[Block]) -> Iterator[Block]:
    """Blocks that touch in both sequences are one."""
    held: Block | None = None
    for one in blocks:
        if held and (held.old + held.length, held.new + held.length) == (one.old, one.new):
            held = Block(held.old, held.new, held.length + one.length)
            continue
        if held:
            yield held
        held = one
    if held:
        yield held
