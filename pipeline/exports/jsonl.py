"""Rows → JSON Lines: one object a line, UTF-8, gzipped where the file's name says so."""

from __future__ import annotations

import gzip
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pipeline.ground.clock import stamp
from pipeline.ground.hidden import as_json

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.exports.columns import Row

GZIPPED = ".gz"


def lines(rows: Iterable[Row], *, gzipped: bool = False) -> bytes:
    """The rows as they stand in the file; gzipped they are a member of their own (RFC 1952)."""
    octets = "".join(as_json(_plain(row)) + "\n" for row in rows).encode("utf-8", "replace")
    return gzip.compress(octets, mtime=0) if gzipped else octets


def _plain(row: Row) -> dict[str, Any]:
    return {
        name: stamp(value) if isinstance(value, datetime) else value for name, value in row.items()
    }
