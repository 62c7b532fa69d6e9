"""An archive folder → the file in which its words are indexed.

It stands beside the catalog and not in it: who indexes never keeps waiting who fetches, and what
is lost or damaged is made again from catalog and texts.  The index is contentless; texts are read
from their files.
"""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pipeline.catalog.engines import BUSY_S, read_only
from pipeline.catalog.faults import DAMAGED, DISK, LOCKED, PRIMARY
from pipeline.errors import ArchiveUnwritable, CatalogAway

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAME = "search.sqlite"
LAYOUT = "1"
"""Raised when the tables below change: an index of another layout is made anew."""

# Non-ASCII characters are letters to this tokenizer, as they are in the analyzer's terms.
INDEX = "CREATE VIRTUAL TABLE {name} USING fts5(title, body, tags, content='', tokenize='ascii')"
TABLES = (
    "CREATE TABLE about (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID",
    """CREATE TABLE pages (
        id INTEGER PRIMARY KEY, url TEXT NOT NULL UNIQUE, site TEXT, host TEXT NOT NULL,
        state TEXT NOT NULL, current INTEGER
    )""",
    """CREATE TABLE versions (
        id INTEGER PRIMARY KEY, page INTEGER NOT NULL, text BLOB NOT NULL, title TEXT,
        published TEXT, language TEXT, day INTEGER, published_at INTEGER,
        seen_at INTEGER NOT NULL, seen_day INTEGER NOT NULL
    )""",
    "CREATE INDEX ix_pages_state ON pages (state) WHERE state <> 'present'",
    "CREATE INDEX ix_versions_page ON versions (page)",
    "CREATE INDEX ix_versions_text ON versions (text)",
    INDEX.format(name="words"),
)
CACHE_KB = 64_000
"""A batch touches many pages of the index, and reading them again costs more than the words do."""


def word_file(archive: Path) -> Path:
    """Where the index of `archive` is, or would be."""
    return archive / NAME


def writing(path: Path) -> sqlite3.Connection:
    """A connection that begins transactions by itself alone; makes the tables where there are none.

    Durable enough: what a power cut takes is indexed again.
    """
    connection = sqlite3.connect(
        path, timeout=BUSY_S, isolation_level=None, check_same_thread=False
    )
    for pragma in ("journal_mode = WAL", "synchronous = NORMAL", f"cache_size = -{CACHE_KB}"):
        connection.execute(f"PRAGMA {pragma}")
    # Nothing of a text that was taken down may be left in pages that are free.
    connection.execute("PRAGMA secure_delete = ON")
    return connection


def reading(path: Path) -> sqlite3.Connection:
    """A connection that cannot write; any one thread may use it at a time."""
    return sqlite3.connect(
        read_only(path), uri=True, timeout=BUSY_S, isolation_level=None, check_same_thread=False
    )


def discard(path: Path) -> None:
    """Remove the file, and what belongs to it."""
    for ending in ("-wal", "-shm", ""):
        path.with_name(path.name + ending).unlink(missing_ok=True)


def is_damage(error: sqlite3.Error) -> bool:
    """Whether the file itself is broken, and not merely busy or out of room."""
    code = getattr(error, "sqlite_errorcode", 0) & PRIMARY
    return code in DAMAGED or str(error).startswith("no such ")


@contextmanager
def edge(path: Path, *, to_write: bool) -> Iterator[None]:
    """What SQLite refuses leaves the room as ArchiveUnwritable or CatalogAway."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & PRIMARY
        if code in DISK and to_write:
            raise ArchiveUnwritable(path, why=str(error)) from error
        if code in LOCKED:
            why = f"{error} for {BUSY_S} s: another process indexes; try again"
            raise CatalogAway(str(path), why=why) from error
        why = f"{error}; it is an index alone: remove the file, and it is made again"
        raise CatalogAway(str(path), why=why) from error
