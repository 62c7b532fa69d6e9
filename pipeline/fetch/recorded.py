"""An exchange that was stored, as a replay is given it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from datetime import datetime

    from pipeline.model import Source, Truncation


class Recorded(Struct, frozen=True, kw_only=True):
    """A stored exchange: what came, when, and the record it was taken from.

    `response` is head and body as they stand in the record; `request` is empty where none was
    stored.  `truncated` is the record's own word that it holds less than was sent.
    """

    url: str
    observed_at: datetime
    response: bytes
    source: Source
    request: bytes = b""
    truncated: Truncation | None = None
