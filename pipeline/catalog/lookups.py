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

from pipeline.catalog import tables
from pipeline.model import Captured, Role

CONFIG = "urn:dateline:config:"

PLACED = (tables.places.c.file, tables.places.c.offset, tables.places.c.length)
READ_BY = (
    func.coalesce(tables.extractions.c.rules, tables.captures.c.rules).label("rules"),
    tables.extractions.c.extractor,
    tables.extractions.c.generation,
)
LAST_TEXT = (
    select(
        tables.documents,
        tables.captures.c.visit,
        tables.captures.c.entity,
        tables.captures.c.decoded,
        *READ_BY,
        *PLACED,
    )
    .outerjoin(tables.captures, tables.captures.c.entry == tables.documents.c.capture)
    .outerjoin(tables.places, tables.places.c.record_id == tables.documents.c.payload_record)
    .outerjoin(tables.extractions, tables.extractions.c.entry == tables.documents.c.extraction)
    .where(tables.documents.c.url == bindparam("url"))
    .with_for_update(of=tables.documents)
)
READINGS = tables.extractions.alias()
NEWEST_READING = (
    select(func.max(READINGS.c.entry))
    .where(
        READINGS.c.url == tables.captures.c.url,
        READINGS.c.record_id == tables.captures.c.payload_record,
    )
    .scalar_subquery()
)
TEXT_AT = (
    select(
        tables.captures.c.visit,
        tables.captures.c.payload_record,
        tables.captures.c.observed_at.label("captured_at"),
        tables.captures.c.entity,
        tables.captures.c.decoded,
        func.coalesce(tables.extractions.c.text, tables.captures.c.text).label("text"),
        func.coalesce(tables.extractions.c.document, tables.captures.c.document).label("document"),
        *READ_BY,
        *PLACED,
    )
    .outerjoin(tables.places, tables.places.c.record_id == tables.captures.c.payload_record)
    .outerjoin(tables.extractions, tables.extractions.c.entry == NEWEST_READING)
    .where(
        tables.captures.c.url == bindparam("url"),
        tables.captures.c.role == Role.TARGET.value,
        tables.captures.c.outcome == Captured.name,
        tables.captures.c.observed_at <= bindparam("moment"),
    )
    .order_by(tables.captures.c.observed_at.desc(), tables.captures.c.entry.desc())
    .limit(1)
)
FULL_RESPONSE = (
    select(
        tables.captures.c.record_id,
        tables.captures.c.requested.label("url"),
        tables.captures.c.observed_at,
        tables.captures.c.entity,
        tables.captures.c.decoded,
        tables.captures.c.transfer_encoding,
        tables.captures.c.content_encoding,
        tables.captures.c.outcome,
        *PLACED,
    )
    .join(tables.places, tables.places.c.record_id == tables.captures.c.record_id)
    .where(
        tables.captures.c.payload_record == tables.captures.c.record_id,
        tables.captures.c.entity.is_not(None),
        tables.places.c.file.is_not(None),
    )
)
FIRST_OF_ENTITY = (
    FULL_RESPONSE.where(tables.captures.c.entity == bindparam("entity"))
    .order_by(tables.captures.c.entry)
    .limit(1)
)
FULL_BY_ID = FULL_RESPONSE.where(tables.captures.c.record_id == bindparam("record_id"))
RESOURCE = select(tables.resources.c.record_id).where(tables.resources.c.urn == bindparam("urn"))
CONFIGS = select(tables.resources).where(tables.resources.c.urn.startswith(CONFIG))
READ_IN = select(tables.captures.c.record_id).where(
    tables.captures.c.visit == bindparam("visit"),
    tables.captures.c.url == bindparam("url"),
    tables.captures.c.payload_record == bindparam("payload_record"),
)
PLACE = select(tables.places).where(tables.places.c.record_id == bindparam("record_id"))
DOCUMENT = (
    select(tables.documents).where(tables.documents.c.url == bindparam("url")).with_for_update()
)
INSERT_PLACES = insert(tables.places)
NOT_SEALED = dict.fromkeys(("sealed", "sha256", "size", "records"))
NAMED = (
    select(tables.extractions.c.entry)
    .where(
        or_(
            tables.extractions.c.text == bindparam("digest"),
            tables.extractions.c.document == bindparam("digest"),
        )
    )
    .limit(1)
)
ANCHORS = select(tables.anchors.c.size)
NEWEST_ANCHOR = select(tables.anchors).order_by(tables.anchors.c.size.desc()).limit(1)
SEAL_OF = select(tables.files.c.sha256, tables.files.c.records).where(
    tables.files.c.name == bindparam("name"), tables.files.c.sealed.is_not(None)
)
CLOSE_UP = (
    update(tables.places)
    .where(
        tables.places.c.file == bindparam("its_file"), tables.places.c.offset > bindparam("behind")
    )
    .values(offset=tables.places.c.offset - bindparam("by"))
)
SEALED_FILES = select(tables.files.c.name).where(tables.files.c.sealed.is_not(None))
OPENED_FILES = select(tables.files.c.name, tables.files.c.opened)
THE_LOG = 0
FOLDED = select(tables.folded.c.size).where(tables.folded.c.log == THE_LOG)
FOLDED_ALONE = (
    tables.extractions,
    tables.resources,
    tables.sidecars,
    tables.files,
    tables.anchors,
    tables.tombstones,
    tables.keys,
    tables.days,
    tables.folded,
)
VANISHED = (
    select(tables.places.c.record_id)
    .join(tables.captures, tables.captures.c.entry == tables.places.c.capture)
    .where(
        tables.places.c.type == "response",
        tables.captures.c.entity == bindparam("of_entity"),
        tables.captures.c.entry < bindparam("before"),
    )
    .correlate(None)
)
"""The responses that the tombstone at `before` takes down.  The same bytes may come again later."""
TAKEN_DOWN = (
    select(tables.places.c.record_id)
    .join(tables.captures, tables.captures.c.entry == tables.places.c.capture)
    .join(
        tables.tombstones,
        and_(
            tables.tombstones.c.entity == tables.captures.c.entity,
            tables.tombstones.c.entry > tables.captures.c.entry,
        ),
    )
    .where(tables.places.c.type == "response")
    .correlate(None)
)
"""All responses that any tombstone has taken down."""
ELSEWHERE = tables.extractions.alias()
GIVEN = tables.extractions.alias()
STILL_READ = ELSEWHERE.c.record_id.not_in(TAKEN_DOWN)
NO_VALIDATORS = dict.fromkeys(("etag", "last_modified", "validator_record"))
NO_LONGER_TOLD = (
    update(tables.places)
    .where(tables.places.c.record_id.in_(VANISHED))
    .values(file=None, offset=None, length=None),
    update(tables.captures)
    .where(tables.captures.c.record_id.in_(VANISHED))
    .values(transfer_encoding=None, content_encoding=None),
    delete(tables.sidecars).where(
        tables.sidecars.c.document.in_(
            select(tables.extractions.c.document).where(
                tables.extractions.c.record_id.in_(VANISHED)
            )
        ),
        ~exists().where(ELSEWHERE.c.document == tables.sidecars.c.document, STILL_READ),
    ),
    # few things are taken down, so that this may look through the whole index
    delete(tables.shingles).where(
        tables.shingles.c.entry.in_(
            select(tables.extractions.c.entry).where(
                tables.extractions.c.text.in_(
                    select(GIVEN.c.text).where(GIVEN.c.record_id.in_(VANISHED))
                ),
                ~exists().where(ELSEWHERE.c.text == tables.extractions.c.text, STILL_READ),
            )
        )
    ),
    delete(tables.readings).where(
        tables.readings.c.entry.in_(
            select(tables.extractions.c.entry).where(tables.extractions.c.record_id.in_(VANISHED))
        )
    ),
    # nobody may hear "not modified" of what is not there any more
    *(
        update(table).where(table.c.validator_record.in_(VANISHED)).values(**NO_VALIDATORS)
        for table in (tables.targets, tables.seeds)
    ),
)
"""A document that other bytes gave as well is still told."""
HOLDING = (
    select(tables.places, tables.captures.c.entry)
    .join(tables.captures, tables.captures.c.entry == tables.places.c.capture)
    .where(
        tables.places.c.type == "response",
        tables.captures.c.entity == bindparam("entity"),
        tables.places.c.record_id.not_in(TAKEN_DOWN),
    )
    .order_by(tables.captures.c.entry)
)
HOLDERS = HOLDING.with_only_columns(tables.places.c.record_id).order_by(None).correlate(None)
MADE_OF = (
    select(tables.extractions.c.entry)
    .where(tables.extractions.c.record_id.in_(HOLDERS))
    .order_by(tables.extractions.c.entry)
)
REFERRING = (
    select(tables.captures.c.record_id)
    .where(
        tables.captures.c.payload_record.in_(HOLDERS),
        tables.captures.c.record_id != tables.captures.c.payload_record,
    )
    .order_by(tables.captures.c.entry)
)
FORGOTTEN_TEXTS, FORGOTTEN_DOCUMENTS = (
    select(tables.extractions.c[name])
    .distinct()
    .where(
        tables.extractions.c.record_id.in_(TAKEN_DOWN),
        ~exists().where(ELSEWHERE.c[name] == tables.extractions.c[name], STILL_READ),
    )
    for name in ("text", "document")
)
