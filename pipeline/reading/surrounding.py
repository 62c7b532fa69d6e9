"""A text and where a passage stands in it → what is told of that, without the text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from pipeline.search.aligning import quoted

if TYPE_CHECKING:
    from pipeline.search.aligning import Alignment

AROUND = 160
"""Characters of what surrounds a passage, on each side."""

SPACES = re.compile(r"\s+")


class Surrounded(Struct, frozen=True):
    """A passage as it stands in a text, what is around it, and whether it `is_quoted` there.

    The text is not kept: a passage may stand in thousands, each of them a book.
    """

    similarity: float
    passage: str
    before: str
    after: str
    is_quoted: bool


def surrounded(text: str, found: Alignment) -> Surrounded:
    """The passage that was `found` in `text`, with what is around it."""
    return Surrounded(
        similarity=found.similarity,
        passage=_spaced(text[found.start : found.end]),
        before=_tail(text[: found.start]),
        after=_head(text[found.end :]),
        is_quoted=quoted(text, found.start),
    )


def _head(text: str) -> str:
    """The beginning of `text`, to the end of a word."""
    if len(text) <= AROUND:
        return _spaced(text.rstrip())
    cut = _spaced(text[:AROUND])
    return cut.rpartition(" ")[0] or cut


def _tail(text: str) -> str:
    """The end of `text`, from the beginning of a word."""
    if len(text) <= AROUND:
        return _spaced(text.lstrip())
    cut = _spaced(text[-AROUND:])
    return cut.partition(" ")[2] or cut


def _spaced(text: str) -> str:
    return SPACES.sub(" ", text)
