"""What a feed says of its own rhythm → how long it asks not to be asked again."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

RHYTHM = ("ttl", "updatePeriod", "updateFrequency", "updateperiod", "updatefrequency")
"""RSS 2.0's `ttl`, in minutes, and the two words of RSS 1.0's syndication module."""

PERIODS = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(days=7),
    "monthly": timedelta(days=30),
    "yearly": timedelta(days=365),
}
WORDPRESS = (PERIODS["hourly"], 1)
"""What WordPress says of every site, as long as nobody has changed it: no rhythm at all."""
NUMBER = re.compile(r"\d{1,9}")
SHORTEST, LONGEST = timedelta(minutes=1), timedelta(days=1)
"""Nobody is asked oftener, and no feed may bid us stay away for longer: some say a year."""


def ttl_of(said: Mapping[str, str]) -> timedelta | None:
    """`said` is the text of those elements by lower-case name; None where it is no rhythm."""
    minutes = _number(said.get("ttl", ""))
    if minutes:
        return _bounded(timedelta(minutes=minutes))
    period = PERIODS.get(said.get("updateperiod", "").strip().lower())
    often = _number(said.get("updatefrequency", "")) or 1
    if period is None or (period, often) == WORDPRESS:
        return None
    return _bounded(period / often)


def _number(text: str) -> int:
    return int(text) if NUMBER.fullmatch(text := text.strip()) else 0


def _bounded(asked: timedelta) -> timedelta:
    return min(max(asked, SHORTEST), LONGEST)
