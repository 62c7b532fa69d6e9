"""Shingles ↔ the texts that have them, and texts ↔ the documents that say them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, func, select

from pipeline.catalog import tables
from pipeline.catalog.answers import Saying
from pipeline.catalog.statements import Statements
from pipeline.catalog.upserts import keep_first

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from sqlalchemy import Connection

    from pipeline.model import Digest

# What every page of a site says leads nowhere; of many copies the earliest are found.
MOST_SHARING = 256
# Addresses under which one text stands.
MOST_SAYING = 256

SHARING = (
    select(tables.shingles.c.entry)
    .where(tables.shingles.c.shingle == bindparam("shingle"))
    .order_by(tables.shingles.c.entry)
    .limit(MOST_SHARING)
)
TEXTS = select(tables.extractions.c.entry, tables.extractions.c.text).where(
    tables.extractions.c.entry.in_(bindparam("entries", expanding=True))
)
SAYING = (
    select(
        tables.extractions.c.url,
        tables.extractions.c.text,
        tables.documents.c.site,
        tables.documents.c.first_seen,
        tables.documents.c.text.label("now"),
        func.min(tables.extractions.c.entry).label("entry"),
        func.min(tables.sidecars.c.title).label("title"),
        func.min(tables.sidecars.c.published).label("published"),
    )
    .join(tables.documents, tables.documents.c.url == tables.extractions.c.url)
    # what was taken down has no sidecar any more, and is not told
    .join(tables.sidecars, tables.sidecars.c.document == tables.extractions.c.document)
    .where(
        tables.extractions.c.text == bindparam("text"), tables.documents.c.first_seen.is_not(None)
    )
    .group_by(
        tables.extractions.c.url,
        tables.extractions.c.text,
        tables.documents.c.site,
        tables.documents.c.first_seen,
        tables.documents.c.text,
    )
    .order_by(func.min(tables.extractions.c.entry))
    .limit(MOST_SAYING)
)


class Copies:
    """Sketches of texts, inside one batch."""

    def __init__(self, connection: Connection) -> None:
        self._statements = Statements(connection)
        self._add = keep_first(connection.dialect.name, tables.shingles, "shingle", "entry")

    def add(self, sketches: Iterable[tuple[int, tuple[int, ...]]]) -> None:
        """Enter the shingles of texts, each by the first entry that it was read in."""
        rows = sorted((shingle, entry) for entry, sketch in sketches for shingle in sketch)
        if rows:
            self._statements.add_all(self._add, [{"shingle": one, "entry": at} for one, at in rows])


def sharing(connection: Connection, sketch: Iterable[int]) -> Counter[int]:
    """How many shingles of `sketch` each text has, by its first entry."""
    ask = Statements(connection)
    return Counter(row.entry for shingle in sketch for row in ask.all(SHARING, shingle=shingle))


def texts_of(connection: Connection, entries: Collection[int]) -> dict[int, Digest]:
    """The text that was read in each of `entries`."""
    found = connection.execute(TEXTS, {"entries": list(entries)})
    return {row.entry: row.text for row in found}


def saying(connection: Connection, text: Digest) -> tuple[Saying, ...]:
    """The documents that say `text`, or once said it, in the order in which it was read there."""
    found = connection.execute(SAYING, {"text": text})
    return tuple(
        Saying(
            url=row.url,
            site=row.site,
            title=row.title,
            published=row.published,
            first_seen=row.first_seen,
            text=row.text,
            is_current=row.now == row.text,
        )
        for row in found
    )
