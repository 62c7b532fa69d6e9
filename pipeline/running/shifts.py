"""The daemon at work, shift after shift, until it is told to end.

A fault of the disk or the database ends a shift, not the process: the archive is closed, and when
the fault has passed the next shift opens it, recovers it and goes on.  So does a change of
`dateline.yaml`.  Declarations are exchanged within a shift.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog
from msgspec.structs import asdict, replace

from pipeline.daemon import Daemon
from pipeline.errors import (
    ArchiveLocked,
    ArchiveUnwritable,
    CannotError,
    CatalogAway,
    ConfigInvalid,
)
from pipeline.ground.room import demand_room
from pipeline.monitoring.looking_back import LookingBack
from pipeline.monitoring.pulse import State, in_short
from pipeline.running.reloading import Stillness, Watched, not_at_work, stamp_of_whole
from pipeline.running.working import at_work
from pipeline.sites.register import listed
from pipeline.writing.attesting import Timer

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from pipeline.errors import Problem
    from pipeline.ground.clock import Clock
    from pipeline.monitoring.alarming import Alarming
    from pipeline.monitoring.metrics import Metrics
    from pipeline.monitoring.pulse import Pulse
    from pipeline.running.reloading import Declarations, Turned
    from pipeline.settings import Settings
    from pipeline.writing.report import Report

log = structlog.get_logger()

# Twice this until a change is in force.  Where 10,000 files take long to look at, glancing takes
# no more than a twentieth of the time, and a change is in force a few seconds later.
GLANCE = timedelta(seconds=2)
SHARE = 20
# At 50 pages of 100 kB a second a disk loses 50 MB meanwhile, a quarter of `least_free`.
MEASURE = timedelta(seconds=10)
BEAT_S = 1.0

FIRST_PAUSE_S = 5.0
LONGEST_PAUSE_S = 60.0
# A shift that was shorter has not shown that the fault is over.
STEADY_S = 60.0

# After the daemon's own drain: SIGTERM to the end takes 10 s at most.
ERRANDS_DRAIN_S = 1.5

# Another process may have taken the archive in a pause; it ends, or is a daemon itself.
MAY_PASS = (ArchiveUnwritable, CatalogAway, ArchiveLocked)


class Shifts:
    """Runs the daemon over the sites of `declarations` that are `named`, or over all.

    `say` tells people that it watches, `hear` gets every report.
    """

    def __init__(
        self,
        settings: Settings,
        declarations: Declarations,
        *,
        named: frozenset[str],
        pulse: Pulse,
        metrics: Metrics,
        clock: Clock,
        hear: Callable[[Report], Awaitable[None]],
        say: Callable[[str], None],
    ) -> None:
        self._settings = settings
        self._declarations = declarations
        self._named = named
        self._pulse = pulse
        self._metrics = metrics
        self._clock = clock
        self._hear = hear
        self._say = say
        self._whole = Stillness(stamp_of_whole(settings))
        self._whole_refused: tuple[Problem, ...] = ()
        self._glancing = asyncio.Lock()
        self._glance_from = 0.0
        self._stop = asyncio.Event()
        self._daemon: Daemon | None = None
        self._alarming: Alarming | None = None
        self._opened_at: float | None = None
        self._paused_at: float | None = None
        self._told = ""
        self._errand: asyncio.Task[None] | None = None
        self.watched = Watched(declarations, named)

    @property
    def under_way(self) -> int:
        """How many looks are begun and not ended."""
        return self._daemon.under_way if self._daemon else 0

    def stop(self) -> None:
        """End after what is under way."""
        self._stop.set()
        self._pulse.turn(State.ENDING)
        if self._daemon is not None:
            self._daemon.stop()

    def reload(self) -> None:
        """Bring into force what has changed in the configs, whether or not it stands still."""
        self._errand = asyncio.get_running_loop().create_task(self._reload())

    async def run(self) -> None:
        """Work until `stop`.

        Raises what keeps the first shift from beginning, and at any time what no waiting mends.
        """
        beating = asyncio.create_task(self._beat())
        try:
            pause_s = FIRST_PAUSE_S
            while not self._stop.is_set():
                try:
                    await self._shift()
                except (*MAY_PASS, OSError) as error:
                    if self._opened_at is None:
                        raise
                    if self._paused_at is None and self._worked_s() >= STEADY_S:
                        pause_s = FIRST_PAUSE_S
                    await self._pause(error, pause_s)
                    pause_s = min(2 * pause_s, LONGEST_PAUSE_S)
        finally:
            beating.cancel()
            self._pulse.end()

    async def _shift(self) -> None:
        demand_room(
            self._settings.archive,
            self._settings.whole.least_free,
            again=self._opened_at is not None,
        )
        async with at_work(
            self._settings,
            lambda: self._declarations.register,
            verb="run",
            patience_s=ERRANDS_DRAIN_S,
            metrics=self._metrics,
        ) as work:
            self._daemon = Daemon(
                work.archive,
                work.flow,
                register=lambda: self._declarations.register,
                only=self.watched,
                clock=work.clock,
                hear=self._hear,
                beside=(
                    *work.attesting.timers(),
                    *work.alarming.timers(),
                    *work.following.timers(),
                    *work.indexing.timers(),
                    *LookingBack(self._settings, work.alarming.audited, work.clock).timers(),
                    Timer("glance", GLANCE, self._glance_at_leisure),
                    Timer("measure", MEASURE, self._measure),
                ),
                beat=self._pulse.beat,
                metrics=self._metrics,
            )
            if self._stop.is_set():
                return
            await self._opened(work.alarming)
            try:
                await self._daemon.run()
            finally:
                self._daemon = None
                if not self._stop.is_set():
                    self._pulse.turn(State.OPENING, "the archive is being closed and opened again")

    async def _opened(self, alarming: Alarming) -> None:
        if self._opened_at is None:
            self._say(f"archive {self._settings.archive}: watching {listed(list(self.watched))}")
        if self._paused_at is not None:
            log.info("going on", paused_s=round(time.monotonic() - self._paused_at, 1))
        if self._alarming is not None:
            await alarming.resume(self._alarming)
        self._alarming = alarming
        await alarming.watch(self.watched)
        self._opened_at, self._paused_at, self._told = time.monotonic(), None, ""
        self._pulse.turn(State.WATCHING)

    def _worked_s(self) -> float:
        return time.monotonic() - (self._opened_at or 0.0)

    async def _pause(self, error: Exception, pause_s: float) -> None:
        """Wait until it may be worth trying again, or until we are told to end."""
        why = in_short(error)
        self._paused_at = self._paused_at or time.monotonic()
        if self._stop.is_set():
            log.error("not ended in order", why=why, hint="the next start recovers the archive")
            return
        if why != self._told:
            log.error("paused", why=why, hint="mend that; it goes on by itself")
        self._told = why
        self._pulse.turn(State.PAUSED, why)
        if self._alarming is not None:
            self._alarming.paused(why)
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stop.wait(), pause_s)

    async def _beat(self) -> None:
        """Beat for a daemon that is not there to do so itself, or has no tick any more."""
        while True:
            await asyncio.sleep(BEAT_S)
            if self._pulse.condition.state is not State.WATCHING:
                self._pulse.beat()

    async def _measure(self) -> None:
        demand_room(self._settings.archive, self._settings.whole.least_free)

    async def _reload(self) -> None:
        # What cannot be written has been told to the daemon, which ends its shift over it.
        with suppress(CannotError):
            await self._glance(at_once=True)

    async def _glance_at_leisure(self) -> None:
        began = time.monotonic()
        if began >= self._glance_from:
            await self._glance()
            ended = time.monotonic()
            self._glance_from = ended + SHARE * (ended - began) - GLANCE.total_seconds()

    async def _glance(self, *, at_once: bool = False) -> None:
        async with self._glancing:
            refused = self._declarations.refused
            turned = await asyncio.to_thread(self._declarations.glance, at_once=at_once)
            if turned:
                self._tell(turned)
            if self._whole.stirred(stamp_of_whole(self._settings), at_once=at_once):
                self._renew()
            self._pulse.refuse((*self._declarations.refused, *self._whole_refused))
            if turned or refused != self._declarations.refused:
                await self._take_over(turned)

    async def _take_over(self, turned: Turned) -> None:
        if self._daemon is None or self._alarming is None:
            return
        await self._daemon.watch([one for one in turned.declared if one in self.watched])
        await self._alarming.watch(self.watched)
        await self._alarming.configs_read(self._declarations.refused)

    def _tell(self, turned: Turned) -> None:
        _tell_refused(turned.refused)
        if turned.declared:
            log.info("declared", sites=list(turned.declared))
        if turned.removed:
            log.warning(
                "no longer declared", sites=list(turned.removed), hint="not polled any more"
            )
        lost = self._named & set(turned.removed)
        if lost and not list(self.watched):
            log.error(
                "nothing to watch", sites=sorted(lost), hint="all that were named are removed"
            )

    def _renew(self) -> None:
        """Take over `dateline.yaml`: what depends on it is made anew with the archive."""
        try:
            anew = self._settings.anew()
        except ConfigInvalid as invalid:
            self._whole_refused = invalid.problems
            _tell_refused(invalid.problems)
            return
        self._whole_refused = not_at_work(self._settings, anew)
        _tell_refused(self._whole_refused)
        before, ledger = self._settings.whole, self._settings.whole.ledger
        kept = anew.whole.ledger.model_copy(update={"key": ledger.key, "origin": ledger.origin})
        whole = anew.whole.model_copy(update={"ledger": kept})
        if whole == before:
            return
        self._settings = replace(anew, whole=whole)
        log.info("dateline.yaml has changed", hint="the archive is closed and opened again")
        if self._daemon is not None:
            self._daemon.stop()


def _tell_refused(problems: tuple[Problem, ...]) -> None:
    for one in problems:
        log.error("config refused", **asdict(one), hint="the old one stays in force")
