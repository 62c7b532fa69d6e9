"""A page and the places to look at → one value: text, a date, a link."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from pipeline.extract.dates import declared, printed
from pipeline.extract.printed_dates import only_date
from pipeline.extract.prose import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

    from pipeline.extract.dropped import Dropped
    from pipeline.extract.page import Page
    from pipeline.extract.rules import Pick
    from pipeline.extract.selector import Alternative


# Addresses that joining leaves as they are, which is most of them, at a tenth of its cost.
ABSOLUTE = re.compile(
    r"https?://[A-Za-z0-9.:-]+(?:/[A-Za-z0-9./~%!$&'()*+,=:@_-]*)?(?:\?[^\s#?;]+)?"
)


def text_of(page: Page, picks: tuple[Pick, ...], dropped: Dropped) -> str | None:
    """The first text that any of `picks` yields.

    A plain selector's text is without the `dropped` elements; a pattern, which says exactly what
    it wants, sees all of it, line by line.
    """
    return next(_candidates(page, picks, dropped), (None, None))[0]


def date_of(
    page: Page,
    picks: tuple[Pick, ...],
    dropped: Dropped,
    zone: ZoneInfo | None,
    language: str | None = None,
) -> str | None:
    """The first text that is a date, as ISO 8601; names of months are `language`'s first."""
    for text, pick in _candidates(page, picks, dropped):
        if pick.formats:
            date = printed(text, pick.formats, zone, language)
        else:
            date = declared(text, zone) or only_date(text, zone, language)
        if date:
            return date
    return None


def link_of(page: Page, picks: tuple[Pick, ...], dropped: Dropped, base: str) -> str | None:
    """The first web address, absolute."""
    for text, _ in _candidates(page, picks, dropped):
        url = linked(text, page, base)
        if url is not None:
            return url
    return None


def linked(text: str, page: Page, url: str) -> str | None:
    """The web address that `text` is in a link on `page` at `url`, which may have its own base."""
    return text if ABSOLUTE.fullmatch(text) else absolute(text, page.base(url))


def absolute(text: str, base: str) -> str | None:
    """The web address that `text` is on the page at `base`, or None."""
    if ABSOLUTE.fullmatch(text):
        return text
    try:
        url = urljoin(base, text)
    except ValueError:
        return None  # an unclosed [ of an IPv6 address
    return url if url.partition(":")[0].lower() in {"http", "https"} else None


def _candidates(
    page: Page, picks: tuple[Pick, ...], dropped: Dropped
) -> Iterator[tuple[str, Pick]]:
    for pick in picks:
        for place in pick.places:
            found = (
                page.texts(place, dropped)
                if pick.pattern is None
                else _cuttings(page, place, pick.pattern, pick.needed)
            )
            for text in found:
                line = one_line(text)
                if line:
                    yield line, pick


def _cuttings(
    page: Page, place: Alternative, pattern: re.Pattern[str], needed: str
) -> Iterator[str]:
    """What `pattern` finds in each line at a place; only where that is nothing, across lines."""
    in_lines = False
    for lines in page.lines_at(place):
        for line in lines:
            if needed in line and (matched := pattern.search(line)) is not None:
                in_lines = True
                yield _cut(matched)
    if not in_lines:
        for text in page.texts(place):
            if needed in text and (matched := pattern.search(text)) is not None:
                yield _cut(matched)


def _cut(matched: re.Match[str]) -> str:
    """The first group that took part, else all that was found."""
    return next((group for group in matched.groups() if group), matched[0])
