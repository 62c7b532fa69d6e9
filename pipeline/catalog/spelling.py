"""The models → `tables.py`, the same tables spelled out for SQLAlchemy's core.

`make schema` writes it, and a test keeps it current.  Loading SQLModel, and with it the mapping of
classes to rows that nobody here uses, took a third of a command's start.  What PostgreSQL alone
is told stays with the models, because saying it loads all that there is for PostgreSQL.
"""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger

if __name__ == "__main__":
    # The room's other files are built on what is written here, and may not load without it.
    room = sys.modules["pipeline.catalog"] = ModuleType("pipeline.catalog")
    room.__path__ = [str(Path(__file__).parent)]

from pipeline.catalog import work_models  # noqa: F401 - its tables are made by being loaded
from pipeline.catalog.models import NAMES, Row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Column, Index, Table
    from sqlalchemy.types import TypeEngine

HEAD = '''\
"""The tables that `models` declares, as SQL is made of them.

Written by `spelling`; to change them, change `models` and run `make schema`.
"""

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    text,
)

from pipeline.catalog.columns import ROW_NUMBER, Instant, Outside, Sha256

'''


def tables_text() -> str:
    """The whole file, with a final newline."""
    lines = ["METADATA = MetaData(", "    naming_convention={"]
    lines += [f"        {_quoted(key)}: {_quoted(value)}," for key, value in NAMES.items()]
    lines += ["    },", ")"]
    for table in Row.metadata.tables.values():
        lines += _table(table)
    return HEAD + "\n".join(lines) + "\n"


def _table(table: Table) -> Iterator[str]:
    yield f"{table.name.partition('_')[2]} = Table("
    yield f"    {_quoted(table.name)},"
    yield "    METADATA,"
    for column in table.columns:
        yield f"    {_column(column)},"
    for index in sorted(table.indexes, key=lambda index: str(index.name)):
        yield from _index(index)
    if table.dialect_options["sqlite"]["with_rowid"] is False:
        yield "    sqlite_with_rowid=False,"
    yield ")"


def _column(column: Column[object]) -> str:
    words = [_quoted(column.name), _kind(column.type)]
    words += [f"ForeignKey({_quoted(key.target_fullname)})" for key in column.foreign_keys]
    if column.primary_key:
        words.append("primary_key=True")
    elif not column.nullable:
        words.append("nullable=False")
    if column.unique:
        words.append("unique=True")
    return f"Column({', '.join(words)})"


def _kind(kind: TypeEngine[object]) -> str:
    return "ROW_NUMBER" if isinstance(kind, BigInteger) else type(kind).__name__


def _index(index: Index) -> Iterator[str]:
    yield "    Index("
    yield f"        {_quoted(str(index.name))},"
    for column in index.columns:
        yield f"        {_quoted(column.name)},"
    if index.unique:
        yield "        unique=True,"
    where = index.dialect_options["sqlite"]["where"]
    if where is not None:
        yield f"        sqlite_where=text({_quoted(str(where))}),"
    yield "    ),"


def _quoted(word: str) -> str:
    return f'"{word}"'


if __name__ == "__main__":
    sys.stdout.write(tables_text())
