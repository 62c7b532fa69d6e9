"""An origin → a Wire to it: a name resolved, a socket connected, TLS agreed on.

The connection is made to the address that the guard has seen, so that a name cannot change
between the check and the use.  Peer and certificate are read while the connection is being made,
because they cannot be read any more once the server has closed it.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from functools import partial
from typing import TYPE_CHECKING

import httpx
from msgspec import Struct
from msgspec.structs import replace

from pipeline.fetch.dial import addresses
from pipeline.fetch.faults import Untrusted
from pipeline.fetch.wire import Wire
from pipeline.model import Peer

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.fetch.dial import Resolve
    from pipeline.fetch.tape import Tape
    from pipeline.fetch.trust import Trust

# WARC-Protocol's words for what OpenSSL calls them.
TLS_VERSIONS = {
    "TLSv1": "tls/1.0",
    "TLSv1.1": "tls/1.1",
    "TLSv1.2": "tls/1.2",
    "TLSv1.3": "tls/1.3",
}


class Origin(Struct, frozen=True):
    """Where a request goes; `host` is a name or an address without brackets.

    `lax`: where TLS cannot be verified, it is spoken all the same.
    """

    scheme: str
    host: str
    port: int
    lax: bool = False


class HungUp(httpx.ConnectError):
    """The server left in the middle of the TLS handshake: it may be down, or too old for us."""


class Connector:
    """Makes connections, unless `allow_private` only to public addresses.

    `trust` is asked for TLS's contexts when they are needed.
    """

    def __init__(self, *, trust: Trust, allow_private: bool, resolve: Resolve) -> None:
        self._trust = trust
        self._allow_private = allow_private
        self._resolve = resolve

    async def connect(self, origin: Origin, tape: Tape, *, timeout_s: float | None) -> Wire:
        """Connect to `origin`; `tape` is told who is there as soon as somebody is.

        Raises Unresolved, Refused, Untrusted, httpx.ConnectError and httpx.ConnectTimeout.
        """
        found = await addresses(
            origin.host,
            origin.port,
            timeout_s=timeout_s,
            allow_private=self._allow_private,
            resolve=self._resolve,
        )
        try:
            return await self._first(found, origin, tape, self._trust.strict, timeout_s)
        except (Untrusted, HungUp):
            if not origin.lax:
                raise
        # Verified first, so that who lets a site fail still learns when it no longer does.
        return await self._first(found, origin, tape, self._trust.lax, timeout_s)

    async def _first(
        self,
        found: tuple[str, ...],
        origin: Origin,
        tape: Tape,
        context: Callable[[], ssl.SSLContext],
        timeout_s: float | None,
    ) -> Wire:
        """The wire to the first of `found` that lets itself be connected to."""
        ip, sock = await _first_connected(found, origin.port, timeout_s)
        peer = tape.peer = Peer(ip=ip, port=origin.port)
        if origin.scheme == "https":
            tape.peer = replace(peer, protocol=())  # true until both sides agree
        try:
            async with asyncio.timeout(timeout_s):
                return await _carried(origin, peer, sock, context)
        except TimeoutError as error:
            raise httpx.ConnectTimeout("no end of the TLS handshake") from error
        except (ssl.SSLError, ValueError) as error:  # ValueError: a name that no certificate bears
            if isinstance(error, ssl.SSLEOFError):
                raise HungUp(str(error)) from error
            raise Untrusted(str(error)) from error
        except OSError as error:
            raise HungUp(str(error)) from error


async def _carried(
    origin: Origin, peer: Peer, sock: socket.socket, context: Callable[[], ssl.SSLContext]
) -> Wire:
    """The wire over `sock`, which is closed where there will be none."""
    loop = asyncio.get_running_loop()
    made = partial(Wire, peer, sock)
    if origin.scheme != "https":
        return (await loop.create_connection(made, sock=sock))[1]
    secure = context()
    secure.set_alpn_protocols(["http/1.1"])
    try:
        transport, wire = await loop.create_connection(
            made, sock=sock, ssl=secure, server_hostname=origin.host
        )
    except BaseException:
        sock.close()
        raise
    wire.peer = secured(peer, transport.get_extra_info("ssl_object"), secure)
    return wire


async def _first_connected(
    found: tuple[str, ...], port: int, timeout_s: float | None
) -> tuple[str, socket.socket]:
    """The first address that answers, each with its share of the time, and a socket to it."""
    share = None if timeout_s is None else timeout_s / len(found)
    failure: httpx.TransportError | None = None
    for ip in found:
        try:
            return ip, await _connected(ip, port, share)
        except TimeoutError as error:
            failure = httpx.ConnectTimeout(f"no answer from {ip}")
            failure.__cause__ = error
        except OSError as error:
            failure = httpx.ConnectError(str(error))
            failure.__cause__ = error
    raise failure or httpx.ConnectError("no address")


async def _connected(ip: str, port: int, timeout_s: float | None) -> socket.socket:
    # An address says its family, and with a zone its interface; no resolver is asked.
    family, kind, protocol, _, address = socket.getaddrinfo(
        ip, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST
    )[0]
    sock = socket.socket(family, kind, protocol)
    try:
        sock.setblocking(False)  # noqa: FBT003 - the library's signature
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        async with asyncio.timeout(timeout_s):
            await asyncio.get_running_loop().sock_connect(sock, address)
    except BaseException:
        sock.close()
        raise
    return sock


def secured(peer: Peer, session: ssl.SSLObject, context: ssl.SSLContext) -> Peer:
    """`peer` with what its TLS session says."""
    version = session.version() or ""
    return replace(
        peer,
        protocol=("http/1.1", TLS_VERSIONS.get(version, version.lower())),
        certificate=session.getpeercert(binary_form=True),
        tls_verified=context.verify_mode is ssl.CERT_REQUIRED,
    )
