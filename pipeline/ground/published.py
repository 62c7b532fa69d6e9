"""A date of publication as pages give it → a day of the calendar, and a place on the time line."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo

MIDNIGHT = time(0)


def day_of(published: str | None) -> date | None:
    """The day as the page itself writes it, in its own zone; None where it gives none."""
    if published is None:
        return None
    try:
        return date.fromisoformat(published[:10])
    except ValueError:
        return None


def begins_at(published: str | None, zone: tzinfo = UTC) -> datetime | None:
    """The first instant at which the page may have been published, in UTC.

    A day without a time is the whole day, and begins at midnight in `zone`; so does a time
    without an offset stand in it.  None where the page gives no date that can be read.
    """
    if published is None:
        return None
    try:
        if len(published) <= len("2020-03-22"):
            begins = datetime.combine(date.fromisoformat(published), MIDNIGHT, zone)
        else:
            begins = datetime.fromisoformat(published)
            begins = begins if begins.tzinfo else begins.replace(tzinfo=zone)
        return begins.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def epoch(moment: datetime) -> int:
    """Whole seconds since 1970, in UTC; before it, below zero."""
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(seconds=1)
