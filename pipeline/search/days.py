"""What a query says of a day → the days that are meant."""

from __future__ import annotations

import re
from datetime import date, timedelta

from pipeline.errors import BadQuery
from pipeline.ground.query import Days

SPAN = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
HOW = "write 2020, 2020-03 or 2020-03-22, or two of them with .. between"


def days(said: str, *, position: int) -> Days:
    """The days of `2020`, `2020-03`, `2020-03-22`, `2020..2021-06`, `2020..` or `..2020`.

    Raises BadQuery.
    """
    begin, dots, end = said.partition("..")
    if not dots:
        return _span(begin, position)
    if not begin and not end:
        raise BadQuery(f"{said!r} names no day; {HOW}", position=position)
    since = _span(begin, position).since if begin else None
    until = _span(end, position).until if end else None
    if since is not None and until is not None and since >= until:
        raise BadQuery(f"{said!r} ends before it begins", position=position)
    return Days(since, until)


def since(said: str, *, position: int) -> Days:
    """From the first of these days on."""
    return Days(since=_span(said, position).since)


def before(said: str, *, position: int) -> Days:
    """All days before the first of these."""
    return Days(until=_span(said, position).since)


def both(one: Days, other: Days) -> Days:
    """The days that both mean."""
    begins = [day for day in (one.since, other.since) if day is not None]
    ends = [day for day in (one.until, other.until) if day is not None]
    return Days(max(begins, default=None), min(ends, default=None))


def _span(said: str, position: int) -> Days:
    found = SPAN.fullmatch(said)
    if found is None:
        raise BadQuery(f"{said!r} is no day, month or year; {HOW}", position=position)
    try:
        year, month, day = (int(part) if part else None for part in found.groups())
        begins = date(year or 0, month or 1, day or 1)
        if day is not None:
            return Days(begins, begins + timedelta(days=1))
        if month is not None:
            later = date(begins.year + month // 12, month % 12 + 1, 1)
            return Days(begins, later)
        return Days(begins, date(begins.year + 1, 1, 1))
    except (ValueError, OverflowError):
        raise BadQuery(f"{said!r} is no day, month or year; {HOW}", position=position) from None
