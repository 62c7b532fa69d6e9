"""Two catalogs → every row in which their fold over the evidence differs."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from sqlalchemy import Text, TypeDecorator, select, type_coerce
from sqlalchemy.dialects import sqlite
from sqlalchemy.types import NullType

from pipeline.catalog import engines, schema, tables
from pipeline.catalog.faults import edge
from pipeline.errors import CatalogAway

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Row, Table

ROWS_AT_ONCE = 500
RECORD = "record_"


class RowDiffers(Struct, frozen=True, kw_only=True):
    """Row `key` of `table`: in `column` it should say `expected`, and says `actual`.

    Without a column the row is lacking (`actual` None), or should not be there (`expected` None).
    """

    table: str
    key: str
    column: str | None = None
    expected: str | None = None
    actual: str | None = None


def snapshot(url: str, folder: Path) -> str | None:
    """The URL of a copy of the catalog at `url`, made in `folder` in one moment; None without one.

    A server's database is not copied: its own transactions hold it still.  Raises CatalogAway
    where there is none that can be read, or of another version.
    """
    parsed = engines.parse(url)
    if parsed.get_backend_name() != "sqlite":
        return url
    path = Path(parsed.database or "")
    if not os.path.lexists(path):
        return None
    copy = folder / "snapshot.sqlite"
    with (
        edge(parsed, writing=False),
        closing(sqlite3.connect(engines.read_only(path), uri=True)) as live,
        closing(sqlite3.connect(copy)) as mine,
    ):
        live.backup(mine)
    return f"sqlite:///{copy}"


def torn(url: str) -> str | None:
    """Where the indexes of the copy at `url` and its tables do not say the same; None for nowhere.

    What is read in order comes out of an index, so that nobody would see what its table says.
    """
    parsed = engines.parse(url)
    if parsed.get_backend_name() != "sqlite":
        return None
    path = Path(parsed.database or "")
    with closing(sqlite3.connect(engines.read_only(path), uri=True)) as connection:
        try:
            said: str = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
        except sqlite3.DatabaseError as error:
            return str(error)
    return None if said == "ok" else said


def folded(url: str) -> int:
    """How many entries of the log the catalog at `url` has folded.  Raises CatalogAway."""
    parsed = engines.parse(url)
    with edge(parsed, writing=False), engines.reading(parsed).begin() as connection:
        found = schema.version(connection)
        schema.refuse_newer(parsed, found)
        if found != schema.HEAD:
            why = f"its tables have version {found}, older than {schema.HEAD}"
            raise CatalogAway(engines.masked(parsed), why=why)
        size = connection.execute(select(tables.folded.c.size)).scalar()
    return size or 0


def differences(expected: str, actual: str) -> Iterator[RowDiffers]:
    """Every row of a `record_*` table in which the catalog at `actual` is not as at `expected`.

    By table and key.  Rows are read as they are asked for.  Raises CatalogAway.
    """
    should, does = engines.parse(expected), engines.parse(actual)
    with (
        edge(does, writing=False),
        engines.reading(should).begin() as one,
        engines.reading(does).begin() as other,
    ):
        _take_any_octets(other)
        for table in tables.METADATA.sorted_tables:
            if table.name.startswith(RECORD):
                yield from _compared(table, one, other)


def _take_any_octets(connection: Connection) -> None:
    """Read what is no UTF-8 as well: it is another text, and no reason to break off."""
    if connection.dialect.name == "sqlite":
        driver = connection.connection.driver_connection
        assert driver is not None  # noqa: S101 - it is connected
        driver.text_factory = partial(str, encoding="utf-8", errors="surrogateescape")


def _compared(table: Table, one: Connection, other: Connection) -> Iterator[RowDiffers]:
    left, right = _rows(table, one), _rows(table, other)
    should, does = next(left, None), next(right, None)
    while should is not None or does is not None:
        if does is None or (should is not None and should[0] < does[0]):
            assert should is not None  # noqa: S101 - the loop's own condition
            yield RowDiffers(
                table=table.name, key=_spelled(should[0]), expected=_told(table, should[1])
            )
            should = next(left, None)
        elif should is None or does[0] < should[0]:
            yield RowDiffers(table=table.name, key=_spelled(does[0]), actual=_told(table, does[1]))
            does = next(right, None)
        else:
            yield from _columns(table, should, does)
            should, does = next(left, None), next(right, None)


def _columns(
    table: Table, should: tuple[Any, Row[Any]], does: tuple[Any, Row[Any]]
) -> Iterator[RowDiffers]:
    for column, expected, actual in zip(table.columns, should[1], does[1], strict=True):
        if expected != actual:
            yield RowDiffers(
                table=table.name,
                key=_spelled(should[0]),
                column=column.name,
                expected=_shown(column, expected),
                actual=_shown(column, actual),
            )


def _told(table: Table, row: Row[Any]) -> str:
    return ", ".join(
        _shown(column, value) for column, value in zip(table.columns, row, strict=True)
    )


def _shown(column: Any, value: Any) -> str:
    """A value as its column says it, if it is one that the column can hold."""
    if isinstance(column.type, TypeDecorator):
        with suppress(NotImplementedError, TypeError, ValueError, OverflowError):
            return str(column.type.process_result_value(value, sqlite.dialect()))
    return str(value)


def _rows(table: Table, connection: Connection) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Rows and their keys, in an order that both databases and Python have.

    Values come as the database holds them: whoever altered one need not have kept to its type.
    """
    key = list(table.primary_key.columns)
    order = [column.collate("C") if _is_text(column, connection) else column for column in key]
    places = [list(table.columns).index(column) for column in key]
    found = connection.execution_options(yield_per=ROWS_AT_ONCE).execute(
        select(*(type_coerce(one, NullType()) for one in table.columns)).order_by(*order)
    )
    for row in found:
        yield tuple(_sortable(row[at]) for at in places), row


def _is_text(column: Any, connection: Connection) -> bool:
    """SQLite orders texts by their octets anyway, as Python does by their characters."""
    type_ = getattr(column.type, "impl", column.type)
    return connection.dialect.name != "sqlite" and isinstance(type_, Text)


def _sortable(value: object) -> tuple[int, object]:
    """SQLite's own order: nothing, numbers, texts, octets."""
    match value:
        case None:
            return 0, 0
        case str():
            return 2, value
        case bytes() | memoryview():
            return 3, bytes(value)
        case _:
            return 1, value


def _spelled(key: tuple[Any, ...]) -> str:
    parts = (None if rank == 0 else part for rank, part in key)
    return ", ".join(part.hex() if isinstance(part, bytes) else str(part) for part in parts)
