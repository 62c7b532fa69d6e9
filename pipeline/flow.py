"""The one story: a visit walked through the rooms.

A visit is allowed by robots.txt, fetched, and settled: written down, read, compared, entered.
A seed page yields links besides; what they lead to is planned.  Everything that is written is
written by the scribe, one batch at a time, and nothing is told before it is durable.
"""

from __future__ import annotations

import uuid
from collections import deque
from typing import TYPE_CHECKING, TypeVar

from pipeline.frontier.harvesting import Polled, gather
from pipeline.frontier.leave import AsksLeave, Leave
from pipeline.frontier.watching import watch_on
from pipeline.model import Origin, Role, Target, Visit
from pipeline.writing.settling import Settled, Settling

if TYPE_CHECKING:
    import asyncio
    from collections.abc import AsyncIterator, Callable, Mapping
    from datetime import datetime

    from pipeline.catalog import Batch, WatchedSeed, WatchedTarget
    from pipeline.discover.seeds import Seed
    from pipeline.fetch.fetcher import Fetcher
    from pipeline.ground.clock import Clock
    from pipeline.model import Validators
    from pipeline.monitoring.alarming import Alarming
    from pipeline.sites.register import Register
    from pipeline.sites.site import Site
    from pipeline.writing.opening import OpenArchive
    from pipeline.writing.report import Report

T = TypeVar("T")

# ETags lie (Media Cloud switched them off): every so many looks nothing is conditional.  A seed's
# lie would hide what is new, which is to be found within twice the site's interval.
UNCONDITIONAL_EVERY = 8
UNCONDITIONAL_POLL_EVERY = 2

# One poll looks at no more pages and sitemaps behind a seed than this.
MOST_ONWARD = 10


class Flow:
    """Walks visits through the rooms.

    Only live visits ask robots.txt's leave and plan further visits, unless a replay is told to
    `obey` the robots.txt that it holds, or somebody else who knows what may be asked for: a replay
    speaks of the past, and spares nobody.
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
        obey: bool | AsksLeave = True,
        alarming: Alarming | None = None,
    ) -> None:
        self._alarming = alarming
        self._archive = archive
        self._register = register
        self._fetcher = fetcher
        self._clock = clock
        self._origin = origin
        self._settling = Settling(archive, clock=clock, agent=agent)
        self._leave: AsksLeave | None = None
        if not isinstance(obey, bool):
            self._leave = obey
        elif obey:
            self._leave = Leave(
                archive.scribe,
                self._settling,
                register=register,
                fetcher=fetcher,
                clock=clock,
                agent=agent,
                origin=origin,
            )

    @property
    def register(self) -> Register:
        """The sites as they are declared now."""
        return self._register()

    def rests_until(self, url: str) -> datetime | None:
        """Until when the host of `url` is left in peace; None when it may be asked now."""
        return self._fetcher.rests_until(url)

    def resting(self) -> Mapping[str, datetime]:
        """All hosts that are left in peace now, and until when."""
        return self._fetcher.resting()

    def rest(self, authority: str, until: datetime) -> None:
        """Leave a host in peace until then, because of what was known before."""
        self._fetcher.rest(authority, until)

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
        target = Target(
            url=watched.url,
            requested=watched.url,
            found_in=watched.found_in,
            validators=_told(watched.validators, watched.looks, UNCONDITIONAL_EVERY),
        )
        return await self._look_at(site, target, due_at=watched.next_look_at)

    async def poll(
        self, site: Site, seed: Seed, watched: WatchedSeed | None = None
    ) -> asyncio.Future[Polled]:
        """Look at a seed page, and find and plan what it links to.

        Where it is `watched`, the look is conditional if that is possible, and a page that was
        read before is not read again; what it links to is planned already.
        """
        # Without a page that was read to its end, a 304 would leave what lies behind it unread.
        told = None
        if watched is not None and watched.page is not None:
            told = _told(watched.validators, watched.polls, UNCONDITIONAL_POLL_EVERY)
        target = Target(url=seed.url, requested=seed.url, validators=told)
        due_at = watched.next_poll_at if watched else None
        visit = self._visit(site.name, Role.SEED, target, due_at=due_at)

        def then(batch: Batch, settled: Settled) -> Polled:
            before = batch.work.seed(str(site.name), seed.url)
            polled = gather(batch, site, seed, settled, watched, now=self._clock.now())
            if before is not None and self._alarming is not None:
                self._alarming.after_seed(batch, before, settled, polled.found)
            return polled

        return await self._walk(visit, site, then, insists=watched is None)

    async def poll_through(
        self, site: Site, seed: Seed, watched: WatchedSeed | None = None
    ) -> AsyncIterator[Polled]:
        """Poll a seed and the pages behind it, as long as they bring something new."""
        ahead = deque([seed])
        for _ in range(MOST_ONWARD):
            if not ahead:
                return
            page = ahead.popleft()
            polled = await (await self.poll(site, page, watched if page is seed else None))
            yield polled
            # An index of sitemaps names no documents itself.
            if polled.new or page.kind == "sitemap":
                ahead.extend(polled.onward)

    async def _look_at(
        self, site: Site, target: Target, *, due_at: datetime | None = None
    ) -> asyncio.Future[Report]:
        visit = self._visit(site.name, Role.TARGET, target, due_at=due_at)
        return await self._walk(
            visit,
            site,
            lambda batch, settled: self._watched(batch, visit, settled),
            insists=due_at is None,
        )

    async def _walk(
        self, visit: Visit, site: Site, then: Callable[[Batch, Settled], T], *, insists: bool
    ) -> asyncio.Future[T]:
        """Fetch and settle; what somebody asks for by hand `insists`, what is due does not."""
        may = None if self._leave is None else self._leave.asked_by(site, visit, insists=insists)
        look = await self._fetcher.look(visit, site.declared.fetch, may=may, insists=insists)
        register = self.register

        def settle(batch: Batch) -> T:
            settled = self._settling.settle(batch, visit, look, register)
            if visit.origin is Origin.LIVE and visit.site is not None:
                batch.work.note_look(
                    visit.site, at=settled.report.observed_at, outcome=settled.report.outcome.name
                )
            return then(batch, settled)

        return self._archive.scribe.submit(settle)

    def _watched(self, batch: Batch, visit: Visit, settled: Settled) -> Report:
        """Plan the next look at what is watched, and tell whom it concerns."""
        site = self.register.of(visit.site)
        before, after = watch_on(batch, visit, settled, site, now=self._clock.now())
        if self._alarming is not None:
            self._alarming.after_target(batch, settled, before=before, after=after)
        return settled.report

    def _visit(
        self, site: str | None, role: Role, target: Target, *, due_at: datetime | None = None
    ) -> Visit:
        return Visit(
            id=uuid.uuid4().hex,
            site=site,
            role=role,
            target=target,
            due_at=due_at or self._clock.now(),
            origin=self._origin,
        )


def _told(validators: Validators | None, looks: int, every: int) -> Validators | None:
    """The validators to ask by after so many looks, of which one in `every` is unconditional."""
    return validators if looks % every != 0 else None
