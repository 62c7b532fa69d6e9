"""A label, as servers and pages write it → a charset's name → the codecs that read it."""

from __future__ import annotations

import codecs
from functools import cache

import webencodings

# What really reads the bytes that are sent under a WHATWG name: the vendors' supersets, and a
# second table where Python has cut one charset's extensions into two codecs.
CODECS = {
    "euc-kr": ("cp949",),
    "gbk": ("gb18030",),
    "shift_jis": ("cp932", "shift_jis_2004"),
    "big5": ("big5hkscs", "cp950"),
    "euc-jp": ("euc_jp", "euc_jis_2004"),
    "iso-2022-jp": ("iso2022_jp", "iso2022_jp_ext", "iso2022_jp_2004"),
}
# Labels that servers send and the Encoding standard does not know, and what Python calls the
# pieces that it has cut charsets into.
LABELS = dict.fromkeys(("cp949", "ms949", "uhc"), "euc-kr")
LABELS |= {"cp936": "gbk", "cp950": "big5", "cp932": "shift_jis"}
LABELS |= dict.fromkeys(("euc_jis_2004", "euc_jisx0213"), "euc-jp")
LABELS |= dict.fromkeys(("shift_jis_2004", "shift_jisx0213"), "shift_jis")
LABELS |= {"big5hkscs": "big5", "hz-gb-2312": "hz", "iso-8859-12": ""}
LABELS |= {"mac-cyrillic": "x-mac-cyrillic", "mac-roman": "macintosh", "cp874": "windows-874"}
LABELS |= {"iso8859-16": "iso-8859-16", "x-mac-ce": "mac-latin2", "x-mac-icelandic": "mac-iceland"}
# Charsets that browsers have given up, or never had, and archives and feeds still hold; by
# Python's names.  UTF-7 is none of them: nothing was ever published in it but attacks.
OLD = frozenset(
    """
    cp437 cp720 cp737 cp775 cp850 cp852 cp855 cp856 cp857 cp858 cp860 cp861 cp862 cp863 cp864
    cp865 cp869 cp1006 cp1125 hz iso2022_kr johab koi8-t kz1048 mac-arabic mac-croatian mac-farsi
    mac-greek mac-iceland mac-latin2 mac-romanian mac-turkish ptcp154
    """.split()  # noqa: SIM905 - a list of them would be a page long
)
WIDER = {"utf-32-le": "utf-32le", "utf-32-be": "utf-32be", "utf-32": "utf-32le"}


@cache
def charset_of(label: str) -> str | None:
    """The charset that a lower-case `label` stands for: WHATWG's name, else Python's, or None."""
    known = LABELS.get(label)
    if known is None and label and label.isascii():
        encoding = webencodings.lookup(label)
        known = encoding.name if encoding else None
        if known is None or known == "replacement":
            known = _old(label.removeprefix("x-").replace("dos-", "cp").replace("ibm-", "ibm"))
    return None if known in {None, "", "x-user-defined"} else known


def _old(label: str) -> str | None:
    try:
        name = codecs.lookup(label).name
    except (LookupError, ValueError):
        return None
    if name in LABELS:
        return LABELS[name]
    return name if name in OLD else WIDER.get(name)


def names() -> tuple[str, ...]:
    """Every charset that can be read, by the name it is known under here."""
    known = set(webencodings.LABELS.values()) - {"x-user-defined", "replacement"}
    return tuple(sorted({*known, *OLD, *WIDER.values()}))


@cache
def codecs_of(name: str) -> tuple[str, ...]:
    """Python's codecs for the charset `name`, the one to try first before the others."""
    known = webencodings.lookup(name)
    return CODECS.get(name) or (known.codec_info.name if known else name,)
