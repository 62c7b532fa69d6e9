"""A date of the Persian calendar, as Iran's and Afghanistan's pages print it → the day it is.

Its year begins at the spring equinox.  Which years have a leap day is reckoned by the cycle of 33
years, which agrees with the sky from 1799 to 2256.
"""

from __future__ import annotations

from datetime import date, timedelta

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "فروردین حمل",
            "اردیبهشت ثور",
            "خرداد جوزا",
            "تیر سرطان",
            "مرداد اسد",
            "شهریور سنبله",
            "مهر میزان",
            "آبان عقرب",
            "آذر قوس",
            "دی جدی",
            "بهمن دلو",
            "اسفند حوت",
        ),
        1,
    )
    for name in names.split()
}
# A new year's day that is known: 1 Farvardin 1399.
YEAR, BEGAN = 1399, date(2020, 3, 20)
CYCLE = 33
LEAP = frozenset({1, 5, 9, 13, 17, 22, 26, 30})
LONG_MONTHS = 6
"""The first months, which have a day more than the others."""


def day_of(year: int, month: int, day: int) -> date:
    """The day of the common calendar.  Raises ValueError for one that the month has not."""
    last = 31 if month <= LONG_MONTHS else 30 if month <= 11 or _is_leap(year) else 29  # noqa: PLR2004 - the year's last but one
    if not 1 <= day <= last:
        raise ValueError(f"month {month} of {year} has {last} days, not {day}")
    years = range(min(year, YEAR), max(year, YEAR))
    days = sum(366 if _is_leap(each) else 365 for each in years)
    within = 30 * (month - 1) + min(month - 1, LONG_MONTHS) + day - 1
    return BEGAN + timedelta(days=(days if year >= YEAR else -days) + within)


def _is_leap(year: int) -> bool:
    return year % CYCLE in LEAP
