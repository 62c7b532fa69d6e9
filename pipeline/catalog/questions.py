"""The questions that readers ask, prepared once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, bindparam, func, or_, select

from pipeline.catalog import tables
from pipeline.model import Origin, Retried, Role

if TYPE_CHECKING:
    from typing import Any

    from sqlalchemy import Column, Select

    from pipeline.model import Digest

HEADING = (
    tables.sidecars.c.title,
    tables.sidecars.c.published,
    tables.sidecars.c.language,
    tables.sidecars.c.degraded,
)
LOOKS = (
    select(tables.captures, tables.sidecars.c.degraded)
    .outerjoin(tables.sidecars, tables.sidecars.c.document == tables.captures.c.document)
    .where(tables.captures.c.url == bindparam("url"))
    # an attempt that another followed is no look; a hop is all that was seen under its URL
    .where(tables.captures.c.outcome != Retried.name)
    .order_by(tables.captures.c.observed_at, tables.captures.c.entry)
)
TECHNICAL = (
    select(
        tables.extractions,
        tables.sidecars.c.degraded,
        tables.captures.c.observed_at,
        tables.captures.c.role,
        tables.captures.c.origin,
        tables.captures.c.requested,
        tables.captures.c.status,
    )
    .outerjoin(tables.captures, tables.captures.c.record_id == tables.extractions.c.record_id)
    .outerjoin(tables.sidecars, tables.sidecars.c.document == tables.extractions.c.document)
    .where(tables.extractions.c.url == bindparam("url"), tables.extractions.c.technical)
    .order_by(tables.extractions.c.entry)
)
KEYS = select(tables.keys.c.entry).order_by(tables.keys.c.entry)
STAMPED_OVER = select(func.min(tables.anchors.c.size)).where(
    tables.anchors.c.size > bindparam("index")
)
SITES = select(tables.sites).order_by(tables.sites.c.site)
PER_SITE = (
    select(
        tables.documents.c.site,
        func.count().label("documents"),
        func.sum(tables.documents.c.changes).label("changes"),
    )
    .where(tables.documents.c.capture.is_not(None), tables.documents.c.site.is_not(None))
    .group_by(tables.documents.c.site)
)
SHOWN = select(
    tables.captures,
    *HEADING,
).outerjoin(tables.sidecars, tables.sidecars.c.document == tables.captures.c.document)
OF_RECORD = SHOWN.where(
    tables.captures.c.entry
    == select(tables.places.c.capture)
    .where(tables.places.c.record_id == bindparam("record_id"))
    .scalar_subquery()
)
OF_VISIT = SHOWN.where(tables.captures.c.visit == bindparam("visit")).order_by(
    tables.captures.c.entry
)
PLACES = select(tables.places).where(tables.places.c.capture == bindparam("capture"))
OF_URL = SHOWN.where(tables.captures.c.url == bindparam("url")).order_by(
    tables.captures.c.observed_at, tables.captures.c.entry
)
LOOKED: Select[Any] = (
    select(tables.captures)
    .with_only_columns(
        *(
            tables.captures.c[name]
            for name in ("at", "visit", "role", "site", "url", "requested", "outcome", "change")
        ),
        tables.captures.c.observed_at,
        tables.captures.c.record_id,
        tables.captures.c.payload_record,
    )
    .where(
        tables.captures.c.origin == Origin.LIVE.value,
        tables.captures.c.role.in_((Role.TARGET.value, Role.SEED.value)),
    )
    .order_by(tables.captures.c.entry)
)
GONE = (
    select(tables.captures.c.record_id, tables.tombstones.c.reason)
    .join(
        tables.captures,
        and_(
            tables.captures.c.entity == tables.tombstones.c.entity,
            tables.captures.c.entry < tables.tombstones.c.entry,
        ),
    )
    .order_by(tables.tombstones.c.entry.desc())
)
"""What was taken down, and why; where several tombstones say so, the first one comes last."""
TAKEN_DOWN = (
    GONE.with_only_columns(tables.tombstones.c.reason)
    .where(tables.captures.c.record_id == bindparam("record_id"))
    .order_by(None)
    .order_by(tables.tombstones.c.entry)
    .limit(1)
)
TEXT_TAKEN_DOWN = (
    GONE.with_only_columns(tables.tombstones.c.reason)
    .join(tables.extractions, tables.extractions.c.record_id == tables.captures.c.record_id)
    .where(tables.extractions.c.text == bindparam("text"))
    .order_by(None)
    .order_by(tables.tombstones.c.entry)
    .limit(1)
)
EXTRACTIONS = (
    select(tables.extractions)
    .where(
        tables.extractions.c.url == bindparam("url"),
        tables.extractions.c.record_id == bindparam("record_id"),
    )
    .order_by(tables.extractions.c.entry)
)
FIRST_NEEDED = (
    select(tables.places)
    .join(tables.extractions, tables.extractions.c.entry == tables.places.c.extraction)
    .where(
        # few records are of no capture, and those are found by its index
        tables.places.c.capture.is_(None),
        tables.extractions.c.url == bindparam("url"),
        tables.extractions.c.record_id == bindparam("record_id"),
    )
)
DOCUMENTS = (
    select(
        tables.documents,
        *HEADING,
    )
    .outerjoin(tables.sidecars, tables.sidecars.c.document == tables.documents.c.document)
    .where(tables.documents.c.capture.is_not(None))
)
DOCUMENT = DOCUMENTS.where(tables.documents.c.url == bindparam("url"))
OLDEST_FIRST = DOCUMENTS.order_by(tables.documents.c.first_seen, tables.documents.c.url)
OLDEST_OF_SITE = OLDEST_FIRST.where(tables.documents.c.site == bindparam("site"))


def captures_of(column: Column[Digest]) -> Select[Any]:
    """The captures in whose bytes a digest in `column` of `record_extractions` was read.

    Every text follows from an extraction, so its few rows lead to the URLs; there are many more
    captures, and they need no index by digest.
    """
    found = select(tables.extractions).where(column == bindparam("digest")).subquery()
    its_own = tables.captures.c[column.name] == bindparam("digest")
    made_later = tables.captures.c.payload_record.in_(select(found.c.record_id))
    return SHOWN.where(
        tables.captures.c.url.in_(select(found.c.url)), or_(its_own, made_later)
    ).order_by(tables.captures.c.observed_at, tables.captures.c.entry)


OF_TEXT = captures_of(tables.extractions.c.text)
OF_DOCUMENT = captures_of(tables.extractions.c.document)
COUNTS = select(
    select(func.count()).select_from(tables.captures).scalar_subquery().label("captures"),
    select(func.count()).select_from(tables.extractions).scalar_subquery().label("extractions"),
    select(func.count(tables.documents.c.capture)).scalar_subquery().label("documents"),
    select(func.count(tables.sidecars.c.text.distinct())).scalar_subquery().label("texts"),
)
