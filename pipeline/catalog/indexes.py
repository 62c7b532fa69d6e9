"""Indexes over the texts, which follow the log at leisure: how far each is, and what is next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, exists, func, select

from pipeline.catalog import tables
from pipeline.catalog.answers import Unread
from pipeline.catalog.statements import Statements
from pipeline.catalog.upserts import keep_last

if TYPE_CHECKING:
    from sqlalchemy import Connection

EARLIER = tables.extractions.alias()
UPTO = select(tables.indexes.c.upto).where(tables.indexes.c.name == bindparam("name"))
UNREAD = (
    select(
        tables.extractions.c.entry,
        tables.extractions.c.url,
        tables.extractions.c.text,
        tables.extractions.c.document,
        tables.extractions.c.generation,
        tables.extractions.c.rules,
        tables.captures.c.site,
        tables.captures.c.origin,
        tables.captures.c.observed_at,
        (
            ~exists().where(
                EARLIER.c.text == tables.extractions.c.text,
                EARLIER.c.entry < tables.extractions.c.entry,
            )
        ).label("is_first"),
    )
    .outerjoin(tables.captures, tables.captures.c.record_id == tables.extractions.c.record_id)
    .where(tables.extractions.c.entry >= bindparam("upto"))
    .order_by(tables.extractions.c.entry)
    .limit(bindparam("most"))
)
OUTSTANDING = select(func.count()).select_from(
    select(tables.extractions.c.entry)
    .where(tables.extractions.c.entry >= bindparam("upto"))
    .limit(bindparam("most"))
    .subquery()
)


class Indexes:
    """How far each index has come, inside one batch."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def move(self, name: str, upto: int) -> None:
        """Every entry below `upto` is in the index called `name`."""
        row = {"name": name, "upto": upto}
        Statements(self._connection).add(
            keep_last(self._connection.dialect.name, tables.indexes), row
        )

    def clear(self) -> None:
        """Forget all of them, to begin anew."""
        for table in (tables.indexes, tables.shingles, tables.readings, tables.finds):
            self._connection.execute(delete(table))


def unread(connection: Connection, name: str, most: int) -> tuple[Unread, ...]:
    """The next extractions that the index called `name` lacks, in the log's order."""
    asked = {"upto": _upto(connection, name), "most": most}
    return tuple(Unread(**row._asdict()) for row in connection.execute(UNREAD, asked))


def outstanding(connection: Connection, name: str, most: int) -> int:
    """How many extractions that index lacks, counted up to `most`."""
    asked = {"upto": _upto(connection, name), "most": most}
    count: int = connection.execute(OUTSTANDING, asked).scalar_one()
    return count


def _upto(connection: Connection, name: str) -> int:
    return connection.execute(UPTO, {"name": name}).scalar() or 0
