"""A document's last edit and last look → when it is looked at again."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, assert_never

if TYPE_CHECKING:
    from datetime import datetime

    from pipeline.schedule.config import ScheduleConfig

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
AGING = (
    (3 * HOUR, timedelta(minutes=15)),
    (DAY, HOUR),
    (7 * DAY, 3 * HOUR),
    (30 * DAY, 3 * DAY),
    (360 * DAY, 30 * DAY),
)
"""NewsDiffs' table: younger than the first, the second until the next look."""


def next_revisit(
    config: ScheduleConfig, *, since: datetime, last_look: datetime
) -> datetime | None:
    """When a document is due again; None is never.  The zone is that of the arguments.

    `since` is when it was first seen, or last edited.  Always after `last_look`, and once only
    for all the ages that a pause has missed: an answer that lies in the past is due now.
    """
    match config.revisit:
        case "never":
            return None
        case "aging":
            return _aging(last_look, last_look - since)
        case tuple() as ages:
            return next((since + age for age in ages if since + age > last_look), None)
        case _ as unknown:
            assert_never(unknown)


def _aging(last_look: datetime, age: timedelta) -> datetime | None:
    wait = next((wait for younger_than, wait in AGING if age < younger_than), None)
    return None if wait is None else last_look + wait
