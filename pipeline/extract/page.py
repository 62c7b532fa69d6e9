"""A page's characters → a parsed page that can be asked for what a selector says."""

from __future__ import annotations

from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any, Self, cast
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser

from pipeline.extract import jsonld
from pipeline.extract.dropped import Dropped
from pipeline.extract.paragraphs import TEXT, Unrolled, paragraphs
from pipeline.extract.prose import one_line
from pipeline.extract.selecting import every, first
from pipeline.extract.selector import Alternative, Element, JsonLd, Meta
from pipeline.ground.bearable import bearable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborNode

# How often, in the mean, each character of a page may be read for its fields.  Where a selector
# finds elements in each other, each is read on its own: a page is some twenty levels deep, and
# has more markup than text.  One made to hurt has thousands of levels.
READINGS = 20
# Characters of markup that every page is taken to have at least.
LEAST_SIZE = 50_000
META_KEYS = ("name", "property", "itemprop", "http-equiv")
# What is asked of every page's head: in one question, because the asking is what costs.
HEAD = (
    "link[rel~='canonical' i], link[rel~='amphtml' i], meta[property='og:site_name' i],"
    " meta[property='og:url' i], meta[name='application-name' i]"
)
# What stands in a head, or ends it before its time.
HEAD_TAGS = frozenset({"base", "img", "link", "meta", "noscript", "script", "style", "title"})


# Where a title stands and is not shown as one.
NO_TITLES = frozenset({"a", "option", "script", "style", "textarea", "title"})
MOST_NODES, LONGEST = 100_000, 1000
"""Nodes among which a title is looked for, and characters with white space that it may have."""


class Page:
    """A page, parsed; it remembers what it was asked."""

    def __init__(self, html: str, octets: bytes | None = None) -> None:
        self._tree = LexborHTMLParser(html if octets is None else octets)
        self._root = cast("LexborNode", self._tree.root)  # every document has its html element
        self._texts: dict[tuple[int, frozenset[int]], str] = {}
        self._firsts: dict[str, LexborNode | None] = {}
        self._size = len(html)
        self._unrolled: dict[int, Unrolled] = {}
        self._left = READINGS * max(len(html), LEAST_SIZE)

    @classmethod
    def parse(cls, html: str, octets: bytes | None = None) -> Self | None:
        """The page, or None for markup that would take for ever.

        `octets` are `html` in UTF-8, where somebody has them.
        """
        return cls(html, octets) if bearable(html) else None

    def matches(self, selector: str) -> Iterator[LexborNode]:
        """The elements that a selector matches, in document order.

        The first often is all that is wanted, and costs little where it stands at the head of
        the page; for more the whole page is walked through.
        """
        if selector not in self._firsts:
            self._firsts[selector] = first(selector, self._root)
        found = self._firsts[selector]
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

    @cached_property
    def head(self) -> dict[str, str]:
        """What the head's links and `meta` elements of `HEAD` say first, by each of their names.

        The body is not searched: what stands there was written by whoever may write there.
        """
        found: dict[str, str] = {}
        for node in self._head():
            attributes = node.attributes
            named = attributes.get("rel") or attributes.get("property") or attributes.get("name")
            said = attributes.get("href") or attributes.get("content")
            if said:
                for name in (named or "").lower().split():
                    found.setdefault(name, said)
        return found

    def _head(self) -> Iterator[LexborNode]:
        """The elements of the head, also those that a tracking image in it put into the body."""
        if self._tree.head is not None:
            yield from every(HEAD, self._tree.head)
        node = self._tree.body.first_child if self._tree.body is not None else None
        while node is not None and (node.tag in HEAD_TAGS or not node.is_element_node):
            if node.tag in {"link", "meta"}:
                yield node
            node = node.next

    def base(self, url: str) -> str:
        """Where the links of the page at `url` start: at what its `base` element says, if any."""
        head = self._tree.head
        said = next(iter(every("base[href]", head)), None) if head is not None else None
        try:
            found = urljoin(url, one_line((said and said.attributes.get("href")) or ""))
        except ValueError:
            return url
        return found if found.startswith(("https://", "http://")) else url

    @property
    def root(self) -> LexborNode:
        """The page's `html` element."""
        return self._root

    def heading(self, title: str | None) -> LexborNode | None:
        """The element that shows the page's title: the heading that says it, else its only h1.

        Layouts of tables have no headings: there it is the first element that says it and no link.
        """
        headings = every("h1, h2, h3", self._root)
        wanted = (title or "").casefold()
        for node in headings:
            if wanted and one_line(self._text(node, frozenset())).casefold() == wanted:
                return node
        first_rank = [node for node in headings if node.tag == "h1"]
        if len(first_rank) == 1 or not wanted:
            return first_rank[0] if len(first_rank) == 1 else None
        body = self._tree.body
        return None if body is None else _shown(body, wanted)

    def texts(self, place: Alternative, dropped: Dropped | None = None) -> Iterator[str]:
        """What stands at a place, in document order: an element's paragraphs one a line.

        What is `dropped` within an element is left out.
        """
        match place:
            case JsonLd(path=path):
                yield from jsonld.texts(self.structured, path)
            case Meta(name=name):
                yield from self.metas.get(name, ())
            case Element(css=css, attribute=None):
                for node in self.matches(css):
                    if self._left < 0:
                        return
                    yield self._text(node, dropped.within(node) if dropped else frozenset())
            case Element(css=css, attribute=str(attribute)):
                for node in self.matches(css):
                    yield node.attributes.get(attribute) or ""

    def lines_at(self, place: Alternative) -> Iterator[list[str]]:
        """As `texts`, in bunches of lines; an element's are read as far as they are asked for."""
        match place:
            case Element(css=css, attribute=None):
                for node in self.matches(css):
                    if self._left < 0:
                        return
                    for lines in self._unrolled_of(node).bunches():
                        self._left -= sum(map(len, lines)) + len(lines)
                        yield lines
            case _:
                for text in self.texts(place):
                    yield text.splitlines()

    def _unrolled_of(self, node: LexborNode) -> Unrolled:
        known = self._unrolled.get(node.mem_id)
        if known is None:
            known = self._unrolled[node.mem_id] = Unrolled(node)
        return known

    def _text(self, node: LexborNode, dropped: frozenset[int]) -> str:
        """The same element is often asked for two fields, and it may be the whole page."""
        key = (node.mem_id, dropped)
        known = self._texts.get(key)
        if known is None:
            unrolled = None if dropped else self._unrolled.get(node.mem_id)
            lines = unrolled.whole() if unrolled else paragraphs(node, dropped)
            known = self._texts[key] = "\n".join(lines)
            self._left -= len(known) + 1
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


def _shown(body: LexborNode, wanted: str) -> LexborNode | None:
    """The element under `body` that says `wanted` and nothing else, and is no link or form's."""
    for node in islice(body.traverse(include_text=True), MOST_NODES):
        if node.tag_id == TEXT and len(wanted) <= len(text := node.text_content or "") < LONGEST:
            above = node.parent
            if one_line(text).casefold() == wanted and above and above.tag not in NO_TITLES:
                return above
    return None


def _inside(node: LexborNode, others: frozenset[int], dropped: Dropped) -> bool:
    above = node.parent
    while above is not None and above.is_element_node:
        if above.mem_id in others or dropped.holds(above):
            return True
        above = above.parent
    return False
