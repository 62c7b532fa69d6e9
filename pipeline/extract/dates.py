"""What a page prints or declares as a date → ISO 8601, with an offset only where one is known."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from msgspec import Struct

from pipeline.extract.language import primary
from pipeline.extract.month_names import months_anywhere, months_of, spelled

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
ENGLISH = (*MONTHS, "sept", *(month[:3] for month in MONTHS))
MONTH = "|".join([*ENGLISH, r"[^\s\d.,/()-]{2,20}"])
DAY = (
    "monday|tuesday|wednesday|thursday|friday|saturday|sunday|mon|tues?|wed|thu(?:rs?)?|fri|sat|sun"
)

# strptime's directives, read here so that the names of months do not hang on a locale: they are
# English, of the page's language, or of any where all that have the name mean the same month by
# it.  `%p` knows what Korean and Chinese pages print.
DIRECTIVES = {
    "Y": r"(?P<Y>\d{4})",
    "y": r"(?P<y>\d{2})",
    "m": r"(?P<m>1[0-2]|0?[1-9])",
    "d": r"(?P<d>3[01]|[12]\d|0?[1-9])",
    "B": rf"(?P<b>{MONTH})",
    "b": rf"(?P<b>{MONTH})",
    "A": rf"(?:{DAY})",
    "a": rf"(?:{DAY})",
    "H": r"(?P<H>2[0-3]|1\d|0?\d)",
    "I": r"(?P<I>1[0-2]|0?[1-9])",
    "M": r"(?P<M>[0-5]?\d)",
    "S": r"(?P<S>[0-5]?\d)",
    "f": r"\d{1,9}",
    "p": r"(?P<p>[ap]\.?m\.?|오전|오후|上午|下午)",
    "z": r"(?P<z>Z|[+-]\d{2}:?\d{2})",
    "Z": r"(?P<Z>[A-Z]{1,5})",
    "%": "%",
}
PM = frozenset({"pm", "p.m.", "p.m", "오후", "下午"})
ISO = re.compile(
    r"(?P<Y>\d{4})-?(?P<m>\d{2})-?(?P<d>\d{2})"
    r"(?:(?:[T ]| at )(?P<H>\d{2}):?(?P<M>\d{2})(?::?(?P<S>\d{2})(?:[.,]\d+)?)?"
    r" ?(?P<z>Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?)?",
    re.IGNORECASE,
)
RFC_2822 = re.compile(r"(?:[A-Za-z]{3}, )?\d{1,2} [A-Za-z]{3} \d{4} \d\d:\d\d")
UNIVERSAL = frozenset({"Z", "UTC", "GMT", "UT"})


class Format(Struct, frozen=True):
    """A strptime format that was found sound."""

    spelled: str
    pattern: re.Pattern[str]


def compile_format(spelled: str) -> Format:
    """Read a strptime format.  Raises ValueError for a directive that is not known here."""
    pieces = []
    named: set[str] = set()
    for directive, literal in re.findall(r"%(.?)|([^%]+)", spelled):
        if literal:
            pieces.append(r"\s+".join(map(re.escape, re.split(r"\s+", literal))))
            continue
        if directive not in DIRECTIVES:
            raise ValueError(
                f"%{directive} in the format {spelled!r} is not known;"
                f" known are {' '.join('%' + known for known in DIRECTIVES)}"
            )
        name = "b" if directive == "B" else directive
        if name in named:
            raise ValueError(f"%{directive} stands twice in the format {spelled!r}")
        named.add(name)
        pieces.append(DIRECTIVES[directive])
    if not (named & {"Y", "y"} and named & {"m", "b"} and "d" in named):
        raise ValueError(f"the format {spelled!r} lacks a year, a month or a day")
    return Format(spelled, re.compile("".join(pieces), re.IGNORECASE))


def printed(
    text: str, formats: tuple[Format, ...], zone: ZoneInfo | None, language: str | None = None
) -> str | None:
    """`text` in the first of `formats` that it has, or None; a clock time is one of `zone`.

    `language` says which month a name is that means several.
    """
    for known in formats:
        matched = known.pattern.fullmatch(text)
        if matched and (iso := _iso(matched.groupdict(), zone, language)):
            return iso
    return None


def declared(text: str, zone: ZoneInfo | None) -> str | None:
    """A machine-readable date: ISO 8601 or RFC 2822.  None for anything else.

    An offset that stands there is kept; a time without one is a time of `zone`, and without a
    zone only its date is believed.
    """
    matched = ISO.fullmatch(text)
    if matched:
        return _iso(matched.groupdict(), zone)
    if not RFC_2822.match(text):
        return None
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    # RFC 5322, 3.3: -0000 is a time in UTC that says nothing of where it was.
    return spell(moment.replace(tzinfo=UTC) if text.endswith("-0000") else moment, zone)


def _iso(
    parts: dict[str, str | None], zone: ZoneInfo | None, language: str | None = None
) -> str | None:
    try:
        day = date(_year(parts), _month(parts, language), int(parts["d"] or 0))
        if not (parts.get("H") or parts.get("I")):
            return day.isoformat()
        naive = datetime(  # noqa: DTZ001 - the zone is found out below, by the local time
            day.year, day.month, day.day, _hour(parts), int(parts["M"] or 0) if "M" in parts else 0
        ) + timedelta(seconds=int(parts.get("S") or 0))
        return spell(_placed(naive, parts, zone), zone)
    except (ValueError, OverflowError):
        return None


def _year(parts: dict[str, str | None]) -> int:
    if parts.get("Y"):
        return int(parts["Y"] or 0)
    short = int(parts["y"] or 0)
    return short + (1900 if short >= 69 else 2000)  # noqa: PLR2004 - POSIX's turn of the century


def _month(parts: dict[str, str | None], language: str | None) -> int:
    name = parts.get("b")
    if name is None:
        return int(parts["m"] or 0)
    if name.lower() in ENGLISH:
        return next(at for at, month in enumerate(MONTHS, 1) if month.startswith(name.lower()[:3]))
    own = months_of(primary(language)) if language else {}
    return own.get(spelled(name)) or months_anywhere().get(spelled(name), 0)


def _hour(parts: dict[str, str | None]) -> int:
    if parts.get("H"):
        return int(parts["H"] or 0)
    hour = int(parts["I"] or 0) % 12
    return hour + 12 if (parts.get("p") or "").lower() in PM else hour


def _placed(naive: datetime, parts: dict[str, str | None], zone: ZoneInfo | None) -> datetime:
    """`naive` with the offset that stands with it, if one does.

    Raises ValueError for a zone's name that is neither UTC nor the site's own: CST is two zones.
    """
    offset = (parts.get("z") or parts.get("Z") or "").upper()
    if not offset:
        return naive
    if offset in UNIVERSAL:
        return naive.replace(tzinfo=UTC)
    if offset[0] in "+-":
        digits = offset[1:].replace(":", "").ljust(4, "0")
        span = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
        return naive.replace(tzinfo=timezone(-span if offset[0] == "-" else span))
    if zone and naive.replace(tzinfo=zone).tzname() == offset:
        return naive
    raise ValueError(offset)


def spell(moment: datetime, zone: ZoneInfo | None) -> str:
    """`moment` with seconds and offset, or its date when no offset can be known.

    A local time that was skipped takes the offset from before the gap, one that came twice that
    of its first time (PEP 495, fold 0).
    """
    placed = moment if moment.tzinfo or zone is None else moment.replace(tzinfo=zone)
    offset = placed.utcoffset()
    # Offsets with seconds are local mean time of before the railways; ISO 8601 has none.
    if offset is None or offset.total_seconds() % 60:
        return moment.date().isoformat()
    return placed.isoformat(timespec="seconds")
