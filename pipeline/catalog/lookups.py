"""What the writer asks and says while it folds, prepared once."""

from __future__ import annotations

from sqlalchemy import bindparam, delete, func, insert, select

from pipeline.catalog import models
from pipeline.model import Captured, Role

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
    .outerjoin(models.captures, models.captures.c.entry == models.documents.c.capture)
    .outerjoin(models.places, models.places.c.record_id == models.documents.c.payload_record)
    .outerjoin(models.extractions, models.extractions.c.entry == models.documents.c.extraction)
    .where(models.documents.c.url == bindparam("url"))
    .with_for_update(of=models.documents)
)
READINGS = models.extractions.alias()
NEWEST_READING = (
    select(func.max(READINGS.c.entry))
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
    .outerjoin(models.extractions, models.extractions.c.entry == NEWEST_READING)
    .where(
        models.captures.c.url == bindparam("url"),
        models.captures.c.role == Role.TARGET.value,
        models.captures.c.outcome == Captured.name,
        models.captures.c.observed_at <= bindparam("moment"),
    )
    .order_by(models.captures.c.observed_at.desc(), models.captures.c.entry.desc())
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
    .order_by(models.captures.c.entry)
    .limit(1)
)
FULL_BY_ID = FULL_RESPONSE.where(models.captures.c.record_id == bindparam("record_id"))
RESOURCE = select(models.resources.c.record_id).where(models.resources.c.urn == bindparam("urn"))
PLACE = select(models.places).where(models.places.c.record_id == bindparam("record_id"))
DOCUMENT = (
    select(models.documents).where(models.documents.c.url == bindparam("url")).with_for_update()
)
INSERT_PLACES = insert(models.places)
NOT_SEALED = dict.fromkeys(("sealed", "sha256", "size", "records"))
ANCHORS = select(models.anchors.c.size)
NEWEST_ANCHOR = select(models.anchors).order_by(models.anchors.c.size.desc()).limit(1)
SEALED_FILES = select(models.files.c.name).where(models.files.c.sealed.is_not(None))
OPENED_FILES = select(models.files.c.name, models.files.c.opened)
THE_LOG = 0
FOLDED = select(models.folded.c.size).where(models.folded.c.log == THE_LOG)
FOLDED_ALONE = (
    models.extractions,
    models.resources,
    models.sidecars,
    models.files,
    models.anchors,
    models.tombstones,
    models.folded,
)
TAKEN_DOWN = select(models.captures.c.payload_record).where(
    models.captures.c.entity.in_(select(models.tombstones.c.entity))
)
READ_ELSEWHERE = select(models.extractions.c.document).where(
    models.extractions.c.record_id.not_in(TAKEN_DOWN)
)
NO_LONGER_TOLD = (
    delete(models.places).where(
        models.places.c.type == "response",
        models.places.c.capture.in_(
            select(models.captures.c.entry).where(models.captures.c.entity == bindparam("entity"))
        ),
    ),
    delete(models.sidecars).where(models.sidecars.c.document.not_in(READ_ELSEWHERE)),
)
"""A document that other bytes gave as well is still told."""
