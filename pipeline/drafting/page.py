"""A page's markup → its blocks of text, and which of them each element holds.

A block is what a reader sees as a line or paragraph.  An element's blocks are a stretch of the
page's, so that what any element holds is the difference of two sums.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cached_property
from typing import TYPE_CHECKING, Self
from urllib.parse import urljoin

from msgspec import Struct
from selectolax.lexbor import LexborHTMLParser

from pipeline import charset
from pipeline.ground.bearable import bearable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborNode

    from pipeline.model import StoredBlock

INLINE_TAGS = (
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark "
    "nobr q rb rp rt ruby s samp small span strike strong sub sup time tt u var wbr"
)
NEVER_TAGS = (
    "script style noscript template head title meta link base input select textarea "
    "button datalist option iframe noframes noembed object embed audio video canvas map "
    "svg"
)
INLINE, NEVER = frozenset(INLINE_TAGS.split()), frozenset(NEVER_TAGS.split())
# Where a word may be parted, and a byte-order mark; the others mean something between letters.
UNSEEN, UNSEEN_AT_ENDS = re.compile("[\u00ad\ufeff]"), "\u200b\u200c\u200d\u200e\u200f\u2060 "
TEXT, COMMENT = "-text", "-comment"
# At once, or when the words have been read; what is longer shows the newest to whoever stays.
REFRESH = re.compile(r"\s*\d(?:\.\d*)?\s*[;,]\s*url\s*=\s*[\"']?([^\"'\s]+)", re.IGNORECASE)


class Block(Struct, frozen=True):
    """A line of text, how many of its characters are links, and the element that it stands in."""

    text: str
    linked: int
    node: LexborNode


class Span(Struct, frozen=True):
    """The blocks from `start` up to `end`."""

    start: int
    end: int


class Page:
    """A page that can be asked which text an element holds."""

    def __init__(self, url: str, html: str) -> None:
        self.url = url
        self.tree = LexborHTMLParser(html)
        self.blocks: list[Block] = []
        self.spans: dict[int, Span] = {}
        self.elements: list[LexborNode] = []
        if self.tree.body is not None:
            _Walk(self).over(self.tree.body)

    @classmethod
    def parse(cls, url: str, html: str) -> Self | None:
        """The page, or None for markup that would take for ever."""
        return cls(url, html) if bearable(html) else None

    @classmethod
    def of(cls, stored: StoredBlock | None) -> Self | None:
        """The page that an answer holds; None where it holds no text."""
        if stored is None or stored.decoded is None:
            return None
        decoded = charset.read(stored.decoded, stored.header("content-type"))
        return cls.parse(stored.url, decoded.text) if decoded else None

    def outermost(self, css: str) -> list[Span]:
        """The stretches of the elements that `css` matches, none inside another."""
        spans: list[Span] = []
        for node in self.tree.css(css):
            span = self.spans.get(node.mem_id)
            if span is not None and not (spans and span.start < spans[-1].end):
                spans.append(span)
        return spans

    def text(self, node: LexborNode) -> str:
        """All text in an element, in one line."""
        span = self.spans.get(node.mem_id)
        blocks = self.blocks[span.start : span.end] if span else ()
        return " ".join(block.text for block in blocks) or tidy(node.text(deep=True))

    def metas(self, *names: str) -> Iterator[str]:
        """What the first `meta` elements of those names or properties say."""
        for name in names:
            for key in ("property", "name", "itemprop"):
                node = self.tree.css_first(f"meta[{key}='{name}' i][content]", default=None)
                said = tidy(node.attributes.get("content") or "") if node else ""
                if said:
                    yield said

    @cached_property
    def onward(self) -> str | None:
        """Where the page sends a browser by itself, if that is another one."""
        node = self.tree.css_first("meta[http-equiv='refresh' i][content]", default=None)
        found = REFRESH.match(node.attributes.get("content") or "") if node else None
        try:
            url = urljoin(self.url, found[1]).partition("#")[0] if found else ""
        except ValueError:
            return None
        return url if url.startswith(("http://", "https://")) and url != self.url else None

    @cached_property
    def language(self) -> str | None:
        """What `html@lang` declares, as it stands there."""
        root = self.tree.css_first("html", default=None)
        attributes = root.attributes if root else {}
        return attributes.get("lang") or attributes.get("xml:lang")

    @cached_property
    def declared_title(self) -> str:
        """The `title` element's text; empty where there is none."""
        node = self.tree.css_first("title", default=None)
        return tidy(node.text()) if node else ""


def tidy(text: str) -> str:
    """`text` in one line, NFC, without what nobody sees, as extraction leaves it out too."""
    line = " ".join(text.split())
    if line.isascii():
        return line
    return unicodedata.normalize("NFC", UNSEEN.sub("", line)).strip(UNSEEN_AT_ENDS)


class _Walk:
    """Reads a tree into its page, in document order, however deep it is nested."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._pieces: list[tuple[str, bool]] = []
        self._holder: LexborNode | None = None

    def over(self, root: LexborNode) -> None:
        waiting: list[tuple[LexborNode, bool, int | None]] = [(root, False, None)]
        while waiting:
            node, linked, start = waiting.pop()
            if start is not None:
                self._leave(node, start)
                continue
            tag = node.tag or ""
            if tag == TEXT:
                self._take(node, linked=linked)
            elif tag not in NEVER and tag != COMMENT:
                if tag not in INLINE:
                    self._part()
                self._page.elements.append(node)
                waiting.append((node, linked, len(self._page.blocks)))
                inside = linked or tag == "a"
                children = [(one, inside, None) for one in node.iter(include_text=True)]
                waiting.extend(reversed(children))
        self._part()

    def _leave(self, node: LexborNode, start: int) -> None:
        inline = (node.tag or "") in INLINE
        if not inline:
            self._part()
        # an inline element's own line is not ended yet, and counts as its
        end = len(self._page.blocks) + (1 if inline and self._pieces else 0)
        self._page.spans[node.mem_id] = Span(start, end)

    def _take(self, node: LexborNode, *, linked: bool) -> None:
        text = node.text_content or ""
        if text.isspace() and not self._pieces:
            return
        if not self._pieces:
            self._holder = node.parent
        self._pieces.append((text, linked))

    def _part(self) -> None:
        pieces, holder = self._pieces, self._holder
        self._pieces, self._holder = [], None
        text = tidy("".join(piece for piece, _ in pieces))
        if text and holder is not None:
            while (holder.tag or "") in INLINE and holder.parent is not None:
                holder = holder.parent
            linked = sum(len(tidy(piece)) for piece, inside in pieces if inside)
            self._page.blocks.append(Block(text, linked, holder))
