"""Two lists of paragraphs → the pieces that turn one into the other.

What is the same to a reader is aligned first.  Of the rest, what was taken from one place and
stands in another was moved; what stands in the same gap and is alike was edited.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from msgspec import Struct, field

from pipeline.diff.aligning import aligned
from pipeline.diff.pieces import Added, Changed, MovedAway, MovedHere, Noise, Removed, Same
from pipeline.diff.runs import runs_between
from pipeline.diff.words import is_word, keys_of, noise_between, normal, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.diff.aligning import Block
    from pipeline.diff.pieces import Piece, Run

ALIKE = 0.4
"""The share of common words from which on a paragraph counts as edited, not replaced."""
MOVED_ALIKE = 0.75
"""Elsewhere in the text it has to be surer: there are many more to be alike by chance."""
FEWEST_WORDS = 3
"""Shorter paragraphs, as `* * *` or `Advertisement`, come and go, and are not said to move."""
MOST_WEIGHING = 2_000_000
"""Words that are weighed to find out what is alike, in all: about a second."""

LETTERS = 6
"""A word, roughly, and the space behind it."""


class _Text(Struct):
    """Paragraphs, and what is known of each."""

    paragraphs: Sequence[str]
    keys: list[str]
    bags: dict[int, Counter[str]] = field(default_factory=dict)

    def bag(self, at: int) -> Counter[str]:
        """How often each word stands in a paragraph."""
        if at not in self.bags:
            counted = Counter(keys_of(words_of(self.paragraphs[at])))
            self.bags[at] = Counter({word: n for word, n in counted.items() if is_word(word)})
        return self.bags[at]


def pieces_between(before: Sequence[str], after: Sequence[str]) -> tuple[tuple[Piece, ...], bool]:
    """The pieces in the order of both texts, and whether something was too long to compare."""
    old = _Text(before, [normal(one) for one in before])
    new = _Text(after, [normal(one) for one in after])
    found = aligned(old.keys, new.keys)
    work = _Pairing(old, new)
    gaps = list(_gaps(found.blocks, len(before), len(after)))
    work.move_whole(gaps)
    for gap in gaps:
        work.edit(gap)
    work.move_edited(gaps)
    pieces = tuple(work.told(found.blocks, gaps))
    return pieces, found.coarse or work.coarse


class _Gap(Struct, frozen=True):
    """Paragraphs between two that stand: their places in the one text and in the other."""

    old: range
    new: range


def _gaps(blocks: Sequence[Block], old_size: int, new_size: int) -> Iterator[_Gap]:
    """The gap before each block, and the one behind the last."""
    old = new = 0
    for one in blocks:
        yield _Gap(range(old, one.old), range(new, one.new))
        old, new = one.old + one.length, one.new + one.length
    yield _Gap(range(old, old_size), range(new, new_size))


class _Pairing:
    """Finds for what is gone where it came again."""

    def __init__(self, old: _Text, new: _Text) -> None:
        self._old, self._new = old, new
        self._edited: dict[int, int] = {}
        self._moved: dict[int, int] = {}
        self._left = MOST_WEIGHING
        self.coarse = False

    def move_whole(self, gaps: Sequence[_Gap]) -> None:
        """Pair what is gone in one place with what came, the same, in another."""
        came: dict[str, list[int]] = defaultdict(list)
        for gap in gaps:
            for at in reversed(gap.new):
                came[self._new.keys[at]].append(at)
        for places in came.values():
            places.sort(reverse=True)
        for gap in gaps:
            for at in gap.old:
                places = came[self._old.keys[at]]
                if places and self._old.bag(at).total() >= FEWEST_WORDS:
                    self._moved[at] = places.pop()

    def edit(self, gap: _Gap) -> None:
        """Pair what is alike within one gap, in the order of both."""
        moved_to = set(self._moved.values())
        old = [at for at in gap.old if at not in self._moved]
        new = [at for at in gap.new if at not in moved_to]
        if not old or not new:
            return
        if not self._may_weigh(old, new):
            in_step = zip(old, new, strict=False)
            self._edited |= {a: b for a, b in in_step if self._likeness(a, b) >= ALIKE}
            return
        self._edited |= _best([[self._likeness(a, b) for b in new] for a in old], old, new)

    def move_edited(self, gaps: Sequence[_Gap]) -> None:
        """Pair what is left and very much alike, wherever it stands."""
        taken = {*self._moved.values(), *self._edited.values()}
        old = [at for gap in gaps for at in gap.old if not self._is_paired(at)]
        new = [at for gap in gaps for at in gap.new if at not in taken]
        old = [at for at in old if self._old.bag(at).total() >= FEWEST_WORDS]
        if not old or not new or not self._may_weigh(old, new):
            return
        scored = sorted(
            ((self._likeness(a, b), a, b) for a in old for b in new),
            key=lambda one: (-one[0], one[1], one[2]),
        )
        for likeness, a, b in scored:
            if likeness < MOVED_ALIKE:
                return
            if a not in self._moved and b not in taken:
                self._moved[a] = b
                taken.add(b)

    def told(self, blocks: Sequence[Block], gaps: Sequence[_Gap]) -> Iterator[Piece]:
        """Every paragraph of both, in order."""
        numbers = {to: n for n, to in enumerate(sorted(self._moved.values()), 1)}
        origins = {to: at for at, to in self._moved.items()}
        for n, gap in enumerate(gaps):
            yield from self._gap(gap, numbers, origins)
            if n < len(blocks):
                block = blocks[n]
                for step in range(block.length):
                    yield self._shared(block.old + step, block.new + step)

    def _gap(self, gap: _Gap, numbers: dict[int, int], origins: dict[int, int]) -> Iterator[Piece]:
        start = gap.new.start
        for at in gap.old:
            if at in self._edited:
                yield from self._came(range(start, self._edited[at]), numbers, origins)
                yield Changed(runs=self._runs(at, self._edited[at]))
                start = self._edited[at] + 1
            elif at in self._moved:
                number = numbers[self._moved[at]]
                yield MovedAway(text=self._old.paragraphs[at], number=number)
            else:
                yield Removed(text=self._old.paragraphs[at])
        yield from self._came(range(start, gap.new.stop), numbers, origins)

    def _came(
        self, places: range, numbers: dict[int, int], origins: dict[int, int]
    ) -> Iterator[Piece]:
        for at in places:
            if at in origins:
                yield MovedHere(runs=self._runs(origins[at], at), number=numbers[at])
            else:
                yield Added(text=self._new.paragraphs[at])

    def _shared(self, old: int, new: int) -> Piece:
        before, after = self._old.paragraphs[old], self._new.paragraphs[new]
        if before == after:
            return Same(text=before)
        return Noise(before=before, after=after, what=noise_between(before, after))

    def _runs(self, old: int, new: int) -> tuple[Run, ...]:
        runs, coarse = runs_between(self._old.paragraphs[old], self._new.paragraphs[new])
        self.coarse |= coarse
        return runs

    def _is_paired(self, at: int) -> bool:
        return at in self._moved or at in self._edited

    def _may_weigh(self, old: list[int], new: list[int]) -> bool:
        """Whether all of `old` can be held against all of `new`; from then on, that was done."""
        letters = sum(len(self._old.paragraphs[at]) for at in old)
        cost = (letters // LETTERS + len(old)) * len(new)
        if cost > self._left:
            self.coarse = True
            return False
        self._left -= cost
        return True

    def _likeness(self, old: int, new: int) -> float:
        """The share of words that two paragraphs have in common, from 0 to 1."""
        one, other = self._old.bag(old), self._new.bag(new)
        total = one.total() + other.total()
        common = sum(min(n, other[word]) for word, n in one.items())
        return 2 * common / total if total else 0.0


def _best(scores: list[list[float]], old: list[int], new: list[int]) -> dict[int, int]:
    """The pairs, in the order of both, that are most alike together."""
    rows, columns = len(old), len(new)
    best = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    for a in reversed(range(rows)):
        for b in reversed(range(columns)):
            paired = scores[a][b] + best[a + 1][b + 1] if scores[a][b] >= ALIKE else -1.0
            best[a][b] = max(paired, best[a + 1][b], best[a][b + 1])
    pairs, a, b = {}, 0, 0
    while a < rows and b < columns:
        if scores[a][b] >= ALIKE and best[a][b] == scores[a][b] + best[a + 1][b + 1]:
            pairs[old[a]] = new[b]
            a, b = a + 1, b + 1
        elif best[a][b] == best[a + 1][b]:
            a += 1
        else:
            b += 1
    return pairs
