"""A stretch of the log, as it was folded → the texts and pages that it concerns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct
from sqlalchemy import and_, bindparam, exists, func, select

from pipeline.catalog import rows, tables
from pipeline.catalog.answers import Heading
from pipeline.catalog.lookups import FOLDED, TAKEN_DOWN
from pipeline.catalog.questions import HEADING
from pipeline.model import Role

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from pipeline.model import Digest


class Reading(Struct, frozen=True, kw_only=True):
    """What was read in a page: the extraction at `entry`, of bytes that were seen at `observed_at`.

    `technical` says that our own change of rules made it, at `at`.
    """

    entry: int
    at: datetime
    url: str
    text: Digest
    document: Digest
    heading: Heading
    observed_at: datetime
    technical: bool


class PageStanding(Struct, frozen=True, kw_only=True):
    """A page as it stands; `text` and `heading` are None where it has nothing to read."""

    url: str
    site: str | None
    state: str
    text: Digest | None
    heading: Heading | None


class Entered(Struct, frozen=True, kw_only=True):
    """What the entries before `upto`, from where one asked, tell; the log was folded to `size`.

    `pages` are those that were looked at, as they stand now.  `took_down` says that something was
    taken down among them.
    """

    upto: int
    size: int
    readings: tuple[Reading, ...]
    pages: tuple[PageStanding, ...]
    took_down: bool


READINGS = (
    select(tables.extractions, *HEADING, tables.captures.c.observed_at.label("observed_at"))
    .join(tables.sidecars, tables.sidecars.c.document == tables.extractions.c.document)
    .outerjoin(tables.captures, tables.captures.c.record_id == tables.extractions.c.record_id)
    .where(tables.extractions.c.record_id.not_in(TAKEN_DOWN))
    .order_by(tables.extractions.c.entry)
)
STRETCH = READINGS.where(
    tables.extractions.c.entry >= bindparam("start"), tables.extractions.c.entry < bindparam("end")
)
OF_URL = READINGS.where(tables.extractions.c.url == bindparam("url"))
LOOKED_AT = (
    select(tables.captures.c.url)
    .where(
        tables.captures.c.entry >= bindparam("start"),
        tables.captures.c.entry < bindparam("end"),
        tables.captures.c.role == Role.TARGET.value,
    )
    .distinct()
)
PAGES = (
    select(
        tables.documents.c.url,
        tables.documents.c.site,
        tables.documents.c.state,
        tables.documents.c.text,
        *HEADING,
    )
    .outerjoin(tables.sidecars, tables.sidecars.c.document == tables.documents.c.document)
    .where(
        tables.documents.c.url.in_(
            LOOKED_AT.union(
                select(tables.extractions.c.url).where(
                    tables.extractions.c.entry >= bindparam("start"),
                    tables.extractions.c.entry < bindparam("end"),
                )
            )
        )
    )
)
TOMBSTONES = select(func.count()).where(
    tables.tombstones.c.entry >= bindparam("start"), tables.tombstones.c.entry < bindparam("end")
)
ELSEWHERE = tables.extractions.alias()
FORGOTTEN = (
    select(tables.extractions.c.url, tables.extractions.c.text)
    .distinct()
    .where(
        tables.extractions.c.record_id.in_(TAKEN_DOWN),
        ~exists().where(
            and_(
                ELSEWHERE.c.url == tables.extractions.c.url,
                ELSEWHERE.c.text == tables.extractions.c.text,
                ELSEWHERE.c.record_id.not_in(TAKEN_DOWN),
            )
        ),
    )
)
UNREAD = (
    select(func.count())
    .select_from(tables.extractions)
    .where(tables.extractions.c.entry >= bindparam("start"))
)


def entered(connection: Connection, start: int, most: int) -> Entered:
    """What the `most` entries from `start` on tell, as far as they were folded."""
    size = _folded(connection)
    asked = {"start": start, "end": min(start + most, size)}
    return Entered(
        upto=max(asked["end"], start),
        size=size,
        readings=tuple(map(_reading, connection.execute(STRETCH, asked))),
        pages=tuple(map(_page, connection.execute(PAGES, asked))),
        took_down=bool(connection.execute(TOMBSTONES, asked).scalar()),
    )


def readings_of(connection: Connection, url: str) -> tuple[Reading, ...]:
    """Everything that was read in the page `url` and is still there, in the order of the log."""
    return tuple(map(_reading, connection.execute(OF_URL, {"url": url})))


def unread(connection: Connection, start: int) -> tuple[int, int]:
    """How many texts were read from entry `start` on, and how far the log was folded."""
    count = connection.execute(UNREAD, {"start": start}).scalar()
    return int(count or 0), _folded(connection)


def forgotten(connection: Connection) -> frozenset[tuple[str, Digest]]:
    """The pages and texts of which all bytes were taken down."""
    return frozenset((row.url, row.text) for row in connection.execute(FORGOTTEN))


def _folded(connection: Connection) -> int:
    return int(connection.execute(FOLDED).scalar() or 0)


def _reading(row: Any) -> Reading:
    return Reading(
        entry=row.entry,
        at=row.at,
        url=row.url,
        text=row.text,
        document=row.document,
        heading=Heading(
            title=row.title,
            published=row.published,
            language=row.language,
            degraded=row.degraded,
        ),
        observed_at=row.observed_at or row.at,
        technical=row.technical,
    )


def _page(row: Any) -> PageStanding:
    return PageStanding(
        url=row.url, site=row.site, state=row.state, text=row.text, heading=rows.heading(row)
    )
