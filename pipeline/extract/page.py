"""A page's characters → a parsed page that can be asked for what a selector says."""

from __future__ import annotations

from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any, Self, cast

from selectolax.lexbor import LexborHTMLParser

from pipeline.bearable import bearable
from pipeline.extract import jsonld
from pipeline.extract.dropped import Dropped
from pipeline.extract.paragraphs import Unrolled, paragraphs
from pipeline.extract.prose import one_line
from pipeline.extract.selecting import every, first
from pipeline.extract.selector import Alternative, Element, JsonLd

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborNode

META_KEYS = ("name", "property", "itemprop", "http-equiv")


class Page:
    """A page, parsed; it remembers what it was asked."""

    def __init__(self, html: str) -> None:
        self._tree = LexborHTMLParser(html)
        self._root = cast("LexborNode", self._tree.root)  # every document has its html element
        self._texts: dict[tuple[int, frozenset[int]], str] = {}
        self._size = len(html)
        self._unrolled: dict[int, Unrolled] = {}

    @classmethod
    def parse(cls, html: str) -> Self | None:
        """The page, or None for markup that would take for ever."""
        return cls(html) if bearable(html) else None

    def matches(self, selector: str) -> Iterator[LexborNode]:
        """The elements that a selector matches, in document order.

        The first often is all that is wanted, and costs little where it stands at the head of
        the page; for more the whole page is walked through.
        """
        found = first(selector, self._root)
        if found is not None:
            yield found
            yield from islice(every(selector, self._root), 1, None)

    @cached_property
    def structured(self) -> tuple[dict[str, Any], ...]:
        """The page's schema.org objects, articles first."""
        scripts = every("script[type='application/ld+json' i]", self._root)
        return jsonld.objects(script.text() for script in scripts)

    @cached_property
    def metas(self) -> dict[str, list[str]]:
        """What `meta` elements say, by their lower-case name, property, itemprop or http-equiv."""
        found: dict[str, list[str]] = {}
        for node in every("meta[content]", self._root):
            attributes = node.attributes
            for name in filter(None, map(attributes.get, META_KEYS)):
                found.setdefault(name.lower(), []).append(attributes["content"] or "")
        return found

    @property
    def root(self) -> LexborNode:
        """The page's `html` element."""
        return self._root

    def heading(self, title: str | None) -> LexborNode | None:
        """The element that shows the page's title: the heading that says it, else its only h1."""
        headings = every("h1, h2, h3", self._root)
        wanted = (title or "").casefold()
        for node in headings:
            if wanted and one_line(self._text(node, frozenset())).casefold() == wanted:
                return node
        first_rank = [node for node in headings if node.tag == "h1"]
        return first_rank[0] if len(first_rank) == 1 else None

    def texts(self, place: Alternative, dropped: Dropped | None = None) -> Iterator[str]:
        """What stands at a place, in document order: an element's paragraphs one a line.

        What is `dropped` within an element is left out.
        """
        match place:
            case JsonLd(path=path):
                yield from jsonld.texts(self.structured, path)
            case Element(css=css, attribute=None):
                for node in self.matches(css):
                    yield self._text(node, dropped.within(node) if dropped else frozenset())
            case Element(css=css, attribute=str(attribute)):
                for node in self.matches(css):
                    yield node.attributes.get(attribute) or ""

    def each_line(self, place: Alternative) -> Iterator[str]:
        """As `texts`, line by line; an element's lines are read as far as they are asked for."""
        match place:
            case Element(css=css, attribute=None):
                for node in self.matches(css):
                    yield from self._unrolled.setdefault(node.mem_id, Unrolled(node))
            case _:
                for text in self.texts(place):
                    yield from text.splitlines()

    def _text(self, node: LexborNode, dropped: frozenset[int]) -> str:
        """The same element is often asked for two fields, and it may be the whole page."""
        key = (node.mem_id, dropped)
        known = self._texts.get(key)
        if known is None:
            known = self._texts[key] = "\n".join(paragraphs(node, dropped))
        return known

    def dropped(self, selectors: tuple[str, ...]) -> Dropped:
        """What `selectors` leave out of this page."""
        return Dropped(self._root, selectors, size=self._size)

    def outermost(self, css: str, dropped: Dropped) -> list[LexborNode]:
        """The elements that a selector matches, but none inside another of them or dropped."""
        found = every(css, self._root)
        dropped.expect(len(found))
        others = frozenset([node.mem_id for node in found])
        return [
            node for node in found if not (dropped.holds(node) or _inside(node, others, dropped))
        ]

    def lines(self, places: tuple[str, ...], dropped: Dropped) -> list[str]:
        """The paragraphs of all elements that the first selector matches which yields some."""
        for css in places:
            nodes = self.outermost(css, dropped)
            found = [line for node in nodes for line in paragraphs(node, dropped.within(node))]
            if found:
                return found
        return []

    def markup_without(self, selectors: tuple[str, ...]) -> str:
        """The page's markup, as the HTML standard reads it, without what `selectors` match."""
        if not selectors:
            return self._tree.html or ""
        tree = self._tree.clone()
        for selector in selectors:
            # From the last to the first, so that no element goes after the one around it.
            for node in reversed(tree.css(selector)):
                node.decompose()
        return tree.html or ""


def _inside(node: LexborNode, others: frozenset[int], dropped: Dropped) -> bool:
    above = node.parent
    while above is not None and above.is_element_node:
        if above.mem_id in others or dropped.holds(above):
            return True
        above = above.parent
    return False
