"""Text from outside → what a page may show of it: nothing hidden, nothing endless.

A page can hide marks that turn the order of the letters around it, or that no font shows.  They
are spelled out here, so that a reader sees them; what stands around them is isolated by `<bdi>`.
"""

from __future__ import annotations

import re
from itertools import islice
from urllib.parse import urlsplit

from markupsafe import Markup, escape
from msgspec import Struct

from pipeline.ground.hidden import HIDDEN

MOST_SHOWN = 40_000
"""Characters of one paragraph: more than any article's, few enough for a browser to lay out."""
MOST_IN_ALL = 400_000
MOST_IN_LINE = 300
"""Characters of a title, an address or a name."""

MOST_MARKS = 100
"""Hidden marks of one paragraph that are spelled out: nobody reads more of them."""
MARK_WEIGHS = 40
"""Characters of a page that a hidden mark takes when it is spelled out."""
PARAGRAPH_WEIGHS = 40
"""Characters of a page that a paragraph takes besides its own: of a letter each, many fit."""
LONGEST_LINK = 8000
"""Characters; a longer one cannot be asked for either."""

NO_XML = re.compile("[\ufffe\uffff]")
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")


def legible(text: str | None, most: int = MOST_IN_LINE) -> Markup:
    """`text` with hidden marks spelled out, cut where it is longer than `most`, isolated."""
    text = text or ""
    cut = Markup(' <span class="cut">(cut here: {} more characters)</span>')
    more = cut.format(f"{len(text) - most:,}") if len(text) > most else ""
    return Markup("<bdi>{}</bdi>{}").format(spelled(text[:most]), more)


def spelled(text: str) -> Markup:
    """`text` escaped, each hidden mark by its number; of very many the last are only counted."""
    parts: list[Markup] = []
    done = 0
    for found in islice(HIDDEN.finditer(text), MOST_MARKS):
        parts += [escape(text[done : found.start()]), _mark(found[0])]
        done = found.end()
    rest, left_out = HIDDEN.subn("", text[done:])
    return Markup("").join([*parts, escape(rest), _left_out(left_out)])


def weight(text: str) -> int:
    """About how many characters of a page `text` takes when it is `spelled`."""
    return len(text) + MARK_WEIGHS * sum(1 for _ in islice(HIDDEN.finditer(text), MOST_MARKS))


def plainly(text: str) -> str:
    """`text` with each hidden mark by its number, for who reads no HTML; XML can hold it."""
    return NO_XML.sub("", HIDDEN.sub(lambda found: f"[U+{ord(found[0]):04X}]", text))


def _mark(character: str) -> Markup:
    return Markup('<span class="hidden-mark">U+{}</span>').format(f"{ord(character):04X}")


def _left_out(marks: int) -> Markup:
    said = Markup(' <span class="cut">({} more hidden marks are left out)</span>')
    return said.format(f"{marks:,}") if marks else Markup("")


class Paragraph(Struct, frozen=True, kw_only=True):
    """A paragraph as it is shown; `left_out` says how many of its characters are not."""

    text: str
    left_out: int


class Shown(Struct, frozen=True, kw_only=True):
    """A clean text as it is shown; `left_out` counts the paragraphs behind the end."""

    title: str | None
    paragraphs: tuple[Paragraph, ...]
    left_out: int


def shown(text: str, *, title: object) -> Shown:
    """A clean text in paragraphs; the first is the title where there is a `title`."""
    parts = text.removesuffix("\n").split("\n\n") if text else []
    head = parts.pop(0) if title and parts else None
    kept: list[Paragraph] = []
    total = 0
    for part in parts:
        if total >= MOST_IN_ALL:
            break
        seen = part[:MOST_SHOWN]
        total += PARAGRAPH_WEIGHS + weight(seen)
        kept.append(Paragraph(text=seen, left_out=len(part) - len(seen)))
    return Shown(title=head, paragraphs=tuple(kept), left_out=len(parts) - len(kept))


def address(url: str | None) -> str | None:
    """`url` where it may become a link: http and https alone, and nothing that has no host."""
    if not url or len(url) > LONGEST_LINK or HIDDEN.search(url) or NO_XML.search(url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme.lower() in {"http", "https"} and parts.netloc else None


def language(tag: str | None) -> str | None:
    """`tag` where it can be a `lang` attribute."""
    return tag if tag and LANGUAGE.fullmatch(tag) else None
