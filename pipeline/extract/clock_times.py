"""A line of a page and the place of a date in it → the clock time that stands beside the date."""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING

from msgspec import Struct

from pipeline.extract.zone_names import AMBIGUOUS, clock_of
from pipeline.ground.late import late

if TYPE_CHECKING:
    import re
    from datetime import tzinfo

# What parts a date from its time: marks, a day's name in brackets, and the words of many tongues.
BETWEEN = (
    r"(?:\s{0,3}(?:[,|·•@T/–—-]|[(（][^()（）\d]{1,12}[)）]"
    r"|at|um|à|ora|ore|alle|kl\.?|klo|às|a las|las|o|u|в"
    r"|г\.?,?|lúc|pukul|jam|saat|om|ở|الساعة|ساعت|בשעה|στις|v|ob|u|la)){0,3}\s{0,3}"
)
CLOCK = (
    r"(?P<early>오전|오후|上午|下午|午前|午後)?\s?(?P<H>2[0-3]|1\d|0?\d)"
    r"(?:\s?[:.h時时点시]\s?(?P<M>[0-5]\d)(?:\s?[분分])?(?:[:.](?P<S>[0-5]\d)(?:[.,]\d{1,9})?)?(?!\d)"
    r"(?:\s{0,2}(?P<p>[apAP]\.?\s?[mM]\b\.?))?|\s?(?P<p2>[apAP]\.?[mM]\b\.?))"
    r"(?:\s(?:Uhr|hrs?|น\.))?"
)
ZONE = (
    r"(?:\s{0,2}\(?(?P<z>(?:(?:GMT|UTC)\s?)?[+−-](?:1[0-4]|0?\d)(?::?[0-5]\d)?(?!\d)|[A-ZМСК]{1,5}\b"
    r"|Eastern\b|Pacific\b|TSİ|北京时间|北京時間|한국\s?시간|日本時間)(?:\s?\([+\-A-Z0-9]{2,6}\))?\)?)?"
)
BEHIND = late(BETWEEN + CLOCK + ZONE)
BEFORE = late(CLOCK + ZONE + BETWEEN + r"(?:[^\W\d_]{2,9}\.?,?\s)?$")
PM = frozenset({"오후", "下午", "午後"})
LONGEST = 60
"""Characters before a date in which its time is looked for."""


class ClockTime(Struct, frozen=True):
    """What a clock showed; `zone` is where it hung, None where that does not stand there.

    `doubtful` is a zone's name that means several.
    """

    clock: time
    zone: tzinfo | None
    doubtful: str | None = None


def behind(text: str, at: int) -> ClockTime | None:
    """The clock time that begins at `at`, after what usually parts it from its date."""
    matched = BEHIND.match(text, at)
    return _read(matched) if matched else None


def before(text: str, at: int) -> ClockTime | None:
    """The clock time that ends at `at`, before what usually parts it from its date."""
    matched = BEFORE.search(text[max(0, at - LONGEST) : at])
    return _read(matched) if matched else None


def _read(matched: re.Match[str]) -> ClockTime | None:
    hour, minute = int(matched["H"]), int(matched["M"] or 0)
    half = (matched["p"] or matched["p2"] or "").lower()
    early = matched["early"]
    if early or half:
        if hour > 12:  # noqa: PLR2004 - 15:05 p.m. is printed, and is 15:05
            early = half = ""
        elif early in PM or half.startswith("p"):
            hour = hour % 12 + 12
        else:
            hour %= 12
    word = matched["z"]
    return ClockTime(
        time(hour, minute, int(matched["S"] or 0)),
        clock_of(word) if word else None,
        word if word in AMBIGUOUS else None,
    )
