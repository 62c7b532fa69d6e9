"""What was forgotten → gone from the database's files as well, not only from its tables.

SQLite leaves deleted rows in pages that it may use again some day, and older pages in its
write-ahead log.  A mark in the database's header says that this has still to be made good; it is
committed with the deletion, so that a crash between the two forgets nothing.  PostgreSQL, whose
files are no part of the archive, does this by itself in time (its autovacuum).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from pipeline.catalog.damage import set_aside_before
from pipeline.catalog.engines import BUSY_S

if TYPE_CHECKING:
    import sqlite3

    from sqlalchemy import URL, Connection

log = structlog.get_logger()

MARK = "PRAGMA user_version"
PATIENCE_S = 5
"""How long readers are waited for; nobody is fetched meanwhile."""


def mark(connection: Connection) -> None:
    """Note, inside the transaction that deletes, that the files are to be scrubbed."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"{MARK} = 1")


def scrub(url: URL, connection: Connection) -> None:
    """Rewrite what is marked; call it between transactions.

    Catalogs that were set aside go with it, because nobody knows what they hold.  Where a reader
    stands in the way for too long the mark stays, for the next one who opens the catalog.
    """
    if connection.dialect.name != "sqlite":
        return
    driver: sqlite3.Connection | None = connection.connection.driver_connection
    if driver is None or driver.execute(MARK).fetchone() == (0,):
        return
    for path in set_aside_before(Path(url.database or "")):
        path.unlink(missing_ok=True)
    driver.execute("VACUUM")
    driver.execute(f"{MARK} = 0")
    driver.execute(f"PRAGMA busy_timeout = {PATIENCE_S * 1000}")
    (busy, *_) = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    driver.execute(f"PRAGMA busy_timeout = {BUSY_S * 1000}")
    if busy:
        driver.execute(f"{MARK} = 1")
        log.warning("not scrubbed", hint="somebody reads the catalog; the next start does it")
