"""Sockets that tell: a network backend for httpcore whose streams note every octet on a Tape.

Names are resolved here and the connection is made to the address that the guard has seen, so
that a name cannot change between the check and the use.  Peer and certificate are read while the
connection is being made, because they cannot be read any more once the server has closed it.
"""

from __future__ import annotations

import ssl
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import httpcore

from pipeline.fetch.dial import addresses
from pipeline.fetch.faults import Untrusted
from pipeline.fetch.tape import CURRENT
from pipeline.model import Peer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.fetch.dial import Resolve
    from pipeline.fetch.tape import Tape

# WARC-Protocol's words for what OpenSSL calls them.
TLS_VERSIONS = {
    "TLSv1": "tls/1.0",
    "TLSv1.1": "tls/1.1",
    "TLSv1.2": "tls/1.2",
    "TLSv1.3": "tls/1.3",
}


class Tap(httpcore.AsyncNetworkBackend):
    """Makes the connections of a pool.  Unless `allow_private`, only to public addresses."""

    def __init__(self, *, allow_private: bool, resolve: Resolve) -> None:
        self._dial = httpcore.AnyIOBackend()
        self._allow_private = allow_private
        self._resolve = resolve

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first address of `host` that answers, each with its share of `timeout`.

        Raises Unresolved, Refused, httpcore.ConnectError and httpcore.ConnectTimeout.
        """
        found = await addresses(
            host, port, timeout_s=timeout, allow_private=self._allow_private, resolve=self._resolve
        )
        share = None if timeout is None else timeout / len(found)
        failure: httpcore.ConnectError | httpcore.ConnectTimeout | None = None
        for ip in found:
            try:
                stream = await self._dial.connect_tcp(
                    ip, port, share, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
                continue
            return TapStream(stream, peer=Peer(ip=ip, port=port), tape=CURRENT.get())
        raise failure or httpcore.ConnectError(f"{host} has no address")


class TapStream(httpcore.AsyncNetworkStream):
    """One connection.  Whatever it reads belongs to the exchange that last wrote to it."""

    def __init__(self, inner: httpcore.AsyncNetworkStream, *, peer: Peer, tape: Tape) -> None:
        self._inner = inner
        self._peer = peer
        self._tape = tape
        self._spent = False
        tape.peer = peer

    def spend(self) -> None:
        """Let no other exchange use this connection: it holds octets that would be read as its."""
        self._spent = True

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 - httpcore's signature
        """Read and note.  Raises httpcore.ReadError, httpcore.ReadTimeout and Overlong."""
        try:
            data = await self._inner.read(max_bytes, timeout)
        except OSError as error:  # TLS alerts and the like pass through httpcore's own mapping
            raise httpcore.ReadError(error) from error
        if data:
            self._tape.hear(data)
        else:
            self._tape.ended = True
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109 - httpcore's signature
        """Write and note, once the system has taken it.

        Raises httpcore.WriteError and httpcore.WriteTimeout.
        """
        self._tape = tape = CURRENT.get()
        tape.peer = self._peer
        try:
            await self._inner.write(buffer, timeout)
        except OSError as error:
            raise httpcore.WriteError(error) from error
        if buffer:
            tape.say(bytes(buffer))

    async def aclose(self) -> None:
        """Close the connection."""
        await self._inner.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
    ) -> httpcore.AsyncNetworkStream:
        """The same connection under TLS.

        Raises Untrusted, httpcore.ConnectError and httpcore.ConnectTimeout.
        """
        self._tape.peer = replace(self._peer, protocol=())  # true until both sides agree
        try:
            inner = await self._inner.start_tls(ssl_context, server_hostname, timeout)
        except httpcore.ConnectError as error:
            cause = error.__cause__
            if isinstance(cause, ssl.SSLError) and not isinstance(cause, ssl.SSLEOFError):
                raise Untrusted(str(cause)) from error
            raise
        except ValueError as error:  # a host name that no certificate can bear
            raise Untrusted(str(error)) from error
        except OSError as error:
            raise httpcore.ConnectError(error) from error
        peer = secured(self._peer, inner.get_extra_info("ssl_object"), ssl_context)
        return TapStream(inner, peer=peer, tape=self._tape)

    def get_extra_info(self, info: str) -> Any:  # httpcore's signature: it depends on `info`
        """What the socket says; a spent connection reads as one that the server has closed."""
        if info == "is_readable" and self._spent:
            return True
        return self._inner.get_extra_info(info)


def secured(peer: Peer, session: ssl.SSLObject, context: ssl.SSLContext) -> Peer:
    """`peer` with what its TLS session says."""
    version = session.version() or ""
    return replace(
        peer,
        protocol=("http/1.1", TLS_VERSIONS.get(version, version.lower())),
        certificate=session.getpeercert(binary_form=True),
        tls_verified=context.verify_mode is ssl.CERT_REQUIRED,
    )
