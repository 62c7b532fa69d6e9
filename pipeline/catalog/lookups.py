"""What the writer asks and says while it folds, prepared once."""

from __future__ import annotations

from sqlalchemy import (
    and_,
    bindparam,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)

from pipeline.catalog import models
from pipeline.model import Captured, Role

CONFIG = "urn:dateline:config:"

PLACED = (models.places.c.file, models.places.c.offset, models.places.c.length)
READ_BY = (
    func.coalesce(models.extractions.c.rules, models.captures.c.rules).label("rules"),
    models.extractions.c.extractor,
    models.extractions.c.generation,
)
LAST_TEXT = (
    select(
        models.documents,
        models.captures.c.visit,
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
        models.captures.c.visit,
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
        models.captures.c.requested.label("url"),
        models.captures.c.observed_at,
        models.captures.c.entity,
        models.captures.c.decoded,
        models.captures.c.transfer_encoding,
        models.captures.c.content_encoding,
        models.captures.c.outcome,
        *PLACED,
    )
    .join(models.places, models.places.c.record_id == models.captures.c.record_id)
    .where(
        models.captures.c.payload_record == models.captures.c.record_id,
        models.captures.c.entity.is_not(None),
        models.places.c.file.is_not(None),
    )
)
FIRST_OF_ENTITY = (
    FULL_RESPONSE.where(models.captures.c.entity == bindparam("entity"))
    .order_by(models.captures.c.entry)
    .limit(1)
)
FULL_BY_ID = FULL_RESPONSE.where(models.captures.c.record_id == bindparam("record_id"))
RESOURCE = select(models.resources.c.record_id).where(models.resources.c.urn == bindparam("urn"))
CONFIGS = select(models.resources).where(models.resources.c.urn.startswith(CONFIG))
READ_IN = select(models.captures.c.record_id).where(
    models.captures.c.visit == bindparam("visit"),
    models.captures.c.url == bindparam("url"),
    models.captures.c.payload_record == bindparam("payload_record"),
)
PLACE = select(models.places).where(models.places.c.record_id == bindparam("record_id"))
DOCUMENT = (
    select(models.documents).where(models.documents.c.url == bindparam("url")).with_for_update()
)
INSERT_PLACES = insert(models.places)
NOT_SEALED = dict.fromkeys(("sealed", "sha256", "size", "records"))
NAMED = (
    select(models.extractions.c.entry)
    .where(
        or_(
            models.extractions.c.text == bindparam("digest"),
            models.extractions.c.document == bindparam("digest"),
        )
    )
    .limit(1)
)
ANCHORS = select(models.anchors.c.size)
NEWEST_ANCHOR = select(models.anchors).order_by(models.anchors.c.size.desc()).limit(1)
SEAL_OF = select(models.files.c.sha256, models.files.c.records).where(
    models.files.c.name == bindparam("name"), models.files.c.sealed.is_not(None)
)
CLOSE_UP = (
    update(models.places)
    .where(
        models.places.c.file == bindparam("its_file"), models.places.c.offset > bindparam("behind")
    )
    .values(offset=models.places.c.offset - bindparam("by"))
)
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
    models.keys,
    models.folded,
)
VANISHED = (
    select(models.places.c.record_id)
    .join(models.captures, models.captures.c.entry == models.places.c.capture)
    .where(
        models.places.c.type == "response",
        models.captures.c.entity == bindparam("of_entity"),
        models.captures.c.entry < bindparam("before"),
    )
    .correlate(None)
)
"""The responses that the tombstone at `before` takes down.  The same bytes may come again later."""
TAKEN_DOWN = (
    select(models.places.c.record_id)
    .join(models.captures, models.captures.c.entry == models.places.c.capture)
    .join(
        models.tombstones,
        and_(
            models.tombstones.c.entity == models.captures.c.entity,
            models.tombstones.c.entry > models.captures.c.entry,
        ),
    )
    .where(models.places.c.type == "response")
    .correlate(None)
)
"""All responses that any tombstone has taken down."""
ELSEWHERE = models.extractions.alias()
STILL_READ = ELSEWHERE.c.record_id.not_in(TAKEN_DOWN)
NO_VALIDATORS = dict.fromkeys(("etag", "last_modified", "validator_record"))
NO_LONGER_TOLD = (
    update(models.places)
    .where(models.places.c.record_id.in_(VANISHED))
    .values(file=None, offset=None, length=None),
    update(models.captures)
    .where(models.captures.c.record_id.in_(VANISHED))
    .values(transfer_encoding=None, content_encoding=None),
    delete(models.sidecars).where(
        models.sidecars.c.document.in_(
            select(models.extractions.c.document).where(
                models.extractions.c.record_id.in_(VANISHED)
            )
        ),
        ~exists().where(ELSEWHERE.c.document == models.sidecars.c.document, STILL_READ),
    ),
    # nobody may hear "not modified" of what is not there any more
    *(
        update(table).where(table.c.validator_record.in_(VANISHED)).values(**NO_VALIDATORS)
        for table in (models.targets, models.seeds)
    ),
)
"""A document that other bytes gave as well is still told."""
HOLDING = (
    select(models.places, models.captures.c.entry)
    .join(models.captures, models.captures.c.entry == models.places.c.capture)
    .where(
        models.places.c.type == "response",
        models.captures.c.entity == bindparam("entity"),
        models.places.c.record_id.not_in(TAKEN_DOWN),
    )
    .order_by(models.captures.c.entry)
)
HOLDERS = HOLDING.with_only_columns(models.places.c.record_id).order_by(None).correlate(None)
MADE_OF = (
    select(models.extractions.c.entry)
    .where(models.extractions.c.record_id.in_(HOLDERS))
    .order_by(models.extractions.c.entry)
)
REFERRING = (
    select(models.captures.c.record_id)
    .where(
        models.captures.c.payload_record.in_(HOLDERS),
        models.captures.c.record_id != models.captures.c.payload_record,
    )
    .order_by(models.captures.c.entry)
)
FORGOTTEN_TEXTS, FORGOTTEN_DOCUMENTS = (
    select(models.extractions.c[name])
    .distinct()
    .where(
        models.extractions.c.record_id.in_(TAKEN_DOWN),
        ~exists().where(ELSEWHERE.c[name] == models.extractions.c[name], STILL_READ),
    )
    for name in ("text", "document")
)
