"""The one story: a visit walked through the rooms.

A visit is allowed by robots.txt, fetched, and settled: written down, read, compared, entered.
A seed page yields links besides; what they lead to is planned.  Everything that is written is
written by the scribe, one batch at a time, and nothing is told before it is durable.
"""

from __future__ import annotations

import uuid
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from pipeline.catalog import WatchedTarget
from pipeline.discover.find import find, following
from pipeline.leave import Leave
from pipeline.model import Captured, Origin, Role, Target, Visit
from pipeline.planning import is_its_own, plan_seed, plan_target
from pipeline.settling import Settled, Settling

if TYPE_CHECKING:
    import asyncio
    from collections.abc import AsyncIterator, Callable

    from pipeline.catalog import Batch
    from pipeline.clock import Clock
    from pipeline.discover.seeds import Seed
    from pipeline.fetch.fetcher import Fetcher
    from pipeline.opening import OpenArchive
    from pipeline.report import Report
    from pipeline.sites.register import Register
    from pipeline.sites.site import Site

T = TypeVar("T")

# ETags lie (Media Cloud switched them off): every so many looks nothing is conditional.
UNCONDITIONAL_EVERY = 8

# One poll looks at no more pages and sitemaps behind a seed than this.
MOST_ONWARD = 10


@dataclass(frozen=True, slots=True)
class Polled:
    """What a poll of one seed page came to.

    `new` are the links never looked at before; `onward` the pages and sitemaps behind this one;
    `faults` say why there may be fewer links than expected.
    """

    report: Report
    new: tuple[WatchedTarget, ...] = ()
    onward: tuple[Seed, ...] = ()
    faults: tuple[str, ...] = ()


class Flow:
    """Walks visits through the rooms.

    Only live visits ask robots.txt's leave and plan further visits, unless a replay is told to
    `obey` the robots.txt that it holds: a replay speaks of the past, and spares nobody.
    """

    def __init__(
        self,
        archive: OpenArchive,
        *,
        register: Callable[[], Register],
        fetcher: Fetcher,
        clock: Clock,
        agent: str,
        origin: Origin = Origin.LIVE,
        obey: bool = True,
    ) -> None:
        self._archive = archive
        self._register = register
        self._fetcher = fetcher
        self._clock = clock
        self._origin = origin
        self._settling = Settling(archive, clock=clock, agent=agent)
        self._leave = (
            Leave(
                archive.scribe,
                self._settling,
                register=register,
                fetcher=fetcher,
                clock=clock,
                agent=agent,
                origin=origin,
            )
            if obey
            else None
        )

    @property
    def register(self) -> Register:
        """The sites as they are declared now."""
        return self._register()

    async def look(self, requested: str) -> asyncio.Future[Report]:
        """Look at a URL that somebody names; it is asked for exactly as given.

        Returns when it was fetched; the future is done when it is durable.
        """
        site = self.register.owner(requested)
        url = site.canonical(requested)
        return await self._look_at(site, Target(url=url, requested=requested))

    async def revisit(self, watched: WatchedTarget) -> asyncio.Future[Report]:
        """Look at a target that is watched; as `look`, and conditional where that is possible."""
        site = self.register.of(watched.site)
        conditional = watched.looks % UNCONDITIONAL_EVERY != 0
        target = Target(
            url=watched.url,
            requested=watched.url,
            found_in=watched.found_in,
            validators=watched.validators if conditional else None,
        )
        return await self._look_at(site, target)

    async def poll(self, site: Site, seed: Seed) -> asyncio.Future[Polled]:
        """Look at a seed page, and find and plan what it links to."""
        target = Target(url=seed.url, requested=seed.url)
        visit = self._visit(site.name, Role.SEED, target)
        return await self._walk(
            visit, site, lambda batch, settled: self._found(batch, site, seed, settled)
        )

    async def poll_through(self, site: Site, seed: Seed) -> AsyncIterator[Polled]:
        """Poll a seed and the pages behind it, as long as they bring something new."""
        ahead = deque([seed])
        for _ in range(MOST_ONWARD):
            if not ahead:
                return
            page = ahead.popleft()
            polled = await (await self.poll(site, page))
            yield polled
            # An index of sitemaps names no documents itself.
            if polled.new or page.kind == "sitemap":
                ahead.extend(polled.onward)

    async def _look_at(self, site: Site, target: Target) -> asyncio.Future[Report]:
        visit = self._visit(site.name, Role.TARGET, target)
        return await self._walk(
            visit, site, lambda batch, settled: self._planned(batch, visit, settled)
        )

    async def _walk(
        self, visit: Visit, site: Site, then: Callable[[Batch, Settled], T]
    ) -> asyncio.Future[T]:
        may = None if self._leave is None else self._leave.asked_by(site, visit)
        look = await self._fetcher.look(visit, site.declared.fetch, may=may)
        register = self.register

        def settle(batch: Batch) -> T:
            settled = self._settling.settle(batch, visit, look, register)
            if visit.origin is Origin.LIVE and visit.site is not None:
                batch.work.note_look(
                    visit.site, at=settled.report.observed_at, outcome=settled.report.outcome.name
                )
            return then(batch, settled)

        return self._archive.scribe.submit(settle)

    def _planned(self, batch: Batch, visit: Visit, settled: Settled) -> Report:
        """Plan the next look at a live target of a configured site."""
        if visit.site is None or visit.origin is not Origin.LIVE:
            return settled.report
        site = self.register.of(visit.site)
        url, now = visit.target.url, self._clock.now()
        watched = batch.work.target(url)
        if watched is None and site.declared.targets.wants(url):
            watched = WatchedTarget(
                url=url,
                site=visit.site,
                found_in=visit.target.found_in,
                discovered_at=now,
                next_look_at=None,
            )
        if watched is not None:
            batch.work.plan_target(plan_target(watched, settled, site, now=now))
        return settled.report

    def _found(self, batch: Batch, site: Site, seed: Seed, settled: Settled) -> Polled:
        """Plan the next poll of a declared seed, and looks at what it names for the first time."""
        now, report = self._clock.now(), settled.report
        watched = batch.work.seed(str(site.name), seed.url)
        if watched is not None and self._origin is Origin.LIVE:
            batch.work.plan_seed(plan_seed(watched, settled, site, now=now))
        if not isinstance(report.outcome, Captured) or settled.stored is None:
            return Polled(report)
        found = find(seed, settled.stored, site.declared.targets)
        targets = [
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
        return Polled(report, self._new(batch, targets), following(seed, found), found.faults)

    def _new(self, batch: Batch, targets: list[WatchedTarget]) -> tuple[WatchedTarget, ...]:
        """Those of `targets` that were never looked at, planned if we are live."""
        if self._origin is not Origin.LIVE:
            return tuple(one for one in targets if batch.record.last_text(one.url) is None)
        batch.work.add_targets(targets)
        known = (batch.work.target(target.url) for target in targets)
        return tuple(target for target in known if target is not None and target.looks == 0)

    def _visit(self, site: str | None, role: Role, target: Target) -> Visit:
        return Visit(
            id=uuid.uuid4().hex,
            site=site,
            role=role,
            target=target,
            due_at=self._clock.now(),
            origin=self._origin,
        )
