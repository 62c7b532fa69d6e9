"""A settled look at a seed page → the links that it names, planned, and the seed's next poll."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from msgspec import Struct

from pipeline.catalog import WatchedTarget
from pipeline.discover.find import find, following
from pipeline.frontier.planning import Harvest, is_its_own, plan_seed
from pipeline.model import Captured, Digest, NotModified, Origin

if TYPE_CHECKING:
    from pipeline.catalog import Batch, WatchedSeed
    from pipeline.discover.find import Found
    from pipeline.discover.mentions import Trouble
    from pipeline.discover.seeds import Seed
    from pipeline.sites.site import Site
    from pipeline.writing.report import Report
    from pipeline.writing.settling import Settled


STILL_READ = timedelta(days=2)


class Polled(Struct, frozen=True):
    """What a poll of one seed page came to.

    `found` is what the page names, None where it was not read; `new` are the links never looked
    at before; `onward` the pages and sitemaps behind this one.
    """

    report: Report
    found: Found | None = None
    new: tuple[WatchedTarget, ...] = ()
    onward: tuple[Seed, ...] = ()

    @property
    def troubles(self) -> tuple[Trouble, ...]:
        """Why there may be fewer links than expected."""
        return self.found.troubles if self.found else ()


def gather(
    batch: Batch,
    site: Site,
    seed: Seed,
    settled: Settled,
    watched: WatchedSeed | None,
    *,
    now: datetime,
) -> Polled:
    """Plan looks at what a seed page names for the first time, and the next poll of the seed.

    `watched` is the seed as it was when this poll fell due: a page that was read then already is
    not read again.  None has it read whatever it is.
    """
    polled, harvest = _harvested(batch, site, seed, settled, watched, now=now)
    stands = batch.work.seed(str(site.name), seed.url)
    if stands is not None and settled.report.visit.origin is Origin.LIVE:
        batch.work.plan_seed(plan_seed(stands, settled, site, now=now, harvest=harvest))
    return polled


def _harvested(
    batch: Batch,
    site: Site,
    seed: Seed,
    settled: Settled,
    watched: WatchedSeed | None,
    *,
    now: datetime,
) -> tuple[Polled, Harvest | None]:
    """What was found; no harvest where no page came."""
    report, stored = settled.report, settled.stored
    known = Harvest(named=watched.links if watched else 0, new=0)
    if isinstance(report.outcome, NotModified):
        return Polled(report), known
    if not isinstance(report.outcome, Captured) or stored is None:
        return Polled(report), None
    page = Digest.of(stored.entity.value + site.config.value)
    if watched is not None and watched.page == page:
        return Polled(report), known
    found = find(seed, stored, site.declared.targets, site.declared.charset)
    unseen, added = _planned(batch, _targets(site, seed, found, now=now), report.visit.origin)
    # An index of sitemaps stays the same while what it names changes.
    whole = not found.troubles and not found.children
    harvest = Harvest(
        named=found.wanted,
        new=added,
        page=page if whole else None,
        rhythm=found.ttl or timedelta(0),
    )
    onward = tuple(one for one in following(seed, found) if not _is_read(one, watched))
    return Polled(report, found, unseen, onward), harvest


def _is_read(child: Seed, watched: WatchedSeed | None) -> bool:
    """Whether an index says that this sitemap has not changed since it was read at some poll.

    One that changed within a day of the last poll is read again: that poll may have failed there,
    and a bare day is that day's first moment, in whichever zone.
    """
    if watched is None or watched.last_poll_at is None or child.lastmod is None:
        return False
    try:
        changed = datetime.fromisoformat(child.lastmod)
    except ValueError:
        return False
    return changed.replace(tzinfo=changed.tzinfo or UTC) < watched.last_poll_at - STILL_READ


def _targets(site: Site, seed: Seed, found: Found, *, now: datetime) -> list[WatchedTarget]:
    return [
        WatchedTarget(
            url=link.url,
            site=site.name,
            found_in=seed.url,
            discovered_at=now,
            next_look_at=now,
        )
        for link in found.links
        if is_its_own(link.url, site)
    ]


def _planned(
    batch: Batch, targets: list[WatchedTarget], origin: Origin
) -> tuple[tuple[WatchedTarget, ...], int]:
    """Those of `targets` that were never looked at, and how many were never heard of.

    The latter are planned if we are live.
    """
    if origin is not Origin.LIVE:
        unseen = tuple(one for one in targets if batch.record.last_text(one.url) is None)
        return unseen, len(unseen)
    added = batch.work.add_targets(targets)
    known = (batch.work.target(target.url) for target in targets)
    unseen = tuple(target for target in known if target is not None and target.looks == 0)
    return unseen, len(added)
