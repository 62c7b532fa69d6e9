"""A page and a generation's places → the paragraphs of its body."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.extract.paragraphs import paragraphs
from pipeline.extract.prose import one_line, rows
from pipeline.extract.selector import Alternative, Element

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.extract.dropped import Dropped
    from pipeline.extract.page import Page
    from pipeline.extract.rules import Generation


def body_of(page: Page, generation: Generation, dropped: Dropped) -> list[str]:
    """The paragraphs that `generation` finds; none when it does not know the page.

    Of several places the first that yields, with everything that its selector matches; or,
    where the generation says so, the one element with most text.
    """
    if generation.longest:
        single = (one for place in generation.bodies for one in _each(page, place, dropped))
        return max((trimmed(one, generation) for one in single), key=length, default=[])
    for place in generation.bodies:
        together = [line for one in _each(page, place, dropped) for line in one]
        kept = trimmed(together, generation)
        if kept:
            return kept
    return []


def trimmed(lines: list[str], generation: Generation) -> list[str]:
    """`lines` up to the first in which an end mark is found, without those found unwanted.

    What is to be cut out of a line is gone before it is looked at.
    """
    if generation.cut:
        lines = [line for whole in lines if (line := _cut(whole, generation))]
    ends, marked = generation.end_at, generation.marked
    if not marked:
        return lines
    kept = []
    for line in lines:
        if not marked(line):
            kept.append(line)
        elif ends(line):
            break
    return kept


def _cut(line: str, generation: Generation) -> str:
    if generation.cut(line):
        for pattern in generation.cuts:
            line = pattern.sub(" ", line)
        return one_line(line)
    return line


def length(lines: list[str]) -> int:
    """Characters of text."""
    return sum(map(len, lines))


def _each(page: Page, place: Alternative, dropped: Dropped) -> Iterator[list[str]]:
    """The paragraphs of each thing that is found at a place."""
    match place:
        case Element(css=css, attribute=None):
            for node in page.outermost(css, dropped):
                yield paragraphs(node, dropped.within(node))
        case _:
            yield from map(rows, page.texts(place))
