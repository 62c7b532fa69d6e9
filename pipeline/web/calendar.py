"""Counts of days → the picture of a site's time: bars by day, one row for each kind of event.

Pure geometry in the units of the picture's own box; the template draws it.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.catalog import DayOf, Tally

WIDTH = 960.0
GUTTER = 88.0
"""Room for the names of the rows at the left, and for their highest number at the right."""
ROW = 30.0
GAP = 10.0
SHORTEST = 2.0
"""One document in a year of thousands is still to be seen."""
FEWEST_DAYS, MOST_DAYS = 28, 120
STILL = 7
TICKS = 7
KINDS = (
    ("looks", "looks", ("looks",)),
    ("new", "new", ("new",)),
    ("changed", "edited", ("changed",)),
    ("trouble", "not shown", ("blocked", "failed")),
)


class Bar(Struct, frozen=True, kw_only=True):
    """One day in one row."""

    x: float
    y: float
    width: float
    height: float
    day: date
    count: int


class Row(Struct, frozen=True, kw_only=True):
    """All days of one kind; `base` is the line that its bars stand on."""

    kind: str
    name: str
    base: float
    most: int
    total: int
    bars: tuple[Bar, ...]


class Tick(Struct, frozen=True, kw_only=True):
    """A day that is named below the rows."""

    x: float
    day: date


class Calendar(Struct, frozen=True, kw_only=True):
    """The picture, `width` by `height`, of the days from `first` to `last`."""

    width: float
    height: float
    first: date
    last: date
    rows: tuple[Row, ...]
    ticks: tuple[Tick, ...]
    days: tuple[DayOf, ...]


def span(known: tuple[date, date] | None, today: date) -> tuple[date, date]:
    """Which days are shown, of those `known` to have looks: at least four weeks, not too many.

    They end today, or soon after the last look of an archive that is not kept up any more.
    """
    first, last = known or (today, today)
    end = min(today, last + timedelta(days=STILL))
    shown = min(MOST_DAYS, max(FEWEST_DAYS, (end - first).days + 1))
    return end - timedelta(days=shown - 1), end


def calendar(days: Sequence[DayOf], first: date, last: date) -> Calendar:
    """The picture of `days`, which are in order."""
    step = (WIDTH - 2 * GUTTER) / ((last - first).days + 1)
    rows = tuple(_row(days, number, first, step) for number in range(len(KINDS)))
    return Calendar(
        width=WIDTH,
        height=len(KINDS) * (ROW + GAP) + 18,
        first=first,
        last=last,
        rows=rows,
        ticks=tuple(_ticks(first, last, step)),
        days=tuple(days),
    )


def _row(days: Sequence[DayOf], number: int, first: date, step: float) -> Row:
    kind, name, fields = KINDS[number]
    counts = [(one.day, _count(one.tally, fields)) for one in days]
    most = max((count for _, count in counts), default=0)
    base = number * (ROW + GAP) + ROW
    bars = tuple(
        Bar(
            x=round(GUTTER + (day - first).days * step + step * 0.1, 2),
            y=round(base - _height(count, most), 2),
            width=round(max(1.0, step * 0.8), 2),
            height=round(_height(count, most), 2),
            day=day,
            count=count,
        )
        for day, count in counts
        if count
    )
    total = sum(count for _, count in counts)
    return Row(kind=kind, name=name, base=base, most=most, total=total, bars=bars)


def _count(tally: Tally, fields: tuple[str, ...]) -> int:
    return sum(int(getattr(tally, field)) for field in fields)


def _height(count: int, most: int) -> float:
    return max(SHORTEST, ROW * count / most) if count else 0.0


def _ticks(first: date, last: date, step: float) -> Iterator[Tick]:
    every = max(1, round(((last - first).days + 1) / TICKS))
    for number in range(0, (last - first).days + 1, every):
        yield Tick(x=round(GUTTER + (number + 0.5) * step, 2), day=first + timedelta(days=number))
