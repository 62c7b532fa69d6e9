"""A receiver that has not taken a message → when it is tried again, or that it never will be."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from pipeline.ground.alarm import Refusing

if TYPE_CHECKING:
    from datetime import datetime

FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=3)
DOUBLED = 8
"""So often, at most: what comes after that is beyond the longest pause."""
GIVEN_UP_AFTER = timedelta(days=1)
"""News of yesterday is not news, and what still holds stands on the page."""


def again(before: Refusing | None, at: datetime) -> Refusing | None:
    """How a receiver stands that has not taken a message at `at`; None: what waits is given up."""
    since = before.since if before else at
    if at - since >= GIVEN_UP_AFTER:
        return None
    failures = before.failures if before else 0
    pause = min(FIRST_PAUSE * 2 ** min(failures, DOUBLED), LONGEST_PAUSE)
    return Refusing(failures=failures + 1, since=since, next_try_at=at + pause)
