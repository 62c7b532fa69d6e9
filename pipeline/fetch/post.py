"""A few octets to a service that is not watched but asked: POST, and its answer in full.

Time stamp authorities and witnesses are asked this way.  Nothing of it is archived here.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx

from pipeline.fetch.asking import ask
from pipeline.fetch.dial import resolve as resolve_by_system
from pipeline.fetch.faults import Fault, Late, Overlong, fault
from pipeline.fetch.tape import Tape
from pipeline.fetch.transport import WireTransport
from pipeline.model import Failed

if TYPE_CHECKING:
    import ssl

    from pipeline.fetch.asking import Asked
    from pipeline.fetch.dial import Resolve

# Heads and chunk framing come on top of a body.
FRAMING_ROOM = 64 * 1024

# What answered, but not with anything that can be read.
UNREADABLE = frozenset(("protocol", "too_large"))


@dataclass(frozen=True, slots=True, kw_only=True)
class PostAnswer:
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
        tape = Tape(room=self._max_octets + FRAMING_ROOM)
        request = self._compose(asked, octets, content_type, tape)
        transport = self._open()
        try:
            async with asyncio.timeout(self._deadline_s):
                return await self._exchange(transport, request)
        except httpx.TransportError as error:
            raise _plain(fault(error, ended=tape.ended)) from error
        except TimeoutError as error:
            raise _plain(Late(self._deadline_s).fault) from error
        finally:
            await transport.aclose()

    def _open(self) -> WireTransport:
        # Reading the certificate authorities costs 50 ms: once, and not before it is needed.
        if self._verify is None:
            self._verify = httpx.create_ssl_context(trust_env=False)
        return WireTransport(
            context=self._verify, allow_private=self._allow_private, resolve=self._resolve
        )

    def _compose(self, asked: Asked, octets: bytes, content_type: str, tape: Tape) -> httpx.Request:
        step_s = self._timeout_s
        return httpx.Request(
            "POST",
            asked.wire,
            headers={
                "User-Agent": self._agent,
                "Accept-Encoding": "identity",
                "Content-Type": content_type,
            },
            content=octets,
            extensions={
                "tape": tape,
                "timeout": {"connect": step_s, "read": step_s, "write": step_s, "pool": None},
            },
        )

    async def _exchange(self, transport: WireTransport, request: httpx.Request) -> PostAnswer:
        response = await transport.handle_async_request(request)
        try:
            body = bytearray()
            async for part in response.aiter_raw():
                body += part
                if len(body) > self._max_octets:
                    raise Overlong(f"an answer of more than {self._max_octets} octets")
        finally:
            await response.aclose()
        return PostAnswer(
            status=response.status_code,
            content_type=response.headers.get("Content-Type", ""),
            octets=bytes(body),
        )


def _plain(seen: Fault) -> OSError | ValueError:
    """The fault in words that a room knows which knows nothing of HTTP."""
    reason, detail = seen.outcome.reason, seen.outcome.detail
    if reason == "timeout":
        return TimeoutError(detail)
    said = f"{reason}: {detail}"
    return ValueError(said) if reason in UNREADABLE else ConnectionError(said)
