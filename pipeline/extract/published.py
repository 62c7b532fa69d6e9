"""A page of any site → when it was published, by what can be trusted most; or None.

Never the day of the capture, and never later than it; a revision only where nothing else is said.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from msgspec import Struct

from pipeline.extract import jsonld
from pipeline.extract.date_metas import METAS
from pipeline.extract.dates import declared
from pipeline.extract.day_or_month import order_of, read_as
from pipeline.extract.language import primary
from pipeline.extract.local_dates import usage_of
from pipeline.extract.month_names import months_anywhere, months_of
from pipeline.extract.own_dates import Standing, by_trust, standings
from pipeline.extract.printed_dates import dates_in, month_by
from pipeline.extract.prose import one_line
from pipeline.extract.selector import alternatives
from pipeline.extract.standing import lines_of
from pipeline.ground.late import late

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from zoneinfo import ZoneInfo

    from pipeline.extract.page import Page
# Of the whole page, whoever made its template has dated it and nobody its text.
OF_PAGE = late(r"Page$")
ELEMENTS = alternatives(
    "[itemprop='datePublished']@content, [itemprop='datePublished']@datetime,"
    " time[pubdate]@datetime, time.published@datetime, time.entry-date.published@datetime,"
    " time.entry-date:not(.updated)@datetime, time.dt-published@datetime,"
    " abbr.published@title, .published@title, .dt-published@datetime,"
    " [property~='schema:datePublished']@content, [property~='dc:date']@content,"
    " [property~='datePublished']@content, [property~='dc:issued']@content"
)
SHOWN = alternatives("time@datetime")[0]
# The web is younger than this: what is older is a program's zero.
FIRST_YEAR = "1990"
IN_PATH = (
    late(r"/((?:19|20)\d\d)/(\d\d?)/(\d\d?)(?:/|$|[-_])"),
    late(r"/((?:19|20)\d\d)-(\d\d)-(\d\d)(?:/|$|[-_])"),
    late(r"/((?:19|20)\d\d)-(\d\d)/(\d\d)(?:/|$)"),
    late(r"/((?:19|20)\d\d)/(\d\d)(\d\d)(?:/|$)"),
    late(r"/((?:19|20)\d\d)(\d\d)(\d\d)(?:/|$)"),
    late(r"/t((?:19|20)\d\d)(\d\d)(\d\d)_\d+\.s?html?$"),
    late(r"[-_/]((?:19|20)\d\d)-(\d\d)-(\d\d)(?:\.\w{3,5}|/)?$"),
    # an agency's number, which begins with the day
    late(r"/[A-Z]{0,4}(20[0-2]\d)([01]\d)([0-3]\d)\d{4,10}(?:\.\w{3,5}|/)?$"),
)
NAMED_IN_PATH = late(
    r"/(20\d\d)/(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}/(\d\d?)(?:/|$)"
)
# Countries whose months have names that mean others next door; a page's template may say `en`.
LANGUAGE_OF_HOSTS = {"hr": "hr", "pl": "pl", "cz": "cs", "ua": "uk", "by": "be"}
LATE = timedelta(days=1)
"""A capture's clock and a site's zone may be so far apart."""
EPOCH = late(r"\d{10}(?:\d{3})?")
COMPACT = late(r"((?:19|20)\d\d)(\d\d)(\d\d)\d{4}(?:\d\d)?")
AT_ONCE = timedelta(seconds=10)
"""Nothing is found sooner after it was published; a page that is made when it is asked for is."""
LONGEST = 80
"""Characters that a machine needs to say when."""
MOST = 64
"""Values that are looked at of a kind: nobody means a thousand of them."""


class Asked(Struct, frozen=True, kw_only=True):
    """What is known of a page beside its markup."""

    url: str
    zone: ZoneInfo | None
    captured: datetime
    language: str | None


def published_of(page: Page, asked: Asked, title: str | None) -> str | None:
    """When `page` was published: an ISO date, or date and time with the offset that it declares."""
    said = [date for date in _declared(page, asked) if _is_possible(date, asked)]
    said = _without_live_clock(said, asked)
    by_path = next((date for date in _in_path(asked.url) if _is_possible(date, asked)), None)
    if said and _has_offset(said[0]):
        shown = _Reader(asked).each(page.texts(SHOWN)) if said[0].endswith("+00:00") else ()
        return _placed([*said, *shown])
    first = said[0] if said else by_path
    if _is_front(asked.url):
        return first if said else None
    found = _standing(page, asked, title)
    hints = [] if first else _agreed(_of_template(page, asked), found)
    said, first = said or hints, first or next(iter(hints), None)
    if first:
        same = [one for one in _times(found) if one[:10] == first[:10]]
        return _placed([*said, *same]) if said or same else first
    return _printed(found, asked, page)


def _is_front(url: str) -> bool:
    """Whether it is a site's front page, which has the dates of its articles and none itself."""
    parts = urlsplit(url)
    return parts.path in {"", "/"} and not parts.query


def _declared(page: Page, asked: Asked) -> Iterator[str]:
    """What is written for machines, the most trusted first."""
    read = _Reader(asked)
    things = jsonld.of_the_page(page.structured, asked.url)
    articles = [thing for thing in things if not jsonld.is_a(OF_PAGE, thing)]
    for name in ("datePublished", "datePosted"):
        yield from read.each(jsonld.texts(articles, (name,)))
    if _is_front(asked.url):
        return
    for name in METAS:
        yield from read.each(page.metas.get(name, ()))
    yield from read.each(jsonld.texts(articles, ("dateCreated",)))
    for place in ELEMENTS:
        yield from read.each(page.texts(place))


def _of_template(page: Page, asked: Asked) -> list[str]:
    """What JSON-LD says of the page where it speaks of no article: when it was made in the CMS."""
    things = jsonld.of_the_page(page.structured, asked.url)
    pages = [thing for thing in things if jsonld.is_a(OF_PAGE, thing)]
    dates = _Reader(asked).each(jsonld.texts(pages, ("datePublished",)))
    return [date for date in dates if _is_possible(date, asked)]


def _agreed(dates: list[str], found: list[Standing]) -> list[str]:
    """Those of `dates` that the page shows its visitors as well."""
    shown = {date[:10] for one in found if not one.line.alien for date in one.readings}
    return [date for date in dates if date[:10] in shown]


class _Reader:
    """Reads what machines are told, and what they are told as if they were people."""

    def __init__(self, asked: Asked) -> None:
        self._zone = asked.zone
        self._month = _months(asked)
        self._orders = order_of(asked.url, asked.language)

    def each(self, texts: Iterable[str]) -> Iterator[str]:
        for _, text in zip(range(MOST), texts, strict=False):
            if date := self.one(text):
                yield date

    def one(self, text: str) -> str | None:
        line = one_line(text[: 4 * LONGEST])
        if not line or len(line) > LONGEST:
            return None
        if (date := declared(line, self._zone)) is not None:
            return date
        if EPOCH.fullmatch(line):
            return datetime.fromtimestamp(int(line[:10]), UTC).isoformat()
        if compact := COMPACT.fullmatch(line):
            return declared("-".join(compact.groups()), None)
        found = dates_in(line, self._month, self._zone)
        if len(found) != 1 or found[0].start > len("Wednesday, 10:05:00 a.m. "):
            return None
        return read_as(found[0].readings, self._orders)


def _in_path(url: str) -> Iterator[str]:
    path = url.partition("?")[0].partition("#")[0]
    for pattern in IN_PATH:
        for matched in pattern.finditer(path):
            date = declared("{}-{:0>2}-{:0>2}".format(*matched.groups()), None)
            if date:
                yield date
    for year, name, day in NAMED_IN_PATH.findall(path):
        if date := declared(f"{year}-{months_of('en')[name]:0>2}-{day:0>2}", None):
            yield date


def _is_possible(date: str, asked: Asked) -> bool:
    if date < FIRST_YEAR:
        return False
    latest = asked.captured + LATE
    if _has_offset(date):
        try:
            return datetime.fromisoformat(date) <= latest
        except (ValueError, OverflowError):
            return False
    return date[:10] <= latest.date().isoformat()


def _has_offset(date: str) -> bool:
    return "T" in date


def _without_live_clock(said: list[str], asked: Asked) -> list[str]:
    """`said` without the moment of the capture; minutes before it, where all else is later too."""
    others = [date for date in said if not _is_now(date, asked, timedelta(minutes=2))]
    return others or [date for date in said if not _is_now(date, asked, AT_ONCE)]


def _is_now(date: str, asked: Asked, within: timedelta) -> bool:
    if not _has_offset(date):
        return False
    return abs(datetime.fromisoformat(date) - asked.captured) <= within


def _placed(said: list[str]) -> str:
    """The first of `said`, with the offset that another of them knows for it.

    UTC is what a machine converts to.  The same moment or, where it did not convert, the same
    clock time with an offset of its own says where the article was published.
    """
    first = said[0]
    if not _has_offset(first):
        return next((date for date in said if _has_offset(date) and date[:10] == first), first)
    moment = datetime.fromisoformat(first)
    if moment.utcoffset():
        return first
    for other in said[1:]:
        if _has_offset(other) and not other.endswith("+00:00"):
            local = datetime.fromisoformat(other)
            apart = abs(local - moment), abs(local.replace(tzinfo=UTC) - moment)
            if min(apart) < timedelta(minutes=1):
                return other
    return first


def _standing(page: Page, asked: Asked, title: str | None) -> list[Standing]:
    head = page.heading(title)
    reader = _Reader(asked)
    order = order_of(asked.url, asked.language, page)
    usage = usage_of(page, asked.url, asked.language, order)
    return standings(lines_of(page.root, head), _months(asked), asked.zone, reader.one, usage)


def _times(found: list[Standing]) -> Iterator[str]:
    for one in found:
        if not one.line.alien:
            yield from (date for date in one.readings if _has_offset(date))


def _printed(found: list[Standing], asked: Asked, page: Page) -> str | None:
    orders = order_of(asked.url, asked.language, page)
    things = jsonld.of_the_page(page.structured, asked.url)
    is_article = any(jsonld.is_a(jsonld.ARTICLE, thing) for thing in things)
    for kind in by_trust(found, lambda date: _is_today(date, asked), is_article=is_article):
        for one in kind:
            date = read_as(one.readings, orders)
            if date and _is_possible(date, asked):
                return date
    return None


def _is_today(date: str, asked: Asked) -> bool:
    days = {(asked.captured + timedelta(days=apart)).date().isoformat() for apart in (-1, 0, 1)}
    return date[:10] in days


def _months(asked: Asked) -> Callable[[str], int | None]:
    own = primary(asked.language or "en")
    there = LANGUAGE_OF_HOSTS.get((urlsplit(asked.url).hostname or "").rpartition(".")[2], "en")
    return month_by(
        lambda: months_of(own), lambda: months_of("en"), lambda: months_of(there), months_anywhere
    )
