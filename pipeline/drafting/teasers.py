"""A page → which of its blocks are teasers: cards side by side that each lead to another page."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from pipeline.drafting.listings import links_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborNode

    from pipeline.drafting.page import Page, Span

MOST_BLOCKS = 6
"""Lines of one card: a headline, a few words, a day, a section, a signature."""
MOST_LETTERS = 400
"""Characters of a card that are no link; more is an article in a page of several."""
FEWEST = 2
"""Cards that make a list; a box with a link is often part of a text."""
MOSTLY = 0.6


def teasers_of(page: Page) -> frozenset[int]:
    """Which blocks of `page`, by their number, tell of other articles of the site."""
    leading = {link.node.mem_id for link in links_of(page)}
    found: set[int] = set()
    for node in page.elements:
        span = page.spans.get(node.mem_id)
        if span is None or span.end - span.start <= FEWEST:
            continue
        cards = list(_cards(page, node, leading))
        tags = Counter(card.tag for card, _ in cards)
        for card, held in cards:
            if tags[card.tag] >= FEWEST:
                found |= set(range(held.start, held.end))
    return frozenset(found)


def _cards(page: Page, node: LexborNode, leading: set[int]) -> Iterator[tuple[LexborNode, Span]]:
    """The children of an element that hold a headline which is a link, and few words beside it."""
    for child in node.iter():
        span = page.spans.get(child.mem_id)
        if span is None or not 1 < span.end - span.start <= MOST_BLOCKS:
            continue
        blocks = page.blocks[span.start : span.end]
        heads = [block for block in blocks if block.linked > MOSTLY * len(block.text)]
        plain = sum(len(block.text) - block.linked for block in blocks)
        if not heads or len(heads) == len(blocks) or plain > MOST_LETTERS:
            continue
        if any(one.mem_id in leading for one in child.css("a[href]")):
            yield child, span
