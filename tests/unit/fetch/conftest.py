from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from datetime import UTC, datetime, timedelta

import pytest
import uvloop

from pipeline.fetch.config import FetchConfig
from pipeline.fetch.fetcher import Fetcher
from pipeline.model import Role, Target, Visit

BEGUN = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
TURNS = 10
AGENT = "Dateline/0.1 (+https://dateline.example/)"


def pytest_asyncio_loop_factories():
    """Sockets are told of by the loop: by uvloop's under the verbs, by asyncio's elsewhere."""
    return {"asyncio": asyncio.new_event_loop, "uvloop": uvloop.new_event_loop}


class FastClock:
    """A clock whose time goes by at once; remembers what was waited for."""

    def __init__(self):
        self.slept = []
        self._now = BEGUN

    def now(self):
        return self._now

    async def sleep(self, seconds):
        self.slept.append(seconds)
        self._now += timedelta(seconds=seconds)
        await asyncio.sleep(0)


class Talk:
    """One connection, from the server's side: every octet that it heard and said."""

    def __init__(self, reader, writer):
        self.reader, self.writer = reader, writer
        self.heard = self.said = b""

    async def head(self):
        request = await self.reader.readuntil(b"\r\n\r\n")
        self.heard += request
        return request

    async def say(self, *pieces, pause=0.0):
        for piece in pieces:
            self.said += piece
            self.writer.write(piece)
            await self.writer.drain()
            await asyncio.sleep(pause)

    async def answer(self, *pieces, pause=0.0):
        """Hear one request, say `pieces`."""
        await self.head()
        await self.say(*pieces, pause=pause)

    def reset(self):
        """Close with RST: linger on, for no time."""
        sock = self.writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()

    async def close(self):
        self.writer.close()
        with contextlib.suppress(ConnectionError):
            await self.writer.wait_closed()


class Server:
    """A loopback server whose connections each run `script(talk)`."""

    def __init__(self, script, context=None):
        self.script, self.context = script, context
        self.talks, self._serving = [], set()

    async def _serve(self, reader, writer):
        talk = Talk(reader, writer)
        self.talks.append(talk)
        self._serving.add(asyncio.current_task())
        ends = ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError
        with contextlib.suppress(*ends):
            await self.script(talk)
        await talk.close()

    async def __aenter__(self):
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self.context)
        self.port = self._server.sockets[0].getsockname()[1]
        scheme = "https" if self.context else "http"
        self.url = f"{scheme}://127.0.0.1:{self.port}"
        return self

    async def __aexit__(self, *_):
        self._server.close()
        # a connection that was just accepted is nobody's talk for some turns of the loop
        for _ in range(TURNS):
            await asyncio.sleep(0)
        for talk in self.talks:
            talk.writer.transport.abort()
        # a script that goes on for ever ends here, and not with the loop
        for serving in self._serving:
            serving.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)
        await self._server.wait_closed()
        await asyncio.sleep(0)


@pytest.fixture
def serve():
    """`async with serve(script) as server`, with one script or one for each connection."""

    def make(*scripts, context=None):
        async def script(talk):
            number = min(len(server.talks), len(scripts)) - 1
            await scripts[number](talk)

        server = Server(script, context)
        return server

    return make


@pytest.fixture
def say():
    """A script that answers every request of a connection with the same octets."""

    def make(*pieces, pause=0.0, close=False):
        async def script(talk):
            while True:
                await talk.answer(*pieces, pause=pause)
                if close:
                    return

        return script

    return make


@pytest.fixture
def page():
    """A whole response around `body`."""

    def make(body=b"<p>hello</p>", status=b"200 OK", **headers):
        fields = b"".join(
            f"{name.replace('_', '-')}: {value}\r\n".encode() for name, value in headers.items()
        )
        length = b"Content-Length: %d\r\n" % len(body)
        return b"HTTP/1.1 " + status + b"\r\n" + length + fields + b"\r\n" + body

    return make


@pytest.fixture
def clock():
    return FastClock()


@pytest.fixture
def config():
    """A config for tests: no delay, one attempt unless told."""

    def make(**fields):
        return FetchConfig(**({"delay": "0s", "attempts": 1, "timeout": "5s"} | fields))

    return make


@pytest.fixture
def visit():
    def make(url, validators=None):
        target = Target(url=url, requested=url, validators=validators)
        return Visit(id="ab" * 16, site="s", role=Role.TARGET, target=target, due_at=BEGUN)

    return make


@pytest.fixture
async def fetcher(clock):
    """Makes fetchers that may look at loopback, and closes them."""
    made = []

    def make(**fields):
        settings = {"agent": AGENT, "clock": clock, "allow_private": True} | fields
        made.append(Fetcher(**settings))
        return made[-1]

    yield make
    for each in made:
        await each.aclose()


@pytest.fixture
def look(fetcher, visit, config):
    """Look once at a URL: `await look(url, attempts=2, validators=…)`."""
    shared = []

    async def once(url, *, validators=None, **fields):
        if not shared:
            shared.append(fetcher())
        return await shared[0].look(visit(url, validators), config(**fields))

    return once
