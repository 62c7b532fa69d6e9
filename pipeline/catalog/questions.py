"""The questions that readers ask, prepared once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, bindparam, func, or_, select

from pipeline.catalog import models
from pipeline.model import Origin, Retried, Role

if TYPE_CHECKING:
    from typing import Any

    from sqlalchemy import Column, Select

    from pipeline.model import Digest

HEADING = (
    models.sidecars.c.title,
    models.sidecars.c.published,
    models.sidecars.c.language,
    models.sidecars.c.degraded,
)
LOOKS = (
    select(models.captures, models.sidecars.c.degraded)
    .outerjoin(models.sidecars, models.sidecars.c.document == models.captures.c.document)
    .where(models.captures.c.url == bindparam("url"))
    # an attempt that another followed is no look; a hop is all that was seen under its URL
    .where(models.captures.c.outcome != Retried.name)
    .order_by(models.captures.c.observed_at, models.captures.c.entry)
)
TECHNICAL = (
    select(
        models.extractions,
        models.sidecars.c.degraded,
        models.captures.c.observed_at,
        models.captures.c.role,
        models.captures.c.origin,
        models.captures.c.requested,
        models.captures.c.status,
    )
    .outerjoin(models.captures, models.captures.c.record_id == models.extractions.c.record_id)
    .outerjoin(models.sidecars, models.sidecars.c.document == models.extractions.c.document)
    .where(models.extractions.c.url == bindparam("url"), models.extractions.c.technical)
    .order_by(models.extractions.c.entry)
)
KEYS = select(models.keys.c.entry).order_by(models.keys.c.entry)
STAMPED_OVER = select(func.min(models.anchors.c.size)).where(
    models.anchors.c.size > bindparam("index")
)
SITES = select(models.sites).order_by(models.sites.c.site)
PER_SITE = (
    select(
        models.documents.c.site,
        func.count().label("documents"),
        func.sum(models.documents.c.changes).label("changes"),
    )
    .where(models.documents.c.capture.is_not(None), models.documents.c.site.is_not(None))
    .group_by(models.documents.c.site)
)
SHOWN = select(
    models.captures,
    *HEADING,
).outerjoin(models.sidecars, models.sidecars.c.document == models.captures.c.document)
OF_RECORD = SHOWN.where(
    models.captures.c.entry
    == select(models.places.c.capture)
    .where(models.places.c.record_id == bindparam("record_id"))
    .scalar_subquery()
)
OF_VISIT = SHOWN.where(models.captures.c.visit == bindparam("visit")).order_by(
    models.captures.c.entry
)
PLACES = select(models.places).where(models.places.c.capture == bindparam("capture"))
OF_URL = SHOWN.where(models.captures.c.url == bindparam("url")).order_by(
    models.captures.c.observed_at, models.captures.c.entry
)
LOOKED: Select[Any] = (
    select(models.captures)
    .with_only_columns(
        *(
            models.captures.c[name]
            for name in ("at", "visit", "role", "site", "url", "requested", "outcome", "change")
        ),
        models.captures.c.observed_at,
        models.captures.c.record_id,
        models.captures.c.payload_record,
    )
    .where(
        models.captures.c.origin == Origin.LIVE.value,
        models.captures.c.role.in_((Role.TARGET.value, Role.SEED.value)),
    )
    .order_by(models.captures.c.entry)
)
GONE = (
    select(models.captures.c.record_id, models.tombstones.c.reason)
    .join(
        models.captures,
        and_(
            models.captures.c.entity == models.tombstones.c.entity,
            models.captures.c.entry < models.tombstones.c.entry,
        ),
    )
    .order_by(models.tombstones.c.entry.desc())
)
"""What was taken down, and why; where several tombstones say so, the first one comes last."""
TAKEN_DOWN = (
    GONE.with_only_columns(models.tombstones.c.reason)
    .where(models.captures.c.record_id == bindparam("record_id"))
    .order_by(None)
    .order_by(models.tombstones.c.entry)
    .limit(1)
)
TEXT_TAKEN_DOWN = (
    GONE.with_only_columns(models.tombstones.c.reason)
    .join(models.extractions, models.extractions.c.record_id == models.captures.c.record_id)
    .where(models.extractions.c.text == bindparam("text"))
    .order_by(None)
    .order_by(models.tombstones.c.entry)
    .limit(1)
)
EXTRACTIONS = (
    select(models.extractions)
    .where(
        models.extractions.c.url == bindparam("url"),
        models.extractions.c.record_id == bindparam("record_id"),
    )
    .order_by(models.extractions.c.entry)
)
FIRST_NEEDED = (
    select(models.places)
    .join(models.extractions, models.extractions.c.entry == models.places.c.extraction)
    .where(
        # few records are of no capture, and those are found by its index
        models.places.c.capture.is_(None),
        models.extractions.c.url == bindparam("url"),
        models.extractions.c.record_id == bindparam("record_id"),
    )
)
DOCUMENTS = (
    select(
        models.documents,
        *HEADING,
    )
    .outerjoin(models.sidecars, models.sidecars.c.document == models.documents.c.document)
    .where(models.documents.c.capture.is_not(None))
)
DOCUMENT = DOCUMENTS.where(models.documents.c.url == bindparam("url"))
OLDEST_FIRST = DOCUMENTS.order_by(models.documents.c.first_seen, models.documents.c.url)
OLDEST_OF_SITE = OLDEST_FIRST.where(models.documents.c.site == bindparam("site"))


def captures_of(column: Column[Digest]) -> Select[Any]:
    """The captures in whose bytes a digest in `column` of `record_extractions` was read.

    Every text follows from an extraction, so its few rows lead to the URLs; there are many more
    captures, and they need no index by digest.
    """
    found = select(models.extractions).where(column == bindparam("digest")).subquery()
    its_own = models.captures.c[column.name] == bindparam("digest")
    made_later = models.captures.c.payload_record.in_(select(found.c.record_id))
    return SHOWN.where(
        models.captures.c.url.in_(select(found.c.url)), or_(its_own, made_later)
    ).order_by(models.captures.c.observed_at, models.captures.c.entry)


OF_TEXT = captures_of(models.extractions.c.text)
OF_DOCUMENT = captures_of(models.extractions.c.document)
COUNTS = select(
    select(func.count()).select_from(models.captures).scalar_subquery().label("captures"),
    select(func.count()).select_from(models.extractions).scalar_subquery().label("extractions"),
    select(func.count(models.documents.c.capture)).scalar_subquery().label("documents"),
    select(func.count(models.sidecars.c.text.distinct())).scalar_subquery().label("texts"),
)
