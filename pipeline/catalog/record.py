"""Entries → `record_*` rows, and what the flow asks of them while it writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, update

from pipeline.catalog import fold, lookups, models, rows
from pipeline.catalog.answers import FullResponse, LastText
from pipeline.catalog.statements import Statements
from pipeline.catalog.upserts import keep_first, keep_last

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from typing import Any

    from sqlalchemy import Connection, Row, Table

    from pipeline.catalog.answers import Heading
    from pipeline.catalog.fold import Standing
    from pipeline.evidence import (
        AnchorEntry,
        CaptureEntry,
        ExtractionEntry,
        OpenEntry,
        SealEntry,
        TombstoneEntry,
    )
    from pipeline.model import Digest, Place


class Record:
    """The fold, inside one batch.  Reads see what this batch has entered.

    Documents and headings are gathered and written together, by `settle` or before they are read;
    a statement for many rows costs a fraction of one for each.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._statements = Statements(connection)
        self._dialect = connection.dialect.name
        self._standings: dict[str, Standing | None] = {}
        self._unwritten: dict[str, Standing] = {}
        self._headings: dict[Digest, rows.Columns] = {}

    def last_text(self, url: str) -> LastText | None:
        """The last capture of the document `url`, and its text; None if it was never captured."""
        if url in self._unwritten:
            self.settle()
        row = self._statements.first(lookups.LAST_TEXT, url=url)
        self._standings[url] = None if row is None else rows.standing(row)
        return None if row is None or row.capture is None else _last_text(row)

    def text_at(self, url: str, moment: datetime) -> LastText | None:
        """As `last_text`, of what had been seen by `moment`: what a late replay follows."""
        row = self._statements.first(lookups.TEXT_AT, url=url, moment=moment)
        return None if row is None else _last_text(row)

    def full_response(self, entity: Digest) -> FullResponse | None:
        """The first full response that holds `entity`, under whichever URL."""
        return _full_response(self._statements.first(lookups.FIRST_OF_ENTITY, entity=entity))

    def full_response_by_id(self, record_id: str) -> FullResponse | None:
        """The full response that is record `record_id`; None for a revisit or a stranger."""
        return _full_response(self._statements.first(lookups.FULL_BY_ID, record_id=record_id))

    def resource(self, urn: str) -> str | None:
        """The record that holds a config or certificate; None where none was written before."""
        row = self._statements.first(lookups.RESOURCE, urn=urn)
        return None if row is None else str(row.record_id)

    def place(self, record_id: str) -> Place | None:
        """Where a record lies; None for one that was never entered."""
        row = self._statements.first(lookups.PLACE, record_id=record_id)
        return None if row is None else rows.place(row)

    def enter_capture(
        self,
        index: int,
        entry: CaptureEntry,
        *,
        places: Mapping[str, Place],
        text: Digest | None = None,
        document: Digest | None = None,
        transfer_encoding: str | None = None,
        content_encoding: str | None = None,
        resources: Mapping[str, str] | None = None,
    ) -> bool:
        """Fold the capture at `index` in.  False, and nothing changed, if it was entered before.

        `places` has the records of the entry that are there, and its metadata record.  `text` and
        `document` are what stands in these bytes, `same_text` and `same_bytes` included.  The
        codings are the response's own, as sent.  `resources` are the records that hold a config
        or certificate for the first time, by URN.
        """
        row = rows.capture_row(entry) | {
            "entry": index,
            "record_id": rows.lead_record(entry, places),
            "text": text,
            "document": document,
            "transfer_encoding": transfer_encoding,
            "content_encoding": content_encoding,
        }
        if not self._added(row, models.captures, "entry"):
            return False
        self._lay_out(rows.place_rows(entry, places, index), resources or {})
        if fold.concerns_document(entry):
            before = self._standing(entry.url)
            after = fold.after_capture(before, entry, index=index, text=text, document=document)
            self._put(after)
        return True

    def enter_extraction(self, index: int, entry: ExtractionEntry, heading: Heading | None) -> bool:
        """Fold the version at `index` in, after the capture it was made of.

        `heading` is None where the sidecar is gone.  False, and nothing changed, if it was entered
        before.
        """
        row = rows.extraction_row(entry) | {"entry": index}
        if not self._added(row, models.extractions, "entry"):
            return False
        if heading is not None:
            self._headings[entry.document] = rows.sidecar_row(entry, heading)
        before = self._standing(entry.url)
        if before is not None:
            self._put(fold.after_extraction(before, entry, index=index))
        return True

    def enter_open(self, index: int, entry: OpenEntry) -> None:
        """A WARC file was begun."""
        row = {"name": entry.name, "opened": index, "warcinfo": entry.warcinfo}
        self._added(row | lookups.NOT_SEALED, models.files, "name")

    def enter_seal(self, index: int, entry: SealEntry) -> None:
        """A WARC file was closed, or rewritten."""
        self._connection.execute(
            update(models.files).where(models.files.c.name == entry.name),
            {
                "sealed": index,
                "sha256": entry.sha256,
                "size": entry.size,
                "records": entry.records,
            },
        )

    def enter_anchor(self, index: int, entry: AnchorEntry) -> None:
        """The log bears a time stamp."""
        row = {"entry": index, "at": entry.at, "size": entry.size, "token": entry.token}
        self._added(row, models.anchors, "entry")

    def enter_tombstone(self, index: int, entry: TombstoneEntry) -> None:
        """Bytes were taken down: where they lay and what was read in them is told no more."""
        row = {"entry": index, "at": entry.at, "entity": entry.entity, "reason": entry.reason}
        self.settle()
        self._added(row, models.tombstones, "entry")
        for statement in lookups.NO_LONGER_TOLD:
            self._connection.execute(statement, {"entity": entry.entity})

    def anchored(self) -> frozenset[int]:
        """The sizes of which a time stamp is logged."""
        return frozenset(row.size for row in self._connection.execute(lookups.ANCHORS))

    def attested(self) -> int:
        """How many entries need no stamp any more.

        Those under the newest one, and the very next if it is the one that tells of it.
        """
        row = self._statements.first(lookups.NEWEST_ANCHOR)
        if row is None:
            return 0
        return int(row.size + (row.entry == row.size))

    def sealed(self) -> frozenset[str]:
        """The names of the WARC files that were sealed."""
        found = self._connection.execute(lookups.SEALED_FILES)
        return frozenset(row.name for row in found)

    def opened(self) -> Mapping[str, int]:
        """The index of each WARC file's `OpenEntry`, by its name."""
        return {row.name: row.opened for row in self._connection.execute(lookups.OPENED_FILES)}

    def folded(self) -> int:
        """How many entries of the log have been folded."""
        row = self._statements.first(lookups.FOLDED)
        return 0 if row is None else row.size

    def fold_to(self, size: int) -> None:
        """Remember that the first `size` entries have been folded."""
        row = {"log": lookups.THE_LOG, "size": size}
        self._statements.add(keep_last(self._dialect, models.folded), row)

    def clear(self) -> None:
        """Forget everything that was folded, to begin anew."""
        for table in (models.documents, models.places, models.captures, *lookups.FOLDED_ALONE):
            self._connection.execute(delete(table))
        self._standings.clear()
        self._unwritten.clear()
        self._headings.clear()

    def lay_anew(self, file: str, places: Mapping[str, Place]) -> None:
        """WARC file `file` was rewritten: its records lie at `places`, the others nowhere."""
        self._connection.execute(
            delete(models.places).where(
                models.places.c.file == file, models.places.c.record_id.not_in(places)
            )
        )
        moved = update(models.places).where(models.places.c.record_id == bindparam("moved"))
        for record_id, place in places.items():
            self._connection.execute(moved, {"moved": record_id} | rows.place_columns(place))

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
            self._statements.add_all(lookups.INSERT_PLACES, laid)
        for urn, record_id in resources.items():
            self._added({"urn": urn, "record_id": record_id}, models.resources, "urn")

    def _standing(self, url: str) -> Standing | None:
        if url not in self._standings:
            row = self._statements.first(lookups.DOCUMENT, url=url)
            self._standings[url] = None if row is None else rows.standing(row)
        return self._standings[url]

    def _put(self, standing: Standing) -> None:
        self._standings[standing.url] = self._unwritten[standing.url] = standing

    def _added(self, row: rows.Columns, table: Table, *key: str) -> bool:
        return self._statements.add(keep_first(self._dialect, table, *key), row)


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
