"""Where a response's head is in the octets that came for it, and where the response ends."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

# h11 takes a bare LF for the end of a line (RFC 9112 section 2.2), so this does.
HEAD_END = re.compile(rb"\n\r?\n")
# 101 is final: nothing but the new protocol follows it.
INTERIM = re.compile(rb"HTTP/\d+(?:\.\d+)?[ \t]+1(?!01)\d\d")
LAST_CHUNK = b"0\r\n\r\n"


def head_span(wire: bytes) -> tuple[int, int]:
    """Where the final response's head begins and where its body does.

    Interim responses (1xx) are passed over.  Without an empty line everything is head.
    """
    start = 0
    while ended := HEAD_END.search(wire, start):
        if not INTERIM.match(wire, start):
            return start, ended.end()
        start = ended.end()
    return start, len(wire)


def surplus(wire: bytes, headers: Sequence[tuple[bytes, bytes]], octets: int) -> bool:
    """Whether more came than the response, whose body of `octets` was read to its end.

    A server that declares too short a length leaves the rest in the connection's buffer, where
    it would be read as the answer to the next request.  Errs on the safe side: a chunked
    response with trailers always counts as followed by something.
    """
    if any(name.lower() == b"transfer-encoding" for name, _ in headers):
        return not wire.endswith(LAST_CHUNK)
    return len(wire) != head_span(wire)[1] + octets
