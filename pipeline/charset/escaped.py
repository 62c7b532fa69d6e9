"""ASCII bytes → the characters, where escapes in them stand for East Asian ones.

All of these bytes are well-formed UTF-8, so they are looked for before it is believed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.charset.fitting import fitting
from pipeline.charset.han import CJK, east_asian

if TYPE_CHECKING:
    from collections.abc import Iterator

JAPANESE = (b"\x1b$B", b"\x1b$@", b"\x1b$(D", b"\x1b$(Q", b"\x1b$(O")
KOREAN = b"\x1b$)C"
CHINESE = (b"\x1b$)A", b"\x1b$)G")
DESIGNATED = "\x1b$"
"""What no text but one in escapes has."""
# Tildes to look behind one by one.
FEW = 50


def may_be_escaped(decoded: bytes) -> bool:
    """Whether any escape is there.  Asked of every page: single bytes are found much sooner."""
    if b"\x1b" in decoded:
        return True
    at = decoded.find(b"~")
    for _ in range(FEW):
        if at < 0 or decoded.startswith(b"{", at + 1):
            return at >= 0
        at = decoded.find(b"~", at + 1)
    return b"~{" in decoded


def escaped(decoded: bytes) -> tuple[str, str] | None:
    """Characters and charset of bytes whose escapes make sense: ISO-2022-JP, -KR or -CN, or HZ."""
    for name in _named(decoded):
        text = fitting(decoded, name)
        if text is not None and b"\x0e" in decoded and "\x0e" in text:
            text = fitting(decoded, "iso2022_jp_ms")  # half-width kana behind SO
        if text is not None and CJK.search(text) and "\x1b" not in text:
            return text, name
    return None


def _named(decoded: bytes) -> Iterator[str]:
    if b"\x1b" in decoded:
        if KOREAN in decoded:
            yield "iso2022_kr"
        if any(escape in decoded for escape in JAPANESE):
            yield "iso-2022-jp"
        if any(escape in decoded for escape in CHINESE):
            yield "iso2022_cn"
    if b"~{" in decoded and b"~}" in decoded and _is_chinese(decoded):
        yield "hz"


def _is_chinese(decoded: bytes) -> bool:
    """Whether what stands between HZ's escapes is; a script's braces are not."""
    text = fitting(decoded, "hz")
    return text is not None and east_asian(text) >= 1
