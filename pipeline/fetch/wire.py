"""One connection that tells: every octet that it says and hears is noted on a Tape.

What is spoken is HTTP/1.1, one exchange at a time.  An event loop's own transport is below, so
that a page which comes in one piece costs one call.
"""

from __future__ import annotations

import asyncio
import select
from typing import TYPE_CHECKING, cast

import httpx
from msgspec import Struct

from pipeline.fetch.faults import Overlong, Slow
from pipeline.fetch.reading import Reading

if TYPE_CHECKING:
    import socket

    from pipeline.fetch.tape import Tape
    from pipeline.model import Peer


# How fast a response comes is told by windows of this length, the first one from its first octet:
# a stall of a few seconds is no crawl.
WINDOW_S = 30.0


class Limits(Struct, frozen=True, kw_only=True):
    """How much of a response is heard, and how patiently.

    `most` octets of body, `step_s` for connecting and for each silence, `slowest` octets a
    second, in the mean of a window.
    """

    most: int
    step_s: float | None = None
    slowest: int = 0


class Wire(asyncio.Protocol):
    """A connection to `peer` over `sock`.  Raises httpx.TransportError and its kinds alone.

    What comes while an exchange is under way belongs to it, and so does what a server says before
    the first one.  What comes at any other time was asked for by nobody and ends the connection.
    """

    def __init__(self, peer: Peer, sock: socket.socket) -> None:
        self.peer = peer
        self._sock = sock
        self._loop = asyncio.get_running_loop()
        self._gone = self._loop.create_future()
        self._tape: Tape | None = None
        self._early: list[bytes] | None = []
        self._idle_since = 0.0
        self._heard_at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The loop's word that it carries us."""
        self.transport = cast("asyncio.Transport", transport)  # uvloop's is one in deed alone

    async def exchange(self, request: bytes, tape: Tape, limits: Limits) -> Reading:
        """Say `request`, and hear the response to its end or to where `limits` are.

        A connection over which the exchange did not come to a good end serves no other.
        """
        self._tape, self._limits, silence_s = tape, limits, limits.step_s
        self._measuring: asyncio.TimerHandle | None = None
        self._reading = reading = Reading()
        self._ended: asyncio.Future[None] = self._loop.create_future()
        tape.peer = self.peer
        self._heard_at = self._loop.time()
        self._listening = self._loop.call_later(silence_s, self._listen) if silence_s else None
        if not self.transport.is_closing():
            self.transport.write(request)
            tape.say(request)
        self._hear_early()
        try:
            await self._ended
        finally:
            self._tape = None
            for timer in (self._listening, self._measuring):
                if timer is not None:
                    timer.cancel()
            if reading.ended and reading.persists:
                self._idle_since = self._loop.time()
            else:
                self.transport.abort()
        return reading

    def is_usable(self, *, idle_s: float) -> bool:
        """Whether another exchange may begin: not idle for too long, and nothing has come since."""
        if self.transport.is_closing() or self._loop.time() - self._idle_since > idle_s:
            return False
        # What the server has said or closed by now may still wait to be told of by the loop.
        poll = select.poll()
        poll.register(self._sock, select.POLLIN)
        return not poll.poll(0)

    def close(self) -> None:
        """Close, whatever is under way."""
        self.transport.abort()

    async def closed(self) -> None:
        """Return when the connection is no more."""
        await asyncio.shield(self._gone)

    def data_received(self, data: bytes) -> None:
        """Note what came, and find out whether that was all."""
        tape = self._tape
        if tape is None:
            if self._early is None:
                self.transport.abort()
            else:
                self._early.append(data)
            return
        self._heard_at = self._loop.time()
        reading = self._reading
        try:
            tape.hear(data)
            reading.feed(data)
            if reading.octets > self._limits.most:
                raise Overlong(f"a body of more than {self._limits.most} octets")
        except httpx.TransportError as error:
            self._fail(error)
        else:
            if reading.ended:
                self._end()
            elif self._measuring is None and self._limits.slowest:
                self._measure_from(tape.heard)

    def eof_received(self) -> None:
        """The server says no more; the loop closes the connection."""
        if self._tape is None:
            return
        self._tape.ended = True
        try:
            self._reading.feed_end()
        except httpx.RemoteProtocolError as error:
            self._fail(error)
        else:
            self._end()

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is no more."""
        if exc is None:
            self.eof_received()  # under TLS a server may leave without a word
        elif self._tape is not None:
            error = httpx.ReadError(str(exc))
            error.__cause__ = exc
            self._fail(error)
        if not self._gone.done():
            self._gone.set_result(None)

    def _hear_early(self) -> None:
        """Hear what came before the first exchange began."""
        early, self._early = self._early, None
        for data in early or ():
            if self._tape is not None:
                self.data_received(data)
        if self.transport.is_closing():
            self.eof_received()

    def _listen(self) -> None:
        """Give up where nothing has come for too long; else wait for the rest of that time."""
        silence_s = self._limits.step_s
        if self._tape is None or silence_s is None:
            return
        rest = self._heard_at + silence_s - self._loop.time()
        if rest > 0:
            self._listening = self._loop.call_later(rest, self._listen)
        else:
            self._fail(httpx.ReadTimeout(f"nothing came for {silence_s:g} s"))

    def _measure_from(self, heard: int) -> None:
        self._measuring = self._loop.call_later(WINDOW_S, self._measure, heard)

    def _measure(self, heard_before: int) -> None:
        """Give up where too little came in the window that ends now; else watch the next one."""
        if self._tape is None:
            return
        speed = (self._tape.heard - heard_before) / WINDOW_S
        if speed < self._limits.slowest:
            self._fail(Slow(speed, slowest=self._limits.slowest))
        else:
            self._measure_from(self._tape.heard)

    def _end(self) -> None:
        self._tape = None
        if not self._ended.done():
            self._ended.set_result(None)

    def _fail(self, error: httpx.TransportError) -> None:
        self._tape = None
        self.transport.abort()
        if not self._ended.done():
            self._ended.set_exception(error)
