"""Times that pages print without a zone, and what seeds say of the same articles → moments.

A feed has its dates with an offset; how far the page's clock is from that is the site's own.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

FARTHEST = timedelta(hours=14)
"""No clock is farther from UTC."""
STEP = timedelta(minutes=15)
"""Offsets are whole quarters of an hour."""
SUMMER = timedelta(hours=1)
"""Offsets of one zone differ by no more."""
FEWEST = 2


def moments(clocks: Sequence[str | None], told: Sequence[str | None]) -> list[str]:
    """What `clocks` show, with the site's offset, where what is `told` of them agrees on one.

    `clocks` are times without a zone, read as if they were UTC; `told` are the words of seeds.
    Nothing where both have the same hours: many feeds call the site's own time UTC.
    """
    shown = [datetime.fromisoformat(one) if one and "T" in one else None for one in clocks]
    said = [_moment(one) if one else None for one in told]
    pairs = [(one, other) for one, other in zip(shown, said, strict=True) if one and other]
    offsets = [offset for one, other in pairs if (offset := _offset(one - other)) is not None]
    if len(offsets) < FEWEST or len(offsets) < len(pairs) or not any(offsets):
        return []
    if max(offsets) - min(offsets) > SUMMER:
        return []
    return [
        one.replace(tzinfo=timezone(offset)).isoformat()
        for (one, _), offset in zip(pairs, offsets, strict=True)
    ]


def _offset(apart: timedelta) -> timedelta | None:
    """`apart` as an offset; pages seldom print the seconds that a feed has."""
    whole = -STEP * (-apart // STEP)
    return whole if whole - apart < timedelta(minutes=1) and abs(whole) <= FARTHEST else None


def _moment(text: str) -> datetime | None:
    """The moment that a feed or sitemap tells; None for a day, or a time of nowhere."""
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = read(text.strip())
        except (ValueError, OverflowError):
            continue
        return moment.astimezone(UTC) if moment.tzinfo else None
    return None
