"""A label, as servers and pages write it → a charset's name → the codecs that read it."""

from __future__ import annotations

import codecs
import re
from functools import cache

import webencodings

import pipeline.charset.own_codecs
import pipeline.charset.seven_bits  # noqa: F401 - both register theirs with Python

# What really reads the bytes that are sent under a WHATWG name: the vendors' supersets, and a
# second table where Python has cut one charset's extensions into two codecs.
CODECS = {
    "euc-kr": ("cp949",),
    "gbk": ("gb18030",),
    "shift_jis": ("cp932", "shift_jis_2004"),
    "big5": ("big5hkscs", "cp950"),
    "euc-jp": ("euc_jp", "euc_jis_2004"),
    "iso-2022-jp": (
        "iso2022_jp",
        "iso2022_jp_ext",
        "iso2022_jp_2",
        "iso2022_jp_2004",
        "iso2022_jp_ms",
    ),
}
# Labels that servers send and the Encoding standard does not know, without what parts their
# words, and what Python calls the pieces that it has cut charsets into.
LABELS = dict.fromkeys(
    ["cp949", "ms949", "uhc", "euckr", "ksc5601", "mackorean", "cp51949"], "euc-kr"
)
LABELS |= dict.fromkeys(["cp936", "ms936", "euccn", "gb231280", "macchinesesimp", "cp51936"], "gbk")
LABELS |= dict.fromkeys(["gb180302000", "gb180302005", "cp54936"], "gb18030")
LABELS |= dict.fromkeys(
    ["cp950", "ms950", "big5eten", "big52003", "big5hkscs", "big5hkscs2004", "macchinesetrad"],
    "big5",
)
LABELS |= dict.fromkeys(["cp932", "ms932", "mscp932", "sjiswin", "macjapanese"], "shift_jis")
LABELS |= dict.fromkeys(["shiftjis2004", "shiftjisx0213"], "shift_jis")
LABELS |= dict.fromkeys(
    ["eucjis2004", "eucjisx0213", "ujis", "eucjpwin", "eucjpms", "cp51932"], "euc-jp"
)
LABELS |= dict.fromkeys(
    ["jis", "iso2022jp1", "iso2022jp2", "iso2022jp3", "iso2022jpext", "cp50220"], "iso-2022-jp"
)
LABELS |= dict.fromkeys(
    ["cp65001", "65001", "utf8n", "utf8mb4", "utf8mb3", "utf8sig", "utf8bom", "utf8utf8"], "utf-8"
)
LABELS |= {"cp1200": "utf-16le", "cp1201": "utf-16be", "ucs4": "utf-32le", "cp12000": "utf-32le"}
LABELS |= {f"latin{number}": f"iso-8859-{part}" for number, part in ((7, 13), (8, 14), (9, 15))}
LABELS |= {"latin10": "iso-8859-16", "iso885912": ""}
LABELS |= {f"cp{28590 + part}": f"iso-8859-{part}" for part in (2, 3, 4, 5, 6, 7, 8, 10, 13, 15)}
LABELS |= {"cp28591": "windows-1252", "cp28599": "windows-1254", "cp28605": "iso-8859-15"}
LABELS |= {"ansi": "windows-1252", "msansi": "windows-1252", "mscyrl": "windows-1251"}
LABELS |= {"msee": "windows-1250", "msgreek": "windows-1253", "msturk": "windows-1254"}
LABELS |= {"mshebr": "windows-1255", "msarab": "windows-1256", "winbaltrim": "windows-1257"}
LABELS |= {"cp20866": "koi8-r", "cp21866": "koi8-u", "koi8unified": "koi8-u"}
LABELS |= {"iso2022cn": "iso2022_cn", "iso2022cnext": "iso2022_cn"}
LABELS |= {"armscii8": "armscii_8", "armscii8a": "armscii_8", "geostd8": "georgian_ps"}
LABELS |= {"georgianps": "georgian_ps", "georgianacademy": "georgian_academy"}
LABELS |= {"hzgb2312": "hz", "cp52936": "hz", "tis6202533": "windows-874", "cp874": "windows-874"}
LABELS |= {"asmo708": "iso-8859-6", "pc8codepage437": "cp437"}
LABELS |= {
    "maccyrillic": "x-mac-cyrillic",
    "macukraine": "x-mac-cyrillic",
    "cp10007": "x-mac-cyrillic",
}
LABELS |= {"macroman": "macintosh", "cp10000": "macintosh", "cp10006": "mac-greek"}
LABELS |= dict.fromkeys(["macce", "maccentraleurroman", "cp10029"], "mac-latin2")
LABELS |= {"macicelandic": "mac-iceland", "cp10079": "mac-iceland", "macromania": "mac-romanian"}
LABELS |= {"cp10010": "mac-romanian", "cp10081": "mac-turkish", "cp10082": "mac-croatian"}
LABELS |= dict.fromkeys(["viscii11", "viscii111"], "viscii")
LABELS |= dict.fromkeys(
    ["tcvn5712", "tcvn57121", "tcvn571211993", "tcvn3", "viettcvn5712", "viettcvn"], "tcvn"
)
LABELS |= dict.fromkeys(["euctw", "cns11643", "eucutw"], "euc_tw")
# Charsets that browsers have given up, or never had, and archives and feeds still hold; by
# Python's names.  UTF-7 is none of them: nothing was ever published in it but attacks.
OLD = frozenset(
    """
    cp437 cp720 cp737 cp775 cp850 cp852 cp855 cp856 cp857 cp858 cp860 cp861 cp862 cp863 cp864
    cp865 cp869 cp1006 cp1125 armscii_8 euc_tw georgian_academy georgian_ps hz iso2022_cn iso2022_kr
    johab koi8-t kz1048 mac-arabic mac-croatian
    mac-farsi mac-greek mac-iceland mac-latin2 mac-romanian mac-turkish ptcp154 tcvn viscii
    """.split()  # noqa: SIM905 - a list of them would be a page long
)
WIDER = {"utf-32-le": "utf-32le", "utf-32-be": "utf-32be", "utf-32": "utf-32le"}


PARTING = re.compile(r"[^a-z0-9]+")
# What is written before a charset's name or number, and says nothing.
BEFORE = re.compile(
    r"^(?:(?:x|cs)(?=[a-z])|charset)?"
    r"(?:(?:windows|win|ibm|dos|pc|ccsid|codepage)0*(?=\d))?"
)


@cache
def charset_of(label: str) -> str | None:
    """The charset that a lower-case `label` stands for: WHATWG's name, else Python's, or None.

    Where the standard does not know a label it is asked again without what parts its words.
    """
    if not label or not label.isascii():
        return None
    encoding = webencodings.lookup(label)
    known = encoding.name if encoding else None
    if known is None or known == "replacement":
        known = _old(label) or _spelled_otherwise(label)
    return None if known in {"", "x-user-defined"} else known


def _spelled_otherwise(label: str) -> str | None:
    squeezed = _numbered(PARTING.sub("", label))
    known = LABELS.get(squeezed)
    return _squeezed().get(squeezed) if known is None else known


def _numbered(squeezed: str) -> str:
    """Without what says nothing; code pages as `cp`, and ISO 8859's parts as its own."""
    rest = BEFORE.sub("", squeezed)
    if rest.startswith("8859"):
        return f"iso{rest}"
    return f"cp{rest}" if rest.isdecimal() else rest


@cache
def _squeezed() -> dict[str, str]:
    """What is known by other names, under those names without what parts their words."""
    known = {name: name for name in sorted({*OLD, *WIDER.values()})} | WIDER
    known |= {label: name for label, name in webencodings.LABELS.items() if name != "replacement"}
    return {_numbered(PARTING.sub("", label)): name for label, name in known.items()}


def _old(label: str) -> str | None:
    try:
        name = codecs.lookup(label.removeprefix("x-")).name
    except (LookupError, ValueError):
        return None
    squeezed = PARTING.sub("", name)
    if squeezed in LABELS:
        return LABELS[squeezed]
    return name if name in OLD else WIDER.get(name)


def names() -> tuple[str, ...]:
    """Every charset that can be read, by the name it is known under here; browsers' first."""
    known = set(webencodings.LABELS.values()) - {"x-user-defined", "replacement"}
    return (*sorted(known), *sorted({*OLD, *WIDER.values()} - known))


@cache
def codecs_of(name: str) -> tuple[str, ...]:
    """Python's codecs for the charset `name`, the one to try first before the others."""
    known = webencodings.lookup(name)
    return CODECS.get(name) or (known.codec_info.name if known else name,)
