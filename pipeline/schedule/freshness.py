"""What a server says of how long its answer stays fresh (RFC 9111) → a span of time."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from pipeline.ground.clock import http_date

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
    end, start = http_date(expires or ""), http_date(date or "")
    return NOUGHT if end is None or start is None else end - start


def _age(text: str | None) -> timedelta:
    given = (text or "").strip()
    # There may be thousands of digits; the first ten are centuries.
    return timedelta(seconds=int(given[:10])) if given.isascii() and given.isdigit() else NOUGHT
