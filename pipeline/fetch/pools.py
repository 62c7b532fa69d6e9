"""A transport per host, the idle ones closed.

httpcore looks at every idle connection of its pool at every request: with hundreds of hosts in
one pool that costs more than all the rest of a fetch.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    import httpx

KEPT = 64


class Pools:
    """Makes transports with `make` and keeps at most `kept` that nobody uses."""

    def __init__(self, make: Callable[[], httpx.AsyncBaseTransport], *, kept: int = KEPT) -> None:
        self._make = make
        self._kept = kept
        self._busy: dict[str, tuple[httpx.AsyncBaseTransport, int]] = {}
        self._idle: dict[str, httpx.AsyncBaseTransport] = {}

    @asynccontextmanager
    async def lend(self, authority: str) -> AsyncIterator[httpx.AsyncBaseTransport]:
        """The transport of `authority`, which stays open as long as it is lent."""
        transport, users = self._busy.pop(authority, (None, 0))
        if transport is None:
            transport = self._idle.pop(authority, None) or self._make()
        self._busy[authority] = (transport, users + 1)
        try:
            yield transport
        finally:
            await self._take_back(authority)

    async def _take_back(self, authority: str) -> None:
        transport, users = self._busy.pop(authority)
        if users > 1:
            self._busy[authority] = (transport, users - 1)
            return
        self._idle[authority] = transport
        if len(self._idle) > self._kept:
            oldest = next(iter(self._idle))
            await self._idle.pop(oldest).aclose()

    async def aclose(self) -> None:
        """Close them all, those in use too."""
        transports = [*self._idle.values(), *(transport for transport, _ in self._busy.values())]
        self._idle.clear()
        for transport in transports:
            await transport.aclose()
