"""A database URL → an engine that locks, syncs and waits as the catalog needs it."""

from __future__ import annotations

import os
import re
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from pipeline.errors import CatalogAway

if TYPE_CHECKING:
    from collections.abc import Callable

BUSY_S = 30
"""How long SQLite waits for a lock: longer than any batch, shorter than a person's patience."""

DRIVERS = {
    "sqlite": "sqlite",
    "sqlite+pysqlite": "sqlite",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}
SQLITE = {"timeout": BUSY_S, "check_same_thread": False}
"""A connection may be opened in one thread and used in another; never in two at once."""

DURABLE = ["journal_mode = WAL", "synchronous = FULL"]
"""Readers and the writer never wait for each other, and what is committed is on the disk."""


EMBEDDED = "catalog.sqlite"
"""The catalog's file in an archive that names no other database."""


def embedded(archive: Path) -> str:
    """The URL of the catalog that lies inside the folder `archive`."""
    return URL.create("sqlite", database=str(archive / EMBEDDED)).render_as_string()


def parse(url: str) -> URL:
    """Read a database URL.  Raises CatalogAway for one that no catalog can live at."""
    try:
        read = make_url(url)
    except ArgumentError as error:
        why = "it is no database URL; write sqlite:///path or postgresql+psycopg://user@host/name"
        raise CatalogAway(re.sub("//.*@", "//***@", url), why=why) from error
    driver = DRIVERS.get(read.drivername)
    if driver is None:
        why = f"{read.drivername} is none of the databases it can live in: sqlite, postgresql"
        raise CatalogAway(masked(read), why=why)
    if driver == "sqlite" and read.database in {None, "", ":memory:"}:
        why = "it would be forgotten with the process; name a file, as in sqlite:///path"
        raise CatalogAway(masked(read), why=why)
    return read.set(drivername=driver)


def masked(url: URL) -> str:
    """The URL as it may be shown: passwords as `***`, in its query too."""
    secret = {key: "***" for key in url.query if "password" in key}
    return url.update_query_dict(secret).render_as_string(hide_password=True)


def writing(url: URL) -> Engine:
    """An engine whose transactions take SQLite's write lock at once and reach the disk.

    BEGIN IMMEDIATE, because a transaction that begins with a read and writes later fails with
    "database is locked" without waiting when somebody else wrote in between.
    """
    engine = _engine(url)
    if url.get_backend_name() == "sqlite":
        event.listen(engine, "connect", _prepare(["foreign_keys = ON", *DURABLE]))
        event.listen(engine, "begin", _begin("BEGIN IMMEDIATE"))
    return engine


def migrating(url: URL) -> Engine:
    """As `writing`, but without foreign keys.

    SQLite changes a table by making it anew, and dropping the old one would count as deleting
    what other tables refer to.
    """
    engine = _engine(url, poolclass=NullPool)
    if url.get_backend_name() == "sqlite":
        event.listen(engine, "connect", _prepare(DURABLE))
        event.listen(engine, "begin", _begin("BEGIN IMMEDIATE"))
    return engine


def reading(url: URL) -> Engine:
    """An engine that cannot write; every transaction sees one committed state."""
    if url.get_backend_name() != "sqlite":
        return _engine(url)
    path = Path(url.database or "")
    engine = create_engine(
        "sqlite://",
        creator=lambda: sqlite3.connect(
            read_only(path), uri=True, timeout=BUSY_S, check_same_thread=False
        ),
        poolclass=NullPool,  # each connection finds out anew how the file may be read
    )
    event.listen(engine, "connect", _prepare([]))
    event.listen(engine, "begin", _begin("BEGIN"))
    return engine


def read_only(path: Path) -> str:
    """SQLite's URI for reading `path`.

    In a folder that cannot be written SQLite could not set up the memory that readers and writer
    share.  Nobody else writes there either, so the file is taken as it lies, unless a log beside
    it says that it is not whole.
    """
    mode = "mode=ro"
    if not os.access(path.parent, os.W_OK) and not path.with_name(f"{path.name}-wal").exists():
        mode = "immutable=1"
    return f"file:{quote(str(path.absolute()))}?{mode}"


def _engine(url: URL, **options: Any) -> Engine:
    arguments = SQLITE if url.get_backend_name() == "sqlite" else {}
    try:
        return create_engine(url, connect_args=arguments, **options)
    except ModuleNotFoundError as error:
        why = f"the driver {error.name} is not installed; pip install 'psycopg[binary]'"
        raise CatalogAway(masked(url), why=why) from error


def _prepare(pragmas: list[str]) -> Callable[[sqlite3.Connection, object], None]:
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        # Python's driver would begin transactions by itself, deferred, and only before writes.
        connection.isolation_level = None
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")

    return prepare


def _begin(statement: str) -> Callable[[Connection], None]:
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(statement)

    return begin
