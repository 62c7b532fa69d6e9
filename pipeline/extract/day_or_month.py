"""A date that may be read in two ways → the way that the page's language or country settles."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipeline.extract.selector import alternatives

if TYPE_CHECKING:
    from pipeline.extract.page import Page

ENGLISH_OF = re.compile(r"en[-_]([A-Za-z]{2})")
MONTH_FIRST = frozenset({"US", "PH"})
DAY_FIRST_HOSTS = frozenset(
    {
        "uk",
        "au",
        "nz",
        "ie",
        "in",
        "za",
        "ng",
        "ke",
        "gh",
        "ug",
        "tz",
        "zm",
        "zw",
        "pk",
        "bd",
        "lk",
        "sg",
        "my",
        "hk",
        "mt",
        "jm",
        "eu",
    }
)
MONTH_FIRST_HOSTS = frozenset({"gov", "mil", "edu", "us"})
YEAR_FIRST = frozenset({"ja", "zh", "ko"})


def read_as(readings: tuple[str, ...], order: int | None) -> str | None:
    """The one reading, or the one of two that `order` names; None where nobody knows."""
    if len({reading[:10] for reading in readings}) == 1:
        return readings[0]
    return readings[order] if order is not None else None


def order_of(url: str, language: str | None, page: Page | None = None) -> int | None:
    """Which of two readings holds on the page: 0 with the day first, 1 with the month."""
    if page is not None:
        region = _region(page)
        if region:
            return int(region in MONTH_FIRST)
    if language and language != "en":
        return None if language in YEAR_FIRST else 0
    last = (urlsplit(url).hostname or "").rpartition(".")[2]
    if last in DAY_FIRST_HOSTS:
        return 0
    if last in MONTH_FIRST_HOSTS:
        return 1
    return None


def _region(page: Page) -> str | None:
    for place in alternatives("html@lang"):
        for text in page.texts(place):
            matched = ENGLISH_OF.fullmatch(text)
            if matched:
                return matched[1].upper()
    return None
