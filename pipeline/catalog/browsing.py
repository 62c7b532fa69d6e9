"""What somebody who looks around asks: lists by their newest, and how much there is.

Every list has an end: it costs what is shown of it, however much there is.  A list goes on behind
a `Mark`, the place of the last one shown, so that what comes in meanwhile moves nothing.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar

from msgspec import Struct
from sqlalchemy import bindparam, select, text, tuple_

from pipeline.catalog import questions, rows, tables
from pipeline.catalog.browsed import Event, SeedState, Trouble
from pipeline.model import Role

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from sqlalchemy import Connection, Row

    from pipeline.catalog.answers import CurrentDocument

    T = TypeVar("T")
    Question = Callable[[Connection], T]

LATEST = datetime(9999, 1, 1, tzinfo=UTC)
EDIT = text("record_captures.change IN ('new', 'changed')")
TROUBLE = text("record_captures.outcome IN ('blocked', 'failed')")
"""Word for word what the partial indexes say: a bound value would not show that they fit."""

captures, documents, targets = tables.captures, tables.documents, tables.targets


LAST_URL = "\U0010ffff"
"""No URL comes behind it."""


class Mark(Struct, frozen=True, kw_only=True):
    """Where a list was left: at a moment, and at a URL or entry among those of that moment.

    With a moment alone, what is of that very moment is passed over.
    """

    at: datetime = LATEST
    url: str = ""
    entry: int = 0


AT = bindparam("at", type_=captures.c.observed_at.type)
EVENTS = (
    select(captures, *questions.HEADING)
    .outerjoin(tables.sidecars, tables.sidecars.c.document == captures.c.document)
    .where(
        EDIT,
        captures.c.role == Role.TARGET.value,
        captures.c.observed_at <= bindparam("at"),
        tuple_(AT, bindparam("entry")) > tuple_(captures.c.observed_at, captures.c.entry),
    )
    .order_by(captures.c.observed_at.desc(), captures.c.entry.desc())
    .limit(bindparam("most"))
)
EVENTS_OF_SITE = EVENTS.where(captures.c.site == bindparam("site"))
REMOVALS = (
    select(targets, *questions.HEADING)
    .outerjoin(documents, documents.c.url == targets.c.url)
    .outerjoin(tables.sidecars, tables.sidecars.c.document == documents.c.document)
    .where(
        targets.c.removed_at.is_not(None),
        targets.c.removed_at <= bindparam("at"),
        tuple_(AT, bindparam("url")) > tuple_(targets.c.removed_at, targets.c.url),
    )
    .order_by(targets.c.removed_at.desc(), targets.c.url.desc())
    .limit(bindparam("most"))
)
REMOVALS_OF_SITE = REMOVALS.where(targets.c.site == bindparam("site"))
TROUBLES = (
    select(captures)
    .where(TROUBLE, captures.c.site == bindparam("site"))
    .order_by(captures.c.observed_at.desc())
    .limit(bindparam("most"))
)
PLACE = tuple_(documents.c.last_changed_at, documents.c.url)
LISTED = (
    select(documents, *questions.HEADING)
    .outerjoin(tables.sidecars, tables.sidecars.c.document == documents.c.document)
    .where(
        documents.c.site == bindparam("site"),
        documents.c.last_changed_at <= bindparam("at"),
        tuple_(AT, bindparam("url")) > PLACE,
    )
    .order_by(documents.c.last_changed_at.desc(), documents.c.url.desc())
    .limit(bindparam("most"))
)
LISTED_IN_STATE = LISTED.where(documents.c.state == bindparam("state"))
LISTED_EDITED = LISTED.where(text("record_documents.changes > 0"))
SEEDS = (
    select(tables.seeds)
    .where(tables.seeds.c.site == bindparam("site"))
    .order_by(tables.seeds.c.url)
)


def events(
    *, site: str | None = None, what: str | None = None, after: Mark | None = None, most: int
) -> Question[tuple[Event, ...]]:
    """The newest `new`, `changed` and `removed` documents, newest first, those behind `after`.

    With `what`, those alone.
    """
    mark = after or Mark()

    def ask(connection: Connection) -> tuple[Event, ...]:
        edits, removals = (EVENTS, REMOVALS) if site is None else (EVENTS_OF_SITE, REMOVALS_OF_SITE)
        asked: dict[str, object] = {"at": mark.at, "most": most}
        asked |= {} if site is None else {"site": site}
        found: list[Event] = []
        if what in {"new", "changed"}:
            edits = edits.where(captures.c.change == what)
        if what != "removed":
            found += [
                _edit(row) for row in connection.execute(edits, asked | {"entry": mark.entry})
            ]
        if what in {None, "removed"}:
            found += [
                _removal(row) for row in connection.execute(removals, asked | {"url": mark.url})
            ]
        return tuple(sorted(found, key=_place, reverse=True)[:most])

    return ask


def listed(
    site: str, *, state: str | None = None, after: Mark | None = None, most: int
) -> Question[tuple[CurrentDocument, ...]]:
    """The site's captured documents, last changed first: all, `edited` ones, or in a state."""
    query = {None: LISTED, "edited": LISTED_EDITED}.get(state, LISTED_IN_STATE)
    mark = after or Mark()
    asked: dict[str, object] = {"site": site, "at": mark.at, "url": mark.url, "most": most}
    if query is LISTED_IN_STATE:
        asked["state"] = state

    def ask(connection: Connection) -> tuple[CurrentDocument, ...]:
        return tuple(map(rows.current_document, connection.execute(query, asked)))

    return ask


def troubles(site: str, *, most: int) -> Question[tuple[Trouble, ...]]:
    """The site's last looks that were blocked or failed, newest first."""

    def ask(connection: Connection) -> tuple[Trouble, ...]:
        found = connection.execute(TROUBLES, {"site": site, "most": most})
        return tuple(map(_trouble, found))

    return ask


def seeds(site: str) -> Question[tuple[SeedState, ...]]:
    """The site's seed pages, by URL."""

    def ask(connection: Connection) -> tuple[SeedState, ...]:
        return tuple(
            SeedState(
                url=row.url,
                last_poll_at=row.last_poll_at,
                next_poll_at=row.next_poll_at,
                polls=row.polls,
                failures=row.failures,
                links=row.links,
            )
            for row in connection.execute(SEEDS, {"site": site})
        )

    return ask


def _place(event: Event) -> tuple[datetime, bool, int, str]:
    """What events are listed by: of one moment, edits come before removals."""
    return event.at, event.entry is not None, event.entry or 0, event.url


def _edit(row: Row[Any]) -> Event:
    return Event(
        what=row.change,
        at=row.observed_at,
        url=row.url,
        site=row.site,
        heading=rows.heading(row),
        entry=row.entry,
        text=row.text,
        record=row.record_id,
    )


def _removal(row: Row[Any]) -> Event:
    return Event(
        what="removed", at=row.removed_at, url=row.url, site=row.site, heading=rows.heading(row)
    )


def _trouble(row: Row[Any]) -> Trouble:
    return Trouble(
        at=row.observed_at,
        url=row.url,
        role=row.role,
        outcome=row.outcome,
        reason=row.reason,
        detail=row.detail,
        score=row.score,
        status=row.status,
        record=row.record_id,
    )
