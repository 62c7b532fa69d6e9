"""One visit → one Look: redirects followed, transient faults retried, every exchange kept."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from typing import TYPE_CHECKING, assert_never

from pipeline.fetch.asking import (
    LONGEST_URL,
    ask,
    authority_of,
    is_conditional,
    request_headers,
)
from pipeline.fetch.exchange import Exchange, exchange
from pipeline.fetch.faults import Fault
from pipeline.fetch.limits import Turns
from pipeline.fetch.pools import Pools
from pipeline.fetch.resting import RESTING, Hosts
from pipeline.fetch.retries import CAP_S, Decision, Retry, Settle, decide, persist
from pipeline.fetch.transport import WireTransport
from pipeline.fetch.trust import Trust
from pipeline.fetch.verdict import verdict
from pipeline.fetch.way import Way
from pipeline.model import Capture, Failed, Look, Retried, Step

if TYPE_CHECKING:
    import ssl
    from collections.abc import Mapping
    from contextlib import AbstractAsyncContextManager
    from datetime import datetime, timedelta

    import httpx

    from pipeline.fetch.asking import Asked
    from pipeline.fetch.config import FetchConfig
    from pipeline.ground.clock import Clock
    from pipeline.model import Outcome, Visit

# Asked before every request for its URL: why it may not be made, or None when it may.
May = Callable[[str], Awaitable["Outcome | None"]]


class Fetcher:
    """Looks at URLs over HTTP/1.1, or through `transport` where one is given.

    `agent` is the User-Agent of sites that declare none.  `verify` is the TLS context by which
    servers are verified; by default, by the authorities that browsers know.  Loopback and private
    addresses are refused unless `allow_private`.  Nothing is taken from the environment, and no
    cookie is ever stored or sent.  Delays and retries wait by `clock`; `chance` spreads the
    retries, giving numbers from 0 to 1.

    One fetcher serves any number of visits at once, within one event loop.
    """

    def __init__(
        self,
        *,
        agent: str,
        clock: Clock,
        allow_private: bool = False,
        transport: httpx.AsyncBaseTransport | None = None,
        verify: ssl.SSLContext | None = None,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._agent = agent
        self._clock = clock
        self._allow_private = allow_private
        self._transport = transport
        self._trust = Trust(verify)
        self._chance = chance
        self._turns = Turns(clock)
        self._hosts = Hosts(clock)
        self._pools = Pools(self._open)

    async def look(
        self, visit: Visit, config: FetchConfig, *, may: May | None = None, insists: bool = True
    ) -> Look:
        """Everything that came of asking for the visit's target.

        Nothing is asked for, redirects included, without the leave of `may`.  A look that `insists`
        goes ahead although its host rests when it begins; a rest that begins later is heeded.

        Raises nothing for what a name, a network or a server does; cancelling passes through.
        """
        begun = ask(visit.target.requested)
        if isinstance(begun, Failed):
            return Look((self._unasked(visit, visit.target.requested, begun, attempt=1),))
        forgiven = self._hosts.rests_until(begun.authority) if insists else None
        way = Way(visit, config, forgiven=forgiven)
        asked: Asked | None = begun
        while asked is not None:
            way.trail.append(asked)
            refusal = None if may is None else await may(asked.url)
            if refusal is not None:
                url = asked.url if way.steps else visit.target.requested
                way.steps.append(self._unasked(visit, url, refusal, attempt=0))
                break
            way.steps += await self._hop(way)
            asked = way.onward()
        return Look(tuple(way.steps))

    def space(self, url: str, delay: timedelta) -> None:
        """Let requests at the host of `url` be `delay` apart at least, because it says so."""
        if authority := authority_of(url):
            self._turns.space(authority, delay)

    def rests_until(self, url: str) -> datetime | None:
        """Until when no visit to the host of `url` is to be begun; None when one may be now.

        A visit that somebody makes by hand goes ahead all the same.
        """
        authority = authority_of(url)
        return None if authority is None else self._hosts.rests_until(authority)

    def resting(self) -> Mapping[str, datetime]:
        """The hosts (`host:port`) that are left in peace now, and until when."""
        return self._hosts.resting()

    def rest(self, authority: str, until: datetime) -> None:
        """Leave a host in peace until then: what was known of it before this fetcher was made."""
        self._hosts.rest(authority, until)

    async def aclose(self) -> None:
        """Close every connection.  A transport that was given is its giver's to close."""
        await self._pools.aclose()

    async def _hop(self, way: Way) -> list[Step]:
        """Ask for the last URL of the way until something is settled; a Step for each attempt."""
        visit, config = way.visit, way.config
        home, asked = way.trail[0], way.trail[-1]
        # Validators speak of the target's own URL, not of where it may lead.
        validators = visit.target.validators if asked is home else None
        headers = request_headers(config, self._agent, validators, at_home=home.is_home_of(asked))
        conditional = "If-None-Match" in headers or "If-Modified-Since" in headers
        steps: list[Step] = []

        async def attempt() -> Decision:
            seen = await self._attempt(way, headers, number=len(steps) + 1)
            decision = self._decide(seen, asked, config, conditional=conditional)
            match decision:
                case Retry(reason=reason):
                    steps.append(Step(seen.capture, Retried(reason)))
                case Settle(outcome=outcome):
                    steps.append(Step(seen.capture, outcome))
                case _:
                    assert_never(decision)
            return decision

        await persist(await attempt(), attempt, self._clock)
        return steps

    async def _attempt(self, way: Way, headers: dict[str, str], *, number: int) -> Exchange:
        """One exchange, when it is its turn and its host does not rest."""
        config, asked = way.config, way.trail[-1]
        while True:
            async with self._turns.take(
                asked.authority, delay=config.delay, concurrency=config.concurrency
            ):
                rest_s = self._rest_s(way)
                if rest_s <= 0:
                    return await self._exchange(way, headers, number=number)
            if rest_s > CAP_S:
                resting = Failed(RESTING, f"{asked.authority} is left in peace", rest_s)
                unasked = self._unasked(way.visit, asked.url, resting, attempt=number - 1)
                return Exchange(capture=unasked.capture, seen=Fault(outcome=resting))
            await self._clock.sleep(rest_s)

    async def _exchange(self, way: Way, headers: dict[str, str], *, number: int) -> Exchange:
        asked = way.trail[-1]
        self._hosts.begin(asked.authority)
        try:
            async with self._lend(asked.authority) as transport:
                made = await exchange(
                    transport,
                    asked,
                    headers,
                    way.config,
                    visit=way.visit.id,
                    attempt=number,
                    began_at=self._clock.now(),
                )
        finally:
            self._hosts.end(asked.authority)
        if made.capture.source is None:
            self._hosts.note(asked.authority, made.seen, heard=bool(made.capture.response))
        return made

    def _rest_s(self, way: Way) -> float:
        """How long the host of the next request is still to be left in peace; 0 is not at all."""
        until = self._hosts.rests_until(way.trail[-1].authority)
        if until is None or way.is_forgiven(until):
            return 0.0
        return (until - self._clock.now()).total_seconds()

    def _decide(
        self, made: Exchange, asked: Asked, config: FetchConfig, *, conditional: bool
    ) -> Decision:
        seen, capture = made.seen, made.capture
        # A replayed answer belongs to the request that is recorded beside it.
        conditional = conditional or is_conditional(capture.request)
        return decide(
            seen,
            seen.outcome
            if isinstance(seen, Fault)
            else verdict(seen, url=asked.url, conditional=conditional),
            attempt=capture.attempt,
            # What is recorded will not be another thing the next time.
            attempts=config.attempts if capture.source is None else 1,
            now=capture.began_at,
            chance=self._chance(),
            rest_s=self._retry_rest_s(asked),
        )

    def _retry_rest_s(self, asked: Asked) -> float:
        until = self._hosts.rests_until(asked.authority)
        return 0.0 if until is None else (until - self._clock.now()).total_seconds()

    def _unasked(self, visit: Visit, url: str, outcome: Outcome, *, attempt: int) -> Step:
        now = self._clock.now()
        capture = Capture(visit=visit.id, url=url[:LONGEST_URL], attempt=attempt, began_at=now)
        return Step(capture, outcome)

    def _lend(self, authority: str) -> AbstractAsyncContextManager[httpx.AsyncBaseTransport]:
        if self._transport is not None:
            return nullcontext(self._transport)
        return self._pools.lend(authority)

    def _open(self) -> WireTransport:
        return WireTransport(trust=self._trust, allow_private=self._allow_private)
