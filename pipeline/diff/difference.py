"""Two editions of a document → a Diff: its fields told apart from its paragraphs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.diff.paragraphs import pieces_between
from pipeline.diff.pieces import Diff, Edit
from pipeline.diff.runs import runs_between

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.diff.edition import Edition

FIELDS = ("title", "byline", "published", "source")


def difference(before: Edition, after: Edition) -> Diff:
    """How `before` became `after`."""
    pieces, coarse = pieces_between(before.paragraphs, after.paragraphs)
    return Diff(pieces=pieces, edits=tuple(_edits(before, after)), coarse=coarse)


def _edits(before: Edition, after: Edition) -> Iterator[Edit]:
    for name in FIELDS:
        one: str | None = getattr(before, name)
        other: str | None = getattr(after, name)
        if one != other:
            runs, _ = runs_between(one or "", other or "")
            yield Edit(field=name, before=one, after=other, runs=runs)
