"""A document as it stood, and the paragraphs of its clean text."""

from __future__ import annotations

from msgspec import Struct

BETWEEN = "\n\n"


class Edition(Struct, frozen=True, kw_only=True):
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


def paragraphs_of(text: str) -> tuple[str, ...]:
    """The paragraphs of a clean text; with `text_of` the text again."""
    body = text.removesuffix("\n")
    return tuple(body.split(BETWEEN)) if body else ()


def text_of(paragraphs: tuple[str, ...]) -> str:
    """The clean text that has these paragraphs."""
    return BETWEEN.join(paragraphs) + "\n" if paragraphs else ""
