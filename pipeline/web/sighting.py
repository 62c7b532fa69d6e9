"""The looks at a document → the picture of them on a time axis.

A dot for each look, in a row by what it found; where two fall on one place, the one that says more
is drawn.  Spans in which nobody looked are drawn too: what stood there meanwhile nobody knows.
"""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from pipeline.catalog import Glimpse

WIDTH = 960.0
LEFT, RIGHT = 88.0, 12.0
LANE = 24.0
TOP = 20.0
NARROWEST = 14.0
"""A span that is narrower than a dot with its air is no span to the eye."""
DOT = 7.0
TICKS = 6
LANES = ("seen", "not shown", "gone")
OF_OUTCOME = {"captured": 0, "not_modified": 0, "blocked": 1, "failed": 1, "skipped": 1, "gone": 2}
WEIGHT = {"new": 6, "changed": 5, "gone": 4, "blocked": 3, "failed": 2}
GRAINS = (
    (timedelta(minutes=20), "%H:%M:%S"),
    (timedelta(days=6), "%d %b %H:%M"),
    (timedelta(days=200), "%d %b"),
    (timedelta.max, "%b %Y"),
)
"""A span that is shorter than this → how its moments are told apart (strftime)."""


class Dot(Struct, frozen=True, kw_only=True):
    """One look, or several that fall on one place; `kind` is the weightiest's."""

    x: float
    y: float
    kind: str
    looks: int
    at: datetime
    text: str | None


class Unseen(Struct, frozen=True, kw_only=True):
    """A span in which nobody looked."""

    x: float
    width: float
    since: datetime
    until: datetime


class Tick(Struct, frozen=True, kw_only=True):
    """A moment that is named below the lanes."""

    x: float
    at: datetime


class Sighting(Struct, frozen=True, kw_only=True):
    """The picture, `width` by `height`; `grain` is how its ticks are written."""

    width: float
    height: float
    lanes: tuple[tuple[str, float], ...]
    dots: tuple[Dot, ...]
    unseen: tuple[Unseen, ...]
    ticks: tuple[Tick, ...]
    grain: str


def sighting(looks: Sequence[Glimpse], *, now: datetime) -> Sighting:
    """The picture of `looks`, oldest first, up to `now`."""
    first = looks[0].at if looks else now
    last = max(now, looks[-1].at if looks else now)
    scale = _Scale(first, max(last, first + timedelta(seconds=1)))
    used = [
        lane for lane in range(len(LANES)) if lane == 0 or any(_lane(one) == lane for one in looks)
    ]
    heights = {lane: TOP + number * LANE for number, lane in enumerate(used)}
    return Sighting(
        width=WIDTH,
        height=TOP + len(used) * LANE + 18,
        lanes=tuple((LANES[lane], y) for lane, y in heights.items()),
        dots=tuple(_dots(looks, scale, heights)),
        unseen=tuple(_unseen([one.at for one in looks], last, scale)),
        ticks=tuple(scale.ticks()),
        grain=next(form for most, form in GRAINS if last - first < most),
    )


def kind_of(look: Glimpse) -> str:
    """What a look came to, in one word: its change, else its outcome."""
    return look.change or look.outcome


def _lane(look: Glimpse) -> int:
    return OF_OUTCOME.get(look.outcome, 0)


def _dots(looks: Sequence[Glimpse], scale: _Scale, heights: dict[int, float]) -> Iterator[Dot]:
    places: dict[tuple[int, int], list[Glimpse]] = {}
    for look in looks:
        places.setdefault((_lane(look), int(scale.x(look.at) / DOT)), []).append(look)
    for (lane, _), found in places.items():
        top = max(found, key=lambda one: WEIGHT.get(kind_of(one), 0))
        yield Dot(
            x=scale.x(top.at),
            y=heights[lane],
            kind=kind_of(top),
            looks=len(found),
            at=top.at,
            text=str(top.text) if top.text else None,
        )


def _unseen(moments: Sequence[datetime], end: datetime, scale: _Scale) -> Iterator[Unseen]:
    for since, until in pairwise([*moments, end]):
        x, width = scale.x(since) + DOT, scale.x(until) - scale.x(since) - 2 * DOT
        if width >= NARROWEST:
            yield Unseen(x=round(x, 2), width=round(width, 2), since=since, until=until)


class _Scale:
    def __init__(self, first: datetime, last: datetime) -> None:
        self._first = first
        self._span_s = (last - first).total_seconds()

    def x(self, at: datetime) -> float:
        share = (at - self._first).total_seconds() / self._span_s
        return round(LEFT + share * (WIDTH - LEFT - RIGHT - DOT), 2)

    def ticks(self) -> Iterator[Tick]:
        for number in range(TICKS):
            at = self._first + timedelta(seconds=self._span_s * number / TICKS)
            yield Tick(x=self.x(at), at=at)
