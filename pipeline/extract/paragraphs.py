"""A subtree of a page → its paragraphs, as a reader sees them parted.

Both trees that are read here, the page's own and trafilatura's, tell the same story to
`Lines`: this opens, this is text, this closes.
"""

from __future__ import annotations

import re
from enum import IntEnum
from typing import TYPE_CHECKING

from selectolax.lexbor import LexborHTMLParser

from pipeline.extract.prose import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborNode


class Kind(IntEnum):
    """What an element does to the paragraph it stands in."""

    INLINE = 0
    BLOCK = 1
    BREAK = 2
    ROW = 3
    CELL = 4
    PRE = 5
    NEVER = 6


NAMES = {
    # HTML's rendering section (15.3) displays these as blocks.
    Kind.BLOCK: (
        "address article aside blockquote body caption center colgroup dd details dialog dir div"
        " dl dt fieldset figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 header hgroup"
        " html legend li main menu nav ol optgroup p plaintext search section summary table tbody"
        " tfoot thead ul"
    ),
    Kind.BREAK: "br hr",
    Kind.ROW: "tr",
    Kind.CELL: "td th",
    Kind.PRE: "pre listing xmp",
    # What is run, chosen, typed or drawn, or shown only where something else fails.
    Kind.NEVER: (
        "script style noscript template head title meta link base input select textarea button"
        " datalist option iframe noframes noembed object embed audio video canvas map svg"
    ),
}
BLANK_LINE = re.compile(r"\n[^\S\n]*\n")


class Lines:
    """Gathers text into paragraphs.  `done` holds them when the outermost element is closed.

    `pieces` is the paragraph being read; who walks a tree may append to it and skip what would
    change nothing, because on a large page there is a call for every node.
    """

    __slots__ = ("_rows", "done", "pieces", "preformatted")

    def __init__(self) -> None:
        self.done: list[str] = []
        self.pieces: list[str] = []
        self.preformatted = 0
        # For each open row: where its paragraphs begin, where those of its last cell do, and
        # whether each cell so far held at most one.
        self._rows: list[list[int]] = []

    def text(self, text: str) -> None:
        """Append running text; in preformatted text a blank line ends the paragraph."""
        if not self.preformatted:
            self.pieces.append(text)
            return
        first, *others = BLANK_LINE.split(text)
        self.pieces.append(first)
        for other in others:
            self.part()
            self.pieces.append(other)

    def part(self) -> None:
        """End the paragraph."""
        pieces = self.pieces
        line = one_line(pieces[0] if len(pieces) == 1 else "".join(pieces))
        pieces.clear()
        if line:
            self.done.append(line)

    def open(self, kind: int) -> None:
        """An element that is not inline begins."""
        if self.pieces:
            self.part()
        if kind == Kind.ROW:
            self._rows.append([len(self.done), len(self.done), True])
        elif kind == Kind.CELL and self._rows:
            self._rows[-1][1] = len(self.done)
        elif kind == Kind.PRE:
            self.preformatted += 1

    @property
    def settled(self) -> int:
        """How many of `done` will not change: a table's open row may yet become one line."""
        return self._rows[0][0] if self._rows else len(self.done)

    def close(self, kind: int) -> None:
        """An element that is not inline ends."""
        if self.pieces:
            self.part()
        if kind == Kind.ROW:
            start, _, tabular = self._rows.pop()
            if tabular and len(self.done) > start:
                self.done[start:] = [" ".join(self.done[start:])]
        elif kind == Kind.CELL and self._rows:
            # A cell of several paragraphs is layout: its row is no line of a table.
            self._rows[-1][2] &= len(self.done) - self._rows[-1][1] <= 1
        elif kind == Kind.PRE:
            self.preformatted -= 1


# Lexbor numbers the tags; the numbers are its own affair, so it is asked for them once.
PROBE = LexborHTMLParser("<body>text")
KINDS = {
    PROBE.create_node(name).tag_id: int(kind)
    for kind, names in NAMES.items()
    for name in names.split()
}
TEXT = next(node.tag_id for node in PROBE.css("body")[0].iter(include_text=True))


# As plain numbers: looking the kinds up in their class at every node, and comparing them as what
# they are, costs a fifth of the walk.
INLINE, BLOCK, BREAK, NEVER = map(int, (Kind.INLINE, Kind.BLOCK, Kind.BREAK, Kind.NEVER))


def paragraphs(root: LexborNode, dropped: frozenset[int] = frozenset()) -> list[str]:
    """The paragraphs of `root`'s subtree, without the elements whose `mem_id` is in `dropped`.

    `root` itself is read whatever it is.  Iterative, so that no nesting is too deep.
    """
    lines = Lines()
    for _ in _steps(root, dropped, lines):
        pass
    return lines.done


class Unrolled:
    """The paragraphs of a subtree, read only as far as anybody has asked.

    What a field looks for often stands at the head of a long page.
    """

    def __init__(self, root: LexborNode) -> None:
        self._lines = Lines()
        self._steps = _steps(root, frozenset(), self._lines)
        self._ended = False

    def whole(self) -> list[str]:
        """All of them at once."""
        for _ in self._steps:
            pass
        self._ended = True
        return self._lines.done

    def bunches(self) -> Iterator[list[str]]:
        """All of them: those that were read before at once, then more and more at a time."""
        done, at, steps = self._lines.done, 0, 1
        while True:
            settled = len(done) if self._ended else self._lines.settled
            if at < settled:
                yield done[at:settled]
                at = settled
            elif self._ended:
                return
            else:
                self._ended = any(next(self._steps, self) is self for _ in range(steps))
                steps *= 2


def _steps(root: LexborNode, dropped: frozenset[int], lines: Lines) -> Iterator[None]:
    """Read `root` into `lines`, stopping now and then to be looked at."""
    kind = KINDS.get(root.tag_id, Kind.INLINE)
    lines.open(kind)
    yield from _walk(root.first_child, dropped, lines)
    lines.close(kind)


def _walk(  # noqa: C901, PLR0912 - one loop; a call for every node would cost more than the walk
    node: LexborNode | None, dropped: frozenset[int], lines: Lines
) -> Iterator[None]:
    """Tell `lines` of `node`, its later siblings and everything in them, block by block."""
    above: list[tuple[LexborNode, int]] = []
    pieces = lines.pieces
    kind_of, descend, ascend, part = KINDS.get, above.append, above.pop, lines.part
    while True:
        while node is None:
            if not above:
                return
            parent, kind = ascend()
            if kind > BLOCK:
                lines.close(kind)
            elif kind and pieces:
                part()
                yield
            node = parent.next
        tag = node.tag_id
        if tag == TEXT:
            text = node.text_content or ""
            if pieces or not text.isspace():
                if lines.preformatted:
                    lines.text(text)
                else:
                    pieces.append(text)
            node = node.next
            continue
        kind = kind_of(tag, INLINE)
        if kind == NEVER:
            node = node.next
        elif kind == BREAK or (dropped and node.mem_id in dropped):
            if kind and pieces:
                part()
            node = node.next
        else:
            if kind > BLOCK:
                lines.open(kind)
            elif kind and pieces:
                part()
            inner = node.first_child
            if inner is None and kind <= BLOCK:
                node = node.next
            else:
                descend((node, kind))
                node = inner
