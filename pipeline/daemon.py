"""Wakes for what is due, walks flows, drains when it is told to end."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from pipeline.catalog import WatchedSeed
from pipeline.discover.seeds import seeds

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Container, Iterable

    from pipeline.attesting import Timer
    from pipeline.catalog import Batch, Due
    from pipeline.clock import Clock
    from pipeline.flow import Flow
    from pipeline.metrics import Metrics
    from pipeline.opening import OpenArchive
    from pipeline.report import Report
    from pipeline.sites.register import Register

log = structlog.get_logger()

TICK_S = 1

# What is done beside the fetching waits until the first looks are under way.
SOON = timedelta(seconds=5)

# Politeness is kept host by host; this bounds memory and open connections.
MOST_UNDER_WAY = 64

# SIGTERM to the end takes 10 s at most: looks get most of it, the last batch and sealing the rest.
DRAIN_S = 7.0


class Daemon:
    """Polls the sites of `register` as they fall due; `hear` is told of every visit that ended.

    Due times are rows of the catalog, so nothing is forgotten over a restart, and a tick costs
    what is due.  A visit that raises is a fault of the archive or of ours: it ends the daemon.
    `beside` runs on timers of its own, and never holds a visit up.  `only` is asked at every tick
    whether a site is watched; `beat` is called at every tick that is whole, `metrics` hear of
    every look.
    """

    def __init__(  # noqa: PLR0913 - who is told of what it does, beside what it does it with
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
        self._under_way: dict[tuple[str, str], asyncio.Task[None]] = {}
        self._stop = asyncio.Event()
        self._fault: BaseException | None = None

    def stop(self) -> None:
        """End after what is under way."""
        self._stop.set()

    @property
    def under_way(self) -> int:
        """How many visits are begun and not ended."""
        return len(self._under_way)

    async def watch(self, names: Iterable[str]) -> None:
        """Take over the seeds of sites that are declared anew; new ones are due now.

        A fault ends the daemon, as that of a visit does.
        """
        try:
            await self._watch(names)
        except BaseException as error:
            self._end_with(error)
            raise

    async def run(self) -> None:
        """Poll until `stop`.  Raises whatever a visit raised."""
        await self._watch(self._register().sites)
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
        try:
            await self._stop.wait()
        finally:
            # shutdown(wait=True) would cancel coroutines: ours are drained below.
            scheduler.shutdown(wait=False)
            await self._drain()
        if self._fault is not None:
            raise self._fault

    async def run_once(self) -> None:
        """Poll what is due, look at what that brings, and return when nothing is due any more."""
        await self._watch(self._register().sites)
        stopped = asyncio.create_task(self._stop.wait())
        try:
            while not self._stop.is_set() and (await self._begin_due() or self._under_way):
                await asyncio.wait(
                    (stopped, *self._under_way.values()), return_when=asyncio.FIRST_COMPLETED
                )
        finally:
            stopped.cancel()
            await self._drain()
        if self._fault is not None:
            raise self._fault

    async def _watch(self, names: Iterable[str]) -> None:
        """Make the catalog's seeds of these sites those that are declared; new ones are due now."""
        now, sites = self._clock.now(), self._register().sites
        declared = {
            name: tuple(seed.url for seed in seeds(sites[name].declared.discover))
            for name in names
            if name in sites
        }

        def watch(batch: Batch) -> None:
            for name, urls in declared.items():
                batch.work.watch_seeds(name, urls, first_poll_at=now)

        await self._archive.scribe.submit(watch)

    async def _tick(self) -> None:
        try:
            await self._begin_due()
            if self._beat is not None:
                self._beat()
        except BaseException as error:
            self._end_with(error)
            raise

    async def _run_beside(self, timer: Timer) -> None:
        try:
            await timer.run()
        except BaseException as error:
            self._end_with(error)
            raise

    async def _begin_due(self) -> int:
        """Begin what is due and not under way; how many visits were begun."""
        free = MOST_UNDER_WAY - len(self._under_way)
        if free <= 0:
            return 0
        now = self._clock.now()
        # What is under way is still due: as many rows as there may be visits hold enough others.
        due = await self._archive.scribe.submit(
            lambda batch: batch.work.due(now, limit=MOST_UNDER_WAY, among=self._only)
        )
        fresh = [one for one in due if _key(one) not in self._under_way][:free]
        for one in fresh:
            task = asyncio.create_task(self._visit(one))
            self._under_way[_key(one)] = task
            task.add_done_callback(partial(self._ended, _key(one)))
        return len(fresh)

    async def _visit(self, due: Due) -> None:
        began = self._began(due)
        if not isinstance(due, WatchedSeed):
            await self._tell(await (await self._flow.revisit(due)), began)
            return
        site = self._register().of(due.site)
        for seed in seeds(site.declared.discover):
            if seed.url == due.url:
                async for polled in self._flow.poll_through(site, seed):
                    began = await self._tell(polled.report, began)
                    for fault in polled.faults:
                        log.warning("seed", site=due.site, url=polled.report.url, fault=fault)

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

    def _ended(self, key: tuple[str, str], task: asyncio.Task[None]) -> None:
        del self._under_way[key]
        if not task.cancelled() and (error := task.exception()) is not None:
            self._end_with(error)

    def _end_with(self, error: BaseException) -> None:
        if self._fault is None:
            self._fault = error
        self._stop.set()

    async def _drain(self) -> None:
        """Let what is under way end; what takes too long is given up and stays due."""
        tasks = tuple(self._under_way.values())
        if not tasks:
            return
        _, late = await asyncio.wait(tasks, timeout=DRAIN_S)
        for task in late:
            task.cancel()
        if late:
            log.warning("given up", visits=len(late), why="they did not end in time; they stay due")
            with suppress(asyncio.CancelledError):
                await asyncio.wait(late)


def _key(due: Due) -> tuple[str, str]:
    return ("seed" if isinstance(due, WatchedSeed) else "target", due.url)
