"""One host's connections: each serves one exchange at a time, and is kept for the next.

The host's turn has said already how many exchanges there may be at once, so all that is left to
do is to remember what is idle.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.fetch.connecting import Connector, Origin
    from pipeline.fetch.reading import Reading
    from pipeline.fetch.tape import Tape
    from pipeline.fetch.wire import Limits, Wire

# Apache and Node close an idle connection after five seconds; who asks at that very moment
# gets a disconnect for an answer.
KEEP_ALIVE_S = 4.0


class Connections:
    """Has connections made by `connector`, and keeps those that can be used again.

    Raises httpx.TransportError and its kinds alone.
    """

    def __init__(self, connector: Connector) -> None:
        self._connector = connector
        self._idle: list[tuple[Origin, Wire]] = []
        self._busy: set[Wire] = set()

    async def ask(self, origin: Origin, request: bytes, tape: Tape, limits: Limits) -> Reading:
        """Say `request` to `origin`, and hear the response to its end or to where `limits` are."""
        wire = self._at_hand(origin)
        if wire is None:
            wire = await self._connector.connect(origin, tape, timeout_s=limits.step_s)
        self._busy.add(wire)
        try:
            reading = await wire.exchange(request, tape, limits)
        except BaseException:
            wire.close()
            raise
        finally:
            self._busy.discard(wire)
        if reading.persists:
            self._idle.append((origin, wire))
        return reading

    async def aclose(self) -> None:
        """Close every connection, those in use too."""
        every = [*(wire for _, wire in self._idle), *self._busy]
        self._idle.clear()
        for wire in every:
            wire.close()
        for wire in every:
            await wire.closed()

    def _at_hand(self, origin: Origin) -> Wire | None:
        """The connection that was used last, if it still stands; what stood idle longer may not."""
        while self._idle:
            its_origin, wire = self._idle.pop()
            if its_origin == origin and wire.is_usable(idle_s=KEEP_ALIVE_S):
                return wire
            wire.close()
        return None
