"""A URL → the texts that stood there, the looks at it, and what is planned.

A document may have thousands of versions and be looked at every few minutes for years: each list
has an end, and goes on behind an entry or a moment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select, tuple_

from pipeline.catalog import questions, rows, tables
from pipeline.catalog.browsed import Glimpse, Version, Watch
from pipeline.catalog.browsing import AT, Mark
from pipeline.model import Retried

if TYPE_CHECKING:
    from typing import Any

    from sqlalchemy import Connection, Row

    from pipeline.catalog.browsing import Question
    from pipeline.model import Digest

captures, targets = tables.captures, tables.targets

GLIMPSED = (
    "entry",
    "observed_at",
    "visit",
    "outcome",
    "reason",
    "change",
    "status",
    "origin",
    "record_id",
    "text",
    "score",
)
"""What a glimpse is made of: of a thousand looks nobody reads more."""
VERSIONS = (
    select(tables.extractions, *questions.HEADING, captures.c.observed_at)
    .outerjoin(tables.sidecars, tables.sidecars.c.document == tables.extractions.c.document)
    .outerjoin(captures, captures.c.record_id == tables.extractions.c.record_id)
    .where(tables.extractions.c.url == bindparam("url"))
    .order_by(tables.extractions.c.entry.desc())
    .limit(bindparam("most"))
)
VERSIONS_UPTO = VERSIONS.where(tables.extractions.c.entry <= bindparam("upto"))
OF_TEXT = (
    select(tables.extractions.c.entry)
    .where(tables.extractions.c.text == bindparam("text"))
    .where(tables.extractions.c.url == bindparam("url"))
    .order_by(tables.extractions.c.entry)
    .limit(1)
)
GLIMPSES = (
    select(*(captures.c[name] for name in GLIMPSED))
    .where(captures.c.url == bindparam("url"), captures.c.outcome != Retried.name)
    .where(
        captures.c.observed_at <= bindparam("at"),
        tuple_(AT, bindparam("entry")) > tuple_(captures.c.observed_at, captures.c.entry),
    )
    .order_by(captures.c.observed_at.desc(), captures.c.entry.desc())
    .limit(bindparam("most"))
)
WATCH = select(targets).where(targets.c.url == bindparam("url"))


def versions(url: str, *, most: int, upto: int | None = None) -> Question[tuple[Version, ...]]:
    """The texts that stood at a URL, newest first, those of our own making among them.

    With `upto` from that entry back.
    """
    query = VERSIONS if upto is None else VERSIONS_UPTO

    def ask(connection: Connection) -> tuple[Version, ...]:
        found = connection.execute(query, {"url": url, "most": most, "upto": upto})
        return tuple(map(_version, found))

    return ask


def first_saying(url: str, text: Digest) -> Question[int | None]:
    """The first extraction that read `text` at a URL; None where it never stood there."""

    def ask(connection: Connection) -> int | None:
        return connection.execute(OF_TEXT, {"url": url, "text": text}).scalar()

    return ask


def glimpses(url: str, *, most: int, after: Mark | None = None) -> Question[tuple[Glimpse, ...]]:
    """The last looks at a URL, oldest first: those that lie further back than `after`."""
    mark = after or Mark()

    def ask(connection: Connection) -> tuple[Glimpse, ...]:
        asked = {"url": url, "most": most, "at": mark.at, "entry": mark.entry}
        found = connection.execute(GLIMPSES, asked).all()
        return tuple(map(_glimpse, reversed(found)))

    return ask


def watch(url: str) -> Question[Watch | None]:
    """What is planned for a URL; None where it is no target."""

    def ask(connection: Connection) -> Watch | None:
        row = connection.execute(WATCH, {"url": url}).one_or_none()
        if row is None:
            return None
        return Watch(
            found_in=row.found_in,
            discovered_at=row.discovered_at,
            next_look_at=row.next_look_at,
            removed_at=row.removed_at,
        )

    return ask


def _version(row: Row[Any]) -> Version:
    return Version(
        entry=row.entry,
        observed_at=row.observed_at or row.at,
        text=row.text,
        document=row.document,
        heading=rows.heading(row),
        record=row.record_id,
        charset=row.charset,
        generation=row.generation,
        extractor=row.extractor,
        technical=row.technical,
    )


def _glimpse(row: Row[Any]) -> Glimpse:
    return Glimpse(
        entry=row.entry,
        at=row.observed_at,
        visit=row.visit,
        outcome=row.outcome,
        reason=row.reason,
        change=row.change,
        status=row.status,
        origin=row.origin,
        record=row.record_id,
        text=row.text,
        score=row.score,
    )
