"""A pause of the daemon → told, although nothing can be written down.

The disk is full or the database away, and so the outbox is: this alarm lives in memory alone, and
a process that ends during a pause tells it again when it begins.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from pipeline.alerts.messages import message
from pipeline.alerts.notices import hearers, of_transition
from pipeline.ground.alarm import ARCHIVE, Kind, Transition, Turn
from pipeline.ground.clock import stamp

if TYPE_CHECKING:
    from datetime import datetime

    from pipeline.ground.clock import Clock
    from pipeline.monitoring.telling import Telling

log = structlog.get_logger()

# A disk that is full now and then pauses the daemon every minute.
TOLD_EVERY = timedelta(hours=1)


class Pausing:
    """Whether there is a pause, and whether receivers were told of it."""

    def __init__(self, telling: Telling, clock: Clock) -> None:
        self._telling = telling
        self._clock = clock
        self._pause: Transition | None = None
        self._told_at: datetime | None = None

    def begin(self, why: str) -> None:
        """There is a pause; said once for each, to the log at least."""
        if self._pause is None:
            self._pause = self._of(Turn.RAISED, why, since=self._clock.now())
            log_change(self._pause)
            self.go_on()

    def go_on(self) -> None:
        """Tell receivers of a pause, once, and not soon after another."""
        pause, now, told_at = self._pause, self._clock.now(), self._told_at
        if pause is None or (told_at is not None and now - told_at < TOLD_EVERY):
            return
        if told_at is not None and told_at >= pause.at:
            return
        self._told_at = now
        notice = of_transition(pause)
        told = message([(notice.word.value, None, 1)], [notice.as_json()])
        self._telling.tell_apart(hearers(self._telling.receivers, notice), told)

    def moved_to(self, telling: Telling) -> Pausing:
        """The same pause, told from now on by another `telling`: the archive was opened anew."""
        moved = Pausing(telling, self._clock)
        moved._pause, moved._told_at = self._pause, self._told_at
        return moved

    def end(self) -> Transition | None:
        """The pause is over; what is to be told to receivers, if they heard that it began."""
        pause, self._pause = self._pause, None
        if pause is None:
            return None
        ended = self._of(Turn.CLEARED, pause.detail, since=pause.since)
        log_change(ended)
        return ended if self._told_at is not None and self._told_at >= pause.at else None

    def _of(self, turn: Turn, why: str, *, since: datetime) -> Transition:
        return Transition(
            turn=turn,
            kind=Kind.PAUSED,
            subject=ARCHIVE,
            site=None,
            since=since,
            at=self._clock.now(),
            detail=why,
        )


def log_change(change: Transition) -> None:
    """Say to the log that an alarm was raised or cleared."""
    tell = log.warning if change.turn is Turn.RAISED else log.info
    tell(
        f"alarm {change.turn.value}",
        kind=change.kind.value,
        subject=change.subject,
        site=change.site,
        since=stamp(change.since),
        detail=change.detail,
    )
