"""A settled look at a target → when it is looked at next, and what it is a variant of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from pipeline.catalog import WatchedTarget
from pipeline.discover.variants import variants_of
from pipeline.frontier.planning import is_its_own, plan_target
from pipeline.model import Changed, Gone, New, Origin

if TYPE_CHECKING:
    from datetime import datetime

    from pipeline.catalog import Batch
    from pipeline.model import Visit
    from pipeline.sites.site import Site
    from pipeline.writing.settling import Settled


def watch_on(
    batch: Batch, visit: Visit, settled: Settled, site: Site, *, now: datetime
) -> tuple[WatchedTarget | None, WatchedTarget | None]:
    """Plan the next look at a live target of a configured site.

    How it was watched before and is from now on; None for what is not watched.
    """
    if visit.site is None or visit.origin is not Origin.LIVE:
        return None, None
    before = batch.work.target(visit.target.url)
    if before is None:
        if not site.declared.targets.wants(visit.target.url):
            return None, None
        before = _found(visit.target.url, site, in_=visit.target.found_in, now=now)
    missing = None
    if isinstance(settled.report.outcome, Gone):
        # What was asked for may be known under the address that it leads to.
        missing = batch.record.missing(settled.report.url)
    after = plan_target(before, settled, site, now=now, missing=missing)
    if isinstance(settled.report.change, New | Changed):
        if _is_variant(batch, after, settled, site, now=now):
            after = replace(after, next_look_at=None)
        _stand_for(batch, after, settled)
    batch.work.plan_target(after)
    return before, after


def _is_variant(
    batch: Batch, watched: WatchedTarget, settled: Settled, site: Site, *, now: datetime
) -> bool:
    """Whether the page names another page of its site as the one that it is, with the same text.

    What it names is watched from now on.  Only where both read the same does it stand for this
    one: sites name their home page, or one article for all.
    """
    report, stored = settled.report, settled.stored
    if stored is None or report.kept is None:
        return False
    named = variants_of(stored, site.declared.charset).canonical
    url = site.canonical(named) if named else watched.url
    if url in {watched.url, report.url} or not site.declared.targets.wants(url):
        return False
    if not is_its_own(url, site):
        return False
    batch.work.add_targets([_found(url, site, in_=watched.url, now=now)])
    return _reads(batch, url, settled)


def _stand_for(batch: Batch, watched: WatchedTarget, settled: Settled) -> None:
    """Let the page that has named this one as the one that it is, and reads the same, rest."""
    named_by = batch.work.target(watched.found_in) if watched.found_in else None
    if named_by is not None and _reads(batch, named_by.url, settled):
        batch.work.plan_target(replace(named_by, next_look_at=None))


def _reads(batch: Batch, url: str, settled: Settled) -> bool:
    """Whether the document `url` has the text that was read in this look."""
    last, kept = batch.record.last_text(url), settled.report.kept
    return last is not None and kept is not None and last.text == kept.text


def _found(url: str, site: Site, *, in_: str | None, now: datetime) -> WatchedTarget:
    """A target that is looked at for the first time, as soon as there is room."""
    return WatchedTarget(url=url, site=site.name, found_in=in_, discovered_at=now, next_look_at=now)
