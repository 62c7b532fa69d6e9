"""The head of a page → the letters of the language that it says it is in.

What a page says of its language is a hint: it decides between charsets that would all do, and
makes a declared one doubtful that leaves the language none of its letters.
"""

from __future__ import annotations

import re

from pipeline.charset.alphabets import Tongues, called
from pipeline.charset.declared import COMMENT, PRESCAN

# English is what templates say that nobody has translated, and has no letters of its own.
_NAMES = """
sq albanian | ar arabic | hy armenian | az azerbaijani | eu basque | be belarusian | bs south-slavic
br breton | bg bulgarian | ca catalan | hr south-slavic | cs czech | da danish | nl dutch
eo esperanto | et estonian | fo faroese | fi finnish | fr french | gl galician | ka georgian
de german | el greek | haw hawaiian | he hebrew | iw hebrew | hu hungarian | is icelandic
ga irish | it italian | kk kazakh | ku kurdish | lv latvian | lt lithuanian | mk macedonian
mt maltese | no danish | nb danish | nn danish | fa arabic | pl polish | pt portuguese
ro romanian | mo romanian | ru russian | gd gaelic | sr serbian,south-slavic | sk slovak
sl slovene | es spanish | sv swedish | se sami | tg tajik | th thai | tr turkish | uk ukrainian
ur urdu | vi vietnamese | cy welsh
"""
NAMES = {
    tag: names.split(",")
    for tag, names in (
        each.split() for each in _NAMES.replace("\n", "|").split("|") if each.strip()
    )
}
HTML = re.compile(rb"<html\b[^<>]*?\slang\s*=\s*[\"']?\s*([A-Za-z]{2,3})\b", re.IGNORECASE)
META = re.compile(
    rb"<meta\b[^<>]*?\b(?:content-language|og:locale)[\"']?\s[^<>]*?"
    rb"\bcontent\s*=\s*[\"']?\s*([A-Za-z]{2,3})(?![A-Za-z])",
    re.IGNORECASE,
)


def spoken(decoded: bytes) -> Tongues | None:
    """The letters of the language that a page's `html` or `meta` says, None where none is known.

    A page that says two languages, in two places, says nothing that helps.
    """
    head = COMMENT.sub(b"", decoded[:PRESCAN])
    said = {
        each[1].decode("ascii").lower() for place in (HTML, META) for each in place.finditer(head)
    }
    tongues = {tuple(NAMES.get(tag, ())) for tag in said}
    names = tongues.pop() if len(tongues) == 1 else ()
    return called(list(names)) if names else None
