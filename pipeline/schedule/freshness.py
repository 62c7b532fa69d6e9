"""What a server says of how long its answer stays fresh (RFC 9111) → a span of time."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

NOUGHT = timedelta(0)
LONGEST = timedelta(days=7)
"""A year, as for pictures, is said of pages by mistake."""

MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,10})", re.IGNORECASE)
MUST_ASK = re.compile(r"(?:^|[,\s])no-(?:cache|store)(?:$|[,\s=])", re.IGNORECASE)


def fresh_for(header: Callable[[str], str | None]) -> timedelta:
    """How long the answer with these headers stays fresh: nothing where it does not say.

    `header` gives the value of a field by its name in lower case.  Cache-Control goes before
    Expires, and the time that the answer has lain in caches (Age) is taken off.
    """
    control = header("cache-control") or ""
    if MUST_ASK.search(control):
        return NOUGHT
    said = MAX_AGE.search(control)
    whole = timedelta(seconds=int(said[1])) if said else _until(header("expires"), header("date"))
    return min(max(NOUGHT, whole - _age(header("age"))), LONGEST)


def _until(expires: str | None, date: str | None) -> timedelta:
    """Expires is read against the answer's own Date, so that a wrong clock does no harm."""
    end, start = _moment(expires), _moment(date)
    return NOUGHT if end is None or start is None else end - start


def _age(text: str | None) -> timedelta:
    given = (text or "").strip()
    return (
        timedelta(seconds=min(int(given), 10**9)) if given.isascii() and given.isdigit() else NOUGHT
    )


def _moment(text: str | None) -> datetime | None:
    try:
        read = parsedate_to_datetime(text or "")
        return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    except (ValueError, OverflowError):  # `Expires: 0` means that it is stale already
        return None
