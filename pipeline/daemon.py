"""Wakes for what is due, walks flows, drains when it is told to end."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from pipeline.catalog import WatchedSeed
from pipeline.discover.seeds import seeds
from pipeline.frontier.lanes import MOST_UNDER_WAY, Lane, Lanes, Open, turn

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Container, Iterable

    from pipeline.catalog import Batch, Due
    from pipeline.flow import Flow
    from pipeline.ground.clock import Clock
    from pipeline.monitoring.metrics import Metrics
    from pipeline.sites.register import Register
    from pipeline.writing.attesting import Timer
    from pipeline.writing.opening import OpenArchive
    from pipeline.writing.report import Report

log = structlog.get_logger()

TICK_S = 1

# What is done beside the fetching waits until the first looks are under way.
SOON = timedelta(seconds=5)
# One asking takes as long as a batch; what is not begun by then comes with the next tick.
MOST_ASKINGS = 4

# SIGTERM to the end takes 10 s at most, on a busy machine too: looks get half, the end the rest.
DRAIN_S = 5.0


class Daemon:
    """Polls the sites of `register` as they fall due; `hear` is told of every visit that ended.

    Due times are rows of the catalog, so nothing is forgotten over a restart, and a tick costs
    what is due.  A visit that raises is a fault of the archive or of ours: it ends the daemon.
    `beside` runs on timers of its own, and never holds a visit up.
    """

    def __init__(  # noqa: PLR0913 - what it works with, and who listens
        self,
        archive: OpenArchive,
        flow: Flow,
        *,
        register: Callable[[], Register],
        only: Container[str],
        clock: Clock,
        hear: Callable[[Report], Awaitable[None]],
        beside: Iterable[Timer] = (),
        beat: Callable[[], object] | None = None,
        metrics: Metrics | None = None,
    ) -> None:
        self._archive = archive
        self._flow = flow
        self._register = register
        self._only = only
        self._clock = clock
        self._hear = hear
        self._beside = tuple(beside)
        self._beat = beat
        self._metrics = metrics
        self._lanes = Lanes()
        self._under_way: set[asyncio.Task[None]] = set()
        self._call = asyncio.Event()
        self._stop = asyncio.Event()
        self._fault: BaseException | None = None

    def stop(self) -> None:
        """End after what is under way."""
        self._stop.set()
        self._call.set()

    @property
    def under_way(self) -> int:
        """How many visits are begun and not ended."""
        return len(self._under_way)

    async def watch(self, names: Iterable[str] | None = None) -> None:
        """Make the seeds of these sites, or of all, those that are declared; new ones are due now.

        A fault ends the daemon, as that of a visit does.
        """
        try:
            await self._watch(self._register().sites if names is None else names)
        except Exception as error:  # to be cancelled is no fault: that is how the scheduler ends
            self._end_with(error)
            raise

    async def run(self) -> None:
        """Poll until `stop`.  Raises whatever a visit raised."""
        await self.watch()
        now = self._clock.now()
        rests = await self._archive.scribe.submit(lambda batch: batch.work.resting(now))
        for authority, until in rests.items():
            self._flow.rest(authority, until)
        scheduler = AsyncIOScheduler(timezone="UTC")
        # With the default grace of one second a late tick would be dropped in silence.
        scheduler.add_job(
            self._tick,
            IntervalTrigger(seconds=TICK_S, timezone="UTC"),
            next_run_time=self._clock.now(),
            misfire_grace_time=None,
            coalesce=True,
            max_instances=1,
        )
        for timer in self._beside:
            scheduler.add_job(
                self._run_beside,
                IntervalTrigger(seconds=int(timer.every.total_seconds()), timezone="UTC"),
                args=(timer,),
                next_run_time=self._clock.now() + SOON,
                misfire_grace_time=None,
                coalesce=True,
                max_instances=1,
            )
        scheduler.start()
        beginning = asyncio.create_task(self._begin_when_called())
        try:
            await self._stop.wait()
        finally:
            # shutdown(wait=True) would cancel coroutines: ours are drained below.
            scheduler.shutdown(wait=False)
            await beginning
            await self._drain()
        if self._fault is not None:
            raise self._fault

    async def run_once(self) -> None:
        """Poll what is due, look at what that brings, and return when nothing is due any more."""
        await self.watch()
        await self.catch_up()

    async def catch_up(self) -> None:
        """Look at all that is due, and at what that brings, until nothing is due any more."""
        stopped = asyncio.create_task(self._stop.wait())
        try:
            while not self._stop.is_set() and (await self._begin_due() or self._under_way):
                if self._under_way:  # what was begun may have ended already
                    await asyncio.wait(
                        (stopped, *self._under_way), return_when=asyncio.FIRST_COMPLETED
                    )
        finally:
            stopped.cancel()
            await self._drain()
        if self._fault is not None:
            raise self._fault

    async def _watch(self, names: Iterable[str]) -> None:
        now, sites = self._clock.now(), self._register().sites
        declared = {
            name: tuple(seed.url for seed in seeds(sites[name].declared.discover))
            for name in names
            if name in sites
        }

        def watch(batch: Batch) -> None:
            known = batch.work.seeds()
            for name, urls in declared.items():
                if known.get(name) != set(urls):
                    batch.work.watch_seeds(name, urls, first_poll_at=now)

        await self._archive.scribe.submit(watch)

    async def _tick(self) -> None:
        self._call.set()

    async def _run_beside(self, timer: Timer) -> None:
        try:
            await timer.run()
        except Exception as error:  # to be cancelled is no fault: that is how the scheduler ends
            self._end_with(error)
            raise

    async def _begin_when_called(self) -> None:
        """Begin what is due at every tick, and what waits as soon as something else has ended."""
        try:
            while not self._stop.is_set():
                await self._call.wait()
                self._call.clear()
                await self._begin_due()
                if self._beat is not None:
                    self._beat()
        except Exception as error:  # noqa: BLE001 - it ends the daemon, and is raised there
            self._end_with(error)

    async def _begin_due(self) -> int:
        """Begin what is due and has room; how many visits were begun."""
        begun = 0
        for _ in range(MOST_ASKINGS):
            if not (due := await self._due()):
                break
            ready = await self._put_off(due)
            for one in self._lanes.admit(ready, self._lane_of):
                self._begin(one)
                begun += 1
        return begun

    async def _put_off(self, due: tuple[Due, ...]) -> list[Due]:
        """Those of `due` whose hosts may be asked; the others wait until then."""
        ends = [(one, self._flow.rests_until(one.url)) for one in due]
        resting = [(one, until) for one, until in ends if until is not None]
        if resting:

            def wait(batch: Batch) -> None:
                for one, until in resting:
                    batch.work.put_off(one, until + turn(one.url))
                for authority, until in self._flow.resting().items():
                    batch.work.rest(authority, until)

            await self._archive.scribe.submit(wait)
        return [one for one, until in ends if until is None]

    async def _due(self) -> tuple[Due, ...]:
        """What is due of the sites that have room."""
        if self._lanes.free <= 0 or self._stop.is_set():
            return ()
        self._lanes.ask()
        now, among = self._clock.now(), Open(self._only, self._lanes)
        return await self._archive.scribe.submit(
            lambda batch: batch.work.due(now, limit=MOST_UNDER_WAY, among=among)
        )

    def _lane_of(self, due: Due) -> Lane:
        site = self._register().of(due.site)
        return Lane(due.site or "", urlsplit(due.url).netloc, site.declared.fetch.concurrency)

    def _begin(self, due: Due) -> None:
        task = asyncio.create_task(self._visit(due))
        self._under_way.add(task)
        task.add_done_callback(partial(self._ended, due))

    async def _visit(self, due: Due) -> None:
        began = self._began(due)
        if not isinstance(due, WatchedSeed):
            await self._tell(await (await self._flow.revisit(due)), began)
            return
        site = self._register().of(due.site)
        for seed in seeds(site.declared.discover):
            if seed.url == due.url:
                async for polled in self._flow.poll_through(site, seed, due):
                    began = await self._tell(polled.report, began)
                    for trouble in polled.troubles:
                        log.warning(
                            "seed", site=due.site, url=polled.report.url, reason=trouble.reason
                        )

    def _began(self, due: Due) -> float:
        """Count that a visit is begun; when that was, as `time.monotonic` has it."""
        due_at = due.next_poll_at if isinstance(due, WatchedSeed) else due.next_look_at
        if self._metrics is not None and due_at is not None:
            self._metrics.began(due_at, self._clock.now())
        return time.monotonic()

    async def _tell(self, report: Report, began: float) -> float:
        """Tell of a look to all who listen; when the next one of its visit begins."""
        now = time.monotonic()
        if self._metrics is not None:
            self._metrics.ended(report, now - began)
        log.debug("look", **report.as_log(), duration_s=round(now - began, 3))
        await self._hear(report)
        return now

    def _ended(self, due: Due, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        self._lanes.leave(due)
        self._call.set()
        if not task.cancelled() and (error := task.exception()) is not None:
            self._end_with(error)

    def _end_with(self, error: BaseException) -> None:
        if self._fault is None:
            self._fault = error
        self.stop()

    async def _drain(self) -> None:
        """Let what is under way end; what takes too long is given up and stays due."""
        tasks = tuple(self._under_way)
        if not tasks:
            return
        _, late = await asyncio.wait(tasks, timeout=DRAIN_S)
        for task in late:
            task.cancel()
        if late:
            log.warning("given up", visits=len(late), why="they did not end in time; they stay due")
            with suppress(asyncio.CancelledError):
                await asyncio.wait(late)
