"""Articles and what was read in them → the rules of title, date, byline and source.

A rule is kept where it yields on most pages what is known of them already: what many sites mark up
for machines first, else where the page shows it.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from msgspec import Struct

from pipeline.drafting import selectors
from pipeline.drafting.places import MOST_AROUND, Yields, judged, shown, spelled
from pipeline.drafting.printed import printed_date

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipeline.drafting.page import Page

TITLES = ("og:title", "json-ld:headline", "meta:ArticleTitle")
DATES = (
    "meta[property='article:published_time']@content",
    "json-ld:datePublished",
    "meta[itemprop='datePublished']@content",
    "meta[name='pubdate' i]@content",
    "meta[name='publishdate' i]@content",
    "meta[name='date' i]@content",
    "meta[name='dc.date' i]@content",
    "meta[name='dcterms.date' i]@content",
    "[itemprop='datePublished']@datetime",
    "time.published@datetime",
    "time.entry-date@datetime",
    "article time@datetime",
    "time@datetime",
)
BYLINES = (
    "json-ld:author.name",
    "meta[name='author' i]@content",
    "[itemprop='author'] [itemprop='name']",
    "[itemprop='author']",
    "[rel='author']",
)
SOURCES = ("meta:ContentSource", "meta:source", "json-ld:sourceOrganization.name")
DAY = len("2026-05-14")
MACHINE_READABLE = re.compile(r"\d{4}-\d{2}-\d{2}(?:$|[T ]\d{2}:\d{2})")
OTHER_DAYS = re.compile(
    r"modif|updat|@.*(?:edit|change|expir|end|event|start|until)", re.IGNORECASE
)
"""In a place or its attribute's name: what that dates is not the publication."""
MOST_ATTRIBUTES = 20


class Known(Struct, frozen=True, kw_only=True):
    """What the generic extractor read, field by field, on each page."""

    titles: tuple[str | None, ...]
    bylines: tuple[str | None, ...]
    dates: tuple[str | None, ...]
    sources: tuple[str | None, ...]


def titles_of(pages: Sequence[Page], known: Known, texts: Yields) -> list[object]:
    """Rules of the title, the one that shows it first; they differ from page to page."""
    place = shown(pages, known.titles, texts)
    found: list[object] = [place.rule] if place is not None else []
    if place is not None and place.right < len(pages):
        yielded = texts(place.rule)
        left = [None if one else title for one, title in zip(yielded, known.titles, strict=True)]
        other = shown(pages, left, texts)
        found += [other.rule] if other is not None else []
    if place is None or place.right < len(pages):
        found += [rule for rule in TITLES if _is_right(rule, known.titles, texts)][:1]
    if not found and (cut := _cut(pages, known.titles)) is not None:
        found = [cut]
    return found or ["h1", "title"]


def dates_of(pages: Sequence[Page], known: Known, dates: Yields) -> list[object]:
    """Rules of `published`; those for printed dates only where no machine-readable one is."""

    def dated(rules: Iterable[str]) -> list[object]:
        return [rule for rule in rules if _is_dated(rule, pages, known.dates, dates)]

    found = dated(DATES) or dated(_attributes(pages))
    if found:
        # another is for pages that lack the first
        return found[:1] if None not in dates(found[0]) else found[:2]
    printed = printed_date(pages, known.dates, dates)
    return [printed] if printed else []


def _attributes(pages: Sequence[Page]) -> list[str]:
    """Attributes of elements in which a day is spelled for machines, those of most pages first."""
    found: Counter[str] = Counter()
    for page in pages:
        here = {
            f"{css}@{name}"
            for node in page.elements
            for name, said in node.attributes.items()
            if said and MACHINE_READABLE.match(said)
            for css in selectors.every(node)
        }
        found.update(one for one in here if not OTHER_DAYS.search(one))
    often = {one: count for one, count in found.items() if 2 * count > len(pages)}
    return selectors.commonest(often, MOST_ATTRIBUTES)


def bylines_of(pages: Sequence[Page], known: Known, texts: Yields) -> list[object]:
    """The rule of the byline, where most of the pages have one."""
    return _value_rules(pages, known.bylines, BYLINES, texts)


def sources_of(pages: Sequence[Page], known: Known, texts: Yields) -> list[object]:
    """The rule of the source's name, where most of the pages name one."""
    return _value_rules(pages, known.sources, SOURCES, texts)


def _value_rules(
    pages: Sequence[Page], values: Sequence[str | None], machine: tuple[str, ...], texts: Yields
) -> list[object]:
    if 2 * sum(value is not None for value in values) <= len(pages):
        return []
    found: list[object] = [rule for rule in machine if _is_right(rule, values, texts)]
    if found:
        return found[:1]
    place = shown(pages, values, texts)
    return [place.rule] if place is not None else []


def _is_right(rule: object, values: Sequence[str | None], yields: Yields) -> bool:
    place = judged(rule, values, yields)
    known = sum(value is not None for value in values)
    return not place.wrong and 2 * place.right > known


def _is_dated(rule: str, pages: Sequence[Page], known: Sequence[str | None], dates: Yields) -> bool:
    """Whether a place says a date on most pages, never another day than is known."""
    pairs = [(one, other) for one, other in zip(dates(rule), known, strict=True) if one]
    agrees = all(other is None or one[:DAY] == other[:DAY] for one, other in pairs)
    differs = len(pages) == 1 or len({one for one, _ in pairs}) > 1
    return 2 * len(pairs) > len(pages) and agrees and differs


def _cut(pages: Sequence[Page], titles: Sequence[str | None]) -> object | None:
    """The pattern that cuts the site's own name off the `title` element."""
    behind = {
        page.declared_title[len(title) :]
        for page, title in zip(pages, titles, strict=True)
        if title and page.declared_title.startswith(title)
    }
    if len(behind) != 1:
        return None
    end = behind.pop()
    if not end or len(end) > MOST_AROUND or not re.search(r"\W", end):
        return "title"
    return {"css": "title", "pattern": f"^(.+?)(?:{spelled(end)})?$"}
