"""Whose turn it is at a host.

The sites of one host share its turns: each waits its own delay after the last request that
anybody began there, and begins none while as many as its own concurrency are under way.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from pipeline.clock import Clock

LONG_AGO = datetime.min.replace(tzinfo=UTC)
SWEEP_ABOVE = 1024


class Door:
    """One host's state: who waits, how many are inside, when the last went in."""

    __slots__ = ("delay", "entered_at", "inside", "left", "queue", "users")

    def __init__(self) -> None:
        self.queue = asyncio.Lock()  # first come, first served
        self.left = asyncio.Event()
        self.users = 0
        self.inside = 0
        self.entered_at = LONG_AGO
        self.delay = timedelta(0)


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

    async def _enter(self, door: Door, delay: timedelta, concurrency: int) -> None:
        async with door.queue:
            while door.inside >= concurrency:
                door.left.clear()
                await door.left.wait()
            # Never longer than the delay, although the machine's clock may have been set back.
            rest = min(door.entered_at + delay - self._clock.now(), delay)
            if rest > timedelta(0):
                await self._clock.sleep(rest.total_seconds())
            door.entered_at, door.delay = self._clock.now(), delay
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
