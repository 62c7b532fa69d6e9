"""What looks came to, summed: by site, by day, and how every site stands.

It costs a row for each day of a site, whatever was seen on it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, func, select

from pipeline.catalog import questions, rows, tables
from pipeline.catalog.browsed import DayOf, Tally, Total
from pipeline.catalog.columns import EPOCH
from pipeline.catalog.days import COUNTED

if TYPE_CHECKING:
    from datetime import date
    from typing import Any

    from sqlalchemy import Connection

    from pipeline.catalog.answers import SiteSummary
    from pipeline.catalog.browsing import Question

SUMS = [func.sum(tables.days.c[name]).label(name) for name in COUNTED]
BY_SITE = select(
    tables.days.c.site,
    *SUMS,
    func.min(tables.days.c.day).label("first"),
    func.max(tables.days.c.day).label("last"),
).group_by(tables.days.c.site)
BY_DAY = (
    select(tables.days.c.day, *SUMS)
    .where(tables.days.c.day.between(bindparam("first"), bindparam("last")))
    .group_by(tables.days.c.day)
    .order_by(tables.days.c.day)
)
BY_DAY_OF_SITE = BY_DAY.where(tables.days.c.site == bindparam("site"))


def sites() -> Question[tuple[SiteSummary, ...]]:
    """How every site stands that is planned, without counting what it has."""

    def ask(connection: Connection) -> tuple[SiteSummary, ...]:
        found = connection.execute(questions.SITES)
        return tuple(rows.site_summary(row.site, row, None) for row in found)

    return ask


def totals() -> Question[dict[str, Total]]:
    """What the looks of each site came to, in all; pages of no site under an empty name."""

    def ask(connection: Connection) -> dict[str, Total]:
        return {
            row.site: Total(tally=_tally(row), first=_day(row.first), last=_day(row.last))
            for row in connection.execute(BY_SITE)
        }

    return ask


def days(first: date, last: date, *, site: str | None = None) -> Question[tuple[DayOf, ...]]:
    """What the looks of each day came to; days without one are left out."""
    query = BY_DAY if site is None else BY_DAY_OF_SITE
    asked: dict[str, object] = {"first": _number(first), "last": _number(last)}
    if site is not None:
        asked["site"] = site

    def ask(connection: Connection) -> tuple[DayOf, ...]:
        return tuple(
            DayOf(day=_day(row.day), tally=_tally(row)) for row in connection.execute(query, asked)
        )

    return ask


def _number(day: date) -> int:
    return (day - EPOCH.date()).days


def _day(number: int) -> date:
    return (EPOCH + timedelta(days=number)).date()


def _tally(row: Any) -> Tally:
    return Tally(**{name: int(getattr(row, name) or 0) for name in COUNTED})
