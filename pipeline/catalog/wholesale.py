"""What a reader is asked by those who go through the whole archive: exports, imports, search."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.catalog import entered, exported
from pipeline.catalog.following import Following

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.catalog.entered import Entered, Reading
    from pipeline.catalog.exported import Exchanged, VersionHeld
    from pipeline.model import Digest


class Wholesale(Following):
    """Part of a reader; every answer is taken from one committed state."""

    def versions(self, site: str | None = None, *, every: bool = False) -> Iterator[VersionHeld]:
        """The text that stands for each document of `site` or of all, or `every` text it had.

        By the time the document was first seen, then in the order they were made; all from the
        state at the first one.
        """
        with self._reading() as connection:
            yield from exported.versions(connection, site, every=every)

    def exchanges(self, site: str | None = None) -> Iterator[Exchanged]:
        """Every capture of `site` or of all, in the log's order, with where its records lie."""
        with self._reading() as connection:
            yield from exported.exchanges(connection, site)

    def exchanges_of(self, record_id: str) -> tuple[Exchanged, ...]:
        """The capture of which `record_id` is the response; none where there is no such record."""
        with self._reading() as connection:
            return tuple(exported.exchanges_of(connection, record_id))

    def taken_from(self, file: Digest) -> frozenset[str]:
        """The records of a foreign WARC file, by its digest, that are captures here."""
        with self._reading() as connection:
            return exported.taken_from(connection, file)

    def entered(self, start: int, most: int) -> Entered:
        """What the `most` entries from `start` on tell of texts and pages."""
        with self._reading() as connection:
            return entered.entered(connection, start, most)

    def readings(self, url: str) -> tuple[Reading, ...]:
        """What was read in the page `url` and was not taken down, in the order of the log."""
        with self._reading() as connection:
            return entered.readings_of(connection, url)

    def unread(self, start: int) -> tuple[int, int]:
        """How many texts were read from entry `start` on, and how far the log was folded."""
        with self._reading() as connection:
            return entered.unread(connection, start)

    def forgotten(self) -> frozenset[tuple[str, Digest]]:
        """The pages and texts of which all bytes were taken down."""
        with self._reading() as connection:
            return entered.forgotten(connection)
