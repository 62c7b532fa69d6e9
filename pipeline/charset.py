"""Bytes of a page → its characters, and why they are read so.

The order is the HTML standard's (byte-order mark, HTTP header, `meta`), with two additions that
an archive needs: a declaration that does not fit the bytes is not believed, and bytes without
one are looked at rather than taken for windows-1252.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import webencodings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32le"),  # begins with UTF-16's mark, so it is asked first
    (codecs.BOM_UTF32_BE, "utf-32be"),
    (codecs.BOM_UTF16_LE, "utf-16le"),
    (codecs.BOM_UTF16_BE, "utf-16be"),
)
WIDE = frozenset(name for _, name in BOMS[1:])

# What really reads the bytes that are sent under a WHATWG name: the vendors' supersets, and a
# second table where Python has cut one charset's extensions into two codecs.
CODECS = {
    "euc-kr": ("cp949",),
    "gbk": ("gb18030",),
    "shift_jis": ("cp932",),
    "big5": ("big5hkscs", "cp950"),
    "euc-jp": ("euc_jp", "euc_jis_2004"),
    "iso-2022-jp": ("iso2022_jp", "iso2022_jp_ext"),
}
# Labels that servers send and the Encoding standard does not know.
LABELS = dict.fromkeys(("cp949", "ms949", "uhc"), "euc-kr")
LABELS |= {"cp936": "gbk", "cp950": "big5", "cp932": "shift_jis"}

PARAMETER = re.compile(r"charset\s*=\s*[\"']?\s*([^\s\"';,]+)", re.IGNORECASE)
# A declaration may stand in the first 1024 bytes (HTML 13.2.3.2); pages put it behind scripts.
PRESCAN = 4096
COMMENT = re.compile(rb"<!--.*?(?:-->|$)", re.DOTALL)
META = re.compile(rb"<meta\b[^>]*?\bcharset\s*=\s*[\"']?\s*([A-Za-z0-9_.:+-]+)", re.IGNORECASE)
XML = re.compile(rb"\s*<\?xml\b[^>]*?\bencoding\s*=\s*[\"']([A-Za-z0-9_.:+-]+)", re.IGNORECASE)

# Bad sequences that a declaration survives: one comment pasted in another charset is the
# page's fault, a twentieth of all its characters is the declaration's.
TOLERATED = 0.05
# Continuation bytes from which well-formed UTF-8 is no accident of another charset.
EVIDENT_UTF8 = 4
SAMPLE = 1 << 16
MARKUP = re.compile(
    rb"<(script|style)\b.*?(?:</\1\s*>|$)|<!--.*?(?:-->|$)|<[^<>]*>", re.DOTALL | re.IGNORECASE
)
HIGH = re.compile(rb"[\x80-\xff]")
WORD = re.compile(rb"[A-Za-z\x80-\xff]+")
LATIN_LETTER = re.compile(rb"[A-Za-z]")
ASCII = frozenset(b"\t\n\f\r" + bytes(range(0x20, 0x7F)))
CONTROLS = bytes(set(range(0x20)) - set(b"\t\n\f\r\x1b"))
# Share of control characters from which bytes are no text; compressed data has a tenth.
BINARY = 0.05
# The rows of KS X 1001 that hold syllables begin here, and every trail byte of it.
FIRST_LEAD, FIRST_TRAIL = 0xB0, 0xA1
# Letters from which the share of common ones is known well enough.
ENOUGH = 2000
KANA = frozenset(map(chr, (*range(0x3041, 0x3097), *range(0x30A1, 0x30FB))))
CJK = re.compile(
    "[\u3041-\u3096\u30a1-\u30fa\u3400-\u9fff\uf900-\ufaff가-힣\uff61-\uff9f\ue000-\uf8ff]"
)
# The characters that running Chinese text is full of, simplified and traditional: some 40 % of
# it, and 3 % of other text that is misread as Chinese.
COMMON = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过说"
    "面而方后多定行学法所民得经进着等部度家电力里如水化高自理起小物现实加量都两体制当使点从业本去把性"
    "好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新内数正心反明看原又利比或但"
    "第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党展五果料员革位入常文总次"
    "這為個國時來們於對會發動過說後學經進電裡現實兩體點從業應開還義間樣與關內數變條沒問無軍題黨員總當"
)
# Single-byte charsets that undeclared pages come in, besides windows-1252: those whose words mix
# ASCII letters with others, and those whose words do not.
LATIN = ["cp1250", "iso8859_2", "cp1257"]
OTHERS = ["cp1251", "koi8_r", "iso8859_5", "cp1253", "cp1255", "cp1256", "cp874"]
# Bytes that are letters in those of the first kind and signs in windows-1252, inside a word.
NOT_WESTERN = re.compile(
    rb"[A-Za-z\xc0-\xff][\xa3\xa5\xaf\xb1\xb3\xb5\xb6\xb9\xbc\xbe\xbf][A-Za-z\xc0-\xff]"
)
# High bytes, and such words, from which more can be told than that.
TELLING, TELLING_WORDS = 8, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """A page's characters, its byte-order mark gone and nothing else changed.

    `charset` is the WHATWG name; `why` is `bom`, `header`, `meta`, `xml declaration`,
    `utf-8 valid` or `detected`, with `(declared … does not fit)` behind it where the bytes
    contradict what was declared.
    """

    text: str
    charset: str
    why: str


def read(decoded: bytes, content_type: str | None) -> Decoded | None:
    """The characters of `decoded`, whose header said `content_type`.

    None for bytes that are text in no charset.
    """
    marked = _by_mark(decoded)
    if marked is not None:
        return marked
    label, why = _declared(decoded, content_type)
    name = _charset_of(label)
    unfit = f" (declared {label} does not fit)" if label else ""
    if b"\0" in decoded:
        wide = _by_zeros(decoded, name, unfit)
        if wide is not None or _binary(decoded):
            return wide
    text = None if not label and _escaped(decoded) else _utf8(decoded)
    if text is not None and name == "utf-8":
        return Decoded(text=text, charset=name, why=why)
    evident = text is not None and len(decoded) - len(text) >= EVIDENT_UTF8
    if name and name not in WIDE and not evident:
        declared = _fitting(decoded, name)
        if declared is not None:
            return Decoded(text=declared, charset=name, why=why)
    if text is not None:
        return Decoded(text=text, charset="utf-8", why=f"utf-8 valid{unfit}")
    return _detected(decoded, unfit)


def _by_mark(decoded: bytes) -> Decoded | None:
    for mark, name in BOMS:
        if decoded.startswith(mark):
            text = _fitting(decoded[len(mark) :], name)
            return None if text is None else Decoded(text=text, charset=name, why="bom")
    return None


def _declared(decoded: bytes, content_type: str | None) -> tuple[str, str]:
    """The label that is declared, lower case, empty when none is; and where."""
    parameter = PARAMETER.search(content_type) if content_type else None
    if parameter and _charset_of(parameter[1].lower()):
        return parameter[1].lower(), "header"
    head = decoded[:PRESCAN]
    if b"<!--" in head:
        head = COMMENT.sub(b"", head)
    meta = META.search(head)
    if meta:
        return meta[1].decode("ascii").lower(), "meta"
    xml = XML.match(head)
    return (xml[1].decode("ascii").lower() if xml else ""), "xml declaration"


def _charset_of(label: str) -> str | None:
    known = LABELS.get(label)
    if known is None and label and label.isascii():
        encoding = webencodings.lookup(label)
        known = encoding.name if encoding else None
    return None if known in {"replacement", "x-user-defined"} else known


def _codecs(name: str) -> tuple[str, ...]:
    known = webencodings.lookup(name)
    return CODECS.get(name) or (known.codec_info.name if known else name,)


def _utf8(decoded: bytes) -> str | None:
    try:
        return decoded.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _escaped(decoded: bytes) -> bool:
    """Whether the escapes of ISO-2022-JP stand in `decoded`, which are ASCII, so UTF-8 as well."""
    return b"\x1b" in decoded and (b"\x1b$B" in decoded or b"\x1b$@" in decoded)


def _fitting(decoded: bytes, name: str) -> str | None:
    """`decoded` read as charset `name`, or None when it does not fit.

    A character that the end of the bytes cuts in two is not held against the charset.
    """
    choices = _codecs(name)
    for codec in choices:
        try:
            return decoded.decode(codec)
        except UnicodeDecodeError:
            continue
    text = decoded.decode(choices[0], errors="replace")
    bad = text.count("\ufffd") - text.endswith("\ufffd")
    good = len(text) - len(text.encode("ascii", "ignore")) - bad
    return text if bad <= TOLERATED * good else None


def _by_zeros(decoded: bytes, declared: str | None, unfit: str) -> Decoded | None:
    """Bytes with U+0000 in them as UTF-16 or UTF-32 without a mark, or None.

    Only a header can declare those: a `meta` that was read byte by byte is wrong about them.
    """
    for name in _wide_candidates(decoded[:PRESCAN]):
        text = _fitting(decoded, name)
        if text is not None:
            why = "header" if name == declared else f"detected{unfit}"
            return Decoded(text=text, charset=name, why=why)
    return None


def _wide_candidates(head: bytes) -> Iterator[str]:
    """Wide charsets in which a fifth of `head` is ASCII, as markup is in every language."""
    units = [head[place : place + 2] for place in range(0, len(head) - 1, 2)]
    little = [unit[1] == 0 and unit[0] in ASCII for unit in units]
    big = [unit[0] == 0 and unit[1] in ASCII for unit in units]
    wider = units.count(b"\0\0") > len(units) / 3
    if sum(little) > max(2, len(units) / 5, 10 * sum(big)):
        yield "utf-32le" if wider else "utf-16le"
    if sum(big) > max(2, len(units) / 5, 10 * sum(little)):
        yield "utf-32be" if wider else "utf-16be"


def _binary(decoded: bytes) -> bool:
    sample = decoded[:SAMPLE]
    return len(sample) - len(sample.translate(None, CONTROLS)) > BINARY * len(sample)


def _detected(decoded: bytes, unfit: str) -> Decoded | None:
    if _binary(decoded):
        return None
    sample = _sample(decoded)
    name = _east_asian(sample) or _narrow(sample)
    text = _fitting(decoded, name) or decoded.decode(_codecs(name)[0], errors="replace")
    return Decoded(text=text, charset=name, why=f"detected{unfit}")


def _sample(decoded: bytes) -> bytes:
    """Some running text, from the first stretch of `decoded` that is not ASCII outside markup."""
    sample = MARKUP.sub(b" ", decoded[: 4 * SAMPLE])[:SAMPLE]
    if sample.isascii():
        first = HIGH.search(decoded, 4 * SAMPLE) or HIGH.search(decoded)
        sample = decoded[first.start() :][:SAMPLE] if first else sample
    return sample


def _east_asian(sample: bytes) -> str | None:
    """The East Asian charset in which `sample` reads as a language, or None."""
    if _escaped(sample):
        return "iso-2022-jp"
    scores = {
        name: score(text) / needed
        for name, score, needed in LIKENESS
        if (text := _fitting(sample, name)) is not None
    }
    best = max(scores, key=scores.__getitem__, default=None)
    return best if best and scores[best] >= 1 else None


def _korean(text: str) -> float:
    """The share of KS X 1001's syllables: those beyond it are what other charsets look like."""
    letters = CJK.findall(text)[:ENOUGH]
    pairs = [letter.encode("cp949", "replace") for letter in letters if "가" <= letter <= "힣"]
    known = [pair for pair in pairs if pair[0] >= FIRST_LEAD and pair[-1] >= FIRST_TRAIL]
    return len(known) / max(2, len(letters))


def _share(text: str, *, of: frozenset[str]) -> float:
    letters = CJK.findall(text)[:ENOUGH]
    return sum(letter in of for letter in letters) / max(8, len(letters))


# Charset, what its language scores, and the score from which it is that language.
LIKENESS: tuple[tuple[str, Callable[[str], float], float], ...] = (
    ("euc-kr", _korean, 0.7),
    ("gb18030", partial(_share, of=COMMON), 0.2),
    ("big5", partial(_share, of=COMMON), 0.2),
    ("shift_jis", partial(_share, of=KANA), 0.25),
    ("euc-jp", partial(_share, of=KANA), 0.25),
)


def _narrow(sample: bytes) -> str:
    """The single-byte charset of `sample`, windows-1252 when nothing tells."""
    words = [word for word in WORD.findall(sample) if not word.isascii()][:ENOUGH]
    latin = sum(LATIN_LETTER.search(word) is not None for word in words) >= len(words) / 4
    unusual = sum(NOT_WESTERN.search(word) is not None for word in words)
    if unusual < TELLING_WORDS if latin else sum(map(len, words)) < TELLING:
        return "windows-1252"
    import charset_normalizer  # noqa: PLC0415 - slow to load, and few pages need it

    best = charset_normalizer.from_bytes(
        b" ".join(words)[:8192], cp_isolation=LATIN if latin else OTHERS, threshold=0.5
    ).best()
    label = best.encoding.replace("cp", "windows-").replace("_", "-") if best else ""
    return _charset_of(label) or "windows-1252"
