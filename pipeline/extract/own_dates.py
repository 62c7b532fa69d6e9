"""The lines of a page → the date of its article, by what is said of it and where it stands."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from msgspec import Struct

from pipeline.extract.date_labels import PLACED, is_bare, is_placed, labels_in
from pipeline.extract.labels import Label, begins_so, is_of_drafting
from pipeline.extract.local_dates import ANYWHERE, Usage
from pipeline.extract.printed_dates import dates_in
from pipeline.extract.sentences import is_entry, is_sentence, speaks_of_itself

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from zoneinfo import ZoneInfo

    from pipeline.extract.standing import Line

    Month = Callable[[str], int | None]
    Dated = tuple[int, int, tuple[str, ...], bool]

# How far from the title, in characters of text, a date is its article's own: marked as a date by
# the markup, alone on a short line, at the head of the first paragraph.
NEAR_MARKED = (300, 900)
NEAR_BARE = (120, 450)
NEAR_DATELINE = 1500
SHORT_LINE = 110
MOST_TEXT = 1
"""Long lines between a title and its date: a summary.  Behind more, teasers have dates as well."""
LISTED = 3
"""Days in lines that are alike, from which they are a list's."""
DATELINE = 80
"""Characters into a paragraph within which a place and a date begin it."""
ORIGINALLY = re.compile(r"(?:originally|first) (?:published|posted|appeared)[^.]*$", re.IGNORECASE)
LATIN_WORD = re.compile(r"[A-Za-z]+")
LONGEST_LINK = 3
"""Letters of what links a place's words, `de` and `der`; longer words are a sentence's."""
AFTER_DATELINE = ("(", ")", "—", "–", "-", "--", "：", "电", "訊", "讯", ":", "/")


class Standing(Struct, frozen=True, kw_only=True):
    """A date on a page; `gap` is its distance behind the title, negative before it.

    `text` is how many long lines stand between: the article has begun.  `teased` is a date beside
    another page's heading, `drafted` one on which the page was written.
    """

    readings: tuple[str, ...]
    label: Label | None
    line: Line
    gap: int | None
    start: int
    end: int
    machine: bool
    text: int
    teased: bool
    drafted: bool

    @property
    def told(self) -> bool:
        """Whether a sentence tells of that day, and not of the page it stands on."""
        text = self.line.text
        if is_entry(text, self.end):
            return True
        if not is_sentence(text, self.start, self.end, marked=self.line.dated):
            return False
        of_page = self.label is not None and (begins_so(text) or speaks_of_itself(text))
        return not of_page

    @property
    def whole(self) -> bool:
        """Whether the line says little else."""
        return len(self.line.text) - (self.end - self.start) <= len("Wednesday, 10:05 a.m. ")

    def alike(self, other: Standing) -> bool:
        """Whether both stand at the same place of their lines, among other words."""
        return self.start == other.start and not self.whole


def standings(
    lines: list[Line],
    month: Month,
    zone: ZoneInfo | None,
    machine: Callable[[str], str | None],
    usage: Usage = ANYWHERE,
) -> list[Standing]:
    """Every date on a page, in order."""
    title = next((line for line in lines if line.title), None)
    found: list[Standing] = []
    above, listed = "", False
    text = 0
    teasers = _beside_teasers(lines)
    for at, line in enumerate(lines):
        here = list(_in_line(line, month, zone, machine, usage))
        labels = labels_in(line, here, above)
        placed = here and is_placed(lines[at + 1 : at + 1 + PLACED])
        if placed or (here and listed and is_bare(line, labels)):
            labels = [Label.OTHER] * len(here)
        for (start, end, readings, by_machine), label in zip(here, labels, strict=True):
            gap = None if title is None else _gap(line, title)
            found.append(
                Standing(
                    readings=readings,
                    label=label,
                    line=line,
                    gap=gap,
                    start=start,
                    end=end,
                    machine=by_machine,
                    text=text,
                    teased=text > 0 and at in teasers,
                    drafted=is_of_drafting(f"{above} {line.text}", start + len(above) + 1),
                )
            )
        if line.text:
            above = "" if here or line.title else line.text
            listed = Label.OTHER in labels and len(line.text) <= SHORT_LINE
        if title is not None and line.at > title.at and not line.alien:
            text += len(line.text) > SHORT_LINE
    return found


def _beside_teasers(lines: list[Line]) -> set[int]:
    """The places of lines right behind another page's heading, or right before one."""
    told = [at for at, line in enumerate(lines) if line.text]
    beside = set()
    for before, after in pairwise(told):
        beside |= {after} if lines[before].teaser else set()
        beside |= {before} if lines[after].teaser else set()
    return beside


def _gap(line: Line, title: Line) -> int:
    behind = line.at - title.at - len(title.text)
    if behind >= 0:
        return behind
    return line.at - title.at if line.title else min(-1, line.at - title.at)


def _in_line(
    line: Line,
    month: Month,
    zone: ZoneInfo | None,
    machine: Callable[[str], str | None],
    usage: Usage,
) -> Iterator[Dated]:
    printed = (
        dates_in(line.text, month, zone, usage)
        if any(map(str.isdigit, line.text)) or "年" in line.text
        else []
    )
    said = [(at, date) for at, text in line.machine if (date := machine(text))]
    for one in printed:
        exact = [
            date for at, date in said if at <= one.start <= at + len("Published on Wednesday, ")
        ]
        if exact and "T" in exact[-1]:
            said = [(at, date) for at, date in said if date != exact[-1]]
            yield one.start, one.end, (exact[-1],), True
        else:
            yield one.start, one.end, one.readings, False
    for at, date in said:
        yield at, at, (date,), True


def by_trust(
    found: list[Standing], is_clock: Callable[[str], bool], *, is_article: bool
) -> Iterator[list[Standing]]:
    """The dates that may be the article's, the most trusted first, each kind a list.

    `is_article` is that the page declares to be one: only then may it be dated by a revision.
    """
    own = [one for one in found if not (one.line.alien or one.teased or one.label is Label.OTHER)]
    titled = [one for one in own if one.line.title and not (one.line.dated or one.machine)]
    own = [one for one in own if one not in titled]
    fresh = [one for one in own if one.label is not Label.REVISED]
    unlabelled = [
        one for one in fresh if one.label is Label.PUBLISHED or not _is_header(one, is_clock)
    ]
    yield [one for one in unlabelled if _is_first(one)]
    datelines = [one for one in unlabelled if _is_dateline(one)]
    unlabelled = [one for one in unlabelled if not one.told]
    marked = [one for one in unlabelled if one.line.dated or one.machine]
    published = [one for one in unlabelled if one.label is Label.PUBLISHED]
    near = [one for one in published if _near(one, NEAR_MARKED)]
    yield sorted(near, key=lambda one: one.drafted)
    yield _nearest(one for one in marked if _near(one, NEAR_MARKED))
    yield _nearest(one for one in unlabelled if _near(one, NEAR_BARE) and _leads(one))
    yield datelines
    yield [one for one in published if one.line.text]
    yield _alone(marked)
    yield _alone([one for one in unlabelled if one.whole])
    yield _alone([one for one in found if _is_boxed(one)])
    yield titled
    if is_article:
        yield [one for one in own if one.label is Label.REVISED and _near(one, NEAR_MARKED)]


def _is_header(one: Standing, is_clock: Callable[[str], bool]) -> bool:
    """Whether it is the day of the capture, in front of the title as a header's clock is."""
    return is_clock(one.readings[0]) and (one.gap is None or one.gap < 0)


def _is_boxed(one: Standing) -> bool:
    """Whether a box beside the title, which may be a list's, says when something was published."""
    return (
        one.line.alien
        and one.label is Label.PUBLISHED
        and one.text == 0
        and one.gap is not None
        and 0 <= one.gap <= NEAR_MARKED[1]
    )


def _nearest(found: Iterable[Standing]) -> list[Standing]:
    """The nearest to the title first, as far as the article has not begun before them."""
    near = sorted((one for one in found if one.text <= MOST_TEXT), key=_distance)
    return [] if _is_list(near) else near


def _is_list(found: list[Standing]) -> bool:
    """Whether so many lines begin or end with a day, and name other pages: a page of teasers."""
    if not found or found[0].whole or found[0].label is Label.PUBLISHED:
        return False
    return len({one.readings[0][:10] for one in found if one.alike(found[0])}) >= LISTED


def _is_first(one: Standing) -> bool:
    """Whether a revised article says there when it was published at first."""
    return ORIGINALLY.search(one.line.text[max(0, one.start - DATELINE) : one.start]) is not None


def _near(one: Standing, within: tuple[int, int]) -> bool:
    return one.gap is not None and -within[0] <= one.gap <= within[1]


def _distance(one: Standing) -> int:
    """Before the title is further than behind it."""
    gap = one.gap or 0
    return gap if gap >= 0 else NEAR_BARE[1] - gap


def _leads(one: Standing) -> bool:
    text = one.line.text
    return len(text) <= SHORT_LINE and (
        one.whole or one.start <= SHORT_LINE // 2 or len(text) - one.end <= SHORT_LINE // 4
    )


def _is_dateline(one: Standing) -> bool:
    if one.gap is None or not 0 <= one.gap <= NEAR_DATELINE or one.start > DATELINE:
        return False
    behind = one.line.text[one.end : one.end + 3].strip()
    place = LATIN_WORD.findall(one.line.text[: one.start])
    return (
        one.line.text[:1].isupper()
        and behind.startswith(AFTER_DATELINE)
        and not any(len(word) > LONGEST_LINK and word.islower() for word in place)
    )


def _alone(found: list[Standing]) -> list[Standing]:
    """All of them where they name one day, else none: who lists many dates lists teasers."""
    days = {one.readings[0][:10] for one in found}
    return found if len(days) == 1 else []
