"""Entries → `record_*` rows, and what the flow asks of them while it writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, func, insert, select

from pipeline.catalog import fold, models, rows
from pipeline.catalog.answers import FullResponse, LastText
from pipeline.catalog.statements import Statements
from pipeline.catalog.upserts import keep_first, keep_last
from pipeline.model import Captured, Role

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from typing import Any

    from sqlalchemy import Connection, Row, Table

    from pipeline.catalog.answers import Heading
    from pipeline.catalog.fold import Standing
    from pipeline.model import CaptureEntry, Digest, ExtractionEntry, Place

PLACED = (models.places.c.file, models.places.c.offset, models.places.c.length)
READ_BY = (
    func.coalesce(models.extractions.c.rules, models.captures.c.rules).label("rules"),
    models.extractions.c.extractor,
    models.extractions.c.generation,
)
LAST_TEXT = (
    select(
        models.documents,
        models.captures.c.entity,
        models.captures.c.decoded,
        *READ_BY,
        *PLACED,
    )
    .outerjoin(models.captures, models.captures.c.number == models.documents.c.capture)
    .outerjoin(models.places, models.places.c.record_id == models.documents.c.payload_record)
    .outerjoin(models.extractions, models.extractions.c.number == models.documents.c.extraction)
    .where(models.documents.c.url == bindparam("url"))
    .with_for_update(of=models.documents)
)
READINGS = models.extractions.alias()
NEWEST_READING = (
    select(func.max(READINGS.c.number))
    .where(
        READINGS.c.url == models.captures.c.url,
        READINGS.c.record_id == models.captures.c.payload_record,
    )
    .scalar_subquery()
)
TEXT_AT = (
    select(
        models.captures.c.payload_record,
        models.captures.c.observed_at.label("captured_at"),
        models.captures.c.entity,
        models.captures.c.decoded,
        func.coalesce(models.extractions.c.text, models.captures.c.text).label("text"),
        func.coalesce(models.extractions.c.document, models.captures.c.document).label("document"),
        *READ_BY,
        *PLACED,
    )
    .outerjoin(models.places, models.places.c.record_id == models.captures.c.payload_record)
    .outerjoin(models.extractions, models.extractions.c.number == NEWEST_READING)
    .where(
        models.captures.c.url == bindparam("url"),
        models.captures.c.role == Role.TARGET.value,
        models.captures.c.outcome == Captured.name,
        models.captures.c.observed_at <= bindparam("moment"),
    )
    .order_by(models.captures.c.observed_at.desc(), models.captures.c.number.desc())
    .limit(1)
)
FULL_RESPONSE = (
    select(
        models.captures.c.record_id,
        models.captures.c.url,
        models.captures.c.observed_at,
        models.captures.c.entity,
        models.captures.c.decoded,
        models.captures.c.transfer_encoding,
        models.captures.c.content_encoding,
        *PLACED,
    )
    .join(models.places, models.places.c.record_id == models.captures.c.record_id)
    .where(
        models.captures.c.payload_record == models.captures.c.record_id,
        models.captures.c.entity.is_not(None),
    )
)
FIRST_OF_ENTITY = (
    FULL_RESPONSE.where(models.captures.c.entity == bindparam("entity"))
    .order_by(models.captures.c.number)
    .limit(1)
)
FULL_BY_ID = FULL_RESPONSE.where(models.captures.c.record_id == bindparam("record_id"))
RESOURCE = select(models.resources.c.record_id).where(models.resources.c.urn == bindparam("urn"))
PLACE = select(models.places).where(models.places.c.record_id == bindparam("record_id"))
DOCUMENT = (
    select(models.documents).where(models.documents.c.url == bindparam("url")).with_for_update()
)
INSERT_PLACES = insert(models.places)
LAST_NUMBER = {
    table.name: select(func.max(table.c.number).label("number"))
    for table in (models.captures, models.extractions)
}


class Record:
    """The fold, inside one batch.  Reads see what this batch has entered.

    Documents and headings are gathered and written together, by `settle` or before they are read;
    a statement for many rows costs a fraction of one for each.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._statements = Statements(connection)
        self._dialect = connection.dialect.name
        self._last: dict[str, int] = {}
        self._standings: dict[str, Standing | None] = {}
        self._unwritten: dict[str, Standing] = {}
        self._headings: dict[Digest, rows.Columns] = {}

    def last_text(self, url: str) -> LastText | None:
        """The last capture of the document `url`, and its text; None if it was never captured."""
        if url in self._unwritten:
            self.settle()
        row = self._statements.first(LAST_TEXT, url=url)
        self._standings[url] = None if row is None else rows.standing(row)
        return None if row is None or row.capture is None else _last_text(row)

    def text_at(self, url: str, moment: datetime) -> LastText | None:
        """As `last_text`, of what had been seen by `moment`: what a late replay follows."""
        row = self._statements.first(TEXT_AT, url=url, moment=moment)
        return None if row is None else _last_text(row)

    def full_response(self, entity: Digest) -> FullResponse | None:
        """The first full response that holds `entity`, under whichever URL."""
        return _full_response(self._statements.first(FIRST_OF_ENTITY, entity=entity))

    def full_response_by_id(self, record_id: str) -> FullResponse | None:
        """The full response that is record `record_id`; None for a revisit or a stranger."""
        return _full_response(self._statements.first(FULL_BY_ID, record_id=record_id))

    def has_resource(self, urn: str) -> bool:
        """Whether a config or certificate was written before."""
        return self._statements.first(RESOURCE, urn=urn) is not None

    def place(self, record_id: str) -> Place | None:
        """Where a record lies; None for one that was never entered."""
        row = self._statements.first(PLACE, record_id=record_id)
        return None if row is None else rows.place(row)

    def enter_capture(
        self,
        entry: CaptureEntry,
        *,
        places: Mapping[str, Place],
        text: Digest | None = None,
        document: Digest | None = None,
        transfer_encoding: str | None = None,
        content_encoding: str | None = None,
        resources: Mapping[str, str] | None = None,
    ) -> bool:
        """Fold a capture in.  False, and nothing changed, if its record was entered before.

        `places` has every record of the entry (KeyError otherwise) and its metadata record.
        `text` and `document` are what stands in these bytes, `same_text` and `same_bytes`
        included.  The codings are the response's own, as sent.  `resources` are the records that
        hold a config or certificate for the first time, by URN.
        """
        number = self._next(models.captures)
        row = rows.capture_row(entry) | {
            "number": number,
            "record_id": rows.lead_record(entry, places),
            "text": text,
            "document": document,
            "transfer_encoding": transfer_encoding,
            "content_encoding": content_encoding,
        }
        if not self._added(row, models.captures, "record_id"):
            return False
        self._last[models.captures.name] = number
        self._lay_out(rows.place_rows(entry, places, number), resources or {})
        if fold.concerns_document(entry):
            before = self._standing(entry.url)
            after = fold.after_capture(before, entry, number=number, text=text, document=document)
            self._put(after)
        return True

    def enter_extraction(self, entry: ExtractionEntry, heading: Heading) -> bool:
        """Fold a version in, after the capture it was made of.

        False, and nothing changed, if it was entered before.
        """
        number = self._next(models.extractions)
        row = rows.extraction_row(entry) | {"number": number}
        if not self._added(row, models.extractions, "url", "at", "record_id"):
            return False
        self._last[models.extractions.name] = number
        self._headings[entry.document] = rows.sidecar_row(entry, heading)
        before = self._standing(entry.url)
        if before is not None:
            self._put(fold.after_extraction(before, entry, number=number))
        return True

    def settle(self) -> None:
        """Write what was gathered; the batch does so before it commits."""
        if self._headings:
            headings = keep_first(self._dialect, models.sidecars, "document")
            self._statements.add_all(headings, [*self._headings.values()])
            self._headings.clear()
        if self._unwritten:
            standings = keep_last(self._dialect, models.documents)
            self._statements.add_all(
                standings, [rows.standing_row(each) for each in self._unwritten.values()]
            )
            self._unwritten.clear()

    def _lay_out(self, laid: list[rows.Columns], resources: Mapping[str, str]) -> None:
        if laid:
            self._statements.add_all(INSERT_PLACES, laid)
        for urn, record_id in resources.items():
            self._added({"urn": urn, "record_id": record_id}, models.resources, "urn")

    def _standing(self, url: str) -> Standing | None:
        if url not in self._standings:
            row = self._statements.first(DOCUMENT, url=url)
            self._standings[url] = None if row is None else rows.standing(row)
        return self._standings[url]

    def _put(self, standing: Standing) -> None:
        self._standings[standing.url] = self._unwritten[standing.url] = standing

    def _added(self, row: rows.Columns, table: Table, *key: str) -> bool:
        return self._statements.add(keep_first(self._dialect, table, *key), row)

    def _next(self, table: Table) -> int:
        """The number after the last.

        Given out here and not by the database, whose counters skip what was rolled back: a
        rebuild must come to the same numbers.
        """
        if table.name not in self._last:
            found = self._statements.first(LAST_NUMBER[table.name])
            self._last[table.name] = found.number or 0
        return self._last[table.name] + 1


def _last_text(row: Row[Any]) -> LastText:
    return LastText(
        record_id=row.payload_record,
        place=None if row.file is None else rows.place(row),
        observed_at=row.captured_at,
        entity=row.entity,
        decoded=row.decoded,
        text=row.text,
        document=row.document,
        rules=row.rules,
        extractor=row.extractor,
        generation=row.generation,
    )


def _full_response(row: Row[Any] | None) -> FullResponse | None:
    if row is None:
        return None
    return FullResponse(
        record_id=row.record_id,
        url=row.url,
        observed_at=row.observed_at,
        entity=row.entity,
        decoded=row.decoded,
        transfer_encoding=row.transfer_encoding,
        content_encoding=row.content_encoding,
        place=rows.place(row),
    )
