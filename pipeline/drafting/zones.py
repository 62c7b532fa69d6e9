"""The offsets that a site's pages declare, and its language → the zone of its clocks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.drafting.guess import Guess

if TYPE_CHECKING:
    from collections.abc import Iterable

OFFSET = re.compile(r"([+-])(\d\d):(\d\d)$")
AT_HOME = {
    ("ko", "+09:00"): "Asia/Seoul",
    ("ja", "+09:00"): "Asia/Tokyo",
    ("zh", "+08:00"): "Asia/Shanghai",
    ("ru", "+03:00"): "Europe/Moscow",
    ("hi", "+05:30"): "Asia/Kolkata",
    ("vi", "+07:00"): "Asia/Ho_Chi_Minh",
    ("th", "+07:00"): "Asia/Bangkok",
    ("tr", "+03:00"): "Europe/Istanbul",
}
"""Zones without summer time, that a language and an offset name together."""
UNKNOWN = "UTC"


def zone_of(published: Iterable[str | None], language: str | None) -> Guess:
    """The zone by what most is said; UTC where pages say nothing, or not the same."""
    said = {found.groups() for one in published if one and (found := OFFSET.search(one))}
    if len(said) != 1:
        return Guess(value=UNKNOWN, why="the pages do not tell it: is it the site's?")
    ((sign, hours, minutes),) = said
    offset = f"{sign}{hours}:{minutes}"
    named = AT_HOME.get((language or "", offset))
    if named is not None:
        return Guess(value=named, why=f"the pages are in {language} and print {offset}")
    if int(minutes) or not int(hours):
        return Guess(value=UNKNOWN, why=f"the pages print {offset}: name the site's own zone")
    # POSIX counts westwards: Etc/GMT-9 is nine hours east
    fixed = f"Etc/GMT{'-' if sign == '+' else '+'}{int(hours)}"
    return Guess(
        value=fixed,
        why=f"the pages print {offset}: name the site's own zone, if it has summer time",
    )
