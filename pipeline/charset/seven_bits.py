"""ISO 2022 in seven bits, as Python cannot read it → a codec: Chinese, and Microsoft's Japanese.

Escapes designate a set of characters, SO and SI shift to it and back (ECMA-35).  Of Chinese
(RFC 1922) GB 2312 and the planes 1 and 2 of CNS 11643 are read.  `iso2022_cn` and `iso2022_jp_ms`
are the same.  Designations outlive a line here: many writers forgot that they do not.
"""

from __future__ import annotations

import codecs
import re

ASCII, KANA, KANJI, MORE_KANJI, GB, CNS_1, CNS_2 = range(7)
# For what stands between escapes, and for what stands behind SO.
BETWEEN = {
    b"\x1b(B": ASCII,
    b"\x1b(J": ASCII,
    b"\x1b(H": ASCII,
    b"\x1b(I": KANA,
    b"\x1b$@": KANJI,
    b"\x1b$B": KANJI,
    b"\x1b&@\x1b$B": KANJI,
    b"\x1b$(D": MORE_KANJI,
}
SHIFTED = {b"\x1b$)A": GB, b"\x1b$)G": CNS_1}
SECOND, SINGLE = b"\x1b$*H", b"\x1bN"
SO, SI = b"\x0e", b"\x0f"
ESCAPES = b"|".join(map(re.escape, (*BETWEEN, *SHIFTED, SECOND)))
TOKEN = re.compile(
    rb"(?P<escape>" + ESCAPES + rb")|(?P<shift>[\x0e\x0f])|\x1bN(?P<single>[\x21-\x7e]{2})"
    rb"|(?P<graphic>[\x21-\x7e]+)|(?P<plain>[\x00-\x0d\x10-\x1a\x1c-\x20\x7f]+)|(?P<bad>.)",
    re.DOTALL,
)
# How a set's characters are written in eight bits: by which of Python's codecs, behind what.
WRITTEN = {
    KANA: ("cp932", b""),
    MORE_KANJI: ("euc_jp", b"\x8f"),
    GB: ("gb2312", b""),
    CNS_1: ("euc_tw", b""),
    CNS_2: ("euc_tw", b"\x8e\xa2"),
}
FIRST_LEAD, KANA_LEADS = 0x81, 0x9F
"""The first byte of Shift_JIS's first row, and the last before those of half-width kana."""


def decode(given: bytes, errors: str = "strict") -> tuple[str, int]:
    """The characters of `given`, and its length."""
    text: list[str] = []
    between, behind_so, shifted = ASCII, KANA, False
    for found in TOKEN.finditer(given):
        octets = found[0]
        match found.lastgroup:
            case "escape":
                between = BETWEEN.get(octets, between)
                behind_so = SHIFTED.get(octets, behind_so)
            case "shift":
                shifted = octets == SO
            case "graphic":
                text.append(_drawn(octets, behind_so if shifted else between, errors))
            case "single":
                text.append(_drawn(found["single"], CNS_2, errors))
            case "plain":
                text.append(octets.decode("ascii"))
            case _:
                text.append(_bad(given, found, errors))
    return "".join(text), len(given)


def _drawn(octets: bytes, characters: int, errors: str) -> str:
    """Octets from `!` to `~` in a set of characters."""
    if characters == ASCII:
        return octets.decode("ascii")
    if characters == KANJI:
        return _in_shifts(octets).decode("cp932", errors)
    codec, before = WRITTEN[characters]
    high = bytes(octet | 0x80 for octet in octets)
    pairs = (before + high[at : at + 2] for at in range(0, len(high), 2))
    return b"".join(pairs).decode(codec, errors)


def _in_shifts(octets: bytes) -> bytes:
    """Pairs of JIS X 0208 as Shift_JIS has them: by it Microsoft's additions are known."""
    written = bytearray()
    for row, cell in zip(octets[::2], octets[1::2], strict=False):
        lead = (row - 0x21) // 2 + FIRST_LEAD
        # two rows share a lead: the first has bytes up to 9E without 7F, the second those behind
        trail = cell + 0x1F + (cell > 0x5F) if row % 2 else cell + 0x7E  # noqa: PLR2004 - as said
        written += bytes((lead + 0x40 if lead > KANA_LEADS else lead, trail))
    return bytes(written) + bytes((FIRST_LEAD,)) * (len(octets) % 2)


def _bad(given: bytes, found: re.Match[bytes], errors: str) -> str:
    wrong = UnicodeDecodeError("iso2022", given, *found.span(), "no escape that is known")
    replaced = codecs.lookup_error(errors)(wrong)[0]
    return replaced if isinstance(replaced, str) else ""


def encode(given: str, errors: str = "strict") -> tuple[bytes, int]:
    """`given` in ASCII and GB 2312, as ISO-2022-CN writes it."""
    written, shifted = bytearray(), False
    for character in given:
        octets = character.encode("gb2312", errors)
        if (len(octets) > 1) != shifted:
            written += SI if shifted else b"\x1b$)A" + SO
            shifted = not shifted
        written += bytes(octet & 0x7F for octet in octets)
    return bytes(written) + SI * shifted, len(given)


def _find(name: str) -> codecs.CodecInfo | None:
    if name in {"iso2022_cn", "iso2022_jp_ms"}:
        return codecs.CodecInfo(encode, decode, name=name)  # type: ignore[arg-type]
    return None


codecs.register(_find)
