"""Articles → the selector whose element holds each article's text and little else."""

from __future__ import annotations

from statistics import mean
from typing import TYPE_CHECKING

from msgspec import Struct
from selectolax.lexbor import SelectolaxError

from pipeline.drafting import selectors
from pipeline.drafting.guess import Guess, by_share

if TYPE_CHECKING:
    from pipeline.drafting.page import Page, Span
    from pipeline.drafting.sample import Measured, Samples

GOOD = 0.6
"""Agreement under which an element is not the article's."""
NEAR = 0.9
"""Share of the best element's agreement from which one around it is a candidate too."""
MOST_CANDIDATES = 80
SAME = 0.005
"""Agreements that differ by less are the same: the simpler selector is taken."""
BARE = frozenset({"article", "main", "pre", "body"})
"""What any page may have more than one of, or have around everything."""
CONTAINERS = BARE | {"div", "section", "td", "table", "center", "form", "span", "font"}
"""What holds an article; all paragraphs of a place would leave out its lists and headings."""


class Fit(Struct, frozen=True):
    """How a selector does over all pages: on how many it finds the text, and how well.

    `scattered` says that it takes more than one element of a page together.
    """

    css: str
    found_on: tuple[bool, ...]
    agreement: float
    scattered: bool = False

    @property
    def pages(self) -> int:
        """On how many pages."""
        return sum(self.found_on)


def body_of(samples: Samples) -> Guess:
    """The selectors of the body, the best first; a second one for pages of another layout."""
    fits = ranked(samples)
    if not fits or not fits[0].pages:
        return Guess(value=None, why="no element holds the text on more than one page")
    best = fits[0]
    chosen, left = [best.css], [not found for found in best.found_on]
    other = next((fit for fit in fits if any(left) and _all_of(fit, left)), None)
    if other is not None:
        chosen.append(other.css)
    covered = best.pages + (sum(left) if other else 0)
    why = f"holds the text on {covered} of {len(samples)} pages"
    if other is not None:
        why += f", two layouts: {best.pages} and {sum(left)}"
    return Guess(value=chosen, why=why, sure=by_share(covered, len(samples)))


def ranked(samples: Samples) -> list[Fit]:
    """Every candidate, the best first."""
    fits = [fit for css in candidates(samples) if (fit := _fit(css, samples)) is not None]
    if not fits:
        return []
    most = max(fit.pages for fit in fits)
    top = max(fit.agreement for fit in fits if fit.pages == most)

    def rank(fit: Fit) -> tuple[int, bool, float, bool, float]:
        alike = fit.pages == most and fit.agreement >= top - SAME
        worth = 0.0 if alike else -fit.agreement
        return (-fit.pages, not alike, worth, fit.scattered, _cost(fit.css))

    return sorted(fits, key=rank)


def candidates(samples: Samples) -> list[str]:
    """Selectors of the elements that hold an article best, on any page."""
    found: dict[str, None] = {}
    for measured in samples.measured:
        if measured.text_chars:
            for node in _holders(measured):
                named = selectors.every(node) or [one for one in (node.tag,) if one in BARE]
                found |= dict.fromkeys(named)
    return list(found)[:MOST_CANDIDATES]


def _holders(measured: Measured) -> list:  # type: ignore[type-arg]
    page = measured.page
    scored = [
        (measured.agreement([page.spans[node.mem_id]]), at, node)
        for at, node in enumerate(page.elements)
        if node.mem_id in page.spans and node.tag in CONTAINERS
    ]
    best = max((score for score, _, _ in scored), default=0.0)
    if best < GOOD / 2:
        return []
    # from within, so that of equals the tightest comes first
    near = [one for one in scored if one[0] >= NEAR * best]
    return [node for _, _, node in sorted(near, key=lambda one: (-round(one[0], 2), -one[1]))]


def _fit(css: str, samples: Samples) -> Fit | None:
    try:
        spans = [measured.page.outermost(css) for measured in samples.measured]
    except SelectolaxError:
        return None
    scores = [
        measured.agreement(held) for measured, held in zip(samples.measured, spans, strict=True)
    ]
    good = tuple(score >= GOOD for score in scores)
    kept = [score for score in scores if score >= GOOD]
    scattered = any(len(held) > 1 for held in spans)
    return Fit(css, good, mean(kept), scattered) if kept else None


def _cost(css: str) -> float:
    return selectors.weight(css) + (css in BARE) / 2


def _all_of(fit: Fit, left: list[bool]) -> bool:
    """Whether a selector finds the text on every page that is `left`."""
    return all(found for found, needed in zip(fit.found_on, left, strict=True) if needed)


def spans_of(page: Page, bodies: list[str]) -> list[Span]:
    """The stretches of the first of `bodies` that is there."""
    return next((spans for css in bodies if (spans := page.outermost(css))), [])
