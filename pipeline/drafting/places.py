"""Values that were read on several pages → the rule that finds them where the pages show them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import takewhile
from typing import TYPE_CHECKING

from msgspec import Struct

from pipeline.drafting import selectors
from pipeline.drafting.page import tidy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborNode

    from pipeline.drafting.page import Page

Yields = Callable[[object], list[str | None]]
"""A rule → what it yields on each page, None where that is nothing."""

MOST_AROUND = 80
"""Characters beside a value in its line; more is a sentence in which it happens to stand."""
MOST_CANDIDATES = 60
FURNITURE = frozenset({"nav", "footer", "aside"})


class Place(Struct, frozen=True):
    """A rule, on how many pages it yields the value, and on how many something else."""

    rule: object
    right: int
    wrong: int


def shown(pages: Sequence[Page], values: Sequence[str | None], yields: Yields) -> Place | None:
    """The rule that yields most of `values`; None where it would yield half of them or fewer."""
    known = sum(value is not None for value in values)
    places = [
        place
        for css in _candidates(pages, values)
        for rule in _rules(css, values, yields)
        if 2 * (place := judged(rule, values, yields)).right > known
    ]
    return min(places, key=_rank, default=None)


def judged(rule: object, values: Sequence[str | None], yields: Yields) -> Place:
    """How often `rule` yields the value, and how often something else."""
    pairs = list(zip(yields(rule), values, strict=True))
    right = sum(said is not None and said == value for said, value in pairs)
    wrong = sum(said is not None and value is not None and said != value for said, value in pairs)
    return Place(rule, right, wrong)


def _rank(place: Place) -> tuple[int, bool, float]:
    css = place.rule["css"] if isinstance(place.rule, dict) else place.rule
    cost = selectors.weight(str(css))
    return (place.wrong - place.right, isinstance(place.rule, dict), cost)


def _candidates(pages: Sequence[Page], values: Sequence[str | None]) -> list[str]:
    """Selectors of elements that show a value, those of the most pages first."""
    found: dict[str, int] = {}
    for page, value in zip(pages, values, strict=True):
        names = {css for node in _showing(page, value) for css in selectors.every(node)}
        for css in names:
            found[css] = found.get(css, 0) + 1
    return selectors.commonest(found, MOST_CANDIDATES)


def _showing(page: Page, value: str | None) -> Iterator[LexborNode]:
    """The elements that hold `value` and little else, and stand in no menu."""
    if not value:
        return
    lines = {at for at, block in enumerate(page.blocks) if value in block.text}
    for node in page.elements:
        span = page.spans.get(node.mem_id)
        if span is None or span.end - span.start != 1 or span.start not in lines:
            continue
        text = tidy(node.text())
        if value in text and len(text) <= len(value) + MOST_AROUND and not _is_furniture(node):
            yield node


def _is_furniture(node: LexborNode) -> bool:
    return any(one.tag in FURNITURE for one in (node, *selectors.around(node, 12)))


def _rules(css: str, values: Sequence[str | None], yields: Yields) -> Iterator[object]:
    """`css` as it stands, or with the pattern that cuts the value out of its line."""
    said = yields(css)
    pairs = [(one, value) for one, value in zip(said, values, strict=True) if one and value]
    if any(one == value for one, value in pairs):
        yield css
    parts = [one.partition(value) for one, value in pairs if value in one and one != value]
    if parts and 2 * len(parts) >= len(pairs):
        yield {"css": css, "pattern": _pattern(parts)}


def _pattern(parts: list[tuple[str, str, str]]) -> str:
    """What stands before and behind the value on all pages, around it."""
    befores, behinds = [one[0] for one in parts], [one[2] for one in parts]
    before = _common([one[::-1] for one in befores])[::-1]
    behind = _common(behinds)
    start = "^" if len(set(befores)) == 1 else ""
    end = "$" if len(set(behinds)) == 1 else ""
    return f"{start}{spelled(before)}(.+?){spelled(behind)}{end}"


def _common(lines: list[str]) -> str:
    """The whole words that all of `lines` begin with."""
    alike = takewhile(lambda letters: len(set(letters)) == 1, zip(*lines, strict=False))
    common = "".join(letters[0] for letters in alike)
    # not the first letters of words that go on differently
    while common and any(
        one[len(common) - 1 : len(common) + 1].isalnum() for one in lines if len(one) > len(common)
    ):
        common = common[:-1]
    return common


def spelled(text: str) -> str:
    """`text` as a pattern has it, no more escaped than it must be."""
    return re.sub(r"([\\.^$*+?{}\[\]|()])", r"\\\1", text)
