"""httpx's transport seam over httpcore's connections, with a tap on their sockets.

httpx builds its own pool and has no parameter for the network backend; this is its transport
again, reduced to what an archive wants: HTTP/1.1, no proxy, nothing taken from the environment.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import httpcore
import httpx

from pipeline.fetch.connections import Connections
from pipeline.fetch.dial import resolve as resolve_by_system
from pipeline.fetch.framing import surplus
from pipeline.fetch.tap import Tap
from pipeline.fetch.tape import CURRENT, Tape

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator, Callable

    from pipeline.fetch.dial import Resolve

# The most specific kinds only: httpcore raises no others.
KINDS: dict[type[Exception], type[httpx.TransportError]] = {
    httpcore.ConnectTimeout: httpx.ConnectTimeout,
    httpcore.ReadTimeout: httpx.ReadTimeout,
    httpcore.WriteTimeout: httpx.WriteTimeout,
    httpcore.PoolTimeout: httpx.PoolTimeout,
    httpcore.ConnectError: httpx.ConnectError,
    httpcore.ReadError: httpx.ReadError,
    httpcore.WriteError: httpx.WriteError,
    httpcore.ProxyError: httpx.ProxyError,
    httpcore.UnsupportedProtocol: httpx.UnsupportedProtocol,
    httpcore.LocalProtocolError: httpx.LocalProtocolError,
    httpcore.RemoteProtocolError: httpx.RemoteProtocolError,
}


class WireTransport(httpx.AsyncBaseTransport):
    """One host's connections.  A request's octets go onto `request.extensions["tape"]`, a Tape.

    Raises httpx.TransportError and its kinds alone.  Connections are made only to public
    addresses unless `allow_private`.
    """

    def __init__(
        self,
        *,
        context: ssl.SSLContext | None,
        allow_private: bool = False,
        resolve: Resolve = resolve_by_system,
    ) -> None:
        tap = Tap(allow_private=allow_private, resolve=resolve)
        self._connections = Connections(tap, context=context)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send `request`; the response's body is still to be read, and to be closed."""
        tape: Tape = request.extensions["tape"]
        token = CURRENT.set(tape)
        try:
            response, connection = await self._connections.ask(_as_httpcore(request))
        except tuple(KINDS) as error:
            raise KINDS[type(error)](str(error)) from error
        finally:
            CURRENT.reset(token)
        return httpx.Response(
            response.status,
            headers=response.headers,
            stream=WireStream(
                response, tape, released=partial(self._connections.release, connection)
            ),
            extensions=response.extensions,
        )

    async def aclose(self) -> None:
        """Close every connection."""
        await self._connections.aclose()


class WireStream(httpx.AsyncByteStream):
    """A response's body without its transfer-coding, still with its content-coding."""

    def __init__(
        self, response: httpcore.Response, tape: Tape, *, released: Callable[[], None]
    ) -> None:
        self._response = response
        self._tape = tape
        self._released = released

    async def __aiter__(self) -> AsyncIterator[bytes]:
        octets = 0
        try:
            async for part in self._response.aiter_stream():
                octets += len(part)
                yield part
        except tuple(KINDS) as error:
            raise KINDS[type(error)](str(error)) from error
        if surplus(self._tape.received, self._response.headers, octets):
            self._response.extensions["network_stream"].spend()

    async def aclose(self) -> None:
        """Give the connection back, or close it when the body was not read to its end."""
        try:
            await self._response.aclose()
        finally:
            self._released()


def _as_httpcore(request: httpx.Request) -> httpcore.Request:
    return httpcore.Request(
        method=request.method,
        url=httpcore.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        ),
        headers=request.headers.raw,
        content=request.stream,
        extensions=request.extensions,
    )
