"""Articles → where each says its title and its date: what is there on most pages, by trust."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.drafting.page import Page

TITLES = ("h1", "meta[property='og:title']@content", "title")
DATES = (
    "meta[property='article:published_time']@content",
    "json-ld:datePublished",
    "meta[itemprop='datePublished']@content",
    "meta[name='pubdate']@content",
    "time@datetime",
)
PRINTED = (
    (r"(\d{4}-\d{2}-\d{2})", "%Y-%m-%d"),
    (r"(\d{4}\.\d{2}\.\d{2})", "%Y.%m.%d"),
    (r"(\d{4}/\d{2}/\d{2})", "%Y/%m/%d"),
    (r"(\d{4}年\d{1,2}月\d{1,2}日)", "%Y年%m月%d日"),
    (r"(\d{4}년 \d{1,2}월 \d{1,2}일)", "%Y년 %m월 %d일"),
)
"""Dates that can be read in one way only: 3/4/2026 is left to a person."""
BYLINES = (
    "meta[name='author']@content",
    "json-ld:author.name",
    "[itemprop='author']",
    "[rel='author']",
    ".byline",
    ".author",
)
LONGEST_BYLINE = 80


def titles_of(pages: Sequence[Page]) -> list[str]:
    """Selectors of the title that differ from page to page, the best first."""
    return [css for css in TITLES if _tells_apart(css, pages)] or ["title"]


def dates_of(pages: Sequence[Page]) -> list[object]:
    """Rules of `published`; those for printed dates only where no machine-readable one is."""
    found: list[object] = [one for one in DATES if 2 * len(_values(one, pages)) > len(pages)]
    if found:
        return found
    for pattern, form in PRINTED:
        held = sum(any(re.search(pattern, b.text) for b in page.blocks) for page in pages)
        if 2 * held > len(pages):
            return [{"css": "body", "pattern": pattern, "format": form}]
    return []


def bylines_of(pages: Sequence[Page], site: str) -> list[str]:
    """Selectors of the byline that most pages have, and that say more than the site's name."""
    return [css for css in BYLINES if _names_somebody(css, pages, site)][:2]


def _names_somebody(css: str, pages: Sequence[Page], site: str) -> bool:
    values = _values(css, pages)
    short = all(len(one) <= LONGEST_BYLINE for one in values)
    return 2 * len(values) > len(pages) and short and any(one != site for one in values)


def _tells_apart(css: str, pages: Sequence[Page]) -> bool:
    values = _values(css, pages)
    return 2 * len(values) > len(pages) and (len(pages) == 1 or len(set(values)) > 1)


def _values(rule: str, pages: Sequence[Page]) -> list[str]:
    """What a rule finds, of those pages where it finds anything."""
    return [said for page in pages if (said := _value(rule, page))]


def _value(rule: str, page: Page) -> str:
    if rule.startswith("json-ld:"):
        scripts = page.tree.css("script[type='application/ld+json']")
        return next((rule for one in scripts if f'"{rule[8:]}"' in one.text()), "")
    css, _, attribute = rule.partition("@")
    node = page.tree.css_first(css, default=None)
    if node is None:
        return ""
    return (node.attributes.get(attribute) or "") if attribute else node.text().strip()
