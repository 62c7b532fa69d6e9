"""One town's news in many languages, in every charset that holds them: read right, told, silent.

    python benchmarks/charsets.py [--list] [--only LANGUAGE,...] [--beside] [--spoken]

Each text is written in each charset of its script that has its letters, as a page of a title, of
one sentence and of many, undeclared, rightly and wrongly declared.  `told` is a wrong reading
that is called doubtful, `silent` one that nobody is told of.  `--list` names the silent ones,
`--beside` asks the detectors that are installed too, of what is undeclared, and with `--spoken`
each page says its language, as pages made by a CMS do.
The table goes to stderr, JSON to stdout.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import unicodedata
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from pipeline.charset import read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PROSE = Path(__file__).parent / "prose.yaml"
LATIN = """
iso8859_1 iso8859_2 iso8859_3 iso8859_4 iso8859_9 iso8859_10 iso8859_13 iso8859_14 iso8859_15
iso8859_16 cp1250 cp1252 cp1254 cp1257 cp437 cp775 cp850 cp852 cp857 cp858 cp860 cp861 cp863 cp865
mac_roman mac_latin2 mac_croatian mac_romanian mac_turkish mac_iceland
"""
CYRILLIC = "cp1251 koi8_r koi8_u cp866 cp1125 iso8859_5 mac_cyrillic cp855"
UNICODE = "utf_8 utf_8_sig utf_16 utf_16_le utf_16_be utf_32 gb18030"
CHARSETS = dict.fromkeys(["ru", "uk", "be", "bg", "sr", "mk"], CYRILLIC) | {
    "el": "iso8859_7 cp1253 cp869 cp737 mac_greek",
    "he": "iso8859_8 cp1255 cp862",
    "ar": "iso8859_6 cp1256 cp720",
    "fa": "cp1256",
    "kk": "ptcp154 kz1048",
    "th": "tis_620 cp874 iso8859_11",
    "vi": "cp1258 viscii tcvn",
    "ja": "shift_jis cp932 euc_jp iso2022_jp shift_jis_2004 euc_jis_2004",
    "ko": "euc_kr cp949 johab iso2022_kr",
    "zh-hans": "gb2312 gbk hz",
    "zh-hant": "big5 cp950 big5hkscs euc_tw",
}
WRONG = ("iso-8859-1", "utf-8", "windows-1250", "windows-1251", "gb2312", "shift_jis")
# How older charsets spell what they have no letters for.
RESPELLED = str.maketrans("țșȚȘیک", "ţşŢŞيك", "\u200c„“”‘’–")
TONES = "\u0300\u0301\u0303\u0309\u0323"
SIZES = ("title", "sentence", "text")


def toned(letter: str) -> str:
    """A Vietnamese letter with its tone behind it, as windows-1258 writes it."""
    marks = unicodedata.normalize("NFD", letter)
    tone = "".join(mark for mark in marks if mark in TONES)
    return unicodedata.normalize("NFC", marks.translate(dict.fromkeys(map(ord, TONES)))) + tone


def spelled(text: str, codec: str) -> str | None:
    """`text` in what the charset has, or None where it lacks a letter."""
    spellings = (text, text.translate(RESPELLED), "".join(map(toned, text)))
    for spelling in spellings:
        try:
            spelling.encode(codec)
        except (UnicodeEncodeError, LookupError):
            continue
        return spelling
    return None


def page(text: str, size: str, language: str = "") -> str:
    """A page with little text in much markup, as news pages are."""
    lines = text.splitlines()
    body = {"title": [], "sentence": lines[:1], "text": lines}[size]
    said = f" lang='{language}'" if language else ""
    menu = "".join(f"<li class='item'><a href='/s/{n}.html'>{n}</a></li>" for n in range(20))
    return (
        f"<!DOCTYPE html>\n<html{said}><head><title>{lines[-1][:24]}</title>\n"
        "<script>window.page = {kind: 'story', id: 80613};</script></head>\n"
        f"<body class='page'><ul>{menu}</ul><div id='story'>"
        + "".join(f"<p>{line}</p>\n" for line in body)
        + "</div><footer>&copy; 2009 <a href='/imprint'>Imprint</a></footer></body></html>\n"
    )


def cases(only: frozenset[str], *, spoken: bool) -> Iterator[tuple[str, str, str, str]]:
    """Language, charset, size and page."""
    for language, text in yaml.safe_load(PROSE.read_text("utf-8")).items():
        if only and language not in only:
            continue
        for codec in f"{CHARSETS.get(language, LATIN)} {UNICODE}".split():
            spelling = spelled(text.strip(), codec)
            if spelling is not None and codec.encode():
                yield from (
                    (language, codec, size, page(spelling, size, language if spoken else ""))
                    for size in SIZES
                )


def label_of(codec: str) -> str:
    """As a server spells it."""
    if codec == "mac_roman":
        return "macintosh"
    label = codec.removesuffix("_sig").replace("_", "-").replace("mac-", "x-mac-")
    for short, known in (("iso", "iso-"), ("iso--", "iso-"), ("cp125", "windows-125")):
        label = label.replace(short, known) if label.startswith(short) else label
    return label.replace("tcvn", "tcvn-5712")


def ours(sent: bytes, header: str | None, whole: str) -> str:
    """Whether `sent` is read as `whole`."""
    found = read(sent, header)
    if found is None:
        return "told"
    if _same(found.text, whole):
        return "right"
    return "told" if "doubtful" in found.why else "silent"


def _same(text: str, whole: str) -> bool:
    return unicodedata.normalize("NFC", text) == unicodedata.normalize("NFC", whole)


def detectors() -> dict[str, Callable[[bytes], str | None]]:
    """What is installed beside ours, each from bytes to text."""
    import chardet  # noqa: PLC0415 - only where it is asked for
    import charset_normalizer  # noqa: PLC0415

    def by_chardet(sent: bytes) -> str | None:
        name = chardet.detect(sent)["encoding"]
        return sent.decode(name, "replace") if name else None

    def by_normalizer(sent: bytes) -> str | None:
        best = charset_normalizer.from_bytes(sent).best()
        return str(best) if best else None

    return {"chardet": by_chardet, "charset-normalizer": by_normalizer}


def beside(sent: bytes, whole: str, tells: Callable[[bytes], str | None]) -> str:
    """The same of another detector, which is told when it gives no text."""
    try:
        text = tells(sent)
    except (LookupError, UnicodeError):
        text = None
    if text is None:
        return "told"
    return "right" if _same(text, whole) else "silent"


def measured(asked: argparse.Namespace) -> dict[str, Counter[str]]:
    """Of each way to declare and size, how many were right, told and silent."""
    counts: dict[str, Counter[str]] = {}
    others = detectors() if asked.beside else {}
    only = frozenset(filter(None, asked.only.split(",")))
    for language, codec, size, whole in cases(only, spoken=asked.spoken):
        sent, label = whole.encode(codec), label_of(codec)
        wrong = [name for name in WRONG if name != label]
        for how, names in (("undeclared", [None]), ("rightly", [label]), ("wrongly", wrong)):
            for name in names:
                told = ours(sent, name and f"text/html; charset={name}", whole)
                counts.setdefault(f"{how}, {size}", Counter())[told] += 1
                if told == "silent" and asked.list:
                    sys.stderr.write(f"silent: {language} in {codec}, {size}, {name}\n")
        for name, tells in others.items():
            begun = time.process_time()
            count = counts.setdefault(f"{name}, undeclared, {size}", Counter())
            count[beside(sent, whole, tells)] += 1
            count["ms"] += round(1000 * (time.process_time() - begun))
    return counts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--list", action="store_true", help="name what was wrong in silence")
    parser.add_argument("--only", default="", help="languages, with commas")
    parser.add_argument("--beside", action="store_true", help="ask other detectors too")
    parser.add_argument("--spoken", action="store_true", help="let pages say their language")
    counts = measured(parser.parse_args())
    for name, count in counts.items():
        total = sum(count[kind] for kind in ("right", "told", "silent"))
        shares = "  ".join(
            f"{kind} {count[kind]:5} {100 * count[kind] / total:5.1f}%"
            for kind in ("right", "told", "silent")
        )
        sys.stderr.write(f"{name:34} {shares}\n")
    sys.stdout.write(json.dumps(counts) + "\n")


if __name__ == "__main__":
    main()
