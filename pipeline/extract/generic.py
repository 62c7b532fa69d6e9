"""Markup of any page → the paragraphs of its main text, found by trafilatura."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import trafilatura
from lxml import etree

from pipeline.extract.paragraphs import Kind, Lines

if TYPE_CHECKING:
    from pipeline.extract.page import Page

# trafilatura's vocabulary, which is TEI's; other elements are inline.
KINDS = {
    "p": Kind.BLOCK,
    "head": Kind.BLOCK,
    "list": Kind.BLOCK,
    "item": Kind.BLOCK,
    "quote": Kind.BLOCK,
    "table": Kind.BLOCK,
    "div": Kind.BLOCK,
    "body": Kind.BLOCK,
    "row": Kind.ROW,
    "cell": Kind.CELL,
    "lb": Kind.BREAK,
    "graphic": Kind.NEVER,
}

# The share of a page's text under which the fast way has most likely missed the article: of 238
# real pages 22 fell under it, among them all nine that the slow way read far better.
LITTLE = 0.25
# Under so many characters (its own default) trafilatura gives all text of a page as one line.
MIN_EXTRACTED = 250
# Tags from which trafilatura, at some 30 µs a tag, would take seconds.
MOST_TAGS = 100_000
# Where a page's text is when no heuristic finds it, and what is never part of it.
CONTAINERS = ("article", "main, [role='main']", "body")
FURNITURE = (
    "nav, footer, aside, form, body > header",
    "[role='navigation'], [role='banner'], [role='contentinfo'], [role='complementary']",
)
# What trafilatura's heuristics and lxml raise on trees that nobody meant to write.
UNREADABLE = (
    ValueError,
    TypeError,
    AttributeError,
    LookupError,
    RecursionError,
    etree.LxmlError,
)

# It talks on stderr about pages that it cannot read; here that is an outcome, not an incident.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)


def main_text(page: Page, drop: tuple[str, ...] = ()) -> list[str]:
    """The paragraphs of a page's own text, without the elements that `drop` matches."""
    lines = _by_trafilatura(page, drop)
    if _length(lines) >= MIN_EXTRACTED:
        return lines
    return page.lines(CONTAINERS, page.dropped((*drop, *FURNITURE))) or lines


def _by_trafilatura(page: Page, drop: tuple[str, ...]) -> list[str]:
    """What the fast way finds; where that is little of what there is to read, the slow way too."""
    markup = page.markup_without(drop)
    if markup.count("<") > MOST_TAGS:
        return []
    fast = _found(markup, fast=True)
    readable = _length(page.lines(("body",), page.dropped(drop)))
    if _length(fast) >= LITTLE * readable:
        return fast
    return max(fast, _found(markup, fast=False), key=_length)


def _found(html: str, *, fast: bool) -> list[str]:
    try:
        document = trafilatura.bare_extraction(html, fast=fast, include_comments=False)
    except UNREADABLE:
        return []
    body = getattr(document, "body", None)
    return [] if body is None else _walked(body)


def _length(lines: list[str]) -> int:
    return sum(map(len, lines))


def _walked(body: Any) -> list[str]:
    lines = Lines()
    for event, element in etree.iterwalk(body, events=("start", "end")):
        kind = KINDS.get(element.tag, Kind.INLINE)
        if event == "start":
            if kind:
                lines.open(kind)
            if kind is not Kind.NEVER and element.text:
                lines.text(element.text)
        else:
            if kind:
                lines.close(kind)
            if element.tail and element is not body:
                lines.text(element.tail)
    return lines.done
