"""Two editions of a document → a Diff: its fields told apart from its paragraphs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.diff.paragraphs import pieces_between
from pipeline.diff.pieces import Diff, Edit
from pipeline.diff.runs import runs_between

if TYPE_CHECKING:
    from collections.abc import Iterator

BETWEEN = "\n\n"
FIELDS = ("title", "byline", "published", "source")


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """A document as it stood: `text` is its clean text, which its title leads if it has one."""

    text: str
    title: str | None = None
    byline: str | None = None
    published: str | None = None
    source: str | None = None

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The text's paragraphs without its title."""
        found = paragraphs_of(self.text)
        return found[1:] if self.title is not None and found[:1] == (self.title,) else found


def difference(before: Edition, after: Edition) -> Diff:
    """How `before` became `after`."""
    pieces, coarse = pieces_between(before.paragraphs, after.paragraphs)
    return Diff(pieces=pieces, edits=tuple(_edits(before, after)), coarse=coarse)


def paragraphs_of(text: str) -> tuple[str, ...]:
    """The paragraphs of a clean text; with `text_of` the text again."""
    body = text.removesuffix("\n")
    return tuple(body.split(BETWEEN)) if body else ()


def text_of(paragraphs: tuple[str, ...]) -> str:
    """The clean text that has these paragraphs."""
    return BETWEEN.join(paragraphs) + "\n" if paragraphs else ""


def _edits(before: Edition, after: Edition) -> Iterator[Edit]:
    for name in FIELDS:
        one: str | None = getattr(before, name)
        other: str | None = getattr(after, name)
        if one != other:
            runs, _ = runs_between(one or "", other or "")
            yield Edit(field=name, before=one, after=other, runs=runs)
