"""Articles → how and where they print their date: a selector, a pattern and a format.

Only what can be read in one way: 3/4/2026 is believed where another page of the site tells which
of the two is the day.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from msgspec import Struct

from pipeline.drafting import selectors

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from selectolax.lexbor import LexborNode

    from pipeline.drafting.page import Page
    from pipeline.drafting.places import Yields

MONTH = r"[^\W\d_]{3,12}"
DAYS = (
    (r"\d{4}-\d{1,2}-\d{1,2}", "%Y-%m-%d"),
    (r"\d{4}\.\d{1,2}\.\d{1,2}", "%Y.%m.%d"),
    (r"\d{4}\. \d{1,2}\. \d{1,2}", "%Y. %m. %d"),
    (r"\d{4}/\d{1,2}/\d{1,2}", "%Y/%m/%d"),
    (r"\d{4}年\d{1,2}月\d{1,2}日", "%Y年%m月%d日"),
    (r"\d{4}년 \d{1,2}월 \d{1,2}일", "%Y년 %m월 %d일"),
    (r"\d{4}년\d{1,2}월\d{1,2}일", "%Y년%m월%d일"),
    (rf"{MONTH} \d{{1,2}}, \d{{4}}", "%B %d, %Y"),
    (rf"\d{{1,2}} {MONTH} \d{{4}}", "%d %B %Y"),
    (rf"\d{{1,2}} de {MONTH} de \d{{4}}", "%d de %B de %Y"),
    (rf"\d{{1,2}} de {MONTH} del \d{{4}}", "%d de %B del %Y"),
    (rf"\d{{1,2}}\. {MONTH} \d{{4}}", "%d. %B %Y"),
    (rf"\d{{1,2}} {MONTH}, \d{{4}}", "%d %B, %Y"),
    (r"\d{1,2}\.\d{1,2}\.\d{4}", "%d.%m.%Y"),
    (r"\d{1,2}/\d{1,2}/\d{4}", "%d/%m/%Y"),
    (r"\d{1,2}/\d{1,2}/\d{4}", "%m/%d/%Y"),
    (r"\d{1,2}-\d{1,2}-\d{4}", "%d-%m-%Y"),
)
ERA = r"(?:令和|平成|昭和|民國|民国)(?:\d{1,3}|元)年\d{1,2}月\d{1,2}日"
"""A day of an era; no format spells its year."""
CLOCKS = (
    (r"\d{1,2}:\d{2}:\d{2}", "%H:%M:%S"),
    (r"\d{1,2}:\d{2} [AaPp]\.?[Mm]\.?", "%I:%M %p"),
    (r"\d{1,2}:\d{2}[AaPp]\.?[Mm]\.?", "%I:%M%p"),
    (r"\d{1,2}:\d{2}", "%H:%M"),
    (r"\d{1,2}h\d{2}", "%Hh%M"),
    (r"\d{1,2}時\d{1,2}分", "%H時%M分"),
    (r"\d{1,2}시 \d{1,2}분", "%H시 %M분"),
    (r"\d{1,2}시\d{1,2}분", "%H시%M분"),
)
ANY_DAY = re.compile(
    rf"(?<!\d)(?:{'|'.join(day for day, _ in DAYS)}|{ERA})(?!\d)"
    r"(?:\D{1,4}\d{1,2}:\d{2}(?::\d{2})?)?"
)
BETWEEN = r"[ .,|·–-]{0,3}|at|um|alle|alle ore|ore|à|às|a las|в|klo|kl\."
EITHER_WAY = frozenset({"%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y"})
LONGEST_LINE = 160
"""Characters of a line that prints when it was published; a sentence tells of other days."""
MOST_BESIDE = 50
"""Characters beside a day in a line that tells only when: labels, a clock, the weekday."""
MOST_CANDIDATES = 40
DAY, MONTHS = len("2026-05-14"), 12
NUMBERS = re.compile(r"\d\D{1,30}\d")
"""What any date has that is printed, of whichever calendar and in whichever figures."""
LONGEST_ALONE = 60
"""Characters of a line that may be a date as it stands."""


class _Print(Struct, frozen=True):
    """A date in a line: the pattern and the format that read it."""

    pattern: str
    form: str


def is_dated(line: str) -> bool:
    """Whether a line tells a day and next to nothing else."""
    days = (*(day for day, _ in DAYS), ERA)
    matched = next((found for day in days if (found := re.search(day, line))), None)
    return matched is not None and len(line) - len(matched[0]) <= MOST_BESIDE


def undated(line: str) -> str:
    """`line` with a gap for every day in it, with the time of day behind it or without."""
    return ANY_DAY.sub("\1", line)


def dated_line(line: str) -> str | None:
    """The pattern of lines that are a day, with a time of day or without, where `line` is one."""
    patterns = (one.pattern.removeprefix("(").removesuffix(")") for one in _prints(line))
    return next((f"^{one}$" for one in patterns if re.fullmatch(one, line)), None)


def printed_date(
    pages: Sequence[Page], known: Sequence[str | None], dates: Yields
) -> dict[str, str] | str | None:
    """The rule that yields a date on most pages: the one that is `known`, where one is.

    A time of day is taken along where the pages print one, with the zone that stands there.
    """
    rules: list[dict[str, str] | str] = [
        *_rules(pages),
        *_among_others(pages),
        *_as_they_stand(pages),
    ]
    best = max(
        (_judged(rule, known, dates) for rule in rules),
        key=lambda one: one[0],
        default=None,
    )
    if best is None or 2 * best[0][0] <= len(pages):
        return None
    return best[1]


def _judged(
    rule: dict[str, str] | str, known: Sequence[str | None], dates: Yields
) -> tuple[tuple[float, ...], dict[str, str] | str]:
    said = dates(rule)
    pairs = list(zip(said, known, strict=True))
    right = sum(one is not None and other in (None, *_days(one, other)) for one, other in pairs)
    wrong = sum(one is not None for one, _ in pairs) - right
    days = {one[:DAY] for one in said if one}
    css, form = (rule, "") if isinstance(rule, str) else (rule["css"], rule.get("format", ""))
    told = form in EITHER_WAY and not _tells(said)
    timed = sum(len(one or "") > DAY for one in said)
    moments = sum(len(one or "") > DAY and one == other for one, other in pairs)
    tells = len(days) > 1 or len(pairs) == 1
    worth = 0 if told or not tells else right - wrong
    return (worth, moments, timed, bool(form), -selectors.weight(css)), rule


def _days(one: str, other: str | None) -> tuple[str | None, ...]:
    """`other`, where both are of one day; their zones may differ by hours."""
    return (other,) if other and one[:DAY] == other[:DAY] else ()


def _tells(said: list[str | None]) -> bool:
    """Whether all pages can be read so, and one of them in no other way."""
    return None not in said and any(int((one or "")[8:DAY]) > MONTHS for one in said)


def _rules(pages: Sequence[Page]) -> Iterator[dict[str, str]]:
    """Rules for the dates that stand on pages, those of most pages first."""
    found: Counter[tuple[str, _Print]] = Counter()
    for page in pages:
        here = {
            (css, one)
            for node, text in _lines(page)
            for one in _prints(text)
            for css in selectors.every(node)
        }
        found.update(here)
    for css, one in _commonest(found):
        yield {"css": css, "pattern": one.pattern, "format": one.form}


def _among_others(pages: Sequence[Page]) -> Iterator[dict[str, str]]:
    """Rules for lines that are nothing but a date, in an element that holds other lines too."""
    found: Counter[tuple[str, _Print]] = Counter()
    for page in pages:
        here = {
            (css, one)
            for block in page.blocks
            if not _is_alone(page, block.node)
            for one in _whole(block.text)
            for css in selectors.every(block.node) or ("body",)
        }
        found.update(here)
    for css, one in _commonest(found):
        rule = {"css": css, "pattern": f"^{one.pattern}$"}
        yield {**rule, "format": one.form} if one.form else rule


def _commonest(found: Counter[tuple[str, _Print]]) -> list[tuple[str, _Print]]:
    """Those of most pages first, then by what their selectors weigh."""
    ranked = sorted(found, key=lambda one: (-found[one], selectors.weight(one[0])))
    return ranked[:MOST_CANDIDATES]


def _whole(line: str) -> Iterator[_Print]:
    """How a line may be read that is a date from its beginning to its end.

    No format spells an era's day: as all that a pattern cuts out, it is read without.
    """
    if len(line) > LONGEST_ALONE:
        return
    yield from (one for one in _prints(line) if re.fullmatch(one.pattern, line))
    if re.fullmatch(ERA, line):
        yield _Print(f"({ERA})", "")


def _as_they_stand(pages: Sequence[Page]) -> list[str]:
    """Selectors of lines that may be a date which no format can spell: an era's, with a zone."""
    found: Counter[str] = Counter()
    for page in pages:
        short = (node for node, text in _lines(page) if len(text) <= LONGEST_ALONE)
        dated = (node for node in short if NUMBERS.search(page.text(node)))
        found.update({css for node in dated for css in selectors.every(node)})
    return selectors.commonest(found, MOST_CANDIDATES)


def _lines(page: Page) -> Iterator[tuple[LexborNode, str]]:
    """Elements of one short line, each with it."""
    for node in page.elements:
        if _is_alone(page, node):
            text = page.blocks[page.spans[node.mem_id].start].text
            if len(text) <= LONGEST_LINE:
                yield node, text


def _is_alone(page: Page, node: LexborNode) -> bool:
    """Whether all that an element holds is one line."""
    span = page.spans.get(node.mem_id)
    return span is not None and span.end - span.start == 1


def _prints(text: str) -> Iterator[_Print]:
    """How the first date of a line may be read, with the time of day behind it."""
    for day, form in DAYS:
        found = re.search(rf"(?<!\d){day}(?!\d)", text)
        if found is None:
            continue
        for clock, clock_form in CLOCKS:
            timed = re.match(rf"(\s?(?:{BETWEEN})\s?){clock}", text[found.end() :], re.IGNORECASE)
            if timed:
                between = re.escape(timed[1]).replace("\\ ", " ")
                yield _Print(f"({day}{between}{clock})", f"{form}{timed[1]}{clock_form}")
                break
        yield _Print(f"({day})", form)
