"""A regular expression as it is declared, compiled when it is first searched by.

A daemon reads ten thousand declarations at its start, and compiling a pattern takes longer than
reading all else that stands in one.
"""

from __future__ import annotations

import re
from functools import cached_property

# What means itself, and a dot: such a text is a regular expression for certain.
CERTAIN = re.compile(r"\^?[\w/.,:;=&%~@!-]*\$?", re.ASCII)


class Pattern:
    """A regular expression; two of the same text are equal.  Raises what `re.compile` raises."""

    def __init__(self, text: str) -> None:
        self.pattern = text
        if CERTAIN.fullmatch(text) is None:
            _ = self.compiled

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """It, ready for use."""
        return re.compile(self.pattern)

    @property
    def groups(self) -> int:
        """How many groups it has."""
        return self.compiled.groups

    def search(self, text: str) -> re.Match[str] | None:
        """Its first place in `text`."""
        return self.compiled.search(text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Pattern) and other.pattern == self.pattern

    def __hash__(self) -> int:
        return hash(self.pattern)

    def __repr__(self) -> str:
        return f"Pattern({self.pattern!r})"
