"""Failures in a row, and what the server asked for → until when a source is left alone.

A source is slowed, never killed: both have a bound.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

LONGEST_PAUSE = timedelta(days=1)
LONGEST_ASKED = timedelta(days=7)
"""A Retry-After (RFC 9110 section 10.2.3) beyond this is taken for a mistake."""
DOUBLINGS = 16


def pause(failures: int, *, interval: timedelta) -> timedelta:
    """How much later than usual the next look is, after `failures` in a row.

    Nothing after none; one more `interval`, then three, seven, and so on up to a day.
    """
    doubled = interval * ((1 << min(max(failures, 0), DOUBLINGS)) - 1)
    return min(doubled, LONGEST_PAUSE)


def not_before(
    now: datetime, *, failures: int, interval: timedelta, retry_after_s: float | None = None
) -> datetime:
    """The floor for the next look: `now`, the usual interval and the pause, or what was asked."""
    asked = min(max(0.0, retry_after_s or 0.0), LONGEST_ASKED.total_seconds())
    usual = interval + pause(failures, interval=interval) if failures > 0 else timedelta(0)
    return now + max(usual, timedelta(seconds=asked))
