"""Articles and their body → what stands in it and is no text: by its place, else by its words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct, field

from pipeline.drafting import selectors
from pipeline.drafting.bodies import spans_of
from pipeline.drafting.counters import counted_line
from pipeline.drafting.page import tidy
from pipeline.drafting.places import spelled
from pipeline.drafting.printed import dated_line, is_dated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborNode

    from pipeline.drafting.page import Block, Span
    from pipeline.drafting.sample import Measured, Samples

FURNITURE = frozenset({"aside", "nav", "form", "footer", "header"})
BRIEF = 12
"""Characters under which a link is a tool and no headline."""
PARTS = frozenset({"h2", "h3", "h4", "h5"})
"""Headings in a text; `h1` is the page's."""
# Words in the names of elements which are no text, even where their words change.
TELLING = re.compile(
    r"shar(?:e|ing)|social|relat|recommend|promo|newsletter|advert|\bads?(?:\b|box|[-_])|[-_]ad\b"
    r"|comment|breadcrumb|teaser|more|tags?\b|toolbar|tools|subscri|sign-?up|copyright|byline"
    r"|dateline|meta\b|aut(?:h?or|eur)|trending|popular|latest|print|\bsns\b|widget|banner|sponsor"
    r"|donat|compart|partag|teilen|condivi|publici|publi\b|werbung|anzeige|reklam|relacion|aussi\b"
    r"|correlat|verwandt|weiterlesen",
    re.IGNORECASE,
)
MOST = 12
"""Selectors and patterns of each kind: who needs more should look at the pages."""
LONGEST_LINE = 200
SHORT = 60
"""Characters up to which a line may be the heading of what follows the text."""


class Dropped(Struct, frozen=True):
    """The three ways in which a declaration says what is no text."""

    drop: tuple[str, ...] = ()
    drop_text: tuple[str, ...] = ()
    end_at: tuple[str, ...] = ()


class _Found(Struct):
    drop: dict[str, None] = field(default_factory=dict)
    lines: dict[str, None] = field(default_factory=dict)


def dropped_of(samples: Samples, bodies: list[str], titles: tuple[str | None, ...]) -> Dropped:
    """What to leave out of `bodies`: never anything that holds a word of an article."""
    found = _Found()
    noises = [
        _noise(samples, measured, title)
        for measured, title in zip(samples.measured, titles, strict=True)
    ]
    for measured, noise in zip(samples.measured, noises, strict=True):
        spans = spans_of(measured.page, bodies)
        for span in spans:
            nodes = list(_outermost_noise(measured, span, noise, whole=len(spans) > 1))
            for node in nodes:
                _name(node, Harm(samples, bodies, noises), measured, found)
            for block in _bare_noise(measured, span, noise, nodes):
                _spell(block, samples, found)
    ends = _ends(samples, bodies)
    kept = {f"^{spelled(title)}$" for title in titles if title}
    return Dropped(
        drop=tuple(found.drop)[:MOST],
        drop_text=tuple(line for line in found.lines if line not in {*ends, *kept})[:MOST],
        end_at=tuple(ends),
    )


def _noise(samples: Samples, measured: Measured, title: str | None) -> list[bool]:
    """For each block of the page whether it is no text of the article."""
    noise = [
        samples.is_noise(block)
        or at in measured.teasers
        or block.text == title
        or (not text and is_dated(block.text))
        or ((not text or samples.recurs(block.text)) and _is_told(block.node))
        for at, (block, text) in enumerate(zip(measured.page.blocks, measured.is_text, strict=True))
    ]
    for at in _headings(measured, noise):
        noise[at] = True
    for at in _of_parts(measured, noise):
        noise[at] = False
    return noise


def _of_parts(measured: Measured, noise: list[bool]) -> Iterator[int]:
    """The headings between two stretches of text: articles of one kind have the same parts."""
    blocks, is_text = measured.page.blocks, measured.is_text
    plain = [text and not bad for text, bad in zip(is_text, noise, strict=True)]
    begun = False
    for at, block in enumerate(blocks):
        begun = begun or plain[at]
        heads = block.node.tag in PARTS and not block.linked and not _is_told(block.node)
        # the link that edits a part stands beside its heading
        edits = blocks[at + 1 : at + 2]
        tool = any(0 < one.linked <= len(one.text) < BRIEF for one in edits)
        behind = at + 2 if tool else at + 1
        if begun and heads and noise[at] and any(plain[behind : behind + 1]):
            yield at


def _headings(measured: Measured, noise: list[bool]) -> Iterator[int]:
    """The short lines over noise that stand with it alone in an element: what it is headed by."""
    page = measured.page
    for node in page.elements:
        span = page.spans.get(node.mem_id)
        if span is None or span.end - span.start < 2:  # noqa: PLR2004 - a heading and one line
            continue
        first = page.blocks[span.start]
        if len(first.text) <= SHORT and all(noise[span.start + 1 : span.end]):
            yield span.start


def _is_told(node: LexborNode) -> bool:
    """Whether the element or one near around it says itself that it is no text."""
    for one in (node, *selectors.around(node, 2)):
        said = f"{one.attributes.get('class') or ''} {one.attributes.get('id') or ''}"
        if one.tag in FURNITURE or TELLING.search(said):
            return True
    return False


def _outermost_noise(
    measured: Measured, body: Span, noise: list[bool], *, whole: bool
) -> Iterator[LexborNode]:
    """The elements in `body` that hold nothing but noise, none inside another.

    Where it is one of several that make the text together, `whole` says, it may be such itself.
    """
    page, reached = measured.page, body.start
    for node in page.elements:
        span = page.spans.get(node.mem_id)
        if span is None or not body.start <= span.start < span.end <= body.end:
            continue
        inside = whole or (span.start, span.end) != (body.start, body.end)
        if inside and span.start >= reached and all(noise[span.start : span.end]):
            reached = span.end
            yield node


def _bare_noise(
    measured: Measured, body: Span, noise: list[bool], nodes: list[LexborNode]
) -> Iterator[Block]:
    """The lines of noise that stand in none of `nodes`, as between two `br`."""
    held = [measured.page.spans[node.mem_id] for node in nodes]
    for at in range(body.start, body.end):
        if noise[at] and not any(span.start <= at < span.end for span in held):
            yield measured.page.blocks[at]


class Harm(Struct, frozen=True):
    """What must not be dropped: all that is no noise on any page, captions that nobody read too."""

    samples: Samples
    bodies: list[str]
    noises: list[list[bool]]

    def is_done_by(self, css: str) -> bool:
        """Whether what a selector matches inside the bodies is more than noise on any page."""
        for measured, noise in zip(self.samples.measured, self.noises, strict=True):
            for body in spans_of(measured.page, self.bodies):
                for span in measured.page.outermost(css):
                    touches = span.start < body.end and span.end > body.start
                    if touches and not all(noise[span.start : span.end]):
                        return True
        return False


def _name(node: LexborNode, harm: Harm, measured: Measured, found: _Found) -> None:
    """Find a selector for `node` that touches no text, or take its lines by their words."""
    name = next((css for css in _names(node) if not harm.is_done_by(css)), None)
    if name is not None:
        found.drop[name] = None
        return
    span = measured.page.spans[node.mem_id]
    for block in measured.page.blocks[span.start : span.end]:
        _spell(block, harm.samples, found)


def _spell(block: Block, samples: Samples, found: _Found) -> None:
    """Take a line by its words, or by what it counts or dates."""
    if samples.is_signed(block.text):
        if dated := dated_line(block.text):
            found.lines[dated] = None
        return
    if samples.repeats(block.text) and len(block.text) <= LONGEST_LINE:
        found.lines[f"^{spelled(block.text)}$"] = None
    elif told := counted_line(block.text) or dated_line(block.text):
        found.lines[told] = None


def _names(node: LexborNode) -> Iterator[str]:
    """Selectors of what is no text, the most telling first.

    A name that says nothing may stand for text on pages that were not seen, so that it is believed
    only together with what is in it.
    """
    own = [*selectors.own(node), *selectors.old(node)]
    if node.tag in FURNITURE or node.tag == "h1":
        yield node.tag or ""
    yield from (css for css in own if TELLING.search(css))
    inside = [css for one in node.css("*")[:30] for css in selectors.own(one)]
    telling = [css for css in inside if TELLING.search(css)][:3]
    yield from (f"{css}:has({one})" for css in own for one in telling)
    text = tidy(node.text())
    for one in node.css("*"):
        if one.mem_id != node.mem_id and tidy(one.text()) == text:
            yield from (css for css in selectors.own(one) if not selectors.is_layout(css))
    # the longest name tells most: of a kind of box, not of all boxes
    yield from sorted(
        (css for css in own if not selectors.is_layout(css)), key=lambda css: -len(css)
    )


def _ends(samples: Samples, bodies: list[str]) -> list[str]:
    """Short lines that repeat, behind which no page has any text: headings of what is related."""
    ends: dict[str, int] = {}
    for measured in samples.measured:
        for span in spans_of(measured.page, bodies):
            for line in _behind_text(samples, measured, span):
                ends[line] = ends.get(line, 0) + 1
    found = (line for line, pages in ends.items() if pages > 1 and _only_behind(line, samples))
    return [f"^{spelled(line)}$" for line in found][:1]


def _behind_text(samples: Samples, measured: Measured, span: Span) -> list[str]:
    blocks = measured.page.blocks[span.start : span.end]
    texts = [
        at
        for at in range(len(blocks))
        if measured.is_text[span.start + at] and not samples.is_noise(blocks[at])
    ]
    last = max(texts, default=-1)
    if last < 0 or last + 2 >= len(blocks):
        return []
    heading = blocks[last + 1]
    follows = range(span.start + last + 2, span.end)
    plain = heading.linked == 0 and len(heading.text) <= SHORT and samples.repeats(heading.text)
    leads = all(measured.page.blocks[at].linked or at in measured.teasers for at in follows)
    return [heading.text] if plain and leads else []


def _only_behind(line: str, samples: Samples) -> bool:
    return all(
        not any(measured.is_text[at:])
        for measured in samples.measured
        for at, block in enumerate(measured.page.blocks)
        if block.text == line
    )
