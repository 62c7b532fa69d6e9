"""Text as it stands in a page → lines and the clean text file.

A clean text is UTF-8, NFC, LF: the title, an empty line, then paragraphs, each on one line, with
an empty line between; one LF at the end.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# Never text: control characters, halves of surrogate pairs, and the two characters that only
# ever hint at layout (soft hyphen) or at byte order (U+FEFF).
NO_TEXT = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\ufeff\ud800-\udfff]")
# Invisible, but with a meaning between letters (joiners, word breaks, directions): kept there,
# trimmed at the ends, where they mean nothing.
INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064 "
# In ASCII, where leaving these out and looking for a rest takes a third of `isprintable`'s time.
PRINTABLE = bytes(range(0x20, 0x7F))
BLANK_LINES = re.compile(r"\n[^\S\n]*\n\s*|\f\s*")


def one_line(text: str) -> str:
    """`text` with its white space as single spaces, nothing unprintable, NFC; may be empty.

    White space is Unicode's: U+00A0, U+3000 and line separators too.
    """
    # Of all white space only the space is printable, so that what is clean need not be cut up.
    ascii_alone = text.isascii()
    printable = not text.encode().translate(None, PRINTABLE) if ascii_alone else text.isprintable()
    line = text.strip(" ") if printable and "  " not in text else " ".join(text.split())
    if not (printable or line.isprintable()):
        line = " ".join(NO_TEXT.sub("", line).split()).strip(INVISIBLE)
    return line if ascii_alone else unicodedata.normalize("NFC", line)


def blocks(text: str) -> list[str]:
    """The paragraphs of plain text: what blank lines and form feeds part."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return _kept(BLANK_LINES.split(lines))


def rows(text: str) -> list[str]:
    """The paragraphs of text that has one on each line."""
    return _kept(text.splitlines())


def _kept(pieces: Iterable[str]) -> list[str]:
    return [line for line in map(one_line, pieces) if line]


def clean_text(title: str | None, paragraphs: list[str]) -> str:
    """The clean text file's content; a title that leads the paragraphs again is said once."""
    first = 0
    while title and first < len(paragraphs) and paragraphs[first] == title:
        first += 1
    lines = [title, *paragraphs[first:]] if title else paragraphs
    return "\n\n".join(lines) + "\n"
