"""Whose turn it is at a host.

The sites of one host share its turns.  Requests begin there as far apart as the most patient of
those wants that asked there of late, or as the host itself does; and a site begins none while as
many as its own concurrency are under way.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from pipeline.ground.clock import Clock

LONG_AGO = datetime.min.replace(tzinfo=UTC)
SWEEP_ABOVE = 1024

# Who has not asked for this long does not ask there any more, or with another delay.
OF_LATE = timedelta(hours=1)


class Door:
    """One host's state: who waits, how many are inside, when the last went in.

    `wishes` are the delays that were wanted here, each with when that was last said.
    """

    __slots__ = ("entered_at", "inside", "left", "queue", "users", "wishes")

    def __init__(self) -> None:
        self.queue = asyncio.Lock()  # first come, first served
        self.left = asyncio.Event()
        self.users = 0
        self.inside = 0
        self.entered_at = LONG_AGO
        self.wishes: dict[timedelta, datetime] = {}

    def wish(self, delay: timedelta, now: datetime) -> None:
        """Note that somebody wants requests to be `delay` apart."""
        self.wishes[delay] = now
        if len(self.wishes) > 1:
            self.wishes = {
                delay: said for delay, said in self.wishes.items() if now - said <= OF_LATE
            }

    @property
    def delay(self) -> timedelta:
        """The longest delay that was wanted here of late."""
        return max(self.wishes, default=timedelta(0))


class Turns:
    """The doors of all hosts that were asked of late."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._doors: dict[str, Door] = {}
        self._sweep_above = SWEEP_ABOVE

    @asynccontextmanager
    async def take(
        self, authority: str, *, delay: timedelta, concurrency: int
    ) -> AsyncIterator[None]:
        """Wait for a turn at `authority`; it lasts as long as the context."""
        door = self._door(authority)
        door.users += 1
        try:
            await self._enter(door, delay, concurrency)
            try:
                yield
            finally:
                door.inside -= 1
                door.left.set()
        finally:
            door.users -= 1

    def space(self, authority: str, delay: timedelta) -> None:
        """Note that the host itself wants requests to be `delay` apart (Crawl-delay)."""
        self._door(authority).wish(delay, self._clock.now())

    async def _enter(self, door: Door, delay: timedelta, concurrency: int) -> None:
        async with door.queue:
            while door.inside >= concurrency:
                door.left.clear()
                await door.left.wait()
            now = self._clock.now()
            door.wish(delay, now)
            # Never longer than the delay, although the machine's clock may have been set back.
            rest = min(door.entered_at + door.delay - now, door.delay)
            if rest > timedelta(0):
                await self._clock.sleep(rest.total_seconds())
            door.entered_at = self._clock.now()
            door.inside += 1

    def _door(self, authority: str) -> Door:
        door = self._doors.get(authority)
        if door is None:
            if len(self._doors) >= self._sweep_above:
                self._sweep()
            door = self._doors[authority] = Door()
        return door

    def _sweep(self) -> None:
        """Forget the hosts that nobody is at and whose delay is over."""
        now = self._clock.now()
        self._doors = {
            authority: door
            for authority, door in self._doors.items()
            if door.users or door.entered_at + door.delay > now
        }
        self._sweep_above = max(SWEEP_ABOVE, 2 * len(self._doors))
