"""What an address of ours names → the capture that is meant."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.web.asked import NotThere

if TYPE_CHECKING:
    from pipeline.catalog import Shown
    from pipeline.web.desk import Desk

RECORD = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
DIGEST = re.compile(r"(?:sha256:)?([0-9a-f]{64})")


def capture_named(desk: Desk, name: str) -> Shown:
    """The capture of which record `name` (a UUID) is any.  Raises NotThere."""
    found = desk.reader.capture(f"urn:uuid:{name}") if RECORD.fullmatch(name) else None
    if found is None:
        raise NotThere(f"record {name[:80]}")
    return found


def uuid_of(record: str | None) -> str | None:
    """A record's name in our addresses."""
    return record.removeprefix("urn:uuid:") if record else None
