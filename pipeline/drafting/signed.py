"""Articles → who signed them: what was read, else a line that begins as a byline does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.drafting.page import Page
    from pipeline.drafting.sample import Sample

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


def signatures(samples: Sequence[Sample]) -> tuple[str | None, ...]:
    """The byline of each article; lines are only looked at where most were read without one."""
    read = tuple(one.read.byline for one in samples)
    if 2 * sum(one is not None for one in read) > len(read):
        return read
    lines = tuple(_signed(one.page) for one in samples)
    return lines if 2 * sum(one is not None for one in lines) > len(lines) else read


def _signed(page: Page) -> str | None:
    short = (block.text for block in page.blocks if len(block.text) <= LONGEST_LINE)
    return next((found[1] for line in short if (found := SIGNED.match(line))), None)
