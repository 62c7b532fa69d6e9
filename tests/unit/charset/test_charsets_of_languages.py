"""Many languages in every charset that holds their letters, undeclared and declared, wrongly too.

What cannot be told is listed: a case that begins or ceases to be read right fails the test.
"""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
import yaml

from pipeline.charset import read

PROSE = yaml.safe_load((Path(__file__).parent / "prose.yaml").read_text("utf-8"))
WESTERN = "iso8859_1 iso8859_15 cp1252 mac_roman cp850 cp437 cp858"
CENTRAL = "iso8859_2 cp1250 cp852 mac_latin2"
BALTIC = "iso8859_4 iso8859_10 iso8859_13 cp1257 cp775"
CHARSETS = {
    "cs sk": CENTRAL,
    "hr sl": f"{CENTRAL} mac_croatian iso8859_16",
    "hu": f"{CENTRAL} iso8859_16",
    "pl": f"{CENTRAL} iso8859_13 iso8859_16 cp1257",
    "ro": "iso8859_2 cp1250 cp852 iso8859_16 mac_romanian",
    "tr": "iso8859_9 iso8859_3 cp1254 cp857 mac_turkish",
    "el": "iso8859_7 cp1253 cp869 mac_greek",
    "he": "iso8859_8 cp1255 cp862 cp856",
    "ar": "iso8859_6 cp1256 cp720",
    "fa": "cp1256",
    "ru": "cp1251 koi8_r cp866 iso8859_5 mac_cyrillic cp855",
    "bg": "cp1251 cp866 iso8859_5 mac_cyrillic cp855",
    "uk": "cp1251 koi8_u iso8859_5 cp1125 mac_cyrillic",
    "be": "cp1251 iso8859_5 mac_cyrillic",
    "mk sr": "cp1251 iso8859_5 mac_cyrillic cp855",
    "kk": "ptcp154 kz1048",
    "hy": "armscii_8",
    "ka": "georgian_ps georgian_academy",
    "th": "tis_620 cp874 iso8859_11",
    "vi": "cp1258 viscii tcvn",
    "lt lv": BALTIC,
    "et": f"{BALTIC} iso8859_15 cp1252",
    "is": "iso8859_1 iso8859_10 iso8859_15 cp1252 mac_iceland cp850 cp861",
    "fi sv": f"{WESTERN} iso8859_10 cp865",
    "da": "iso8859_1 iso8859_15 cp1252 mac_roman cp850 cp858 iso8859_10 cp865",
    "de es it nl ca sq": WESTERN,
    "fr": f"{WESTERN} cp863",
    "pt": "iso8859_1 iso8859_15 cp1252 mac_roman cp850 cp858 cp860",
    "ga": "iso8859_1 cp1252 iso8859_14",
    "cy": "iso8859_14",
    "mt eo": "iso8859_3",
    "ja": "shift_jis cp932 euc_jp iso2022_jp euc_jis_2004 shift_jis_2004",
    "ko": "euc_kr cp949 johab iso2022_kr",
    "zh-hans": "gb2312 gbk gb18030 hz iso2022_cn",
    "zh-hant": "big5 cp950 big5hkscs gb18030 euc_tw",
}
UNICODE = ("utf_8", "utf_8_sig", "utf_16", "utf_16_le", "utf_16_be", "utf_32", "utf_32_le")
LEGACY = [
    (language, codec)
    for languages, codecs in CHARSETS.items()
    for language in languages.split()
    for codec in codecs.split()
]
# How older charsets spell what they have no letters for.
RESPELLED = {"ro": str.maketrans("țșȚȘ", "ţşŢŞ"), "fa": str.maketrans("یک", "يك")}
TONES = "\u0300\u0301\u0303\u0309\u0323"

# Romanian's commas have cedillas' places, and one vowel of a language is not enough.
UNTELLABLE = {("ro", "iso8859_16"), ("ro", "mac_romanian"), ("sq", "mac_roman")}
UNTELLABLE_SHORT = UNTELLABLE | {
    *(("sq", codec) for codec in ("mac_roman", "cp850", "cp437", "cp858")),
    *((language, codec) for language in ("es", "it") for codec in ("cp850", "cp437", "cp858")),
    ("es", "mac_roman"),
    ("ka", "georgian_academy"),  # a sentence of it is Russian in capitals
}


def spelled(language: str, codec: str) -> str:
    """The language's sentences in what the charset has of letters."""
    text = PROSE[language].strip()
    if codec == "cp1258":
        return "".join(map(toned, text))
    try:
        text.encode(codec)
    except UnicodeEncodeError:
        return text.translate(RESPELLED[language])
    return text


def toned(letter: str) -> str:
    """A Vietnamese letter with its tone behind it, as windows-1258 writes it."""
    marks = unicodedata.normalize("NFD", letter)
    tone = "".join(mark for mark in marks if mark in TONES)
    return unicodedata.normalize("NFC", marks.translate(dict.fromkeys(map(ord, TONES)))) + tone


def page(text: str, label: str | None = None) -> str:
    meta = f"<meta charset='{label}'>" if label else ""
    body = "".join(f"<p>{line}</p>\n" for line in text.splitlines())
    return (
        f"<!DOCTYPE html>\n<html><head>{meta}<title>{text[:30]}</title>\n"
        "<script>var track = {page: 'news', id: 3021};</script></head>\n"
        "<body class='news'><div id='menu'><a href='/'>Home</a></div>\n"
        f"<h1>{text.splitlines()[0]}</h1>{body}<p>Copyright 2003</p></body></html>\n"
    )


def label_of(codec: str) -> str:
    label = codec.replace("_", "-").replace("iso8859", "iso-8859").replace("iso2022", "iso-2022")
    return label.replace("cp12", "windows-12")


@pytest.mark.parametrize(("language", "codec"), LEGACY)
def test_a_right_declaration_is_never_overruled(language, codec):
    for text in (spelled(language, codec), spelled(language, codec).splitlines()[0]):
        whole = page(text, label_of(codec))
        read_back = read(whole.encode(codec), None)
        assert (read_back.text, read_back.why) == (whole, "meta")


@pytest.mark.parametrize(("language", "codec"), LEGACY)
def test_an_undeclared_charset_is_told_by_its_language(language, codec):
    text = spelled(language, codec)
    right = {
        size: read(page(some).encode(codec), None).text == page(some)
        for size, some in (("long", text), ("short", text.splitlines()[0]))
    }
    told = {
        "long": (language, codec) not in UNTELLABLE,
        "short": (language, codec) not in UNTELLABLE_SHORT,
    }
    assert right == told


@pytest.mark.parametrize("language", PROSE)
@pytest.mark.parametrize("codec", UNICODE)
@pytest.mark.parametrize("label", [None, "windows-1252", "gb2312", "euc-kr", "koi8-r"])
def test_unicode_is_told_under_any_declaration(language, codec, label):
    whole = page(PROSE[language].strip(), label)
    assert read(whole.encode(codec), None).text == whole


FAR_LANGUAGES = frozenset({"ru", "bg", "uk", "be", "el", "he", "ar", "th", "ja", "ko", "tr", "lt"})
FAR_LANGUAGES |= {"zh-hans", "zh-hant", "cs", "sk", "pl", "hu", "hr"}
FAR = [
    (language, codec)
    for language, codec in LEGACY
    if language in FAR_LANGUAGES and not codec.startswith(("iso2022", "hz"))
]


@pytest.mark.parametrize("label", ["iso-8859-1", "utf-8"])
@pytest.mark.parametrize(("language", "codec"), FAR)
def test_a_server_s_default_does_not_make_mojibake_of_other_languages(language, codec, label):
    whole = page(spelled(language, codec))
    read_back = read(whole.encode(codec), f"text/html; charset={label}")
    assert read_back.text == whole
    assert read_back.why == f"detected (declared {label} does not fit)"


@pytest.mark.parametrize(
    ("language", "codec", "label"),
    [
        ("ko", "euc_kr", "euc-jp"),
        ("ko", "euc_kr", "gb2312"),
        ("zh-hans", "gbk", "big5"),
        ("zh-hant", "big5", "shift_jis"),
        ("ja", "shift_jis", "euc-kr"),
        ("ru", "cp1251", "iso-8859-5"),
        ("ru", "iso8859_5", "windows-1251"),
        ("cs", "cp1250", "windows-1251"),
        ("el", "cp1253", "windows-1251"),
    ],
)
def test_a_neighbour_s_charset_is_not_believed(language, codec, label):
    whole = page(spelled(language, codec), label)
    assert read(whole.encode(codec), None).text == whole
