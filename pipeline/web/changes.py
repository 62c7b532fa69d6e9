"""`/changes`: what was new, edited and removed, newest first, of all sites or of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.catalog import browsing
from pipeline.web.asked import mark_named, place_behind
from pipeline.web.rendering import shown

if TYPE_CHECKING:
    from starlette.responses import Response

    from pipeline.web.asked import Asked

MOST = 60
MOST_LISTED = 500
"""Sites that are offered in a list; of more, one is named."""


def changes(asked: Asked) -> Response:
    """A page of the list; it goes on behind the last event that it shows."""
    site = asked.query.get("site") or None
    question = browsing.events(
        site=site, after=mark_named(asked.query.get("before")), most=MOST + 1
    )
    events = asked.desk.reader.ask(question)
    names = asked.desk.names()
    return shown(
        "changes.html",
        here="changes",
        site=site,
        sites=names if len(names) <= MOST_LISTED else [],
        zones=asked.desk.zone,
        events=events[:MOST],
        older=place_behind(events[MOST - 1]) if len(events) > MOST else None,
        begun=asked.query.get("before") is None,
    )
