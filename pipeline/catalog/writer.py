"""The one writer of a catalog: one connection, one batch at a time."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self

from msgspec import Struct

from pipeline.catalog import engines, schema, scrubbing
from pipeline.catalog.alarms import Alarms
from pipeline.catalog.copies import Copies
from pipeline.catalog.faults import edge
from pipeline.catalog.frontier import Frontier
from pipeline.catalog.indexes import Indexes
from pipeline.catalog.reader import Reader
from pipeline.catalog.readings import Readings
from pipeline.catalog.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    from sqlalchemy import URL, Connection, Engine


PARTS: tuple[Any, ...] = (Record, Frontier, Alarms, Indexes, Copies, Readings)


class Batch(Struct, frozen=True):
    """One transaction: `record` is the fold over the evidence, `work` what is to be done next.

    `alarms` is what somebody is to know of, and the rest follows the texts at leisure.
    """

    record: Record
    work: Frontier
    alarms: Alarms
    indexes: Indexes
    copies: Copies
    readings: Readings


class Catalog:
    """A catalog open for writing, up to date in its tables.

    It may be handed to another thread, but is used by one at a time.  That no other process
    writes is the archive's lock's concern; if one does, batches wait for each other.
    """

    def __init__(self, url: URL, engine: Engine, connection: Connection) -> None:
        self._url, self._engine, self._connection = url, engine, connection

    @classmethod
    def open(cls, url: str) -> Self:
        """Open the catalog at `url`, and make it or migrate it where it must be.

        Raises CatalogAway for a database that is away, damaged or newer than this program, and
        ArchiveUnwritable for a file that cannot be written.
        """
        parsed = engines.parse(url)
        engine = engines.writing(parsed)
        with edge(parsed, writing=True):
            try:
                return cls(parsed, engine, _connected(parsed, engine))
            except BaseException:
                engine.dispose()
                raise

    @contextmanager
    def batch(self) -> Iterator[Batch]:
        """One transaction: durable when the block ends, and undone when it raises.

        Its parts are of no use afterwards.  A driver's error inside the block leaves it as
        CatalogAway or ArchiveUnwritable.
        """
        with edge(self._url, writing=True), self._connection.begin():
            batch = Batch(*(part(self._connection) for part in PARTS))
            yield batch
            batch.record.settle()
            batch.work.settle()
            if batch.record.has_forgotten:
                scrubbing.mark(self._connection)
        if batch.record.has_forgotten:
            with edge(self._url, writing=True):
                scrubbing.scrub(self._url, self._connection)

    def reader(self) -> Reader:
        """The same catalog for reading: what is committed, and nothing of the batch at hand."""
        return Reader(self._url)

    def close(self) -> None:
        """Let go of the database."""
        self._connection.close()
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.close()


def _connected(url: URL, engine: Engine) -> Connection:
    with engine.begin() as connection:
        found = schema.version(connection)
    if found != schema.HEAD:
        schema.bring_up_to_date(url)
    connection = engine.connect()
    scrubbing.scrub(url, connection)
    return connection
