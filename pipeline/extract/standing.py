"""A page → its lines, each with where it stands: how far from the title, and among what.

A date is the article's own or a teaser's, a comment's or a clock's by where it stands.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from pipeline.extract.paragraphs import KINDS, TEXT, Kind
from pipeline.extract.prose import one_line
from pipeline.ground.late import late

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

# Parts of a page that are not the article, by their elements and by what they are called.
ELSEWHERE = frozenset({"nav", "footer", "aside", "form", "figcaption", "dialog"})
ALIEN = late(
    r"(?:^|[-_\s])(?:comments?|commentlist|disqus|replies|sidebar|side-?bar|related|recommend\w*|teasers?"
    r"|popular|trending|most-?(?:read|viewed)|latest|breadcrumbs?|menu|nav|navbar|navigation|footer"
    r"|copyright|cookies?|newsletter|promos?|adverts?|carousel|slider|swiper|calendar|weather|clock"
    r"|countdown|ticker|marquee|caption|rss|tweet|embed|breaking|read-?next|read-?more|next-?up|also|more-\w+|similar|citations?"
    r"|references?|refs|bibliography|archives?|rail|suggest\w*|mais-lidas|prev|previous"
    r"|prevnext|topbar|top-bar|datebar|today|server-?time|hot-?news|banner|reviews?|testimonials?"
    r"|events?-(?:date|time|meta|info|details?|when|where|start|end|schedule)|vevent|venue)"
    r"(?:$|[-_\s\d])"
)
DATED = late(
    r"(?<![a-z])(?:pub|post|publish|published|article|news|entry|story|blog|create|created|dt|display"
    r"|write|reg|release|full|main)?"
    r"(?:date|datum|fecha|tarih|data|dato|datetime|time|timestamp|dateline|pubdate|day)(?![a-z])"
    r"|publish|posted|dateline|byline|(?:post|entry|article|news|story|blog)[-_]*(?:meta|info)(?![a-z])"
)
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
REVISED = late(r"updat|modif|revis|chang|edited|last[-_]?mod")
CAMEL = late(r"(?<=[a-z])(?=[A-Z])")
# Where `time` and its like say it for machines; a title may be anything.
MACHINE = {
    "time": ("datetime",),
    "relative-time": ("datetime",),
    "time-ago": ("datetime",),
    "abbr": ("title",),
}
# The same on elements that are called dates: scripts turn it into "3 months ago".
DATA = (
    "data-datetime",
    "data-date-time",
    "data-published",
    "data-publish-date",
    "data-pubdate",
    "data-timestamp",
    "data-date",
    "data-time",
)
# Microdata of what happens or ends that day, and was not published on it.
HAPPENS = frozenset({"startdate", "enddate", "doortime", "validfrom", "validthrough", "birthdate"})
# What stands in two elements and is one word in neither: a date beside its time.
ABUTTING = late(r"\d\d|[^\W\d_](?=[A-Z])[A-Z]|\d[A-Z]")
LONGEST_LINE = 400
"""Characters of a line that anybody looks at."""
MOST_NODES = 200_000
"""A quarter of a second; an article stands before that."""


class Line(Struct, frozen=True, kw_only=True):
    """A line of text.  `at` counts the characters of the page's own text before it.

    `machine` holds what elements in it say in an attribute: where their text begins in the line,
    and what they say.  `teaser` is a heading with a link that is not the title: another page's.
    """

    text: str
    at: int
    title: bool
    dated: bool
    revised: bool
    alien: bool
    teaser: bool
    machine: tuple[tuple[int, str], ...]


def lines_of(root: LexborNode, title: LexborNode | None) -> list[Line]:
    """The lines of a page in document order; the parts around `title` are the article's own."""
    reader = _Reader(title)
    reader.read(root)
    return reader.lines


class _Reader:
    """One walk through a page."""

    def __init__(self, title: LexborNode | None) -> None:
        self.lines: list[Line] = []
        self._title = title.mem_id if title else None
        self._around = _around(title)
        self._pieces: list[str] = []
        self._machine: list[tuple[int, str]] = []
        self._at = 0
        # How many open elements say so; of the line that is read, whether anything in it did.
        self._alien = self._dated = self._revised = self._titled = 0
        self._line_dated = self._line_revised = self._line_teaser = self._line_own = False
        self._headings = self._links = 0

    def read(self, root: LexborNode) -> None:
        above: list[tuple[LexborNode, bool, tuple[int, int, int, int]]] = []
        node: LexborNode | None = root
        for _ in range(MOST_NODES):
            while node is None:
                if not above:
                    return
                parent, block, marks = above.pop()
                if block:
                    self._part()
                self._unmark(parent.tag or "", marks)
                node = parent.next if above else None
            if node.tag_id == TEXT:
                self._text(node.text_content or "")
                node = node.next
                continue
            kind = KINDS.get(node.tag_id, Kind.INLINE)
            if kind == Kind.NEVER or not node.is_element_node:
                node = node.next
            elif kind == Kind.BREAK:
                self._part()
                node = node.next
            else:
                block = kind != Kind.INLINE
                if block:
                    self._part()
                above.append((node, block, self._mark(node)))
                node = node.first_child
        self._part()

    def _text(self, text: str) -> None:
        if self._pieces or not text.isspace():
            if self._pieces and ABUTTING.match(self._pieces[-1][-1:] + text[:1]):
                self._pieces.append(" ")
            self._pieces.append(text)
            self._line_own |= self._alien == 0
            self._line_dated |= self._dated > 0
            self._line_revised |= self._revised > 0
            self._line_teaser |= self._headings > 0 and self._links > 0

    def _mark(self, node: LexborNode) -> tuple[int, int, int, int]:
        """Heed what an element is called; what was heeded, for when it is closed."""
        attributes = node.attributes
        tag = node.tag or ""
        called = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
        itemprop = (attributes.get("itemprop") or "").lower()
        alien = dated = revised = 0
        if node.mem_id not in self._around and tag not in {"html", "body", "head", "main"}:
            called_low = called.lower()
            alien = int(
                tag in ELSEWHERE
                or (tag == "header" and not self._titled and bool(self._around))
                or itemprop in HAPPENS
                or ALIEN.search(called_low) is not None
            )
            parts = CAMEL.sub("-", called).lower() + " " + itemprop
            dated = int(tag == "time" or DATED.search(parts) is not None)
            revised = int(REVISED.search(parts) is not None)
        self._titled += node.mem_id == self._title
        self._headings += tag in HEADINGS
        self._links += tag == "a"
        said = [name for name in MACHINE.get(tag, ()) if attributes.get(name)]
        if dated and not said:
            said = [name for name in DATA if attributes.get(name)][:1]
        self._machine += [(self._length(), attributes[name] or "") for name in said]
        self._alien += alien
        self._dated += dated
        self._revised += revised
        return alien, dated, revised, int(node.mem_id == self._title)

    def _unmark(self, tag: str, marks: tuple[int, int, int, int]) -> None:
        self._headings -= tag in HEADINGS
        self._links -= tag == "a"
        self._alien -= marks[0]
        self._dated -= marks[1]
        self._revised -= marks[2]

    def _length(self) -> int:
        return len(one_line("".join(self._pieces))) if len(self._pieces) < LONGEST_LINE else 0

    def _part(self) -> None:
        """End the line."""
        text = one_line("".join(self._pieces)) if self._pieces else ""
        if text or self._machine:
            self.lines.append(
                Line(
                    text=text[:LONGEST_LINE],
                    at=self._at,
                    title=self._titled == 1 and bool(text),
                    dated=self._line_dated,
                    revised=self._line_revised,
                    # all of it may stand in an inline element, which is closed by now
                    alien=self._alien > 0 or bool(text and not self._line_own),
                    teaser=self._line_teaser and self._titled != 1,
                    machine=tuple(self._machine),
                )
            )
            # The title is read once; what follows stands after it.
            self._titled += self._titled == 1 and bool(text)
            self._at += 0 if self._alien else len(text)
        self._pieces.clear()
        self._machine.clear()
        self._line_dated = self._line_revised = self._line_teaser = self._line_own = False


def _around(title: LexborNode | None) -> frozenset[int]:
    found = set()
    while title is not None and title.is_element_node:
        found.add(title.mem_id)
        title = title.parent
    return frozenset(found)


def is_elsewhere(node: LexborNode) -> bool:
    """Whether an element stands in a part of its page that is not the article."""
    above: LexborNode | None = node
    while above is not None and above.is_element_node and above.tag not in {"body", "html"}:
        attributes = above.attributes
        called = f"{attributes.get('class') or ''} {attributes.get('id') or ''}".lower()
        if above.tag in ELSEWHERE or ALIEN.search(called):
            return True
        above = above.parent
    return False
