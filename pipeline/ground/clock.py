"""The only place that asks what time it is.

A `Clock` is handed down to whoever needs one, so that a test, a replay or a simulated year
can be given another.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Protocol


class Clock(Protocol):
    """Tells the time and lets it pass."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Return when `seconds` have gone by."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """The machine's time."""
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        """Wait for real."""
        await asyncio.sleep(seconds)


class HastyClock(SystemClock):
    """Tells the true time but waits for nothing: for replays, where nobody is being spared."""

    async def sleep(self, seconds: float) -> None:  # noqa: ARG002 - the protocol's name
        """Let others run once, and go on."""
        await asyncio.sleep(0)


def stamp(moment: datetime) -> str:
    """`2026-11-21T10:00:00.123456Z`: the one way a moment is written in WARC, ledger and JSON.

    Raises ValueError for a naive datetime, which says nothing about when it was.
    """
    if moment.tzinfo is None:
        message = f"naive datetime {moment!r} has no place on the time line"
        raise ValueError(message)
    if moment.tzinfo is UTC:
        return _in_utc(moment)
    # strftime's %Y has fewer than four digits before the year 1000.
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


@lru_cache(maxsize=64)  # one look's records, entries and report say the same few moments
def _in_utc(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def moment(text: str) -> datetime:
    """The inverse of `stamp`; also reads WARC dates with fewer or no fraction digits.

    Raises ValueError for what is no UTC date-time.
    """
    read = datetime.fromisoformat(text)
    if read.tzinfo is None:
        message = f"{text!r} has no zone"
        raise ValueError(message)
    try:
        return read.astimezone(UTC)
    except OverflowError as error:
        message = f"{text!r} is out of the calendar"
        raise ValueError(message) from error


def http_date(text: str) -> datetime | None:
    """A date as HTTP fields have it (RFC 9110 section 5.6.7), in UTC; None for what is none."""
    try:
        read = parsedate_to_datetime(text)
        return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    except (ValueError, OverflowError):  # no date (`Expires: 0`), or one that no calendar holds
        return None
