"""Bytes → the characters, where they are UTF-16 or UTF-32, with a mark or without."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

from pipeline.charset.fitting import fitting
from pipeline.charset.likeness import likeness

if TYPE_CHECKING:
    from collections.abc import Iterator

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32le"),  # begins with UTF-16's mark, so it is asked first
    (codecs.BOM_UTF32_BE, "utf-32be"),
    (codecs.BOM_UTF16_LE, "utf-16le"),
    (codecs.BOM_UTF16_BE, "utf-16be"),
)
WIDE = frozenset(name for _, name in BOMS[1:])
ASCII = frozenset(b"\t\n\f\r" + bytes(range(0x20, 0x7F)))
HEAD = 4096
# What text without markup must look like, and its letters, before it is taken for UTF-16.
SURE, LETTERS = 0.9, 6
# What a template in another charset leaves before markup of two bytes a character.
STRAY = re.compile(rb"[\t\n\r ]{1,4}(?=<\0|\0<)")


def by_mark(decoded: bytes) -> tuple[str, str] | None:
    """Characters and charset of bytes that begin with a byte-order mark that they live up to."""
    for mark, name in BOMS:
        if decoded.startswith(mark):
            text = fitting(decoded[len(mark) :], name)
            if text is not None and _lives_up(text, name):
                return text.lstrip("\ufeff"), name
    return None


def without_mark(decoded: bytes) -> bytes:
    """`decoded` behind its byte-order mark, and behind the same again."""
    mark = next((mark for mark, _ in BOMS if decoded.startswith(mark)), b"")
    while mark and decoded.startswith(mark):
        decoded = decoded[len(mark) :]
    return decoded


def _lives_up(text: str, name: str) -> bool:
    """Whether it is text: other charsets' bytes, two by two, are rare letters and no ASCII."""
    head = text[:HEAD]
    if name == "utf-8":
        return head.count("\0") <= len(head) / 50
    ascii_ones = len(head.encode("ascii", "ignore")) - head.count("\0")
    return not head or ascii_ones >= len(head) / 20 or likeness(head).share >= SURE


def unmarked(decoded: bytes) -> tuple[str, str] | None:
    """Characters and charset of bytes without a mark that are UTF-16 or UTF-32 all the same.

    Without the white space in front of them that is of another charset.
    """
    stray = STRAY.match(decoded)
    if stray is not None and (len(decoded) - stray.end()) % 2 == 0:
        decoded = decoded[stray.end() :]
    for name in _by_zeros(decoded[:HEAD]):
        text = fitting(decoded, name)
        if text is not None:
            return text, name
    return _by_letters(decoded)


def _by_zeros(head: bytes) -> Iterator[str]:
    """Wide charsets in which a fifth of `head` is ASCII, as markup is in every language."""
    units = [head[place : place + 2] for place in range(0, len(head) - 1, 2)]
    little = [unit[1] == 0 and unit[0] in ASCII for unit in units]
    big = [unit[0] == 0 and unit[1] in ASCII for unit in units]
    wider = units.count(b"\0\0") > len(units) / 3
    if sum(little) > max(2, len(units) / 5, 10 * sum(big)):
        yield "utf-32le" if wider else "utf-16le"
    if sum(big) > max(2, len(units) / 5, 10 * sum(little)):
        yield "utf-32be" if wider else "utf-16be"


def _by_letters(decoded: bytes) -> tuple[str, str] | None:
    """Text with little ASCII in it, as Chinese or Thai without markup is."""
    for name, unit in (("utf-16le", 2), ("utf-16be", 2), ("utf-32le", 4), ("utf-32be", 4)):
        head = fitting(decoded[:HEAD], name)
        if head is None or "\0" in head or "\ufffd" in head[:-1] or len(decoded) < unit:
            continue
        looks = likeness(head)
        if looks.share >= SURE and looks.letters >= max(LETTERS, len(head) / 4):
            text = fitting(decoded, name)
            if text is not None:
                return text, name
    return None
