"""What a generation leaves out → whether an element, or anything in it, is a part of that.

Looking through a large page for a dozen selectors costs a quarter of parsing it, and most of the
page is never read.  So they are looked for where somebody reads: inside the element that is read,
and, one by one, among those around it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.extract.selecting import every, first

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

# Elements to be read from which a look through the whole page costs less than one at each, and
# characters of markup up to which it always does.
MANY = 8
SMALL = 50_000


class Dropped:
    """The elements of a page, made of `size` characters, that one of `selectors` matches."""

    __slots__ = ("_css", "_holds", "_rest", "_root", "_whole", "_within")

    def __init__(self, root: LexborNode, selectors: tuple[str, ...], *, size: int) -> None:
        self._root = root
        self._css = ", ".join(selectors)
        self._rest = f":not(:is({self._css}))"
        self._whole: frozenset[int] | None = None
        if not selectors:
            self._whole = frozenset()
        elif size <= SMALL:
            self._look()
        self._within: dict[int, frozenset[int]] = {}
        self._holds: dict[int, bool] = {}

    def expect(self, readers: int) -> None:
        """Get ready for so many elements to be asked about."""
        if self._whole is None and readers >= MANY:
            self._look()

    def within(self, node: LexborNode) -> frozenset[int]:
        """The `mem_id` of each that `node` holds, and perhaps of others outside it."""
        if self._whole is not None:
            return self._whole
        known = self._within.get(node.mem_id)
        if known is None:
            known = frozenset([inner.mem_id for inner in every(self._css, node)])
            self._within[node.mem_id] = known
        return known

    def holds(self, node: LexborNode) -> bool:
        """Whether a selector matches `node` itself."""
        if self._whole is not None:
            return node.mem_id in self._whole
        known = self._holds.get(node.mem_id)
        if known is None:
            # The first element in `node` that none of them matches is `node`, unless one does:
            # found without a look at what is in it.
            other = first(self._rest, node)
            known = self._holds[node.mem_id] = other is None or other.mem_id != node.mem_id
        return known

    def _look(self) -> None:
        self._whole = frozenset([node.mem_id for node in every(self._css, self._root)])
