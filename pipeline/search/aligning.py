"""A passage and a text → where in the text it stands, and how nearly.

Words are compared, not characters: punctuation, case, quotation marks and hyphens are no part of
one.  The distance is how many words would have to be put in, left out or exchanged (Levenshtein's,
with free ends in the text), by Myers' bit vectors: a few operations on whole numbers a word.
"""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct

from pipeline.search.analyzer import IS_PAIRED, terms, units
from pipeline.search.spotting import stretches

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipeline.search.analyzer import Placed
    from pipeline.search.spotting import Stretch

LEAST = 0.8
"""A passage of which less than this is there does not stand there."""

LONGEST = 2000
"""Words of a passage; what is longer is compared up to there."""

PIECE = 3
"""Terms of a piece.  In a passage with one word in five changed every piece can only be broken by
a change of its own, so that of as many pieces as changes and one more, one is whole."""

MOST_PIECES = 24
FEW_PIECES = 6
OPENS, CLOSES = "“„«「『《", "”»」』》"
OPENING, CLOSING = "\"'“”‘’„«»([「『《（", "\"'“”‘’»)]」』》）.,;:!?…。，！？；："


class Alignment(Struct, frozen=True):
    """Characters `start` to `end` of a text are the passage; `similarity` is above LEAST, or 1."""

    similarity: float
    start: int
    end: int


class _Span(Struct, frozen=True):
    distance: int
    start: int
    end: int


class Passage:
    """What is looked for.  `pieces` are stretches of it, one of which stands wherever it does."""

    def __init__(self, text: str) -> None:
        self.words = tuple(word for word, *_ in units(text))[:LONGEST]
        self.terms = tuple(terms(text))
        self.most_changes = int(len(self.words) * (1 - LEAST) + 1e-9)
        self._length = len(text)
        self._counts = Counter(self.words)
        self._masks = _masks(self.words)

    @cached_property
    def pieces(self) -> tuple[tuple[str, ...], ...]:
        """Stretches that do not overlap; none where nothing may be changed."""
        if not self.most_changes:
            return ()
        length = min(PIECE, max(len(self.terms) // (self.most_changes + 1), 2))
        begins = range(0, len(self.terms) - length + 1, length)
        return tuple(dict.fromkeys(self.terms[begin : begin + length] for begin in begins))

    def rarest(self, common: Mapping[str, int]) -> tuple[tuple[str, ...], ...]:
        """So many of the pieces that one stands wherever the passage does; `common` tells terms.

        Where many are needed a pair of each will do.
        """
        needed = min(max(self.most_changes + 1, FEW_PIECES), MOST_PIECES)
        pieces = [
            _pair(piece, common) if needed > FEW_PIECES or IS_PAIRED.match(piece[0]) else piece
            for piece in self.pieces
        ]
        pieces.sort(key=lambda piece: min(map(common.__getitem__, piece)))
        return tuple(pieces[:needed])

    def align(self, text: str) -> Alignment | None:
        """Where the passage stands best in `text`, the first of several; None where it does not."""
        best: _Span | None = None
        for start, stop in self._stretches(text):
            span = self._within(text[start:stop], start)
            if span is not None and (best is None or span.distance < best.distance):
                best = span
            if best is not None and not best.distance:
                break
        if best is None:
            return None
        return Alignment(
            similarity=round(1 - best.distance / len(self.words), 4),
            start=_widened(text, best.start, OPENING, -1),
            end=_widened(text, best.end, CLOSING, 1),
        )

    def _stretches(self, text: str) -> Iterator[Stretch]:
        if not self.words:
            return iter(())
        return stretches(text, self._counts, length=self._length, may_lack=self.most_changes)

    def _within(self, text: str, offset: int) -> _Span | None:
        """Where it stands best in `text`, which begins at `offset`."""
        found = units(text)
        there = Counter(word for word, *_ in found)
        shared = sum(min(count, there[word]) for word, count in self._counts.items())
        if shared < len(self.words) - self.most_changes:
            return None
        distance, end = self._nearest(found)
        if distance > self.most_changes:
            return None
        begin = self._begin(found, end, distance)
        return _Span(distance, offset + found[begin][1], offset + found[end - 1][2])

    def _nearest(self, found: Sequence[Placed]) -> tuple[int, int]:
        """The smallest distance, and the number of words up to where it ends."""
        nearest, end = len(self.words) + 1, 0
        for number, distance in enumerate(_distances(self._masks, len(self.words), found, 0), 1):
            if distance < nearest:
                nearest, end = distance, number
        return nearest, end

    def _begin(self, found: Sequence[Placed], end: int, distance: int) -> int:
        """The word with which the passage begins that ends before `end`."""
        length = len(self.words)
        back = found[max(end - length - distance, 0) : end][::-1]
        masks = _masks(self.words[::-1])
        fitting = [
            number
            for number, one in enumerate(_distances(masks, length, back, 1), 1)
            if one == distance
        ]
        return end - min(fitting, key=lambda number: abs(number - length), default=len(back))


def quoted(text: str, start: int) -> bool:
    """Whether what begins at `start` is a quotation: a quotation mark opens before it."""
    begin = text.rfind("\n", 0, start) + 1
    before = text[begin : start + 1]
    opens = max(map(before.rfind, OPENS))
    return opens > max(map(before[:-1].rfind, CLOSES)) or before.count('"') % 2 == 1


def _pair(piece: tuple[str, ...], common: Mapping[str, int]) -> tuple[str, ...]:
    """The rarer two of a piece; of a paired script those that have no character of the next."""
    if len(piece) < PIECE or IS_PAIRED.match(piece[-1]):
        return piece[:2]
    return min(piece[:2], piece[1:], key=lambda two: sum(map(common.__getitem__, two)))


def _masks(words: Sequence[str]) -> dict[str, int]:
    masks: dict[str, int] = {}
    for number, word in enumerate(words):
        masks[word] = masks.get(word, 0) | 1 << number
    return masks


def _distances(
    masks: dict[str, int], length: int, found: Sequence[Placed], carry: int
) -> Iterator[int]:
    """The distance of the whole pattern to what ends at each word (Myers 1999).

    With `carry` 1 what is compared begins at the first word; with 0 it may begin anywhere.
    """
    every, top = (1 << length) - 1, 1 << (length - 1)
    more, less, distance = every, 0, length
    for word, *_ in found:
        same = masks.get(word, 0)
        vertical = same | less
        across = (((same & more) + more) ^ more) | same
        up, down = less | ~(across | more), more & across
        distance += bool(up & top) - bool(down & top)
        up, down = up << 1 | carry, down << 1
        more, less = (down | ~(vertical | up)) & every, up & vertical & every
        yield distance


def _widened(text: str, place: int, signs: str, way: int) -> int:
    """`place`, moved over the quotation marks and points that belong to the passage."""
    while 0 < place < len(text) and text[place - (way < 0)] in signs:
        place += way
    return place
