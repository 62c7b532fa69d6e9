"""Markup → whether it can be parsed in bearable time.

Two loops in Lexbor's tree building are quadratic: each block walks up all open elements, and
each attribute is compared with all of its element's.  Nobody's writing comes near; a page made
to hurt would stop the daemon for hours.
"""

from __future__ import annotations

import re

# Open elements at one place: three tenths of a second.  Browsers stop at 512.
DEEPEST = 20_000
# White space in one tag, about as many as its attributes: half a second.
MOST_ATTRIBUTES = 20_000
# Characters up to which neither can cost more than a second.
HARMLESS = 150_000

# Tags that nest: neither void ones nor those that the next of their kind closes.
NESTING = re.compile(
    r"<(/?)(?!(?:area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr"
    r"|p|li|d[dt]|t[dhr]|option)\b)[a-z]",
    re.IGNORECASE,
)


def bearable(html: str) -> bool:
    """Whether a page is neither nested nor decked with attributes beyond all measure."""
    if len(html) < HARMLESS:
        return True
    return not (_bottomless(html) or _overdressed(html))


def _bottomless(html: str) -> bool:
    if html.count("<") < DEEPEST:
        return False
    depth = 0
    for tag in NESTING.finditer(html):
        depth += -1 if tag[1] else 1
        if depth > DEEPEST:
            return True
    return False


def _overdressed(html: str) -> bool:
    """Whether a tag has too many attributes; looks at a page in strides of so many characters."""
    at = 0
    while at + MOST_ATTRIBUTES < len(html):
        next_tag = html.rfind("<", at, at + MOST_ATTRIBUTES) + 1
        if next_tag:
            at = next_tag
            continue
        # no tag begins in the whole stride: this one is long, or what follows it is
        beyond = html.find("<", at + MOST_ATTRIBUTES) % (len(html) + 1)
        tag = html[at:beyond].partition(">")[0]
        if len(tag) > MOST_ATTRIBUTES and len(tag.split()) > MOST_ATTRIBUTES:
            return True
        at = beyond + 1
    return False
