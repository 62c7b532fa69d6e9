"""A line of a page, in any language → the dates that stand in it.

Only dates with their year are read, and a clock time only where the zone it is in stands with
it, or is known for the site.  `03/04/2020` has two readings; who asks must know the rest.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING

from msgspec import Struct

from pipeline.extract.clock_times import before, behind
from pipeline.extract.dates import spell
from pipeline.extract.language import primary
from pipeline.extract.local_dates import ANYWHERE, Usage
from pipeline.extract.month_names import months_anywhere, months_of, spelled
from pipeline.extract.persian_dates import MONTHS as PERSIAN_MONTHS
from pipeline.extract.persian_dates import day_of
from pipeline.extract.zone_names import place_of
from pipeline.ground.late import late

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from zoneinfo import ZoneInfo

    from pipeline.extract.clock_times import ClockTime

YEAR = r"(?P<Y>(?:19|20)\d\d)"
# A word: marks are no letters to `re`, so that what parts words is named instead.  Dots stand
# inside Thai abbreviations.
WORD = r"(?P<b>[^\W\d_][^\s\d,/:;()|\[\]<>•·–—-]{1,17})"
DAY = r"(?P<d>3[01]|[12]\d|0?[1-9])"
MONTH = r"(?P<m>1[0-2]|0?[1-9])"
OF = r"(?:(?:de|del|d'|of|di|da|о|г|ngày|τη|na|lá)\s+)?"

# 2020年（令和2年）3月22日, 令和2年（2020年）3月22日
OTHER_ERA = r"(?:[（(][^()（）]{2,8}年[)）]\s?)?"
# 2020-03-22, 2020/3/22, 2020. 3. 22., 2020年3月22日, 2020년 3월 22일, 주체109(2020)년 3월 22일
YEAR_FIRST = (
    rf"(?<![\d./-]){YEAR}\)?(?P<s>\s?[-/.]\s?|\s?年\s?{OTHER_ERA}|\s?년\s?){MONTH}(?:\s?[-/.月]\s?|\s?월\s?){DAY}"
    r"(?![\d/-])\s?[日일]?"
)
# 22.03.2020, 22/3/2020, 3-22-2020, 22/03/2563
YEAR_LAST = (
    r"(?<![\d./-])(?P<one>\d\d?)(?P<s>[./-])\s?(?P<two>\d\d?)(?P=s)\s?(?P<Y>(?:19|20|25)\d\d)"
    r"(?![\d/-])"
)
# 22 March 2020, 22. März 2020, 22-Mar-2020, 22 de marzo de 2020, 22 مارس/آذار 2020
DAY_AND_NAME = (
    rf"(?<![\d.:]){DAY}(?:st|nd|rd|th|er|º|ª|°|-?го|ος|η)?[\s.,-]{{0,3}}{OF}{WORD}"
    rf"(?:/[^\W\d_]{{2,12}})?[\s.,-]{{0,3}}(?:(?:de|del|of|năm|พ\.ศ\.|ค\.ศ\.)\s+)?"
    rf"'?(?P<Y>(?:19|20|25)\d\d)(?!\d)"
)
# March 22, 2020; Mar. 22nd 2020; March 22. Juche 109 (2020)
NAME_AND_DAY = (
    rf"{WORD}\.?[\s-]{{1,2}}{DAY}(?:st|nd|rd|th)?(?:\s*[.,]\s*|\s+)"
    rf"(?:Juche \d+ \()?{YEAR}(?!\d)\)?"
)
# 2020. március 22., 2020 m. kovo 22 d., 2020-Mar-22
YEAR_AND_NAME = (
    rf"(?<![\d.:/-]){YEAR}(?:\.|\s?m\.|\s?-|\s)\s?(?:gada\s)?{WORD}[\s.-]{{1,2}}{DAY}(?!\d)"
)
# 22-Mar-20, 22 March '20
SHORT_YEAR = (
    rf"(?<![\d.:/-]){DAY}(?:(?P<s>[-/]){WORD}(?P=s)|\s(?P<b2>[^\W\d_]{{3,12}})\s['’])"
    r"(?P<yy>[012]\d|9[5-9])(?![\d/-])"
)
# 2020. gada 22. martā, 2020-yil 22-mart
YEAR_THEN_DAY = (
    rf"(?<![\d.:/-]){YEAR}(?:\.\s?gada|-?\s?yil|\s?ж(?:ылғы|\.)),?\s{DAY}[\s.-]{{1,2}}{WORD}"
)
# 2020 оны 3 сарын 22
MONGOLIAN = rf"(?<!\d){YEAR}\s?он(?:ы)?\s{MONTH}(?:-?р|\sд[уү]г[аэ]{{2}}р)?\s?сарын\s{DAY}(?!\d)"
# ngày 22 tháng 3 năm 2020
VIETNAMESE = rf"(?<![\d.:]){DAY}\s+(?:tháng|thg)\s+{MONTH}\s*,?\s*(?:năm\s+)?{YEAR}(?!\d)"
# 2 فروردین 1399
PERSIAN = (
    rf"(?<![\d.:]){DAY}\s+(?P<fa>{'|'.join(PERSIAN_MONTHS)})(?:\s+ماه)?"
    r"\s*،?\s+(?P<n>1[34]\d\d)(?!\d)"
)
# 令和2年3月22日, 民國109年3月22日, 주체109년 3월 22일
BY_ERA = (
    r"(?P<era>令和|平成|昭和|民國|民国|주체)\s?(?P<n>\d{1,3}|元)\s?[年년]\s?"
    rf"{OTHER_ERA}{MONTH}\s?[月월]\s?{DAY}\s?[日일]"
)
# March 22, Juche 109
JUCHE = rf"{WORD}\.?\s{DAY}\s?[.,]?\s(?P<era>Juche)\s(?P<n>\d{{2,3}})(?!\s?\()"
SHAPES = tuple(
    late(shape, re.IGNORECASE)
    for shape in (
        YEAR_FIRST,
        YEAR_LAST,
        DAY_AND_NAME,
        NAME_AND_DAY,
        YEAR_AND_NAME,
        YEAR_THEN_DAY,
        SHORT_YEAR,
        MONGOLIAN,
        VIETNAMESE,
        BY_ERA,
        JUCHE,
        PERSIAN,
    )
)
# The year before each era's first.
ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925}
ERAS |= dict.fromkeys(("民國", "民国", "주체", "juche"), 1911)
BUDDHA = 543
"""Years that Thailand counts more."""
CENTURY, TURN = 2000, 95
"""What two figures leave out, and the first of them that are of the century before."""

CHINESE = late(
    r"(二[〇○零О0]|一九)([〇○零О0一二三四五六七八九]{2})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日"
)
DIGITS = {
    **dict.fromkeys("〇○零О0", 0),
    **{digit: at for at, digit in enumerate("一二三四五六七八九", 1)},
}

# The noughts of scripts that have figures of their own, from Arabic's to the wide ones of East
# Asia; each figure is one character here too.
NOUGHTS = (
    "\u0660\u06f0\u0966\u09e6\u0a66\u0ae6\u0b66\u0be6\u0c66\u0ce6\u0d66"
    "\u0e50\u0ed0\u1040\u17e0\uff10"
)
FIGURES = {ord(nought) + at: str(at) for nought in NOUGHTS for at in range(10)}

LONGEST = 400
"""Characters of a line that are read: who dates a page does so at a line's beginning."""
SHORT = 110
"""Characters of a line in which a date may be spelled as few would understand it."""
LONGEST_ALONE = 120
"""Characters of a line that tells a date; a sentence of more tells of other things too."""


class Found(Struct, frozen=True, kw_only=True):
    """A date that stands from `start` to `end` of a line; `readings` are two where both may be."""

    start: int
    end: int
    readings: tuple[str, ...]


def dates_in(
    line: str,
    month: Callable[[str], int | None],
    zone: ZoneInfo | None = None,
    usage: Usage = ANYWHERE,
) -> list[Found]:
    """The dates in the first `LONGEST` characters of `line`, in their order.

    `month` says which month a word names.  Of two readings the one with the day first is first.
    """
    text = _in_figures(line[:LONGEST].translate(FIGURES))
    taken: list[Found] = []
    for shape in SHAPES if len(text) > SHORT else (*SHAPES, *usage.shapes):
        for matched in shape.finditer(text):
            if any(matched.start() < one.end and one.start < matched.end() for one in taken):
                continue
            readings = tuple(_readings(matched, month, zone, usage.region))
            if readings:
                taken.append(Found(start=matched.start(), end=matched.end(), readings=readings))
    return sorted(taken, key=lambda one: one.start)


def only_date(line: str, zone: ZoneInfo | None, language: str | None = None) -> str | None:
    """The date that a short line prints, in any language; None for several, or two readings.

    Names of months are `language`'s first.
    """
    if len(line) > LONGEST_ALONE:
        return None
    own = primary(language or "")
    month = month_by(lambda: months_of(own), lambda: months_of("en"), months_anywhere)
    found = dates_in(line, month, zone)
    if len(found) != 1 or len(found[0].readings) != 1:
        return None
    return found[0].readings[0]


def month_by(*tables: Callable[[], dict[str, int]]) -> Callable[[str], int | None]:
    """Looks a month's name up in each of `tables`, the later ones only when they are needed."""

    def month(word: str) -> int | None:
        name = spelled(word)
        # Hebrew writes `in` and the month as one word
        names = (name, name.replace(".", ""), name.removeprefix("ב"))
        for table in tables:
            known = table()
            for spelling in names:
                if (number := known.get(spelling)) is not None:
                    return number
        return None

    return month


def _readings(
    matched: re.Match[str],
    month: Callable[[str], int | None],
    zone: ZoneInfo | None,
    region: str | None,
) -> Iterator[str]:
    for day in _days(matched.groupdict(), month):
        text = matched.string
        time = behind(text, matched.end()) or before(text, matched.start())
        yield day.isoformat() if time is None else _placed(day, time, zone, region)


def _placed(day: date, time: ClockTime, zone: ZoneInfo | None, region: str | None) -> str:
    moment = datetime.combine(day, time.clock)
    if time.zone is not None:
        return spell(moment.replace(tzinfo=time.zone), zone)
    if time.doubtful is None:
        return spell(moment, zone)
    for place in (zone, place_of(time.doubtful, region)):
        if place is not None and moment.replace(tzinfo=place).tzname() == time.doubtful:
            return spell(moment, place)
    return day.isoformat()


def _days(parts: dict[str, str | None], month: Callable[[str], int | None]) -> Iterator[date]:
    if parts.get("fa") or parts.get("ap"):
        yield from _persian(parts)
        return
    year = _year(parts)
    if parts.get("one") and parts.get("two"):
        one, two = int(parts["one"] or 0), int(parts["two"] or 0)
        pairs = [(one, two)] if one == two or parts["s"] == "." else [(one, two), (two, one)]
    else:
        word = parts.get("b") or parts.get("b2")
        named = month(word) if word else int(parts["m"] or 0)
        pairs = [(int(parts["d"] or 0), named)] if named else []
    for day, which in pairs:
        try:
            yield date(year, which, day)
        except ValueError:
            continue


def _persian(parts: dict[str, str | None]) -> Iterator[date]:
    name = parts.get("fa")
    month = PERSIAN_MONTHS[name] if name else int(parts["m"] or 0)
    try:
        yield day_of(int(parts.get("n") or parts["ap"] or 0), month, int(parts["d"] or 0))
    except ValueError:
        return


def _year(parts: dict[str, str | None]) -> int:
    if era := parts.get("era"):
        return ERAS[era.lower()] + (1 if parts["n"] == "元" else int(parts["n"] or 0))
    if republican := parts.get("roc"):
        return ERAS["民國"] + int(republican)
    if buddhist := parts.get("be"):
        return 2500 - BUDDHA + int(buddhist)
    if short := parts.get("yy"):
        return int(short) + CENTURY - (100 if int(short) >= TURN else 0)
    year = int(parts["Y"] or 0)
    return year - BUDDHA if year >= 1990 + BUDDHA else year


def _in_figures(text: str) -> str:
    """`text` with its Chinese dates in figures, each of as many characters as it had."""
    if "年" not in text:
        return text
    return CHINESE.sub(_figures, text)


def _figures(matched: re.Match[str]) -> str:
    century, rest, month, day = matched.groups()
    year = "20" if century[0] == "二" else "19"
    written = (
        f"{year}{''.join(str(DIGITS[digit]) for digit in rest)}年{_number(month)}月{_number(day)}日"
    )
    return written.rjust(len(matched[0]))


def _number(written: str) -> int:
    tens, ten, ones = written.rpartition("十")
    if not ten:
        return DIGITS[written[-1]]
    return 10 * (DIGITS[tens] if tens else 1) + (DIGITS[ones] if ones else 0)
