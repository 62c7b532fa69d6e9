"""A URL that is to be asked for → robots.txt's leave to do so (RFC 9309), or why there is none.

robots.txt is looked at and written down like any page, once a day for each host.
"""

from __future__ import annotations

import asyncio
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol
from weakref import WeakValueDictionary

from pipeline.fetch.asking import authority_of
from pipeline.fetch.resting import RESTING, TOO_MANY_REQUESTS
from pipeline.fetch.robots import Robots, RobotsMemory, has_answered, robots_url
from pipeline.model import Blocked, Failed, Role, Skipped, Target, Visit

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.fetch.fetcher import Fetcher, May
    from pipeline.ground.clock import Clock
    from pipeline.model import Look, Origin, Outcome
    from pipeline.sites.register import Register
    from pipeline.sites.site import Site
    from pipeline.writing.scribe import Scribe
    from pipeline.writing.settling import Settled, Settling


class AsksLeave(Protocol):
    """Somebody who knows what may be asked for."""

    def asked_by(self, site: Site, visit: Visit, *, insists: bool) -> May:
        """What is to be asked before each request of `visit`, which `site` is being asked in.

        What `insists` is asked for although its host rests.
        """
        ...


class Leave:
    """Asks hosts for their rules, and remembers them."""

    def __init__(
        self,
        scribe: Scribe,
        settling: Settling,
        *,
        register: Callable[[], Register],
        fetcher: Fetcher,
        clock: Clock,
        agent: str,
        origin: Origin,
    ) -> None:
        self._scribe = scribe
        self._settling = settling
        self._register = register
        self._fetcher = fetcher
        self._clock = clock
        self._agent = agent
        self._origin = origin
        self._memory = RobotsMemory(clock)
        self._asking: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._delays: dict[str, float] = {}

    def asked_by(self, site: Site, visit: Visit, *, insists: bool) -> May:
        """What is to be asked before each request of `visit`, which `site` is being asked in.

        Where the visit `insists`, robots.txt too is asked for although the host rests.
        A site that ignores robots.txt does so where its visit begins.  A redirect may lead to a
        host that it cannot speak for: there, the site counts which that URL belongs to.
        """
        home = authority_of(visit.target.requested)

        async def may(url: str) -> Outcome | None:
            speaks = site if authority_of(url) == home else self._register().owner(url)
            if speaks.declared.fetch.robots == "ignore":
                return None
            return await self._given(url, site, insists=insists)

        return may

    async def _given(self, url: str, site: Site, *, insists: bool) -> Outcome | None:
        """Why `url` may not be asked for, or None when it may; a host may ask for more time."""
        try:
            address = robots_url(url)
        except ValueError:  # no URL, which is not for us to say
            return None
        return self._heeded(await self._rules(address, site, insists=insists), url, site)

    def _heeded(self, robots: Robots | Failed | Skipped, url: str, site: Site) -> Outcome | None:
        agent = site.declared.fetch.user_agent or self._agent
        if isinstance(robots, Robots) and robots is not Robots.NOTHING:
            self._note_delay(robots_url(url), robots.delay_s(agent))
        return heeded(robots, url, agent, self._fetcher)

    def _note_delay(self, address: str, delay_s: float | None) -> None:
        self._delays.pop(address, None)  # so that the oldest stand first
        if delay_s:
            self._delays[address] = delay_s
        if len(self._delays) > RobotsMemory.MOST_HOSTS:
            del self._delays[next(iter(self._delays))]

    async def _rules(self, address: str, site: Site, *, insists: bool) -> Robots | Failed | Skipped:
        """The rules at `address`, asked for by one visit at a time."""
        lock = self._asking.setdefault(address, asyncio.Lock())
        async with lock:
            robots = self._memory.recall(address)
            if robots is None:
                robots = await self._ask(address, site, insists=insists)
                if not _was_not_asked(robots):
                    self._memory.keep(address, robots)
        return robots

    async def _ask(self, address: str, site: Site, *, insists: bool) -> Robots | Failed | Skipped:
        """What robots.txt says; a host that cannot be asked for it is left alone altogether."""
        visit = self._visit(site, address)
        # What it said last counts until it says another thing, also for asking it again and again.
        if delay_s := self._delays.get(address):
            self._fetcher.space(address, timedelta(seconds=delay_s))
        look = await self._fetcher.look(visit, site.declared.fetch, insists=insists)
        if look.outcome.reason == "not_in_replay":
            return Robots.ALL
        settled = await self._settled(visit, look)
        octets = None if settled.stored is None else settled.stored.decoded
        return rules_said(address, settled.report.outcome, settled.report.status, octets)

    async def _settled(self, visit: Visit, look: Look) -> Settled:
        register = self._register()
        return await self._scribe.submit(
            lambda batch: self._settling.settle(batch, visit, look, register)
        )

    def _visit(self, site: Site, address: str) -> Visit:
        return Visit(
            id=uuid.uuid4().hex,
            site=site.name,
            role=Role.ROBOTS,
            target=Target(url=address, requested=address),
            due_at=self._clock.now(),
            origin=self._origin,
        )


def _was_not_asked(robots: Robots | Failed | Skipped) -> bool:
    """Whether the host was left in peace, of which nothing is to be remembered."""
    return isinstance(robots, Failed) and robots.reason == RESTING


def heeded(
    robots: Robots | Failed | Skipped, url: str, agent: str, fetcher: Fetcher
) -> Outcome | None:
    """Why `url` may not be asked for by `agent`; a host that asks for more time is given it."""
    if not isinstance(robots, Robots):
        return robots
    if not robots.allows(url, agent):
        return Skipped("robots", f"{robots_url(url)} disallows it")
    if delay_s := robots.delay_s(agent):
        fetcher.space(url, timedelta(seconds=delay_s))
    return None


def rules_said(
    address: str, outcome: Outcome, status: int | None, octets: bytes | None
) -> Robots | Failed | Skipped:
    """What a look at the robots.txt at `address` came to; `octets` are its decoded body."""
    match outcome:
        case Failed(reason="too_large") if octets:
            return Robots.read(status, octets)  # more came than has to be read
        case Failed(reason=reason, detail=detail, retry_after_s=wait) if not has_answered(
            status, reason
        ):
            return Failed(reason, f"asking for {address} first: {detail}", wait)
        case Blocked(reason=reason, retry_after_s=wait) if status == TOO_MANY_REQUESTS:
            return Failed(reason, f"asking for {address} first: too many requests", wait)
        case Skipped() as skipped:
            return skipped
    return Robots.read(status, octets or b"")
