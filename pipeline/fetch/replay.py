"""Recorded responses in place of the network, behind httpx's transport seam."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import httpx

from pipeline.fetch.faults import CutShort, NotRecorded
from pipeline.fetch.framing import head_span

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.fetch.recorded import Recorded
    from pipeline.fetch.tape import Tape

# Writers of WARC files put down what they have: `HTTP/2 200`, no reason, spaces where there
# should be one.
STATUS_LINE = re.compile(rb"HTTP/\d+(?:\.\d+)?[ \t]+(\d{3})(?!\d)")


class Replay(httpx.AsyncBaseTransport):
    """Answers each request with what `find` knows about its URL, and touches no network.

    `find` is given the URL as the request spells it, with a path (`http://host/`), without a
    fragment, and returns None for one that it does not hold, which makes the look
    Failed("not_in_replay").  The exchange's tape gets the stored octets as they are; only status
    and header fields are read from them, with indulgence.
    """

    def __init__(self, find: Callable[[str], Recorded | None]) -> None:
        self._find = find

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The stored answer.  Raises NotRecorded, CutShort and httpx.RemoteProtocolError."""
        url = spelled(request.url)
        recorded = self._find(url)
        if recorded is None:
            raise NotRecorded(url)
        tape: Tape = request.extensions["tape"]
        tape.play(recorded)
        if recorded.truncated is not None:
            raise CutShort(recorded.truncated)
        status, headers = read_head(recorded.response)
        return httpx.Response(status, headers=headers, stream=httpx.ByteStream(b""))


def spelled(url: httpx.URL) -> str:
    """`url` as the request line and the Host header say it."""
    return f"{url.scheme}://{url.netloc.decode('ascii')}{url.raw_path.decode('ascii')}"


def read_head(wire: bytes) -> tuple[int, list[tuple[bytes, bytes]]]:
    """The final response's status and header fields, whatever can be made of them.

    Raises httpx.RemoteProtocolError when there is no status line.
    """
    start, end = head_span(wire)
    first, *rest = wire[start:end].splitlines() or [b""]
    status = STATUS_LINE.match(first)
    if status is None:
        raise httpx.RemoteProtocolError(f"no status line: {first[:80]!r}")
    return int(status[1]), _fields(rest)


def _fields(lines: list[bytes]) -> list[tuple[bytes, bytes]]:
    fields: list[tuple[bytes, bytes]] = []
    for line in lines:
        name, colon, value = line.partition(b":")
        if line[:1] in (b" ", b"\t") and fields:  # obs-fold (RFC 9112 section 5.2)
            name, before = fields.pop()
            fields.append((name, before + b" " + line.strip()))
        elif colon:
            fields.append((name.strip(), value.strip()))
    return fields
