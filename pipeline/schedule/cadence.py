"""A site's schedule and its last look → when it is polled next."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Self

from msgspec import Struct

from pipeline.schedule.crontab import Crontab, crontab

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

    from apscheduler.triggers.cron import CronTrigger

    from pipeline.schedule.config import AdaptConfig, ScheduleConfig

MOMENT = timedelta(microseconds=1)

MOSTLY_NEW = 0.67
MOSTLY_KNOWN = 0.33
"""Media Cloud's thresholds: outside them the interval moves, between them it stays."""
SOONER = 0.5
LATER = 0.2
"""StormCrawler's shape: toward the shortest by a share of the way, away by a share of itself."""


class Cadence(Struct, frozen=True, kw_only=True):
    """A schedule that has been compiled.  Worth keeping: compiling costs as much as asking."""

    rule: timedelta | Crontab
    adapt: AdaptConfig | None
    jitter: timedelta

    @classmethod
    def of(cls, config: ScheduleConfig, zone: ZoneInfo) -> Self:
        """`config` on the wall clocks of `zone`."""
        rule = config.every if config.cron is None else crontab(config.cron, zone)
        if rule is None:
            raise ValueError("a schedule needs every or cron")
        return cls(rule=rule, adapt=config.adapt, jitter=config.jitter)

    def next_poll(
        self,
        *,
        after: datetime,
        key: str,
        interval_s: float | None = None,
        not_before: datetime | None = None,
    ) -> datetime:
        """The first poll that is due after `after` and not before `not_before`, in UTC.

        `key` names the site: its jitter is the same whenever it is asked.  `interval_s` is what
        `adapt` has made of the interval, and counts only where the config still adapts.
        An interval is counted from `after`.  A crontab line means the wall clock: a time that
        summer time skips comes as much later, and of a time that comes twice the first is
        meant, except in lines that run every hour.  Raises ValueError for naive datetimes.
        """
        began = _instant(after)
        floor = began if not_before is None else max(began, _instant(not_before) - MOMENT)
        if isinstance(self.rule, Crontab):
            return self._by_clock(self.rule, floor, key)
        nominal = began + self._interval(self.rule, interval_s)
        return max(nominal + self._put_off(key, nominal), floor + MOMENT)

    def _interval(self, declared: timedelta, interval_s: float | None) -> timedelta:
        if interval_s is None or self.adapt is None:
            return declared
        return timedelta(seconds=_within(interval_s, self.adapt))

    def _by_clock(self, line: Crontab, floor: datetime, key: str) -> datetime:
        """The earliest due time over `floor`; one whose nominal time is past may still be due."""
        best = None
        for nominal in _nominal_times(line, floor - self.jitter):
            if best is not None and nominal >= best:
                break
            due = nominal + self._put_off(key, nominal)
            if due > floor and (best is None or due < best):
                best = due
        if best is None:
            raise ValueError(f"no poll is due after {floor}: the calendar ends")
        return best

    def _put_off(self, key: str, nominal: datetime) -> timedelta:
        if not self.jitter:
            return self.jitter
        hashed = hashlib.blake2b(f"{key} {nominal.isoformat()}".encode(), digest_size=8).digest()
        return MOMENT * (self.jitter // MOMENT * int.from_bytes(hashed, "big") >> 64)


def next_poll(
    config: ScheduleConfig,
    zone: ZoneInfo,
    *,
    after: datetime,
    key: str,
    interval_s: float | None = None,
    not_before: datetime | None = None,
) -> datetime:
    """As `Cadence.next_poll`, for who asks once."""
    cadence = Cadence.of(config, zone)
    return cadence.next_poll(after=after, key=key, interval_s=interval_s, not_before=not_before)


def adapt(interval_s: float, config: ScheduleConfig, *, share_new: float) -> float:
    """The next interval, in seconds, when `share_new` of what a poll found was new (0 to 1).

    Always within `adapt`'s bounds; without `adapt` the declared interval, if there is one.
    """
    bounds = config.adapt
    if bounds is None:
        return interval_s if config.every is None else config.every.total_seconds()
    if share_new > MOSTLY_NEW:
        interval_s += SOONER * (bounds.min.total_seconds() - interval_s)
    elif share_new < MOSTLY_KNOWN:
        interval_s *= 1 + LATER
    return _within(interval_s, bounds)


def _within(interval_s: float, bounds: AdaptConfig) -> float:
    return min(max(interval_s, bounds.min.total_seconds()), bounds.max.total_seconds())


def _nominal_times(line: Crontab, after: datetime) -> Iterator[datetime]:
    """Every time of `line` over `after`, rising, in UTC."""
    pending = {trigger: _next(line, trigger, after) for trigger in line.triggers}
    while due := [moment for moment in pending.values() if moment is not None]:
        first = min(due)
        yield first
        for trigger, moment in pending.items():
            if moment == first:
                pending[trigger] = _next(line, trigger, first)


def _next(line: Crontab, trigger: CronTrigger, after: datetime) -> datetime | None:
    """The next time of one trigger over `after`, in UTC."""
    while True:
        fires = trigger.get_next_fire_time(None, after + MOMENT)
        if fires is None:
            return None
        after = fires.astimezone(UTC)
        if line.hourly or not _comes_again(fires):
            return after


def _comes_again(moment: datetime) -> bool:
    """Whether its wall clock has shown this time before: summer time has just ended (PEP 495)."""
    if not moment.fold:
        return False
    first, second = moment.replace(fold=0).utcoffset(), moment.utcoffset()
    return first is not None and second is not None and first > second


def _instant(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError(f"naive datetime {moment!r} has no place on the time line")
    return moment.astimezone(UTC)
