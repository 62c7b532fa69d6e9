"""What somebody asks for by hand → what is done in the process that writes the archive.

The same errand runs in the command itself or, beside a daemon, in the daemon.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar, assert_never

from msgspec import Struct

from pipeline.archive.recorded import Recording
from pipeline.discover.canonical import is_http_url
from pipeline.discover.seeds import seeds
from pipeline.errors import FOUND_SOMETHING, NotAUrl
from pipeline.fetch.fetcher import Fetcher
from pipeline.fetch.replay import Replay
from pipeline.flow import Flow
from pipeline.ground.clock import HastyClock, stamp
from pipeline.ledger.anchors import Anchor
from pipeline.ledger.asking import Refusal
from pipeline.model import Blocked, Failed, Origin
from pipeline.sites.declaration import NAME
from pipeline.stories.replaying import Way, latest
from pipeline.stories.tombstoning import TakingDown, take_down
from pipeline.writing.attesting import Standing

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    from pipeline.catalog import WatchedTarget
    from pipeline.fetch.recorded import Recorded
    from pipeline.ground.clock import Clock
    from pipeline.model import Source
    from pipeline.sites.register import Register
    from pipeline.sites.site import Site
    from pipeline.writing.attesting import Attesting
    from pipeline.writing.opening import OpenArchive
    from pipeline.writing.report import Report

T = TypeVar("T")

# What an errand says while it runs: {"report": {…}}, {"stamped": {…}}, {"tombstone": {…}} or
# {"talk": "…"}.
Tidings = Callable[[dict[str, Any]], Awaitable[None]]

# Politeness is kept host by host; this only bounds memory.
MOST_AT_ONCE = 64


class Fetching(Struct, frozen=True, kw_only=True):
    """What somebody wants fetched: site names and URLs, live or out of WARC files.

    Without targets, everything in the `replay` files is taken.
    """

    targets: tuple[str, ...]
    replay: tuple[Path, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """For the way over the socket."""
        replay = [str(path) for path in self.replay]
        return {"errand": "fetch", "targets": list(self.targets), "replay": replay}

    @classmethod
    def from_json(cls, said: dict[str, Any]) -> Self:
        """The inverse of `as_json`."""
        return cls(
            targets=tuple(map(str, said["targets"])), replay=tuple(map(Path, said["replay"]))
        )


class Stamping(Struct, frozen=True, kw_only=True):
    """Somebody wants the present checkpoint stamped."""

    def as_json(self) -> dict[str, Any]:
        """For the way over the socket."""
        return {"errand": "anchor"}

    @classmethod
    def from_json(cls, _said: dict[str, Any]) -> Self:
        """The inverse of `as_json`."""
        return cls()


Errand = Fetching | Stamping | TakingDown
KINDS: dict[str, type[Errand]] = {
    "fetch": Fetching,
    "anchor": Stamping,
    "tombstone": TakingDown,
}


def errand_of(said: dict[str, Any]) -> Errand:
    """The errand that came over the socket.  Raises KeyError and TypeError for what is none."""
    return KINDS[said["errand"]].from_json(said)


class Errands:
    """Runs errands in the process that writes the archive."""

    def __init__(
        self,
        archive: OpenArchive,
        live: Flow,
        attesting: Attesting,
        *,
        register: Callable[[], Register],
        agent: str,
    ) -> None:
        self._archive = archive
        self._live = live
        self._attesting = attesting
        self._register = register
        self._agent = agent

    async def run(self, errand: Errand, tidings: Tidings) -> int:
        """Run `errand` and tell what comes of it; the exit code that the command ends with.

        Its targets have passed `check_target`.  Raises ReplayUnreadable before anything is
        fetched, NotConfigured where nobody is named who could do it, and what `take_down` raises.
        """
        match errand:
            case Fetching():
                return await self._fetch(errand, tidings)
            case Stamping():
                return await self._stamp(tidings)
            case TakingDown():
                for told in await take_down(self._archive, self._register(), errand):
                    await tidings({"tombstone": told})
                return 0
            case _:
                assert_never(errand)

    async def _stamp(self, tidings: Tidings) -> int:
        made = await self._attesting.stamp()
        match made:
            case Refusal():
                await tidings({"stamped": {"outcome": made.reason, "detail": made.detail}})
                return FOUND_SOMETHING
            case Anchor():
                at = stamp(made.stamp.stamped_at)
                await tidings({"stamped": {"outcome": "stamped", "size": made.size, "at": at}})
            case Standing():
                await tidings({"stamped": {"outcome": "standing", "size": made.size}})
            case _:
                assert_never(made)
        return 0

    async def _fetch(self, errand: Fetching, tidings: Tidings) -> int:
        found_something = False
        async for report in self._reports(errand, tidings):
            await tidings({"report": report.as_json()})
            found_something |= isinstance(report.outcome, Blocked | Failed)
        return FOUND_SOMETHING if found_something else 0

    async def receive(self, errand: Errand, tidings: Tidings) -> int:
        """Run an errand of another process, whose configs may be others.

        Raises NoSuchSite, NotAUrl and ReplayUnreadable before anything is fetched.
        """
        if isinstance(errand, Fetching):
            register = self._register()
            for number, target in enumerate(errand.targets, 1):
                check_target(target, register, where=f"target {number}")
        return await self.run(errand, tidings)

    async def _reports(self, errand: Fetching, tidings: Tidings) -> AsyncIterator[Report]:
        if not errand.replay:
            async for report in self._fetched(self._live, errand.targets, tidings):
                yield report
            return
        recording = await asyncio.to_thread(Recording, errand.replay)
        for fault in recording.faults:
            await tidings({"talk": f"replay: {fault}"})
        if errand.targets:
            flow = self._replaying(lambda url: latest(recording, url), obey=True)
            async for report in self._fetched(flow, errand.targets, tidings):
                yield report
        else:
            async for report in self._everything(recording, tidings):
                yield report

    def _replaying(self, find: Callable[[str], Recorded | None], *, obey: bool) -> Flow:
        clock: Clock = HastyClock()
        return Flow(
            self._archive,
            register=self._register,
            fetcher=Fetcher(agent=self._agent, clock=clock, transport=Replay(find)),
            clock=clock,
            agent=self._agent,
            origin=Origin.REPLAY,
            obey=obey,
        )

    async def _fetched(
        self, flow: Flow, targets: Iterable[str], tidings: Tidings
    ) -> AsyncIterator[Report]:
        sites = self._register().sites
        urls = [target for target in targets if target not in sites]
        async for report in _together(flow.look, urls):
            yield report
        for name in targets:
            if name in sites:
                async for report in news_of(flow, sites[name], tidings):
                    yield report

    async def _everything(self, recording: Recording, tidings: Tidings) -> AsyncIterator[Report]:
        """Every response in the files, by date; a hop of another's redirect is taken once."""
        taken: set[Source] = set()
        waiting: deque[asyncio.Future[Report]] = deque()
        for look in recording:
            why_not = is_http_url(look.url)
            if why_not is not None:
                await tidings({"talk": f"replay: {look.url!r} is left out: {why_not}"})
            elif look.source not in taken:
                way = Way(recording, look, taken)
                waiting.append(await self._replaying(way.find, obey=False).look(look.url))
            if len(waiting) == MOST_AT_ONCE:
                yield await waiting.popleft()
        while waiting:
            yield await waiting.popleft()


def check_target(target: str, register: Register, *, where: str) -> None:
    """Raise NoSuchSite or NotAUrl when `target`, which stands at `where`, is no site and no URL."""
    if target in register.sites:
        return
    why_not = is_http_url(target)
    if why_not is None:
        return
    if NAME.fullmatch(target):
        register.named(target)
    raise NotAUrl(target, where=where, why=why_not)


async def news_of(flow: Flow, site: Site, tidings: Tidings) -> AsyncIterator[Report]:
    """Poll every seed of `site`, then look at what they name for the first time."""
    new: dict[str, WatchedTarget] = {}
    for seed in seeds(site.declared.discover):
        async for polled in flow.poll_through(site, seed):
            yield polled.report
            new |= {target.url: target for target in polled.new}
            for trouble in polled.troubles:
                await tidings({"talk": f"{polled.report.url}: {trouble.words}"})
    async for report in _together(flow.revisit, new.values()):
        yield report


async def _together(
    begin: Callable[[T], Awaitable[Awaitable[Report]]], items: Iterable[T]
) -> AsyncIterator[Report]:
    """The reports on `items`, at most so many under way at once, as they come."""
    ahead = iter(items)
    ended: asyncio.Queue[Report | None] = asyncio.Queue()

    async def work() -> None:
        try:
            for item in ahead:
                ended.put_nowait(await (await begin(item)))
        finally:
            ended.put_nowait(None)

    workers = [asyncio.create_task(work()) for _ in range(MOST_AT_ONCE)]
    try:
        for _ in workers:
            while (report := await ended.get()) is not None:
                yield report
        for worker in workers:
            await worker
    finally:
        for worker in workers:
            worker.cancel()
