"""Where a response's head is in the octets that came for it, whoever wrote them down."""

from __future__ import annotations

import re

# A bare LF ends a line as well (RFC 9112 section 2.2).
HEAD_END = re.compile(rb"\n\r?\n")
# 101 is final: nothing but the new protocol follows it.
INTERIM = re.compile(rb"HTTP/\d+(?:\.\d+)?[ \t]+1(?!01)\d\d")


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
