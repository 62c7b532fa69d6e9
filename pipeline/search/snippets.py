"""A text and what was looked for in it → the piece of it that shows the words where they stand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from pipeline.search.analyzer import IS_PAIRED, placed, terms
from pipeline.search.spotting import has_any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from pipeline.ground.query import Words
    from pipeline.search.analyzer import Placed

WIDTH = 240
"""Columns of a snippet: three lines of a terminal or a page.  Paired scripts are twice as wide."""

MOST_READ = 400_000
"""Characters of a text in which the words are looked for; no article is that long."""

LONGEST_LINE = 8000
"""Characters; longer than any paragraph.  Places are told for a line as a whole."""
MOST_SPANS = 200
"""Places from which on no more are looked for: the best of the first will do."""

SPACES = re.compile(r"\s+")
CUT = "…"

Span = tuple[int, int, int]
"""Where words stand, and which of those that were looked for they are."""


class Piece(Struct, frozen=True):
    """A stretch of text as it is spelled there; `is_match` where it was looked for."""

    text: str
    is_match: bool = False


def marked(text: str, wanted: Sequence[Words]) -> tuple[Piece, ...]:
    """All of `text`, in pieces."""
    return _pieces(text, 0, len(text), _spans(text, wanted))


def snippet(text: str, wanted: Sequence[Words], width: int = WIDTH) -> tuple[Piece, ...]:
    """The piece of `text` where most of `wanted` stands, or its beginning; white space is one."""
    read = text[:MOST_READ].rstrip()
    spans = _spans(read, wanted)
    if IS_PAIRED.search(read[:width]):
        width //= 2
    begin, end = _window(read, spans, width)
    pieces = _pieces(read, begin, end, spans)
    before = (Piece(CUT + " "),) if begin > 0 else ()
    after = (Piece(" " + CUT),) if end < len(read) or len(text) > MOST_READ else ()
    return before + pieces + after


def plain(pieces: Iterable[Piece]) -> str:
    """The pieces as one text."""
    return "".join(piece.text for piece in pieces)


def _spans(text: str, wanted: Sequence[Words]) -> list[Span]:
    """Where each of `wanted` stands, in the order of the text; none reaches over a line's end.

    Only lines that have a first term are looked at closely: places cost ten times what terms do.
    """
    firsts = {words.terms[0] for words in wanted if not words.is_prefix or words.terms[1:]}
    begins = tuple(words.terms[0] for words in wanted if words.is_prefix and not words.terms[1:])
    spans: list[Span] = []
    at = 0
    for line in _lines(text) if wanted else ():
        there = terms(line) if has_any(line, (*firsts, *begins)) else ()
        if not firsts.isdisjoint(there) or (begins and any(map(_beginning(begins), there))):
            found = [(term, at + start, at + end) for term, start, end in placed(line)]
            for index, words in enumerate(wanted):
                spans += _stands(found, words, index)
        at += len(line)
        if len(spans) >= MOST_SPANS:
            break
    return sorted(spans)


def _lines(text: str) -> Iterator[str]:
    """The lines of `text`; what has no end is cut."""
    for line in text.splitlines(keepends=True):
        for start in range(0, len(line), LONGEST_LINE):
            yield line[start : start + LONGEST_LINE]


def _beginning(begins: tuple[str, ...]) -> Callable[[str], bool]:
    return lambda term: term.startswith(begins)


def _stands(found: list[Placed], words: Words, index: int) -> Iterable[Span]:
    first, *more = words.terms
    last = len(more)
    for at, (term, start, _) in enumerate(found):
        if not (term.startswith(first) if words.is_prefix and not more else term == first):
            continue
        behind = found[at + 1 : at + 1 + last]
        if len(behind) == last and all(
            one[0].startswith(term) if words.is_prefix and number == last else one[0] == term
            for number, (one, term) in enumerate(zip(behind, more, strict=True), 1)
        ):
            yield start, found[at + last][2], index


def _window(text: str, spans: list[Span], width: int) -> tuple[int, int]:
    """Where to begin and to end: at words, with the most different words inside, else the most."""
    best, most = (0, 0), (0, 0)
    for number, (start, _, _) in enumerate(spans):
        inside = [one for one in spans[number : number + width] if one[1] <= start + width * 3 // 4]
        count = len({index for *_, index in inside}), len(inside)
        if count > most:
            best, most = (start, max((one[1] for one in inside), default=start)), count
    room = max(width - (best[1] - best[0]), 0)
    begin = max(best[0] - room // 2, 0)
    end = min(begin + width, len(text))
    begin = max(min(begin, end - width), 0)
    return _at_word(text, begin, best[0], -1), _at_word(text, end, best[1], 1)


def _at_word(text: str, place: int, kept: int, way: int) -> int:
    """`place`, moved towards `kept` to the end of a word, where one is near."""
    if place in {0, len(text)} or text[place - 1 : place].isspace():
        return place
    begin, end = (place, kept) if way < 0 else (kept, place)
    gap = SPACES.search(text, begin, end) if way < 0 else None
    if way < 0:
        return gap.end() if gap and gap.end() - place < WIDTH // 8 else place
    space = max(text.rfind(" ", begin, end), text.rfind("\n", begin, end))
    return space if space > 0 and place - space < WIDTH // 8 else place


def _pieces(text: str, begin: int, end: int, spans: list[Span]) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    at = begin
    for start, stop, _ in spans:
        first, last = max(start, at), min(stop, end)
        if first >= last:
            continue
        pieces.append(Piece(_spaced(text[at:first])))
        pieces.append(Piece(_spaced(text[first:last]), is_match=True))
        at = last
    pieces.append(Piece(_spaced(text[at:end])))
    return tuple(piece for piece in pieces if piece.text)


def _spaced(text: str) -> str:
    return SPACES.sub(" ", text)
