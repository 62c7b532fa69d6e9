"""A visit that has ended → when its seed or target is looked at next."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from pipeline.model import (
    Blocked,
    Captured,
    Changed,
    Failed,
    Gone,
    New,
    NotModified,
    Skipped,
    Validators,
)
from pipeline.schedule.backoff import not_before
from pipeline.schedule.cadence import adapt
from pipeline.schedule.freshness import fresh_for
from pipeline.schedule.removal import confirmed_at, is_removed
from pipeline.schedule.revisits import next_revisit

if TYPE_CHECKING:
    from datetime import datetime

    from pipeline.catalog import Missing, WatchedSeed, WatchedTarget
    from pipeline.model import Digest, Outcome
    from pipeline.sites.site import Site
    from pipeline.writing.settling import Settled

# What a failed look waits for at first when the site is on cron and names no interval.
FIRST_PAUSE = timedelta(minutes=15)
NOUGHT = timedelta(0)

# The first poll finds everything new, which says nothing of a site's rhythm (Media Cloud judges
# after two).
POLLS_BEFORE_ADAPTING = 2


class Harvest(Struct, frozen=True, kw_only=True):
    """What a poll has brought: how many targets the page names, and how many of them are new.

    `page` is the digest of what was read, and by which declaration; None where it has to be read
    again.  `rhythm` is how often the page itself says that it changes.
    """

    named: int
    new: int
    page: Digest | None = None
    rhythm: timedelta = NOUGHT


# --- targets ---------------------------------------------------------------------------------


def plan_target(
    watched: WatchedTarget,
    settled: Settled,
    site: Site,
    *,
    now: datetime,
    missing: Missing | None = None,
) -> WatchedTarget:
    """The target as it is to be watched after this look.

    Failures are tried again by growing pauses even where nothing is revisited; what has been
    captured is revisited by age since its last edit, as the site's schedule says.  `missing` is
    how long it has been gone, where the look found no page.
    """
    report = settled.report
    after = replace(
        watched,
        looks=watched.looks + 1,
        failures=_failures(watched.failures, report.outcome),
        edited_at=now if isinstance(report.change, New | Changed) else watched.edited_at,
        removed_at=_removed_at(watched, report.outcome, missing, site, now=now),
        validators=_renewed(watched.validators, settled),
    )
    due = due_again(after, site, last_look=now, of=report.outcome, missing=missing)
    return replace(after, next_look_at=due)


def due_again(
    watched: WatchedTarget,
    site: Site,
    *,
    last_look: datetime,
    of: Outcome | None = None,
    missing: Missing | None = None,
) -> datetime | None:
    """When a target is due after a look that has been counted in it; None is never.

    `of` is what the look came to, where that is known: a server may ask for a longer pause.
    A page that is missing is looked for until its removal is certain, revisited or not, and a
    removal counts as an edit, so that a page that returns is found.
    """
    since = watched.removed_at or watched.edited_at or watched.discovered_at
    revisit = next_revisit(site.declared.schedule, since=since, last_look=last_look)
    if missing is not None and watched.removed_at is None:
        return _sought(missing, revisit, site, last_look=last_look)
    if not watched.failures:
        return revisit
    floor = _floor(of, watched.failures, site, now=last_look)
    return floor if revisit is None else max(revisit, floor)


def _sought(
    missing: Missing, revisit: datetime | None, site: Site, *, last_look: datetime
) -> datetime | None:
    """When a page is looked for again that is not there; None for a link that led nowhere."""
    rule = site.declared.alerts.gone_after
    confirm = confirmed_at(
        missing.since, missing.looks, last_look=last_look, needed=rule.looks, over=rule.over
    )
    if not missing.was_seen:
        return confirm
    return min((moment for moment in (revisit, confirm) if moment), default=None)


def _removed_at(
    watched: WatchedTarget,
    outcome: Outcome,
    missing: Missing | None,
    site: Site,
    *,
    now: datetime,
) -> datetime | None:
    """Since when the document counts as removed.

    A block or a failure neither declares a removal nor withdraws one.
    """
    if isinstance(outcome, Captured | NotModified):
        return None
    return watched.removed_at or removal(missing, site, last_look=now)


def removal(missing: Missing | None, site: Site, *, last_look: datetime) -> datetime | None:
    """When the removal of a document that was missing at `last_look` became certain, if it is."""
    if missing is None or not missing.was_seen:
        return None
    rule = site.declared.alerts.gone_after
    certain = is_removed(
        missing.since, missing.looks, last_look=last_look, needed=rule.looks, over=rule.over
    )
    return last_look if certain else None


def is_its_own(url: str, site: Site) -> bool:
    """Whether a link is a target: what `allow` lets through is, else what the site's hosts hold."""
    return bool(site.declared.targets.allow) or site.claims(url)


# --- seeds -----------------------------------------------------------------------------------


def plan_seed(
    seed: WatchedSeed, settled: Settled, site: Site, *, now: datetime, harvest: Harvest | None
) -> WatchedSeed:
    """The seed as it is to be polled after this look; `harvest` is None where no page came."""
    outcome = settled.report.outcome
    failures = _failures(seed.failures, outcome)
    after = replace(
        seed,
        last_poll_at=now,
        polls=seed.polls + 1,
        failures=failures,
        interval_s=_interval_s(seed, harvest, site),
        links=harvest.named if harvest and harvest.named else seed.links,
        page=harvest.page if harvest and harvest.page else seed.page,
        validators=_renewed(seed.validators, settled),
    )
    rest = _floor(outcome, failures, site, now=now)
    fresh = now + _fresh_for(settled, harvest, site)
    due = site.cadence.next_poll(
        after=now,
        key=f"{site.name} {seed.url}",
        interval_s=after.interval_s,
        not_before=max(rest, fresh),
    )
    return replace(after, next_poll_at=due)


def _interval_s(seed: WatchedSeed, harvest: Harvest | None, site: Site) -> float | None:
    """The interval, moved by the share of news; as it was where no page came."""
    schedule = site.declared.schedule
    if schedule.adapt is None or schedule.every is None or harvest is None:
        return seed.interval_s
    if seed.polls < POLLS_BEFORE_ADAPTING:
        return seed.interval_s
    before = seed.interval_s or schedule.every.total_seconds()
    return adapt(before, schedule, share_new=harvest.new / harvest.named if harvest.named else 0.0)


def _fresh_for(settled: Settled, harvest: Harvest | None, site: Site) -> timedelta:
    """How long nothing new is to be had, by the page's and the server's own word.

    It never puts a poll off beyond `adapt`'s bound, and counts for nothing where nothing adapts:
    there somebody has chosen the interval.
    """
    bounds = site.declared.schedule.adapt
    if bounds is None or harvest is None or settled.message is None:
        return NOUGHT
    return min(max(harvest.rhythm, fresh_for(settled.message.joined)), bounds.max)


# --- both ------------------------------------------------------------------------------------


def _failures(before: int, outcome: Outcome) -> int:
    """Looks in a row that came to nothing; one that we may not make is not asked for every hour."""
    return before + 1 if isinstance(outcome, Failed | Blocked | Skipped) else 0


def _floor(outcome: Outcome | None, failures: int, site: Site, *, now: datetime) -> datetime:
    """Before when nothing is asked again: the pause after failures, or what the server asked."""
    return not_before(
        now,
        failures=failures,
        interval=site.declared.schedule.every or FIRST_PAUSE,
        retry_after_s=outcome.retry_after_s if isinstance(outcome, Failed | Blocked) else None,
    )


def _renewed(before: Validators | None, settled: Settled) -> Validators | None:
    """What the next look is to be made conditional by.

    A page that was captured whole, without a redirect before it, brings its own or none; a 304
    may renew those that it answers (RFC 9111 section 4.3.4); all else leaves them as they are.
    """
    etag, last_modified = settled.header("etag"), settled.header("last-modified")
    match settled.report.outcome:
        case NotModified() if before is not None:
            return replace(
                before,
                etag=etag or before.etag,
                last_modified=last_modified or before.last_modified,
            )
        case Captured():
            if settled.report.via or settled.payload_record is None or not (etag or last_modified):
                return None
            return Validators(
                etag=etag, last_modified=last_modified, record_id=settled.payload_record
            )
        case Gone():
            return None
        case _:
            return before
