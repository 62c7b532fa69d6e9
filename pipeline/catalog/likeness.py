"""A text, or a site → other pages that may show what all missing pages of the site show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, literal_column, select

from pipeline.catalog import lookups, tables
from pipeline.catalog.answers import Alike
from pipeline.model import Gone, Place, Role

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from pipeline.model import Digest

MOST_ALIKE = 32
ALIKE = (
    select(tables.documents.c.url, tables.documents.c.site)
    .where(
        tables.documents.c.url.in_(
            select(tables.extractions.c.url).where(tables.extractions.c.text == bindparam("text"))
        ),
        tables.documents.c.text == bindparam("text"),
        tables.documents.c.changes > 0,
    )
    .order_by(tables.documents.c.url)
    .limit(MOST_ALIKE)
)
NEWEST_MISSING = (
    select(*lookups.PLACED)
    .select_from(tables.captures)
    .join(tables.places, tables.places.c.record_id == tables.captures.c.payload_record)
    .where(
        tables.captures.c.site == bindparam("site"),
        # as the index says it, or it is not used
        tables.captures.c.outcome == literal_column(f"'{Gone.name}'"),
        tables.captures.c.role == Role.TARGET.value,
        tables.captures.c.status.in_((404, 410)),
        tables.places.c.file.is_not(None),
    )
    .order_by(tables.captures.c.entry.desc())
    .limit(1)
)


class Likeness:
    """Looks for pages that show the same, inside one batch."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def alike(self, text: Digest) -> tuple[Alike, ...]:
        """Documents that have `text` now, and had another before: the first 32 by URL."""
        found = self._connection.execute(ALIKE, {"text": text})
        return tuple([Alike(url=row.url, site=row.site) for row in found])

    def newest_missing(self, site: str) -> Place | None:
        """Where the body of the site's newest 404 or 410 lies; None where there is none."""
        row = self._connection.execute(NEWEST_MISSING, {"site": site}).first()
        if row is None:
            return None
        return Place(file=row.file, offset=row.offset, length=row.length)
