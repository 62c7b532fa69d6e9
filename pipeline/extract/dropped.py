"""What a generation leaves out → whether an element, or anything in it, is a part of that.

Looking through a large page for a dozen selectors costs a quarter of parsing it, and most of the
page is never read.  So they are looked for where somebody reads: inside the element that is read,
and, one by one, among those around it.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from msgspec import Struct

from pipeline.extract.selecting import every, first

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

# Elements to be read from which a look through the whole page costs less than one at each, and
# characters of markup up to which it does so where each takes the engine.
MANY = 8
SMALL = 50_000
# A selector that ends in a plain name, class or id; what stands before it may be anything plain.
PLAIN = re.compile(
    r"(?:[\w.#-]+[\s>+~]+)*(?P<name>[A-Za-z][\w-]*)?(?P<ends>(?:[.#][A-Za-z_][\w-]*)*)"
)


class Looks(Struct, frozen=True, kw_only=True):
    """What an element that some selectors match may look like, in lower case.

    Neither its name nor a class or id of it among these: none of them matches it.
    """

    names: frozenset[str]
    classes: frozenset[str]
    ids: frozenset[str]

    def may_be(self, node: LexborNode) -> bool:
        """Whether the engine need be asked about `node`."""
        if node.tag in self.names:
            return True
        said = node.attributes
        classes, own = said.get("class"), said.get("id")
        if classes and not self.classes.isdisjoint(classes.lower().split()):
            return True
        return bool(own) and (own or "").lower() in self.ids


class Selectors(Struct, frozen=True, kw_only=True):
    """What to leave out, as the engine is asked for it; `rest` is everything else.

    `looks` is None where a selector is none of the `PLAIN` ones.
    """

    css: str
    rest: str
    looks: Looks | None

    @classmethod
    @cache
    def of(cls, selectors: tuple[str, ...]) -> Selectors:
        """The selectors of a generation; worked out once."""
        css = ", ".join(selectors)
        return cls(css=css, rest=f":not(:is({css}))", looks=_looks(selectors))


def _looks(selectors: tuple[str, ...]) -> Looks | None:
    found: dict[str, set[str]] = {"": set(), ".": set(), "#": set()}
    for selector in selectors:
        plain = PLAIN.fullmatch(selector.strip())
        if plain is None or not (plain["name"] or plain["ends"]):
            return None
        kind, word = re.findall(r"([.#]?)([\w-]+)", (plain["name"] or "") + plain["ends"])[-1]
        found[kind].add(word.lower())
    return Looks(
        names=frozenset(found[""]), classes=frozenset(found["."]), ids=frozenset(found["#"])
    )


class Dropped:
    """The elements of a page, made of `size` characters, that one of `selectors` matches."""

    __slots__ = ("_holds", "_root", "_selectors", "_whole", "_within")

    def __init__(self, root: LexborNode, selectors: tuple[str, ...], *, size: int) -> None:
        self._root = root
        self._selectors = Selectors.of(selectors)
        self._whole: frozenset[int] | None = None
        if not selectors:
            self._whole = frozenset()
        elif size <= SMALL and self._selectors.looks is None:
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
            known = frozenset([inner.mem_id for inner in every(self._selectors.css, node)])
            self._within[node.mem_id] = known
        return known

    def holds(self, node: LexborNode) -> bool:
        """Whether a selector matches `node` itself."""
        if self._whole is not None:
            return node.mem_id in self._whole
        looks = self._selectors.looks
        if looks is not None and not looks.may_be(node):
            return False
        known = self._holds.get(node.mem_id)
        if known is None:
            # The first element in `node` that none of them matches is `node`, unless one does:
            # found without a look at what is in it.
            other = first(self._selectors.rest, node)
            known = self._holds[node.mem_id] = other is None or other.mem_id != node.mem_id
        return known

    def _look(self) -> None:
        self._whole = frozenset([node.mem_id for node in every(self._selectors.css, self._root)])
