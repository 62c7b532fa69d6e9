"""Patterns → one question to each line of a page, whether any of them is found in it.

A site says a dozen of them and a page has hundreds of lines.  Those that look at a line's
beginning alone, which is nearly all, are one pattern here, asked once.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    Asked = Callable[[str], object]

# What may mean something else in company: back-references, and groups with names, conditions or
# flags of their own.
ALONE = re.compile(r"\\[1-9]|\(\?(?![:=!>]|<[=!])")
# What parts alternatives, or may hide what does.
PIECE = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[()|]", re.DOTALL)


class Marks:
    """Whether one of `patterns` is found in a line, as `re.search` finds it."""

    __slots__ = ("_anchored", "_searches")

    def __init__(self, *patterns: str) -> None:
        anchored = [pattern for pattern in patterns if at_the_beginning(pattern)]
        # `match` looks there and nowhere else; without the "^" it knows by a line's first letter
        # which of them to try
        joined = "|".join(f"(?:{pattern[1:]})" for pattern in anchored)
        self._anchored: Asked | None = re.compile(joined).match if anchored else None
        self._searches: tuple[Asked, ...] = tuple(
            re.compile(pattern).search for pattern in patterns if pattern not in anchored
        )

    def __bool__(self) -> bool:
        return self._anchored is not None or bool(self._searches)

    def __call__(self, line: str) -> bool:
        """Whether `line` is marked."""
        if self._anchored is not None and self._anchored(line):
            return True
        # a plain loop costs half of what `any` does
        for search in self._searches:  # noqa: SIM110 - as said
            if search(line):
                return True
        return False


def at_the_beginning(pattern: str) -> bool:
    """Whether `pattern` can be found nowhere but at the beginning, and may be joined to others."""
    if not pattern.startswith("^") or ALONE.search(pattern):
        return False
    depth = 0
    for piece in PIECE.findall(pattern):
        if piece == "|" and not depth:
            return False
        depth += (piece == "(") - (piece == ")")
    return True
