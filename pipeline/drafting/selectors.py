"""An element → CSS that may find its like on other pages of the site, the best first.

Names with numbers or hashes in them are of one page or of one build of the site, and are not used.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from selectolax.lexbor import LexborNode

NAME = re.compile(r"-?[A-Za-z_][A-Za-z0-9_-]*")
# A number of an article, or what a bundler makes of a name: css-1q2w3e, sc-bdVaJa, x1lliihq,
# body-n0vxv; but content1 and title02 are names that somebody gave.
HASH = r"(?=[A-Za-z0-9]*\d)(?=[A-Za-z0-9]*[A-Za-z])(?![A-Za-z]+\d{1,2}$)[A-Za-z0-9]"
PASSING = re.compile(
    r"\d{3}|^(?:css|jsx|jss|svelte|emotion|styled)-|^sc-(?=\w*(?:\d|[a-z][A-Z]))"
    rf"|^_?{HASH}{{6,12}}$|[-_]{HASH}{{5,12}}$"
)
MODULE = re.compile(
    r"([A-Za-z][A-Za-z0-9-]*_{1,2}[A-Za-z][A-Za-z0-9-]*)_{2,3}(?=\w*(?:\d|[a-z][A-Z]))[\w-]{5,}"
)
"""A name of CSS modules, whose last part is a hash: ArticleBody_text__3xK9a."""
LAYOUT = re.compile(
    r"^(?:col|row|grid|span|container|wrap|clearfix|cf|left|right|center|inner|outer|box|block"
    r"|flex|w|h|m|p|mt|mb|ml|mr|pt|pb|px|py|mx|my|text|font|bg|d|lg|md|sm|xs|large|medium|small"
    r"|active|show|open|first|last|odd|even)(?:$|[-_\d])",
    re.IGNORECASE,
)
TELLING = frozenset({"article", "main", "h1", "time", "address", "aside", "nav", "form", "footer"})
NAMELESS = frozenset({"small", "em", "i", "cite", "h2", "h3", "h4", "h5", "h6"})
"""Tags that may tell a date or a title on a page without any names."""
HEADINGS = frozenset({"h1", "h2", "h3"})
ATTRIBUTES = ("itemprop", "role", "name", "data-role", "data-testid", "data-component")
OLD = {
    **dict.fromkeys(("td", "table"), ("width", "valign", "bgcolor", "align")),
    "font": ("size", "color"),
}
"""What tells the cells of a layout table apart, and its fonts."""
OLD_VALUE = re.compile(r"[#A-Za-z0-9%]{1,12}")


def is_steady(name: str) -> bool:
    """Whether a class or id is likely to be the same on the next page and in the next year."""
    return all(
        (NAME.fullmatch(name), not PASSING.search(name), not MODULE.fullmatch(name), len(name) > 1)
    )


def own(node: LexborNode) -> Iterator[str]:
    """Selectors of the element itself: by what it means, by its id, by its classes."""
    attributes, tag = node.attributes, node.tag or ""
    for name in ATTRIBUTES:
        value = attributes.get(name) or ""
        if is_steady(value):
            yield f"[{name}='{value}']"
    identity = attributes.get("id") or ""
    if is_steady(identity):
        yield f"#{identity}"
    classes = (attributes.get("class") or "").split()
    for one in sorted((c for c in classes if is_steady(c)), key=_is_layout):
        yield f"{tag}.{one}"
    for one in classes:
        if (module := MODULE.fullmatch(one)) is not None:
            yield f"{tag}[class*='{module[1]}']"
    if tag in TELLING:
        yield tag


def old(node: LexborNode) -> Iterator[str]:
    """Selectors by the attributes of a table that is layout, and of fonts."""
    for name in OLD.get(node.tag or "", ()):
        value = node.attributes.get(name) or ""
        if OLD_VALUE.fullmatch(value):
            yield f"{node.tag}[{name}='{value}']"


def around(node: LexborNode, levels: int = 4) -> Iterator[LexborNode]:
    """The elements that `node` stands in, from within."""
    above = node.parent
    for _ in range(levels):
        if above is None or above.tag in {None, "html", "-document", "-undef"}:
            return
        yield above
        above = above.parent


def within(node: LexborNode, levels: int = 4) -> Iterator[str]:
    """Selectors of the element by what it stands in, for one that has no name of its own."""
    tag = node.tag or ""
    for distance, above in enumerate(around(node, levels)):
        for name in (*own(above), *old(above)):
            for last in (*list(own(node))[:2], *old(node), tag):
                yield f"{name} > {last}" if distance == 0 else f"{name} {last}"


def every(node: LexborNode) -> list[str]:
    """All of them, each once; of what has no name, nor stands in anything that has, its tag."""
    named = dict.fromkeys((*own(node), *old(node), *within(node)))
    return list(named) or [one for one in (node.tag,) if one in NAMELESS]


def weight(css: str) -> float:
    """How much a selector leans on layout and on many steps; less is better."""
    classes = re.findall(r"[.#]([\w-]+)", css)
    steps = len(css.split())
    means = "[itemprop=" in css or css in HEADINGS
    return steps + 2 * sum(map(_is_layout, classes)) + len(css) / 100 - means / 2


def commonest(found: Mapping[str, int], most: int) -> list[str]:
    """Up to `most` of what was `found` on so many pages, of most pages first, then by weight."""
    return sorted(found, key=lambda css: (-found[css], weight(css)))[:most]


def _is_layout(name: str) -> bool:
    return LAYOUT.search(name) is not None


def is_layout(css: str) -> bool:
    """Whether all that a selector names is layout, or a common part of any page."""
    return all(map(_is_layout, re.findall(r"[.#]([\w-]+)", css)))
