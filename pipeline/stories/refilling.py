"""What was ever looked at → what is looked at next, where nobody remembers what was planned.

Looks are counted as the flow counts them.  What a server once gave to ask by (ETag) is not looked
up: the first look at each document is unconditional.
"""

from __future__ import annotations

from collections import deque
from contextlib import closing
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

import structlog
from msgspec import Struct, field
from msgspec.structs import replace

from pipeline.archive.reader import stored_block
from pipeline.catalog import WatchedTarget
from pipeline.discover.find import find, following
from pipeline.discover.seeds import seeds
from pipeline.errors import DamagedRecord
from pipeline.flow import MOST_ONWARD
from pipeline.frontier.planning import due_again, is_its_own, removal
from pipeline.model import (
    Blocked,
    Captured,
    Changed,
    Failed,
    New,
    Redirected,
    Retried,
    Role,
    Skipped,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from pathlib import Path

    from pipeline.catalog import Batch, Catalog, Looked, Record
    from pipeline.discover.find import Link
    from pipeline.discover.seeds import Seed
    from pipeline.model import StoredBlock
    from pipeline.sites.register import Register
    from pipeline.sites.site import Site

log = structlog.get_logger()

FAILING = {Blocked.name, Failed.name}
FRUITLESS = {*FAILING, Skipped.name}
UNFINISHED = {Redirected.name, Retried.name}
EDITED = {New.name, Changed.name}


class Past(Struct):
    """What looks have come to: targets with their last look, seeds' last captures, sites' health.

    A site's health is when it was last looked at, what came of it, and failures in a row.
    """

    targets: dict[str, tuple[WatchedTarget, datetime]] = field(default_factory=dict)
    seeds: dict[tuple[str, str], Looked] = field(default_factory=dict)
    health: dict[str, tuple[datetime, str, int]] = field(default_factory=dict)


def plan_anew(catalog: Catalog, folder: Path, register: Register, *, now: datetime) -> int:
    """Plan what the record names; how many targets that are.  For where nothing is planned."""
    with closing(catalog.reader()) as reader:
        past = past_of(reader.looked(), register)
    if not past.health and not past.seeds and not past.targets:
        return 0
    with catalog.batch() as batch:
        return refill(batch, folder, past, register, now=now)


def plan_what_was_lost(
    catalog: Catalog, folder: Path, register: Register, *, now: datetime
) -> None:
    """Plan anew where a catalog was made of the evidence and nobody remembers what was due.

    Pages that no seed names any more would never be looked at again.
    """
    with catalog.batch() as batch:
        if not batch.work.is_empty():
            return
    planned = plan_anew(catalog, folder, register, now=now)
    if planned:
        log.warning("planned anew", targets=planned, hint="the catalog knew of nothing planned")


def past_of(looked: Iterable[Looked], register: Register) -> Past:
    """Count the looks of sites that are still declared."""
    past = Past()
    for _, captures in groupby(looked, key=attrgetter("visit")):
        first, *others = captures
        last = others[-1] if others else first
        site = register.sites.get(first.site or "")
        if site is None or last.outcome in UNFINISHED:
            continue
        _count_health(past, str(site.name), last)
        if first.role == Role.SEED:
            if last.outcome == Captured.name:
                past.seeds[str(site.name), first.requested] = last
        elif site.declared.targets.wants(first.url):
            _count_look(past, site, first, last)
    return past


def refill(batch: Batch, folder: Path, past: Past, register: Register, *, now: datetime) -> int:
    """Plan what `past` and the last captures of seeds name; how many targets that are.

    Links that were never looked at are due now.
    """
    found = dict(_links(batch.record, folder, past, register))
    for url, (target, last_look) in past.targets.items():
        site, missing = register.of(target.site), batch.record.missing(url)
        gone = replace(target, removed_at=removal(missing, site, last_look=last_look))
        due = due_again(gone, site, last_look=last_look, missing=missing)
        _, seed = found.pop(url, (None, None))
        batch.work.plan_target(replace(gone, next_look_at=due, found_in=seed))
    new = [
        WatchedTarget(url=url, site=name, found_in=seed, discovered_at=now, next_look_at=now)
        for url, (name, seed) in found.items()
    ]
    batch.work.add_targets(new)
    for name, (at, outcome, failures) in past.health.items():
        for _ in range(max(1, failures)):
            batch.work.note_look(name, at=at, outcome=outcome)
    return len(past.targets) + len(new)


def _count_health(past: Past, name: str, last: Looked) -> None:
    if last.outcome == Skipped.name:
        return
    _, _, before = past.health.get(name, (last.observed_at, "", 0))
    failures = before + 1 if last.outcome in FAILING else 0
    past.health[name] = last.observed_at, last.outcome, failures


def _count_look(past: Past, site: Site, first: Looked, last: Looked) -> None:
    fresh = WatchedTarget(
        url=first.url,
        site=site.name,
        found_in=None,
        discovered_at=first.at,
        next_look_at=None,
    )
    before, _ = past.targets.get(first.url, (fresh, None))
    after = replace(
        before,
        site=site.name,
        looks=before.looks + 1,
        failures=before.failures + 1 if last.outcome in FRUITLESS else 0,
        edited_at=last.at if last.change in EDITED else before.edited_at,
    )
    past.targets[first.url] = after, last.at


def _links(
    record: Record, folder: Path, past: Past, register: Register
) -> Iterator[tuple[str, tuple[str, str]]]:
    """What the last captures of the declared seeds name: each URL, its site and its seed."""
    for name, site in register.sites.items():
        for seed in seeds(site.declared.discover):
            for link in _links_behind(record, folder, past, site, seed):
                if is_its_own(link.url, site):
                    yield link.url, (name, seed.url)


def _links_behind(
    record: Record, folder: Path, past: Past, site: Site, seed: Seed
) -> Iterator[Link]:
    """The links of a seed and of the pages behind it, as far as those were captured."""
    ahead = deque([seed])
    for _ in range(MOST_ONWARD):
        if not ahead:
            return
        page = ahead.popleft()
        captured = past.seeds.get((str(site.name), page.url))
        stored = _stored(record, folder, captured) if captured else None
        if stored is not None:
            found = find(page, stored, site.declared.targets, site.declared.charset)
            yield from found.links
            ahead.extend(following(page, found))


def _stored(record: Record, folder: Path, captured: Looked) -> StoredBlock | None:
    own = record.place(captured.record or "")
    payload = record.place(captured.payload_record or "")
    try:
        return stored_block(folder, own, payload=payload) if own and payload else None
    except DamagedRecord as damage:
        log.warning("seed not read", url=captured.url, why=str(damage))
        return None
