"""Seeds and targets ↔ rows, both directions side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.catalog.watch import WatchedSeed, WatchedTarget
from pipeline.model import Validators

if TYPE_CHECKING:
    from sqlalchemy import Row

Columns = dict[str, Any]


def seed_row(seed: WatchedSeed) -> Columns:
    """The seed, its validators spread out."""
    return {
        "site": seed.site,
        "url": seed.url,
        "next_poll_at": seed.next_poll_at,
        "last_poll_at": seed.last_poll_at,
        "polls": seed.polls,
        "failures": seed.failures,
        "interval_s": seed.interval_s,
        "links": seed.links,
        "page": seed.page,
        **_validator_columns(seed.validators),
    }


def watched_seed(row: Row[Any]) -> WatchedSeed:
    """The seed again."""
    return WatchedSeed(
        site=row.site,
        url=row.url,
        next_poll_at=row.next_poll_at,
        last_poll_at=row.last_poll_at,
        polls=row.polls,
        failures=row.failures,
        interval_s=row.interval_s,
        links=row.links,
        page=row.page,
        validators=_validators(row),
    )


def target_row(target: WatchedTarget) -> Columns:
    """The target, its validators spread out."""
    return {
        "url": target.url,
        "site": target.site,
        "found_in": target.found_in,
        "discovered_at": target.discovered_at,
        "next_look_at": target.next_look_at,
        "looks": target.looks,
        "failures": target.failures,
        "edited_at": target.edited_at,
        "removed_at": target.removed_at,
        **_validator_columns(target.validators),
    }


def watched_target(row: Row[Any]) -> WatchedTarget:
    """The target again."""
    return WatchedTarget(
        url=row.url,
        site=row.site,
        found_in=row.found_in,
        discovered_at=row.discovered_at,
        next_look_at=row.next_look_at,
        looks=row.looks,
        failures=row.failures,
        edited_at=row.edited_at,
        removed_at=row.removed_at,
        validators=_validators(row),
    )


def _validator_columns(validators: Validators | None) -> Columns:
    return {
        "etag": validators and validators.etag,
        "last_modified": validators and validators.last_modified,
        "validator_record": validators and validators.record_id,
    }


def _validators(row: Row[Any]) -> Validators | None:
    if row.validator_record is None:
        return None
    return Validators(
        etag=row.etag, last_modified=row.last_modified, record_id=row.validator_record
    )
