"""httpx's transport seam over connections whose every octet is noted on a tape.

It is httpx's own transport again, reduced to what an archive wants: HTTP/1.1, no proxy, nothing
taken from the environment (decision 0009).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import httpx

from pipeline.fetch.connecting import Connector, Origin
from pipeline.fetch.connections import Connections
from pipeline.fetch.dial import resolve as resolve_by_system
from pipeline.fetch.reading import TOKEN

if TYPE_CHECKING:
    from pipeline.fetch.dial import Resolve
    from pipeline.fetch.trust import Trust

PORTS = {"http": 80, "https": 443}

ON_THE_TAPE = httpx.ByteStream(b"")

# Nothing but one request: no break within a line, no blank within the target.
REQUEST = re.compile(rb"GET [!-~]+ HTTP/1\.1\r\n(?:%b: [^\x00-\x08\n-\x1f\x7f]*\r\n)+\r\n" % TOKEN)


class WireTransport(httpx.AsyncBaseTransport):
    """One host's connections.

    A request's octets, and those of the whole response, go onto `request.extensions["tape"]`, a
    Tape; `limits` beside it are the exchange's, and `lax` says whether TLS may fail to be
    verified.  The response has a status and headers; its body is on the tape.

    Raises httpx.TransportError and its kinds alone.  Connections are made only to public
    addresses unless `allow_private`; `trust` is asked for TLS's contexts when they are needed.
    """

    def __init__(
        self,
        *,
        trust: Trust,
        allow_private: bool = False,
        resolve: Resolve = resolve_by_system,
    ) -> None:
        connector = Connector(trust=trust, allow_private=allow_private, resolve=resolve)
        self._connections = Connections(connector)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send `request`, and return when the response has ended."""
        told = request.extensions
        reading = await self._connections.ask(
            _origin(request.url, lax=told.get("lax", False)),
            spoken(request),
            told["tape"],
            told["limits"],
        )
        return httpx.Response(reading.status, headers=reading.headers, stream=ON_THE_TAPE)

    async def aclose(self) -> None:
        """Close every connection."""
        await self._connections.aclose()


def spoken(request: httpx.Request) -> bytes:
    """`request` as it is said.  Raises httpx.LocalProtocolError for what would be another one."""
    fields = b"".join([b"%b: %b\r\n" % field for field in request.headers.raw])
    said = b"GET %b HTTP/1.1\r\n%b\r\n" % (request.url.raw_path, fields)
    if not REQUEST.fullmatch(said):
        raise httpx.LocalProtocolError(f"not to be said in a request: {said[:200]!r}")
    return said


def _origin(url: httpx.URL, *, lax: bool) -> Origin:
    port = url.port or PORTS[url.scheme]
    return Origin(url.scheme, url.raw_host.decode("ascii"), port, lax=lax)
