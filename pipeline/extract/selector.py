"""A selector's text, as a config has it → the places on a page to look at, in order.

`meta[property='og:title']@content, h1` is two alternatives: an attribute, and an element's text.
`json-ld:author.name` is a third kind: a value in the page's schema.org data.  A fourth is what the
page's `meta` elements say under a name: `meta:author`, and `og:title`, which is OpenGraph's.
"""

from __future__ import annotations

import re
from functools import cache

from msgspec import Struct
from selectolax.lexbor import LexborHTMLParser, SelectolaxError

ALLOWED = (
    "CSS selectors parted by commas, each perhaps with @attribute behind it,"
    " json-ld:name as in json-ld:datePublished or json-ld:author.name,"
    " or meta:name as in meta:author, or og:name as in og:title"
)
ATTRIBUTE = re.compile(r"@([A-Za-z_:][\w:.-]*)\s*$")
JSON_LD = re.compile(r"json-ld:([A-Za-z@][\w@-]*(?:\.[A-Za-z@][\w@-]*)*)")
# Named so, no element could have text: what is valid CSS among these (`meta:empty`) is of no use.
META = re.compile(r"(?:meta:(?=.)|(?=og:.))([A-Za-z][\w.:-]*)")
CLOSES = {"(": ")", "[": "]"}


class Element(Struct, frozen=True):
    """The elements that a CSS selector matches, or one attribute of them."""

    css: str
    attribute: str | None = None


class JsonLd(Struct, frozen=True):
    """A value in the page's schema.org data, by its path: `("author", "name")`."""

    path: tuple[str, ...]


class Meta(Struct, frozen=True):
    """What the page's `meta` elements of one name, property or itemprop say; in lower case."""

    name: str


Alternative = Element | JsonLd | Meta


@cache  # a site's generations, and the sites, say the same of their pages again and again
def alternatives(text: str) -> tuple[Alternative, ...]:
    """Read a selector's text.  Raises ValueError that says what is wrong and what is allowed."""
    return tuple(_alternative(piece.strip(), text) for piece in _split(text))


@cache
def css(text: str) -> str:
    """A plain CSS selector that the engine can read.  Raises ValueError for anything else."""
    try:
        LexborHTMLParser("").css(text)
    except SelectolaxError:
        raise ValueError(f"{text!r} is not a CSS selector that can be read") from None
    return text


def _alternative(piece: str, whole: str) -> Alternative:
    structured = JSON_LD.fullmatch(piece)
    if structured:
        return JsonLd(tuple(structured[1].split(".")))
    meta = META.fullmatch(piece)
    if meta:
        return Meta(meta[1].lower())
    attribute = ATTRIBUTE.search(piece)
    selector = piece[: attribute.start()].strip() if attribute else piece
    try:
        return Element(css(selector), attribute[1].lower() if attribute else None)
    except ValueError:
        raise ValueError(f"{piece!r} in {whole!r} cannot be read; allowed: {ALLOWED}") from None


def _split(text: str) -> list[str]:
    """`text` at its commas, but for those in quotes, brackets and parentheses."""
    pieces, start, awaited = [], 0, ""
    for at, letter in enumerate(text):
        if letter == "," and not awaited:
            pieces.append(text[start:at])
            start = at + 1
        elif awaited and letter == awaited[-1]:
            awaited = awaited[:-1]
        elif awaited[-1:] in {"'", '"'}:
            continue
        elif letter in "'\"":
            awaited += letter
        elif letter in CLOSES:
            awaited += CLOSES[letter]
    return [*pieces, text[start:]]
