"""A catalog's file → whether it can be used at all, and out of the way where it cannot."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.catalog import engines, schema, tables
from pipeline.catalog.faults import DAMAGED, PRIMARY
from pipeline.ground.durable import unwritable

if TYPE_CHECKING:
    from sqlalchemy import URL

MISSING = "no such "
"""How SQLite begins to say that a table or a column is not there."""


def is_damaged(url: str) -> bool:
    """Whether the catalog at `url` is a file that is no database, or a broken one.

    Every page is read.  What does not exist is not damaged; nor is another kind of database, or
    one that an older or newer Dateline wrote.
    """
    parsed = engines.parse(url)
    path = _file_of(parsed)
    if path is None or not path.exists():
        return False
    try:
        with closing(sqlite3.connect(engines.read_only(path), uri=True)) as connection:
            if connection.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
                return True
            return _lacks_tables(connection)
    except sqlite3.DatabaseError as error:
        return getattr(error, "sqlite_errorcode", 0) & PRIMARY in DAMAGED


def set_aside(url: str, *, stamp: str) -> Path | None:
    """Rename the catalog's file to `<name>.damaged-<stamp>`; that name, if there was such a file.

    What it had not yet taken over from its write-ahead log goes with it.
    """
    path = _file_of(engines.parse(url))
    if path is None or not path.exists():
        return None
    aside = path.with_name(f"{path.name}.damaged-{stamp}")
    try:
        for ending in ("-wal", "-shm", ""):
            beside = path.with_name(path.name + ending)
            if beside.exists():
                beside.rename(aside.with_name(aside.name + ending))
    except OSError as error:
        raise unwritable(path, error) from error
    return aside


def set_aside_before(path: Path) -> tuple[Path, ...]:
    """The files that were once the catalog at `path`."""
    return tuple(sorted(path.parent.glob(f"{path.name}.damaged-*")))


def _file_of(url: URL) -> Path | None:
    return Path(url.database or "") if url.get_backend_name() == "sqlite" else None


def _lacks_tables(connection: sqlite3.Connection) -> bool:
    """Whether it says that it has today's tables, and has not."""
    try:
        found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.OperationalError:
        # a database that nobody has made a catalog of yet, or one that says nothing of itself
        held = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        return bool(held != (0,))
    if found is None or found[0] != schema.HEAD:
        return found is None
    try:
        for table in tables.METADATA.sorted_tables:
            columns = ", ".join(f'"{column.name}"' for column in table.columns)
            connection.execute(f"SELECT {columns} FROM {table.name} LIMIT 0")  # noqa: S608 - our own names
    except sqlite3.OperationalError as error:
        return str(error).startswith(MISSING)
    return False
