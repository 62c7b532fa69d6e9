"""`/`: how the sites stand, what is new, and whether anything is the matter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import asdict

from pipeline.catalog import Tally, browsing
from pipeline.web.asked import number_named
from pipeline.web.audit import last_audit
from pipeline.web.rendering import shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.responses import Response

    from pipeline.web.asked import Asked

MOST_NEWS = 25
MOST_SITES = 100
"""Of an archive with thousands the first page shows those first with which something is wrong."""
MOST_DIGITS = 7
"""Of the number of sites that stood on the pages before."""


def overview(asked: Asked) -> Response:
    """The first page."""
    desk = asked.desk
    totals, alarms = desk.totals(), desk.reader.alarms()
    names = desk.uneasy_first(alarms)
    shown_before = number_named(asked.query.get("sites"), digits=MOST_DIGITS) or 0
    after = shown_before + MOST_SITES
    return shown(
        "overview.html",
        here="overview",
        sites=desk.sites(names[shown_before:after], alarms),
        many=len(names),
        after=after if after < len(names) else None,
        zones=desk.zone,
        total=summed(one.tally for one in totals.values()),
        picture=desk.days(),
        events=desk.reader.ask(browsing.events(most=MOST_NEWS)),
        alarms=alarms,
        condition=desk.condition(),
        problems=desk.declared().problems,
        audit=last_audit(desk),
    )


def summed(tallies: Iterable[Tally]) -> Tally:
    """All of it together."""
    found = [asdict(one) for one in tallies]
    return Tally(**{name: sum(one[name] for one in found) for name in asdict(Tally())})
