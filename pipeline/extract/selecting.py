"""A CSS selector and an element → the elements in it, itself included, that the selector matches.

`node.css()` asks an engine of its page's own, and making one costs as much as parsing a short
page.  An engine remembers nothing of what it was asked: one for each thread serves all pages.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from selectolax.lexbor import LexborCSSSelector

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode


class _Engines(threading.local):
    """Two threads may not ask one at the same time."""

    def __init__(self) -> None:
        self.own = LexborCSSSelector()  # type: ignore[no-untyped-call]


_ENGINES = _Engines()


def every(css: str, node: LexborNode) -> list[LexborNode]:
    """All that match, in document order."""
    return _ENGINES.own.find(css, node)


def first(css: str, node: LexborNode) -> LexborNode | None:
    """The first that matches, found without a look at what stands behind it."""
    found: list[LexborNode] = _ENGINES.own.find_first(css, node)  # type: ignore[attr-defined]  # not in its stub
    return found[0] if found else None
