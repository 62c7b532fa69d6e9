"""Text that somebody read in the wrong charset and encoded again → what it was before."""

from __future__ import annotations

# In text that was encoded twice, UTF-8's first bytes have become letters from Â to ô, and what
# follows one mostly begins with this byte: so does the first that there is, or one of the next.
BEHIND, FIRST_FEW = 0xC2, 4
LETTERS = frozenset(range(0x82, 0xB5))
# A quotation mark or dash that was encoded twice, which has no such byte.
QUOTED = "â€".encode()
# From so many on they are no accident, where nothing else in the text is beyond ASCII.
EVIDENT = 4
CONTROLS = frozenset(map(chr, range(0x80, 0xA0)))
_BACK = {
    ord(bytes([byte]).decode("cp1252")): byte
    for byte in range(0x80, 0xA0)
    if byte not in b"\x81\x8d\x8f\x90\x9d"
}


def is_suspect(decoded: bytes) -> bool:
    """Whether UTF-8 has in it what text that was encoded twice is full of.

    Asked of every page, so it looks for single bytes, which are found much sooner than patterns.
    """
    if b"\xc3" not in decoded:
        return False
    place = -1
    for _ in range(FIRST_FEW):
        place = decoded.find(BEHIND, place + 1)
        if place < 0:
            break
        if place > 1 and decoded[place - 2] == 0xC3 and decoded[place - 1] in LETTERS:  # noqa: PLR2004 - the letters' own first byte
            return True
    return b"\xac" in decoded and QUOTED in decoded


def undone(text: str) -> str | None:
    """`text` as it was before, or None where not all of it was encoded twice."""
    try:
        before = _single(text).decode("utf-8")
    except UnicodeError:
        return None
    return before if len(text) - len(before) >= EVIDENT else None


def _single(text: str) -> bytes:
    """The bytes that were taken for windows-1252, which browsers read so even where it has gaps."""
    try:
        return text.encode("cp1252")
    except UnicodeEncodeError as error:
        if text[error.start] not in CONTROLS:
            raise
    return text.translate(_BACK).encode("latin-1")
