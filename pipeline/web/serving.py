"""Pages → served over HTTP in the daemon's own loop, until the body ends."""

from __future__ import annotations

import asyncio
import socket
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Self

import uvicorn
from msgspec import Struct

from pipeline.errors import CannotListen

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from starlette.types import ASGIApp

# More at once are told to come back: nobody needs a hundred answers on one daemon's health.
MOST_AT_ONCE = 100
# Its pages take milliseconds; who reads them more slowly than this does not hold the end up.
DRAIN_S = 1
# An idle connection of a collector that asks every few seconds may stay.
KEEP_ALIVE_S = 20


class Listening(Struct, frozen=True):
    """An open socket, and the address that it has."""

    socket: socket.socket
    url: str

    @classmethod
    def at(cls, host: str, port: int) -> Self:
        """Listen at `host`, which may be a name; port 0 stands for any that is free.

        Raises CannotListen.
        """
        shown = f"[{host}]" if ":" in host else host
        try:
            family, _, _, _, address = socket.getaddrinfo(
                host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
            )[0]
            opened = socket.create_server(address[:2], family=family)
        except OSError as error:
            why = error.strerror or str(error)
            raise CannotListen(f"{shown}:{port}", why=why) from error
        opened.set_inheritable(False)
        return cls(opened, f"http://{shown}:{opened.getsockname()[1]}")


class _Server(uvicorn.Server):
    """A server that leaves the signals to the daemon."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def served(at: Listening, app: ASGIApp) -> AsyncIterator[None]:
    """Serve `app` while the body runs; it is closed within a second or so after that."""
    server = _Server(
        uvicorn.Config(
            app,
            http="h11",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            limit_concurrency=MOST_AT_ONCE,
            timeout_keep_alive=KEEP_ALIVE_S,
            timeout_graceful_shutdown=DRAIN_S,
        )
    )
    serving = asyncio.create_task(server.serve(sockets=[at.socket]))
    try:
        yield
    finally:
        server.should_exit = True
        await serving
