"""What an export takes of the catalog: documents and their versions, captures and their records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from sqlalchemy import bindparam, select

from pipeline.catalog import rows as rows_of
from pipeline.catalog import tables
from pipeline.catalog.answers import State

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from typing import Any

    from sqlalchemy import ColumnElement, Connection, Row, Select

    from pipeline.model import Digest, Place

ROWS_AT_ONCE = 500


class VersionHeld(Struct, frozen=True, kw_only=True):
    """A text that was read in a document's bytes: the one that stands, or an earlier one.

    `entry` is that of its extraction and `capture` that of the capture whose bytes it was read in,
    which came at `observed_at`; `record` holds them.  `technical` marks a text that our own change
    of rules made.  `state`, `first_seen`, `last_seen`, `last_changed_at`, `changes` and `versions`
    are the document's.
    """

    url: str
    site: str | None
    state: State
    first_seen: datetime
    last_seen: datetime
    last_changed_at: datetime | None
    changes: int
    versions: int
    entry: int
    capture: int | None
    record: str
    observed_at: datetime | None
    origin: str | None
    status: int | None
    text: Digest
    document: Digest
    rules: Digest
    extractor: str
    technical: bool


OF_DOCUMENT = (
    "url",
    "site",
    "state",
    "first_seen",
    "last_seen",
    "last_changed_at",
    "changes",
    "versions",
)
OF_TEXT = ("entry", "text", "document", "rules", "extractor", "technical")
OF_CAPTURE = ("observed_at", "origin", "status")


def _joined(on: ColumnElement[bool]) -> Select[Any]:
    """Documents with those of their texts that fit `on`, by the time they were first seen."""
    documents, extractions, captures = tables.documents, tables.extractions, tables.captures
    made = documents.join(extractions, on).outerjoin(
        captures, captures.c.record_id == extractions.c.record_id
    )
    return (
        select(
            *(documents.c[name] for name in OF_DOCUMENT),
            *(extractions.c[name] for name in OF_TEXT),
            *(captures.c[name] for name in OF_CAPTURE),
            extractions.c.record_id.label("record"),
            captures.c.entry.label("capture"),
        )
        .select_from(made)
        .where(documents.c.first_seen.is_not(None))
        .order_by(documents.c.first_seen, documents.c.url, extractions.c.entry)
    )


STANDING = _joined(tables.extractions.c.entry == tables.documents.c.extraction)
EVERY = _joined(tables.extractions.c.url == tables.documents.c.url)


EXCHANGES: Select[Any] = (
    select(
        *(
            tables.captures.c[name]
            for name in (
                "entry",
                "url",
                "requested",
                "role",
                "outcome",
                "observed_at",
                "payload_record",
                "entity",
            )
        ),
        tables.captures.c.record_id.label("record"),
        tables.sidecars.c.title,
    )
    .outerjoin(tables.sidecars, tables.sidecars.c.document == tables.captures.c.document)
    .order_by(tables.captures.c.entry)
)
PLACES = (
    select(tables.places)
    .where(
        tables.places.c.capture.in_(bindparam("captures", expanding=True)),
        tables.places.c.file.is_not(None),
    )
    .order_by(tables.places.c.file, tables.places.c.offset)
)
TAKEN_FROM = select(tables.captures.c.source_record).where(
    tables.captures.c.source_file == bindparam("file")
)


def versions(connection: Connection, site: str | None, *, every: bool) -> Iterator[VersionHeld]:
    """Of each document of `site`, or of all, the text that stands, or `every` one.

    By the time the document was first seen; its versions in the order they were made.
    """
    query = EVERY if every else STANDING
    if site is not None:
        query = query.where(tables.documents.c.site == bindparam("site"))
    found = connection.execution_options(yield_per=ROWS_AT_ONCE).execute(
        query, {} if site is None else {"site": site}
    )
    yield from map(_version, found)


def _version(row: Row[Any]) -> VersionHeld:
    said = row._asdict()
    return VersionHeld(**said | {"state": State(row.state), "technical": bool(row.technical)})


class Exchanged(Struct, frozen=True, kw_only=True):
    """A capture, where its records lie, and what an index of replayable pages says of it.

    `places` are those records that are there, in the order they were written; `title` is that of
    the document read in it.
    """

    entry: int
    url: str
    requested: str
    role: str
    outcome: str
    observed_at: datetime
    record: str | None
    payload_record: str | None
    entity: Digest | None
    title: str | None
    places: tuple[tuple[str, Place], ...]


def exchanges(connection: Connection, site: str | None) -> Iterator[Exchanged]:
    """Every capture of `site` or of all, in the log's order."""
    query = EXCHANGES if site is None else EXCHANGES.where(tables.captures.c.site == site)
    found = connection.execution_options(yield_per=ROWS_AT_ONCE).execute(query)
    for rows in found.partitions():
        yield from _exchanged(connection, rows)


def exchanges_of(connection: Connection, record_id: str) -> Iterator[Exchanged]:
    """The capture of which that record is the response."""
    query = EXCHANGES.where(tables.captures.c.record_id == record_id)
    return _exchanged(connection, connection.execute(query).all())


def taken_from(connection: Connection, file: Digest) -> frozenset[str]:
    """The records of that foreign file that are captures here."""
    return frozenset(connection.execute(TAKEN_FROM, {"file": file}).scalars())


def _exchanged(connection: Connection, rows: Sequence[Row[Any]]) -> Iterator[Exchanged]:
    laid = _laid(connection, [row.entry for row in rows])
    for row in rows:
        yield Exchanged(**row._asdict(), places=tuple(laid.get(row.entry, ())))


def _laid(connection: Connection, captures: list[int]) -> dict[int, list[tuple[str, Place]]]:
    laid: dict[int, list[tuple[str, Place]]] = {}
    for row in connection.execute(PLACES, {"captures": captures}):
        laid.setdefault(row.capture, []).append((row.record_id, rows_of.place(row)))
    return laid
