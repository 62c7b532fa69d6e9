"""The sitemaps that an index names → in what order they are worth reading."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.discover.mentions import Child

# W3C's profile of ISO 8601, which sitemaps.org names, has years and months as well.
PRINTED = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(.+))?)?)?")
# Archives cut by day or month carry it in their names, and seldom any `lastmod`.
NAMED = re.compile(r"(?<!\d)((?:19|20)\d{2})[-_/]?(0[1-9]|1[0-2])(?:[-_/]?([0-2]\d|3[01]))?(?!\d)")
NEVER = datetime.min.replace(tzinfo=UTC)


def newest_first(children: tuple[Child, ...]) -> tuple[Child, ...]:
    """By the last change that the index prints, else the day in the name; the others last.

    Those of one time, or of none that can be read, keep the index's order.
    """
    return tuple(sorted(children, key=_changed, reverse=True))


def _changed(child: Child) -> datetime:
    return _printed(child.lastmod or "") or _named(child.url) or NEVER


def _printed(text: str) -> datetime | None:
    found = PRINTED.fullmatch(text)
    if found is None:
        return None
    year, month, day, clock = found.groups()
    if clock is None:
        return _day(year, month, day)
    try:
        read = datetime.fromisoformat(text)
        return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    except (ValueError, OverflowError):
        return _day(year, month, day)


def _named(url: str) -> datetime | None:
    found = NAMED.search(url.rpartition("/")[2])
    return _day(*found.groups()) if found else None


def _day(year: str, month: str | None, day: str | None) -> datetime | None:
    try:
        return datetime(int(year), int(month or 1), int(day or 1), tzinfo=UTC)
    except ValueError:
        return None
