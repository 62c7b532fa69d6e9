"""Entries → `record_*` rows, and what the flow asks of them while it writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete

from pipeline.catalog import fold, lookups, rows, tables
from pipeline.catalog.answers import Missing
from pipeline.catalog.days import Days
from pipeline.catalog.files import Files
from pipeline.catalog.holdings import held
from pipeline.catalog.likeness import Likeness
from pipeline.catalog.statements import Statements
from pipeline.catalog.upserts import keep_first, keep_last

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import Connection, Table

    from pipeline.catalog.answers import FullResponse, Heading, Held, LastText
    from pipeline.catalog.fold import Standing
    from pipeline.ground.evidence import (
        AnchorEntry,
        CaptureEntry,
        ExtractionEntry,
        KeyEntry,
        TombstoneEntry,
    )
    from pipeline.model import Digest, Place

MOST_STANDINGS = 10_000
"""Documents that are remembered: more than a batch of looks has, fewer than an archive."""


class Record:
    """The fold, inside one batch.  Reads see what this batch has entered.

    Documents and headings are gathered and written together, by `settle` or before they are read;
    a statement for many rows costs a fraction of one for each.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._statements = Statements(connection)
        self._dialect = connection.dialect.name
        self.files = Files(connection)
        self._days = Days(self._statements, self._dialect)
        self._standings: dict[str, Standing | None] = {}
        self._unwritten: dict[str, Standing] = {}
        self._headings: dict[Digest, rows.Columns] = {}
        self.has_forgotten = False

    def last_text(self, url: str) -> LastText | None:
        """The last capture of the document `url`, and its text; None if it was never captured."""
        if url in self._unwritten:
            self.settle()
        row = self._statements.first(lookups.LAST_TEXT, url=url)
        self._standings[url] = None if row is None else rows.standing(row)
        return None if row is None or row.capture is None else rows.last_text(row)

    def missing(self, url: str) -> Missing | None:
        """Since when the document `url` is gone; None where the last look did not find it so."""
        standing = self._standing(url)
        if standing is None or standing.gone_since is None:
            return None
        return Missing(
            since=standing.gone_since,
            looks=standing.gone_looks,
            was_seen=standing.first_seen is not None,
        )

    def text_at(self, url: str, moment: datetime) -> LastText | None:
        """As `last_text`, of what had been seen by `moment`: what a late replay follows."""
        row = self._statements.first(lookups.TEXT_AT, url=url, moment=moment)
        return None if row is None else rows.last_text(row)

    def full_response(self, entity: Digest) -> FullResponse | None:
        """The first full response that holds `entity`, under whichever URL."""
        return rows.full_response(self._statements.first(lookups.FIRST_OF_ENTITY, entity=entity))

    def full_response_by_id(self, record_id: str) -> FullResponse | None:
        """The full response that is record `record_id`; None for a revisit or a stranger."""
        return rows.full_response(self._statements.first(lookups.FULL_BY_ID, record_id=record_id))

    def resource(self, urn: str) -> str | None:
        """The record that holds a config or certificate; None where none was written before."""
        row = self._statements.first(lookups.RESOURCE, urn=urn)
        return None if row is None else str(row.record_id)

    def configs(self) -> Mapping[str, str]:
        """The records that hold configs, by URN."""
        return {row.urn: row.record_id for row in self._connection.execute(lookups.CONFIGS)}

    def answer_of(self, entry: ExtractionEntry) -> str | None:
        """The response or revisit of the capture in whose visit the document was read."""
        asked = {"visit": entry.visit, "url": entry.url, "payload_record": entry.record_id}
        row = self._statements.first(lookups.READ_IN, **asked)
        return None if row is None else row.record_id

    def place(self, record_id: str) -> Place | None:
        """Where a record lies; None for one that was never entered."""
        row = self._statements.first(lookups.PLACE, record_id=record_id)
        return None if row is None or row.file is None else rows.place(row)

    def held(self, entity: Digest) -> Held:
        """What the archive still holds of `entity`."""
        return held(self._connection, entity)

    def names(self, digest: Digest) -> bool:
        """Whether an extraction names this text or document."""
        return self._statements.first(lookups.NAMED, digest=digest) is not None

    def likeness(self) -> Likeness:
        """What shows the same as other pages do."""
        self.settle()
        return Likeness(self._connection)

    def forgotten(self) -> tuple[frozenset[Digest], frozenset[Digest]]:
        """The texts and the documents that only bytes gave which were taken down since."""
        texts = self._connection.execute(lookups.FORGOTTEN_TEXTS).scalars()
        documents = self._connection.execute(lookups.FORGOTTEN_DOCUMENTS).scalars()
        return frozenset(texts), frozenset(documents)

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
        if not self._added(row, tables.captures, "entry"):
            return False
        self._lay_out(rows.place_rows(entry, places, index), resources or {})
        self._days.enter(entry)
        if fold.concerns_document(entry):
            before = self._standing(entry.url)
            after = fold.after_capture(before, entry, index=index, text=text, document=document)
            self._standings[entry.url] = self._unwritten[entry.url] = after
        return True

    def enter_extraction(
        self,
        index: int,
        entry: ExtractionEntry,
        heading: Heading | None,
        *,
        places: Mapping[str, Place] | None = None,
        resources: Mapping[str, str] | None = None,
    ) -> bool:
        """Fold the version at `index` in, after the capture it was made of.

        `heading` is None where the sidecar is gone.  `places` has the records of the entry that
        are there, `resources` those that hold a config for the first time, by URN.  False, and
        nothing changed, if it was entered before.
        """
        row = rows.extraction_row(entry) | {"entry": index}
        if not self._added(row, tables.extractions, "entry"):
            return False
        if entry.records:
            self._lay_out(rows.place_rows(entry, places or {}, index), resources or {})
        if heading is not None:
            self._headings[entry.document] = rows.sidecar_row(entry, heading)
        before = self._standing(entry.url)
        if before is not None:
            after = fold.after_extraction(before, entry, index=index)
            self._standings[entry.url] = self._unwritten[entry.url] = after
        return True

    def enter_anchor(self, index: int, entry: AnchorEntry) -> None:
        """The log bears a time stamp."""
        row = {"entry": index, "at": entry.at, "size": entry.size, "token": entry.token}
        self._added(row, tables.anchors, "entry")

    def enter_key(self, index: int, entry: KeyEntry) -> None:
        """Another key signs from here on."""
        self._added({"entry": index, "vkey": entry.vkey}, tables.keys, "entry")

    def enter_tombstone(self, index: int, entry: TombstoneEntry) -> None:
        """Bytes were taken down: where they lay and what was read in them is told no more.

        Nor is it left in the database's files, once the batch has ended.
        """
        row = {"entry": index, "at": entry.at, "entity": entry.entity, "reason": entry.reason}
        self.settle()
        self._added(row, tables.tombstones, "entry")
        for statement in lookups.NO_LONGER_TOLD:
            self._connection.execute(statement, {"of_entity": entry.entity, "before": index})
        self.has_forgotten = True

    def anchored(self) -> frozenset[int]:
        """The sizes of which a time stamp is logged."""
        return frozenset(row.size for row in self._connection.execute(lookups.ANCHORS))

    def attested(self) -> int:
        """How many entries need no stamp any more.

        Those under the newest one, and the very next if it is the one that tells of it.
        """
        row = self._statements.first(lookups.NEWEST_ANCHOR)
        return 0 if row is None else int(row.size + (row.entry == row.size))

    def folded(self) -> int:
        """How many entries of the log have been folded."""
        row = self._statements.first(lookups.FOLDED)
        return 0 if row is None else row.size

    def fold_to(self, size: int) -> None:
        """Remember that the first `size` entries have been folded."""
        row = {"log": lookups.THE_LOG, "size": size}
        self._statements.add(keep_last(self._dialect, tables.folded), row)

    def clear(self) -> None:
        """Forget everything that was folded, to begin anew."""
        for table in (tables.documents, tables.places, tables.captures, *lookups.FOLDED_ALONE):
            self._connection.execute(delete(table))
        self._days.forget()
        self._standings.clear()
        self._unwritten.clear()
        self._headings.clear()

    def settle(self) -> None:
        """Write what was gathered; the batch does so before it commits."""
        self._days.settle()
        if self._headings:
            headings = keep_first(self._dialect, tables.sidecars, "document")
            self._statements.add_all(headings, [*self._headings.values()])
            self._headings.clear()
        if self._unwritten:
            standings = keep_last(self._dialect, tables.documents)
            self._statements.add_all(
                standings, [rows.standing_row(each) for each in self._unwritten.values()]
            )
            self._unwritten.clear()
        if len(self._standings) > MOST_STANDINGS:
            self._standings.clear()

    def _lay_out(self, laid: list[rows.Columns], resources: Mapping[str, str]) -> None:
        if laid:
            self._statements.add_all(lookups.INSERT_PLACES, laid)
        for urn, record_id in resources.items():
            self._added({"urn": urn, "record_id": record_id}, tables.resources, "urn")

    def _standing(self, url: str) -> Standing | None:
        if url not in self._standings:
            row = self._statements.first(lookups.DOCUMENT, url=url)
            self._standings[url] = None if row is None else rows.standing(row)
        return self._standings[url]

    def _added(self, row: rows.Columns, table: Table, *key: str) -> bool:
        return self._statements.add(keep_first(self._dialect, table, *key), row)
