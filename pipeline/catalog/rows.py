"""Values ↔ rows, both directions side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.catalog.answers import (
    CurrentDocument,
    FullResponse,
    Heading,
    HistoryRow,
    LastText,
    Looked,
    SiteSummary,
    State,
    site_state,
)
from pipeline.catalog.fold import Standing
from pipeline.ground.evidence import CaptureEntry, ExtractionEntry, Logged
from pipeline.model import Origin, Place, RecordRef, Role, Source

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Row

Columns = dict[str, Any]

AS_THEY_ARE = frozenset(CaptureEntry.__struct_fields__) - {
    "role",
    "origin",
    "source",
    "records",
    "protocol",
}
EXTRACTION = tuple(name for name in ExtractionEntry.__struct_fields__ if name != "records")
NOWHERE = {"file": None, "offset": None, "length": None}
STANDING = Standing.__struct_fields__


def capture_row(entry: CaptureEntry) -> Columns:
    """The entry without its records, which have rows of their own."""
    row: Columns = {name: getattr(entry, name) for name in AS_THEY_ARE}
    row["role"] = entry.role.value
    row["origin"] = entry.origin.value
    row["source_file"] = entry.source and entry.source.file
    row["source_record"] = entry.source and entry.source.record_id
    row["protocol"] = " ".join(entry.protocol)
    return row


def capture_entry(row: Row[Any], records: tuple[RecordRef, ...]) -> CaptureEntry:
    """The entry again."""
    source = None
    if row.source_file is not None:
        source = Source(file=row.source_file, record_id=row.source_record)
    return CaptureEntry(
        **{name: getattr(row, name) for name in AS_THEY_ARE},
        role=Role(row.role),
        origin=Origin(row.origin),
        source=source,
        records=records,
        protocol=tuple(row.protocol.split()),
    )


def lead_record(entry: CaptureEntry, places: Mapping[str, Place]) -> str | None:
    """The record that stands for the capture: response or revisit, else the metadata record.

    None where nothing was written, as for a skip.
    """
    for ref in entry.records:
        if ref.type in {"response", "revisit"}:
            return ref.record_id
    return min(places.keys() - _named(entry), default=None)


def place_rows(
    entry: CaptureEntry | ExtractionEntry, places: Mapping[str, Place], index: int
) -> list[Columns]:
    """A row for every record of the entry at `index`.

    What has a place and is not in the entry is the metadata record that says the entry.
    """
    of = "capture" if isinstance(entry, CaptureEntry) else "extraction"
    laid: list[Columns] = [
        {"position": position, "record_id": ref.record_id, "type": ref.type, "block": ref.block}
        for position, ref in enumerate(entry.records)
    ]
    laid += [
        {"position": None, "record_id": record_id, "type": "metadata", "block": None}
        for record_id in sorted(places.keys() - _named(entry))
    ]
    return [
        {"capture": None, "extraction": None} | row | {of: index} | _lies(places, row["record_id"])
        for row in laid
    ]


def _lies(places: Mapping[str, Place], record_id: str) -> Columns:
    return place_columns(places[record_id]) if record_id in places else NOWHERE


def _named(entry: CaptureEntry | ExtractionEntry) -> set[str]:
    return {ref.record_id for ref in entry.records}


def place_columns(place: Place) -> Columns:
    """Where a record lies, spread out."""
    return {"file": place.file, "offset": place.offset, "length": place.length}


def record_refs(rows: Sequence[Row[Any]]) -> tuple[RecordRef, ...]:
    """The entry's records out of its place rows, in the entry's order."""
    named = sorted((row for row in rows if row.position is not None), key=lambda r: r.position)
    return tuple(
        RecordRef(record_id=row.record_id, type=row.type, block=row.block) for row in named
    )


def place(row: Row[Any]) -> Place:
    """Where a record lies."""
    return Place(file=row.file, offset=row.offset, length=row.length)


def extraction_row(entry: ExtractionEntry) -> Columns:
    """The entry without its records, which have rows of their own."""
    return {name: getattr(entry, name) for name in EXTRACTION}


def extraction_entry(row: Row[Any], records: tuple[RecordRef, ...]) -> Logged[ExtractionEntry]:
    """The entry again."""
    said = {name: getattr(row, name) for name in EXTRACTION}
    return Logged(row.entry, ExtractionEntry(**said, records=records))


def sidecar_row(entry: ExtractionEntry, heading: Heading) -> Columns:
    """What is shown of the sidecar that `entry` names."""
    return {
        "document": entry.document,
        "text": entry.text,
        "title": heading.title,
        "published": heading.published,
        "language": heading.language,
        "degraded": heading.degraded,
    }


def standing_row(standing: Standing) -> Columns:
    """The document, field for column."""
    return {name: getattr(standing, name) for name in STANDING}


def standing(row: Row[Any]) -> Standing:
    """The document again."""
    return Standing(**{name: getattr(row, name) for name in STANDING})


def heading(row: Row[Any]) -> Heading | None:
    """What the sidecar says; None where the outer join found none."""
    if row.degraded is None:
        return None
    return Heading(
        title=row.title, published=row.published, language=row.language, degraded=row.degraded
    )


def last_text(row: Row[Any]) -> LastText:
    """A document's last capture, and the text that stands for it."""
    return LastText(
        visit=row.visit,
        record_id=row.payload_record,
        place=None if row.file is None else place(row),
        observed_at=row.captured_at,
        entity=row.entity,
        decoded=row.decoded,
        text=row.text,
        document=row.document,
        rules=row.rules,
        extractor=row.extractor,
        generation=row.generation,
    )


def full_response(row: Row[Any] | None) -> FullResponse | None:
    """A response that a revisit may refer to; None where none was found."""
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
        place=place(row),
        outcome=row.outcome,
    )


def current_document(row: Row[Any]) -> CurrentDocument:
    """A captured document with its heading."""
    return CurrentDocument(
        url=row.url,
        site=row.site,
        state=State(row.state),
        first_seen=row.first_seen,
        last_seen=row.last_seen,
        last_changed_at=row.last_changed_at,
        last_look_at=row.last_look_at,
        captured_at=row.captured_at,
        looks=row.looks,
        changes=row.changes,
        versions=row.versions,
        record=row.payload_record,
        text=row.text,
        document=row.document,
        heading=heading(row),
    )


def look(row: Row[Any], gone: Mapping[str, str]) -> HistoryRow:
    """One look, out of its last capture; `gone` are reasons by the record that was taken down."""
    return HistoryRow(
        at=row.at,
        observed_at=row.observed_at,
        visit=row.visit,
        role=row.role,
        origin=row.origin,
        requested=row.requested,
        outcome=row.outcome,
        reason=row.reason,
        change=row.change,
        status=row.status,
        record=row.record_id,
        entry=row.entry,
        text=row.text,
        document=row.document,
        degraded=bool(row.degraded),
        technical=False,
        score=row.score,
        taken_down=gone.get(row.payload_record or row.record_id),
    )


def looked(row: Row[Any]) -> Looked:
    """What planning needs to know of a capture."""
    return Looked(
        at=row.at,
        observed_at=row.observed_at,
        visit=row.visit,
        role=row.role,
        site=row.site,
        url=row.url,
        requested=row.requested,
        outcome=row.outcome,
        change=row.change,
        record=row.record_id,
        payload_record=row.payload_record,
    )


def technical_text(row: Row[Any], gone: Mapping[str, str]) -> HistoryRow:
    """One text that our own change of rules made, out of its extraction; `gone` as in `look`."""
    return HistoryRow(
        at=row.at,
        observed_at=row.observed_at or row.at,
        visit=row.visit,
        role=row.role or Role.TARGET,
        origin=row.origin or Origin.LIVE,
        requested=row.requested or row.url,
        outcome=None,
        reason=None,
        change=None,
        status=row.status,
        record=row.record_id,
        entry=row.entry,
        text=row.text,
        document=row.document,
        degraded=bool(row.degraded),
        technical=True,
        taken_down=gone.get(row.record_id),
    )


def site_summary(site: str, planned: Row[Any] | None, archived: Row[Any] | None) -> SiteSummary:
    """A site, out of what is planned and what is archived; either may be missing."""
    return SiteSummary(
        site=site,
        state=site_state(planned and planned.outcome),
        last_look=planned and planned.last_look_at,
        next_look=planned and planned.next_due_at,
        failures=planned.failures if planned else 0,
        documents=archived.documents if archived else 0,
        changes=archived.changes if archived else 0,
    )
