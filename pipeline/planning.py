"""A visit that has ended → when its seed or target is looked at next."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from pipeline.model import Blocked, Captured, Changed, Failed, New, Validators
from pipeline.schedule.backoff import not_before
from pipeline.schedule.revisits import next_revisit

if TYPE_CHECKING:
    from datetime import datetime

    from pipeline.catalog import WatchedSeed, WatchedTarget
    from pipeline.model import Outcome
    from pipeline.settling import Settled
    from pipeline.sites.site import Site

# What a failed look waits for at first when the site is on cron and names no interval.
FIRST_PAUSE = timedelta(minutes=15)


def plan_target(
    watched: WatchedTarget, settled: Settled, site: Site, *, now: datetime
) -> WatchedTarget:
    """The target as it is to be watched after this look.

    Failures are tried again by growing pauses even where nothing is revisited; what has been
    captured is revisited by age since its last edit, as the site's schedule says.
    """
    report = settled.report
    after = replace(
        watched,
        looks=watched.looks + 1,
        failures=_failures(watched.failures, report.outcome),
        edited_at=now if isinstance(report.change, New | Changed) else watched.edited_at,
        validators=_validators(settled) or watched.validators,
    )
    return replace(after, next_look_at=due_again(after, site, last_look=now, of=report.outcome))


def due_again(
    watched: WatchedTarget, site: Site, *, last_look: datetime, of: Outcome | None = None
) -> datetime | None:
    """When a target is due after a look that has been counted in it; None is never.

    `of` is what the look came to, where that is known: a server may ask for a longer pause.
    """
    since = watched.edited_at or watched.discovered_at
    revisit = next_revisit(site.declared.schedule, since=since, last_look=last_look)
    floor = _floor(of, watched.failures, site, now=last_look)
    waits = [moment for moment in (revisit, floor if watched.failures else None) if moment]
    return max(waits, default=None)


def is_its_own(url: str, site: Site) -> bool:
    """Whether a link is a target: what `allow` lets through is, else what the site's hosts hold."""
    return bool(site.declared.targets.allow) or site.claims(url)


def plan_seed(seed: WatchedSeed, settled: Settled, site: Site, *, now: datetime) -> WatchedSeed:
    """The seed as it is to be polled after this look."""
    outcome = settled.report.outcome
    failures = _failures(seed.failures, outcome)
    floor = _floor(outcome, failures, site, now=now)
    key = f"{site.name} {seed.url}"
    return replace(
        seed,
        next_poll_at=site.cadence.next_poll(after=now, key=key, not_before=floor),
        last_poll_at=now,
        failures=failures,
        validators=_validators(settled) or seed.validators,
    )


def _failures(before: int, outcome: Outcome) -> int:
    return before + 1 if isinstance(outcome, Failed | Blocked) else 0


def _floor(outcome: Outcome | None, failures: int, site: Site, *, now: datetime) -> datetime:
    """Before when nothing is asked again: the pause after failures, or what the server asked."""
    return not_before(
        now,
        failures=failures,
        interval=site.declared.schedule.every or FIRST_PAUSE,
        retry_after_s=outcome.retry_after_s if isinstance(outcome, Failed | Blocked) else None,
    )


def _validators(settled: Settled) -> Validators | None:
    """What came with a page that was captured whole, and without a redirect before it."""
    report, stored = settled.report, settled.stored
    if not isinstance(report.outcome, Captured) or stored is None or report.via:
        return None
    etag, last_modified = stored.header("etag"), stored.header("last-modified")
    if settled.payload_record is None or not (etag or last_modified):
        return None
    return Validators(etag=etag, last_modified=last_modified, record_id=settled.payload_record)
