"""Marks in a stranger's text that nobody sees, or that move what stands around them.

A terminal obeys some of them, a browser others: controls, breaks of lines and paragraphs, marks of
direction, tags, half a surrogate pair.  What scripts need to be written well (joiners, variation
selectors) is not among them.
"""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff"
    "\U000e0000-\U000e007f\ud800-\udfff]"
)
"""One of them; a tab and the ends of lines are seen, and are none."""


def as_json(value: Any) -> str:
    """`value` as JSON in one line, letters as they are and hidden marks by their numbers."""
    return in_json(json.dumps(value, ensure_ascii=False))


def in_json(written: str) -> str:
    """The same JSON with hidden marks by their numbers.

    Who reads it gets every character of it; a terminal that it is shown in obeys none.
    """
    return HIDDEN.sub(_numbered, written)


def _numbered(found: re.Match[str]) -> str:
    return _number(found[0])


@cache
def _number(mark: str) -> str:
    return json.dumps(mark)[1:-1]
