"""`HOST:PORT` as it is typed → where to listen."""

from __future__ import annotations

import re

from pipeline.errors import UsageError

WRITTEN = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^\s:\[\]/]+):(\d{1,5})")
HIGHEST = 65535


def address(given: str) -> tuple[str, int]:
    """Host, without brackets, and port.  Raises UsageError."""
    matched = WRITTEN.fullmatch(given)
    if matched is None or int(matched[2]) > HIGHEST:
        raise UsageError(
            f"--listen: {given!r} is no address; give a host and a port, as in 127.0.0.1:8484"
        )
    return matched[1].strip("[]"), int(matched[2])
