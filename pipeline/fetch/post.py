"""A few octets to a service that is not watched but asked: POST, and its answer in full.

Time stamp authorities and witnesses are asked this way.  Nothing of it is archived here.
"""

from __future__ import annotations

import asyncio
import ssl
from contextlib import suppress
from typing import TYPE_CHECKING

import httpx
from msgspec import Struct

from pipeline.fetch.asking import PORTS, ask
from pipeline.fetch.dial import addresses
from pipeline.fetch.dial import resolve as resolve_by_system
from pipeline.fetch.faults import Fault, Late, Overlong, Untrusted, fault
from pipeline.model import Failed

if TYPE_CHECKING:
    from pipeline.fetch.asking import Asked
    from pipeline.fetch.dial import Resolve

# What answered, but not with anything that can be read.
UNREADABLE = frozenset(("protocol", "too_large"))


class PostAnswer(Struct, frozen=True, kw_only=True):
    """What a service said: any status, redirects included, and the whole body as it was sent."""

    status: int
    content_type: str
    octets: bytes


class Poster:
    """Posts, each time over a connection of its own, without cookies, proxies or redirects.

    `timeout_s` bounds each silence of the network, `deadline_s` the whole exchange, `max_octets`
    the answer's body.  Loopback and private addresses are refused unless `allow_private`.
    `verify` is the TLS context; by default certificates must be valid.
    """

    def __init__(
        self,
        *,
        agent: str,
        timeout_s: float = 20.0,
        deadline_s: float = 60.0,
        max_octets: int = 1_000_000,
        allow_private: bool = False,
        verify: ssl.SSLContext | None = None,
        resolve: Resolve = resolve_by_system,
    ) -> None:
        self._agent = agent
        self._timeout_s = timeout_s
        self._deadline_s = deadline_s
        self._max_octets = max_octets
        self._allow_private = allow_private
        self._verify = verify
        self._resolve = resolve

    async def __call__(self, url: str, octets: bytes, content_type: str) -> PostAnswer:
        """The answer to `octets`, of whatever status.

        Raises TimeoutError when it does not come in time, ValueError when it is no HTTP or longer
        than is read or `url` is none, and ConnectionError when there is nobody who gives one:
        name, connection, TLS, the address guard.
        """
        asked = ask(url)
        if isinstance(asked, Failed):
            raise ValueError(f"{asked.reason}: {asked.detail}")  # noqa: TRY004 - a fault of the URL
        try:
            async with asyncio.timeout(self._deadline_s):
                return await self._asked(asked, octets, content_type)
        except httpx.TransportError as error:
            raise _plain(_fault(error)) from error
        except TimeoutError as error:
            raise _plain(Late(self._deadline_s).fault) from error

    async def _asked(self, asked: Asked, octets: bytes, content_type: str) -> PostAnswer:
        """The answer of the first address that lets itself be connected to."""
        found = await addresses(
            asked.wire.host,
            asked.wire.port or PORTS[asked.wire.scheme],
            timeout_s=self._timeout_s,
            allow_private=self._allow_private,
            resolve=self._resolve,
        )
        *others, last = found
        async with httpx.AsyncHTTPTransport(verify=self._context(), trust_env=False) as transport:
            for ip in others:
                with suppress(httpx.ConnectError, httpx.ConnectTimeout):
                    return await self._answer(transport, asked, ip, octets, content_type)
            return await self._answer(transport, asked, last, octets, content_type)

    def _context(self) -> ssl.SSLContext:
        # Reading the certificate authorities costs 50 ms: once, and not before it is needed.
        if self._verify is None:
            self._verify = httpx.create_ssl_context(trust_env=False)
        return self._verify

    async def _answer(
        self,
        transport: httpx.AsyncHTTPTransport,
        asked: Asked,
        ip: str,
        octets: bytes,
        content_type: str,
    ) -> PostAnswer:
        """What is answered at `ip`, the address that the guard has seen."""
        step_s = self._timeout_s
        request = httpx.Request(
            "POST",
            asked.wire.copy_with(host=ip),
            headers={
                "Host": asked.wire.netloc.decode("ascii"),
                "User-Agent": self._agent,
                "Accept-Encoding": "identity",
                "Content-Type": content_type,
            },
            content=octets,
            extensions={
                "sni_hostname": asked.wire.raw_host.decode("ascii"),
                "timeout": {"connect": step_s, "read": step_s, "write": step_s, "pool": None},
            },
        )
        response = await transport.handle_async_request(request)
        try:
            return await self._read(response)
        finally:
            await response.aclose()

    async def _read(self, response: httpx.Response) -> PostAnswer:
        body = bytearray()
        async for part in response.aiter_raw():
            body += part
            if len(body) > self._max_octets:
                raise Overlong(f"an answer of more than {self._max_octets} octets")
        return PostAnswer(
            status=response.status_code,
            content_type=response.headers.get("Content-Type", ""),
            octets=bytes(body),
        )


def _fault(error: httpx.TransportError) -> Fault:
    """What `error` means; of a certificate that is not trusted, httpx says so below the surface."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return Untrusted(str(cause)).fault
        cause = cause.__cause__ or cause.__context__
    return fault(error, ended=False)


def _plain(seen: Fault) -> OSError | ValueError:
    """The fault in words that a room knows which knows nothing of HTTP."""
    reason, detail = seen.outcome.reason, seen.outcome.detail
    if reason == "timeout":
        return TimeoutError(detail)
    said = f"{reason}: {detail}"
    return ValueError(said) if reason in UNREADABLE else ConnectionError(said)
