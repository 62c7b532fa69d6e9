"""`/`: how the sites stand, what is new, and whether anything is the matter."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from pipeline.catalog import Tally, browsing
from pipeline.web.audit import last_audit
from pipeline.web.calendar import calendar, span
from pipeline.web.rendering import shown

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from starlette.responses import Response

    from pipeline.catalog import Total
    from pipeline.web.asked import Asked

MOST_NEWS = 25


def overview(asked: Asked) -> Response:
    """The first page."""
    desk = asked.desk
    totals = desk.totals()
    first, last = span(known_days(totals.values()), desk.clock.now().date())
    days = desk.reader.ask(browsing.days(first, last))
    return shown(
        "overview.html",
        here="overview",
        sites=desk.sites(),
        zones=desk.zone,
        total=summed(one.tally for one in totals.values()),
        picture=calendar(days, first, last),
        events=desk.reader.ask(browsing.events(most=MOST_NEWS)),
        alarms=desk.reader.alarms(),
        condition=desk.condition(),
        problems=desk.declared().problems,
        audit=last_audit(desk),
    )


def known_days(totals: Iterable[Total]) -> tuple[date, date] | None:
    """The first and the last day of which anything is known."""
    known = [(one.first, one.last) for one in totals]
    return (min(first for first, _ in known), max(last for _, last in known)) if known else None


def summed(tallies: Iterable[Tally]) -> Tally:
    """All of it together."""
    found = [asdict(one) for one in tallies]
    return Tally(**{name: sum(one[name] for one in found) for name in asdict(Tally())})
