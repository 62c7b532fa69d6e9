"""What a driver complains of → the errors that a person can act on."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError

from pipeline.catalog.engines import BUSY_S, masked
from pipeline.errors import ArchiveUnwritable, CannotError, CatalogAway

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import URL

DISK = {
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
}
LOCKED = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
OURS = (sqlite3.IntegrityError, sqlite3.ProgrammingError, sqlite3.DataError)
"""The same three kinds of fault, of statements that went past SQLAlchemy."""

PRIMARY = 0xFF
"""SQLite's extended result codes keep the primary one in their low octet."""


@contextmanager
def edge(url: URL, *, writing: bool) -> Iterator[None]:
    """The room's edge: what the database refuses leaves it as CatalogAway or ArchiveUnwritable.

    Broken constraints and wrong statements are faults of this program, and pass unchanged.
    """
    try:
        yield
    except (IntegrityError, ProgrammingError, DataError, *OURS):
        raise
    except DBAPIError as error:
        raise _named(url, error.orig or error, writing=writing) from error
    except sqlite3.Error as error:  # a statement that went past SQLAlchemy
        raise _named(url, error, writing=writing) from error


def _named(url: URL, error: BaseException, *, writing: bool) -> CannotError:
    code = getattr(error, "sqlite_errorcode", 0) & PRIMARY
    if code in DISK and writing:
        return ArchiveUnwritable(Path(url.database or ""), why=str(error))
    return CatalogAway(masked(url), why=_why(code, str(error).strip()))


def _why(code: int, said: str) -> str:
    if code in LOCKED:
        return f"{said} for {BUSY_S} s: another process writes it; wait until that one ends"
    if code in DAMAGED:
        return f"{said}: move it away, then make it again with dateline rebuild"
    if code in DISK:
        return f"{said}: check the path and its permissions"
    return said
