"""`/sites/NAME`: how one site stands, its documents page by page, and what went wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.catalog import browsing, sums
from pipeline.catalog.browsing import Mark
from pipeline.ground.clock import moment
from pipeline.ground.declaration import spell
from pipeline.web.asked import NotThere
from pipeline.web.calendar import calendar, span
from pipeline.web.rendering import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from starlette.responses import Response

    from pipeline.ground.finds import Found
    from pipeline.sites.declaration import Declaration
    from pipeline.web.asked import Asked

MOST = 50
MOST_TROUBLES = 12
MOST_AGES = 8
MOST_MONTHS = 24
STATES = ("edited", "present", "gone", "blocked", "failed")


def site(asked: Asked) -> Response:
    """One site."""
    desk, name = asked.desk, asked.path["name"]
    standing = desk.site(name)
    if standing is None:
        raise NotThere(name)
    state, mark = _state(asked.query), _mark(asked.query)
    documents = desk.reader.ask(browsing.listed(name, state=state, after=mark, most=MOST + 1))
    known = (standing.total.first, standing.total.last) if standing.total else None
    first, last = span(known, desk.clock.now().date())
    declared = desk.declared().register.sites.get(name)
    return shown(
        "site.html",
        here="site",
        standing=standing,
        zone=desk.zone(name),
        declared=declared.declared if declared else None,
        told=tuple(_told(declared.declared)) if declared else (),
        picture=calendar(desk.reader.ask(sums.days(first, last, site=name)), first, last),
        seeds=desk.reader.ask(browsing.seeds(name)),
        troubles=desk.reader.ask(browsing.troubles(name, most=MOST_TROUBLES)),
        alarms=[one for one in desk.reader.alarms() if one.site == name],
        found=sorted(desk.reader.found(name), key=_newest, reverse=True)[:MOST_MONTHS],
        documents=documents[:MOST],
        last=documents[MOST - 1] if len(documents) > MOST else None,
        state=state,
        states=STATES,
        begun=mark is None,
    )


def _newest(found: Found) -> tuple[str, str]:
    return found.month, found.generation


def _state(query: Mapping[str, str]) -> str | None:
    state = query.get("state") or None
    if state not in {None, *STATES}:
        raise NotThere(f"state={state}")
    return state


def _mark(query: Mapping[str, str]) -> Mark | None:
    if not query.get("at"):
        return None
    try:
        return Mark(at=moment(query["at"]), url=query.get("url", ""))
    except ValueError:
        raise NotThere(f"at={query['at'][:40]}") from None


def _told(declared: Declaration) -> Iterator[tuple[str, str]]:
    """The declaration in short: names and values."""
    schedule, fetch = declared.schedule, declared.fetch
    yield "polled", f"every {spell(schedule.every)}" if schedule.every else f"cron {schedule.cron}"
    if schedule.adapt:
        yield "adapts", f"from {spell(schedule.adapt.min)} to {spell(schedule.adapt.max)}"
    yield "looks again", _revisits(schedule.revisit)
    yield "zone", declared.timezone
    yield "language", declared.language or "as the page says"
    yield "hosts", ", ".join(declared.match)
    yield "delay", spell(fetch.delay)
    yield "robots.txt", str(fetch.robots)
    yield "rules", f"{len(declared.extract)} generations" if declared.extract else "generic"


def _revisits(said: Any) -> str:
    if not isinstance(said, tuple):
        return str(said)
    more = f", and {len(said) - MOST_AGES} more" if len(said) > MOST_AGES else ""
    return f"at {', '.join(map(spell, said[:MOST_AGES]))}{more}"
