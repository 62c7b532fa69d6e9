"""What a reader is asked by those who follow the texts: indexes over them, and who asks these."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from pipeline.catalog import alarms, copies, indexes, readings

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Collection, Iterable, Mapping
    from contextlib import AbstractContextManager
    from datetime import datetime

    from sqlalchemy import Connection

    from pipeline.catalog.answers import Saying, Unread
    from pipeline.ground.alarm import Kind, Vigil
    from pipeline.ground.finds import Found, Reading
    from pipeline.model import Digest


class Following(ABC):
    """Part of a reader; every answer is taken from one committed state."""

    @abstractmethod
    def _reading(self) -> AbstractContextManager[Connection]:
        """A transaction that only reads."""

    def not_followed(self, index: str, *, most: int) -> tuple[Unread, ...]:
        """The next extractions that an index lacks, in the log's order."""
        with self._reading() as connection:
            return indexes.unread(connection, index, most)

    def outstanding(self, index: str, *, most: int) -> int:
        """How many extractions an index lacks, counted up to `most`."""
        with self._reading() as connection:
            return indexes.outstanding(connection, index, most)

    def sharing(self, sketch: Iterable[int]) -> Counter[int]:
        """How many shingles of `sketch` each text has, by the first entry that it was read in."""
        with self._reading() as connection:
            return copies.sharing(connection, sketch)

    def texts_of(self, entries: Collection[int]) -> Mapping[int, Digest]:
        """The texts that were read in these entries."""
        with self._reading() as connection:
            return copies.texts_of(connection, entries)

    def saying(self, text: Digest) -> tuple[Saying, ...]:
        """The documents that say `text`, or once said it, in the order in which it was read."""
        with self._reading() as connection:
            return copies.saying(connection, text)

    def vigils(self, site: str) -> Mapping[tuple[Kind, str], Vigil]:
        """What is remembered of trouble with a site, told or not."""
        with self._reading() as connection:
            return alarms.over(connection, site)

    def recent(self, site: str, *, before: datetime, most: int) -> tuple[Reading, ...]:
        """What was found in the documents of `site` seen live before then, the last ones first."""
        with self._reading() as connection:
            return readings.recent(connection, site, before=before, most=most)

    def found(self, site: str) -> tuple[Found, ...]:
        """What was found in the documents of `site`, by month, then by generation of rules."""
        with self._reading() as connection:
            return readings.found(connection, site)

    def sites_read(self) -> tuple[str, ...]:
        """The sites of which documents were read, by name."""
        with self._reading() as connection:
            return readings.read(connection)
