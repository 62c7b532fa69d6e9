"""A crontab line → APScheduler triggers that mean what crontab(5) means by it.

APScheduler counts weekdays from Monday = 0 and demands day and weekday together; cron counts
from Sunday = 0 or 7 and, where both are given, asks for either.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

if TYPE_CHECKING:
    from datetime import tzinfo

    from apscheduler.triggers.cron import CronTrigger

ALLOWED = (
    "five fields 'minute hour day month weekday' of numbers, *, ranges, lists and steps,"
    " as in '*/15 6-23 * * mon-fri'"
)
FIELDS = 5
LEAP_DAY_IS_AHEAD = datetime(2000, 1, 1, tzinfo=UTC)

WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
MONTHS = (
    "",
    *("jan", "feb", "mar", "apr", "may", "jun"),
    *("jul", "aug", "sep", "oct", "nov", "dec"),
)
ITEM = re.compile(
    r"(?:\*|(?P<first>[0-9]{1,2}|[a-z]{3})(?:-(?P<last>[0-9]{1,2}|[a-z]{3}))?)(?:/(?P<step>[0-9]{1,2}))?"
)
SUNDAY_AGAIN = 7
EVERY_HOUR = set(range(24))


class Crontab(Struct, frozen=True):
    """A line that has been read.  The next time is the earliest of all `triggers`.

    `hourly` says that it runs in every hour, so also in both of the hour that comes twice when
    summer time ends; any other line means that hour once.
    """

    triggers: tuple[Any, ...]
    hourly: bool


def crontab(text: str, zone: tzinfo) -> Crontab:
    """`text` on the wall clocks of `zone`.  Raises ValueError that says what is allowed."""
    fields = text.lower().split()
    if len(fields) != FIELDS:
        raise ValueError(f"{ALLOWED}; {text!r} has {len(fields)}")
    try:
        read = _compiled(fields, zone)
    except ValueError as refused:
        raise ValueError(f"{ALLOWED}; {refused}") from refused
    coming = tuple(trigger for trigger in read.triggers if _comes(trigger))
    if not coming:
        raise ValueError(f"a time that comes; {text!r} never does")
    return replace(read, triggers=coming)


def _comes(trigger: CronTrigger) -> bool:
    return trigger.get_next_fire_time(None, LEAP_DAY_IS_AHEAD) is not None


def _compiled(fields: list[str], zone: tzinfo) -> Crontab:
    from apscheduler.triggers.cron import CronTrigger  # noqa: PLC0415 - most sites have none

    minute, hour, day, month, weekday = map(_checked, fields, (None, None, None, MONTHS, WEEKDAYS))
    days = {"day": day, "day_of_week": _weekdays(weekday)}
    either = not day.startswith("*") and not weekday.startswith("*")
    wanted = [{name: value} for name, value in days.items()] if either else [days]
    triggers = tuple(
        CronTrigger(minute=minute, hour=hour, month=month, timezone=zone, **part) for part in wanted
    )
    return Crontab(triggers=triggers, hourly=_hours(hour) == EVERY_HOUR)


def _checked(field: str, names: tuple[str, ...] | None) -> str:
    """`field` with numbers for names.  What APScheduler would read past is refused here."""
    return ",".join(_item(item, names or ()) for item in field.split(","))


def _item(item: str, names: tuple[str, ...]) -> str:
    read = ITEM.fullmatch(item)
    if read is None:
        raise ValueError(f"{item!r} is none of them")
    first, last = _number(read["first"], names), _number(read["last"], names)
    if read["first"] is None:
        return item
    if last == "0" and first != "0" and names is WEEKDAYS:
        last = str(SUNDAY_AGAIN)  # sat-sun
    step = f"/{read['step']}" if read["step"] else ""
    return f"{first}{f'-{last}' if last else ''}{step}"


def _number(value: str | None, names: tuple[str, ...]) -> str | None:
    if value is None or value.isdigit():
        return value
    if value not in names:
        raise ValueError(f"{value!r} is no name of a month or weekday there")
    return str(names.index(value))


def _hours(field: str) -> set[int]:
    return {number for item in field.split(",") for number in _numbers(item, 23, most=23)}


def _weekdays(field: str) -> str:
    """The weekdays of numeric `field` by name, which both sides understand alike."""
    if field == "*":
        return field
    numbers = (_numbers(item, 6, most=SUNDAY_AGAIN) for item in field.split(","))
    days = {number % SUNDAY_AGAIN for item in numbers for number in item}
    return ",".join(WEEKDAYS[day] for day in sorted(days))


def _numbers(item: str, last: int, *, most: int) -> range:
    """The numbers of one item of a field that counts from 0 to `last`, or calls one `most`."""
    span, _, step = item.partition("/")
    first, _, end = ("0", "", str(last)) if span == "*" else span.partition("-")
    start, stop = int(first), int(end or (last if step else first))
    if not start <= stop <= most or step == "0":
        raise ValueError(f"{item!r} is not a rising range from 0 to {most}")
    return range(start, stop + 1, int(step or 1))
