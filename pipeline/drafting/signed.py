"""Articles → who signed them: what was read, else a line that begins as a byline does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.drafting.page import Page
    from pipeline.model import Document

WRITTEN = (
    "written|posted|published|submitted|enviado|publicado|escrito|redigido|écrit|publié|scritto"
)
NAME = r"[^\W\d_a-z][\w.'’-]*"
SIGNED = re.compile(
    rf"(?:|.*[|·•]\s*|(?:.*\b)?(?i:{WRITTEN})\s+)(?:[Bb]y|BY|[Vv]on|[Pp]ar|[Pp]or|[Dd]i)\s+"
    rf"({NAME}(?:\s(?:de|da|di|van|von|{NAME})){{1,3}})"
    r"(?=$|\s?[,|/·•–—-]|\s(?:on|el|em|le|il|am)\s)"
)
LONGEST_LINE = 80
FEWEST = 3
"""Values that differ, of which a word that all have is no part."""


class Article(Protocol):
    """A page, and what was read in it."""

    @property
    def page(self) -> Page:
        """The page."""
        ...

    @property
    def read(self) -> Document:
        """What the generic extractor made of it."""
        ...


def signatures(samples: Sequence[Article]) -> tuple[str | None, ...]:
    """The byline of each article; lines are only looked at where most were read without one."""
    read = told_apart([one.read.byline for one in samples])
    if 2 * sum(one is not None for one in read) > len(read):
        return read
    lines = tuple(_signed(one.page) for one in samples)
    return lines if 2 * sum(one is not None for one in lines) > len(lines) else read


def told_apart(values: Sequence[str | None]) -> tuple[str | None, ...]:
    """`values` without the words that all of them begin or end with: they are of the page.

    Only where there are enough of them that it is no family's name.
    """
    said = {value for value in values if value}
    while len(said) >= FEWEST:
        parted = [value.split() for value in said]
        first, last = {one[0] for one in parted}, {one[-1] for one in parted}
        if min(map(len, parted)) < 2 or (len(first) > 1 and len(last) > 1):  # noqa: PLR2004
            break
        cut = slice(1, None) if len(first) == 1 else slice(None, -1)
        values = [value and " ".join(value.split()[cut]) for value in values]
        said = {value for value in values if value}
    return tuple(values)


def _signed(page: Page) -> str | None:
    short = (block.text for block in page.blocks if len(block.text) <= LONGEST_LINE)
    return next((found[1] for line in short if (found := SIGNED.match(line))), None)
