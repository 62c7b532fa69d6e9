"""One visit → one Look: redirects followed, transient faults retried, every exchange kept."""

from __future__ import annotations

import random
from contextlib import nullcontext
from typing import TYPE_CHECKING, assert_never

import httpx

from pipeline.fetch.asking import LONGEST_URL, Asked, ask, is_conditional, request_headers
from pipeline.fetch.exchange import exchange
from pipeline.fetch.faults import Fault
from pipeline.fetch.limits import Turns
from pipeline.fetch.pools import Pools
from pipeline.fetch.retries import Decision, Retry, Settle, decide, persist
from pipeline.fetch.transport import WireTransport
from pipeline.fetch.verdict import verdict
from pipeline.model import Capture, Failed, Look, Redirected, Retried, Step

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager

    from pipeline.clock import Clock
    from pipeline.fetch.config import FetchConfig
    from pipeline.fetch.exchange import Exchange
    from pipeline.model import Visit

MOST_REDIRECTS = 10


class Fetcher:
    """Looks at URLs over HTTP/1.1, or through `transport` where one is given.

    `agent` is the User-Agent of sites that declare none.  `verify` is the TLS context of every
    connection; by default certificates must be valid.  Loopback and private addresses are
    refused unless `allow_private`.  Nothing is taken from the environment, and no cookie is ever
    stored or sent.  Delays and retries wait by `clock`; `chance` spreads the retries, giving
    numbers from 0 to 1.

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
        self._context = verify
        self._chance = chance
        self._turns = Turns(clock)
        self._pools = Pools(self._open)

    async def look(self, visit: Visit, config: FetchConfig) -> Look:
        """Everything that came of asking for the visit's target.

        Raises nothing for what a name, a network or a server does; cancelling passes through.
        """
        steps: list[Step] = []
        trail: list[Asked] = []
        asked = ask(visit.target.requested)
        if isinstance(asked, Failed):
            return Look((self._unasked(visit, asked),))
        while True:
            trail.append(asked)
            steps += await self._hop(visit, trail, config)
            last = steps[-1]
            if not isinstance(last.outcome, Redirected):
                return Look(tuple(steps))
            onward = follow(last.outcome, trail)
            if isinstance(onward, Failed):
                steps[-1] = Step(last.capture, onward)
                return Look(tuple(steps))
            asked = onward

    async def aclose(self) -> None:
        """Close every connection.  A transport that was given is its giver's to close."""
        await self._pools.aclose()

    async def _hop(self, visit: Visit, trail: list[Asked], config: FetchConfig) -> list[Step]:
        """Ask for the last URL of `trail` until something is settled; a Step for each attempt."""
        home, asked = trail[0], trail[-1]
        # Validators speak of the target's own URL, not of where it may lead.
        validators = visit.target.validators if asked is home else None
        headers = request_headers(config, self._agent, validators, at_home=home.is_home_of(asked))
        conditional = "If-None-Match" in headers or "If-Modified-Since" in headers
        steps: list[Step] = []

        async def attempt() -> Decision:
            seen = await self._attempt(visit, asked, headers, config, number=len(steps) + 1)
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

    async def _attempt(
        self,
        visit: Visit,
        asked: Asked,
        headers: dict[str, str],
        config: FetchConfig,
        *,
        number: int,
    ) -> Exchange:
        turn = self._turns.take(asked.authority, delay=config.delay, concurrency=config.concurrency)
        async with turn, self._lend(asked.authority) as transport:
            return await exchange(
                transport,
                asked,
                headers,
                config,
                visit=visit.id,
                attempt=number,
                began_at=self._clock.now(),
            )

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
        )

    def _unasked(self, visit: Visit, outcome: Failed) -> Step:
        url = visit.target.requested[:LONGEST_URL]
        now = self._clock.now()
        return Step(Capture(visit=visit.id, url=url, attempt=1, began_at=now), outcome)

    def _lend(self, authority: str) -> AbstractAsyncContextManager[httpx.AsyncBaseTransport]:
        if self._transport is not None:
            return nullcontext(self._transport)
        return self._pools.lend(authority)

    def _open(self) -> WireTransport:
        return WireTransport(context=self._tls, allow_private=self._allow_private)

    def _tls(self) -> ssl.SSLContext:
        # Reading the certificate authorities takes longer than many a page: once, if at all.
        if self._context is None:
            self._context = httpx.create_ssl_context(trust_env=False)
        return self._context


def follow(redirected: Redirected, trail: list[Asked]) -> Asked | Failed:
    """Where `redirected` leads after `trail`, or why it leads nowhere."""
    if len(trail) > MOST_REDIRECTS:
        return Failed("too_many_redirects", f"{MOST_REDIRECTS} are followed")
    onward = ask(redirected.reason)
    if isinstance(onward, Asked) and any(onward.identity == been.identity for been in trail):
        return Failed("redirect_loop", onward.url)
    return onward
