"""A statement and its parameters → its effect and rows, at little more than the database's cost.

What a page costs in an embedded catalog is a dozen statements of which SQLite needs five
microseconds each; SQLAlchemy needs thirty to get each of them there and back.  So for SQLite the
text of a statement and the conversions of its values are prepared once, and it goes to the driver
as it is.  Other databases, whose errors only SQLAlchemy can name, are asked in its own way; what
comes of a statement is the same.
"""

from __future__ import annotations

from collections import namedtuple
from functools import cache
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from sqlalchemy.dialects import sqlite

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import Connection, Insert, Select
    from sqlalchemy.types import TypeEngine

    Convert = Callable[[Any], Any]

DIALECT = sqlite.dialect(paramstyle="qmark")


class Statements:
    """Runs statements in the transaction that `connection` is in.

    Each statement is given as the same object every time: it is what the preparation is kept by.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._sqlite: sqlite3.Connection | None = None
        if connection.dialect.name == "sqlite":
            self._sqlite = connection.connection.driver_connection

    def first(self, query: Select[Any], **parameters: object) -> Any:
        """The first row, its columns by name, or None."""
        if self._sqlite is None:
            return self._connection.execute(query, parameters).first()
        prepared = _query(query)
        found = self._sqlite.execute(prepared.text, prepared.bound(parameters)).fetchone()
        return None if found is None else prepared.read(found)

    def all(self, query: Select[Any], **parameters: object) -> list[Any]:
        """Every row, its columns by name."""
        if self._sqlite is None:
            return list(self._connection.execute(query, parameters))
        prepared = _query(query)
        return [
            *map(prepared.read, self._sqlite.execute(prepared.text, prepared.bound(parameters)))
        ]

    def add(self, insert: Insert, row: Mapping[str, object]) -> bool:
        """Insert one row; whether the table has changed."""
        if self._sqlite is None:
            return self._connection.execute(insert, row).rowcount == 1
        prepared = _insert(insert, tuple(row))
        return self._sqlite.execute(prepared.text, prepared.bound(row)).rowcount == 1

    def add_all(self, insert: Insert, rows: Sequence[Mapping[str, object]]) -> None:
        """Insert at least one row; all have the same columns."""
        if self._sqlite is None:
            self._connection.execute(insert, rows)
            return
        prepared = _insert(insert, tuple(rows[0]))
        self._sqlite.executemany(prepared.text, map(prepared.bound, rows))


class _Prepared(Struct, frozen=True):
    """A statement as SQLite's driver takes it, and what becomes of its values both ways.

    What is not there is null, whatever its type.
    """

    text: str
    constants: dict[str, Any]
    to_sql: tuple[tuple[str, Convert | None], ...]
    from_sql: tuple[Convert | None, ...] = ()
    row: Any = None

    def bound(self, parameters: Mapping[str, object]) -> list[Any]:
        """The values in the order of the statement's marks."""
        given = {**self.constants, **parameters} if self.constants else parameters
        return [
            value if (value := given[name]) is None or convert is None else convert(value)
            for name, convert in self.to_sql
        ]

    def read(self, found: tuple[Any, ...]) -> Any:
        pairs = zip(found, self.from_sql, strict=True)
        return self.row._make([value if read is None else read(value) for value, read in pairs])


@cache
def _query(query: Select[Any]) -> _Prepared:
    compiled = query.compile(dialect=DIALECT)
    columns = query.selected_columns
    readers = (_kind(column.type).result_processor(DIALECT, None) for column in columns)
    names = [str(column.key) for column in columns]
    row = namedtuple("Row", names)  # type: ignore[misc]  # noqa: PYI024 - its names are the query's
    return _prepared(compiled, tuple(readers), row)


@cache
def _insert(insert: Insert, columns: tuple[str, ...]) -> _Prepared:
    return _prepared(insert.compile(dialect=DIALECT, column_keys=columns))


def _prepared(
    compiled: Any, readers: tuple[Convert | None, ...] = (), row: Any = None
) -> _Prepared:
    writers = {name: _writer(_kind(bind.type)) for name, bind in compiled.binds.items()}
    return _Prepared(
        text=str(compiled),
        constants={name: value for name, value in compiled.params.items() if value is not None},
        to_sql=tuple((name, writers[name]) for name in compiled.positiontup),
        from_sql=readers,
        row=row,
    )


def _writer(kind: Any) -> Convert | None:
    """What writes a value: our own types' `to_sql` without the calls that lead to it."""
    writer: Convert | None = getattr(kind, "to_sql", None) or kind.bind_processor(DIALECT)
    return writer


def _kind(declared: TypeEngine[Any]) -> Any:
    """A column's type as this dialect has it."""
    return declared.dialect_impl(DIALECT)
