"""A text → the terms by which it is found, the same ones for what is stored and what is asked.

A word is compatibility-normalised (NFKC), case-folded and stripped of its marks.  Chinese,
Japanese and Korean, and the scripts of South-East Asia that put no spaces between words, are cut
into overlapping pairs of characters, with the last character of a run alone behind them: so every
character begins a term, and a query of one character is a prefix.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ANALYZER = "1"
"""Raised when a text gives other terms than before: an index of the old ones is of no use."""

LONGEST = 64
"""Characters of a term; what is longer is no word, and is cut into several."""

Placed = tuple[str, int, int]
"""A term, and the characters of the text that it was made of."""

# Marks beyond the first plane belong to scripts that no news site writes.
MARKS = "".join(
    chr(code) for code in range(0x300, 0x10000) if unicodedata.category(chr(code))[0] == "M"
)
# Soft hyphens, joiners and marks of direction: they stand in words and are no part of them.
JOINERS = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
PAIRED = (
    "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3040-\u312f\u3130-\u318f"
    "\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
"""Thai, Lao, Burmese, Khmer, kana, bopomofo, Hangul and Han."""

ASCII = re.compile(f"[a-z0-9]{{1,{LONGEST}}}")
WORD = re.compile(f"[^\\W_][^\\W_{MARKS}{JOINERS}]*(?:[{MARKS}{JOINERS}]+[^\\W_]*)*")
RUN = re.compile(f"[{PAIRED}]+|(?:(?![{PAIRED}])[^\\W_]|[{MARKS}])+")
IS_PAIRED = re.compile(f"[{PAIRED}]")
GONE = dict.fromkeys(map(ord, JOINERS))
UNMARKED = dict.fromkeys(map(ord, MARKS))

WORDS_KNOWN = 1 << 16
"""Words that are remembered: nine of ten in a text were met before."""


def terms(text: str) -> list[str]:
    """The terms of `text`, in its order."""
    if text.isascii():
        return ASCII.findall(text.lower())
    return [*chain.from_iterable(map(_terms_of, WORD.findall(text)))]


def placed(text: str) -> list[Placed]:
    """The terms of `text` with their places in it; as `terms`, and slower."""
    return [
        (term, start + begins, start + ends)
        for word in WORD.finditer(text)
        for start in (word.start(),)
        for term, begins, ends in _cut_of(word[0])
    ]


def asked(text: str) -> tuple[tuple[str, ...], bool]:
    """The terms that stand side by side where `text` stands, and whether the last is a prefix.

    The last character of a run goes by itself only where the run ends; a query's run may end
    where a text's goes on.
    """
    found = [term for word in WORD.findall(text) for term, *_ in _cut(word)]
    if not found or not IS_PAIRED.match(found[-1]) or len(found[-1]) > 1:
        return tuple(found), False
    if len(found) > 1 and found[-2][1:] == found[-1] and IS_PAIRED.match(found[-2]):
        return tuple(found[:-1]), False
    return tuple(found), True


def units(text: str) -> list[Placed]:
    """The words of `text` with their places, for comparing: a paired script's characters singly."""
    return [
        (term[0], start, min(end, start + 1)) if IS_PAIRED.match(term) else (term, start, end)
        for term, start, end in placed(text)
    ]


def _terms_of(word: str) -> tuple[str, ...]:
    return _known(word) if len(word) <= LONGEST else tuple(term for term, *_ in _cut(word))


def _cut_of(word: str) -> tuple[Placed, ...]:
    return _known_places(word) if len(word) <= LONGEST else tuple(_cut(word))


@lru_cache(WORDS_KNOWN)
def _known(word: str) -> tuple[str, ...]:
    return tuple(term for term, *_ in _cut(word))


@lru_cache(WORDS_KNOWN // 8)
def _known_places(word: str) -> tuple[Placed, ...]:
    return tuple(_cut(word))


def _cut(word: str) -> Iterator[Placed]:
    """The terms of one word, with places in it: the word's own where characters were exchanged."""
    folded = unicodedata.normalize("NFKC", word.translate(GONE)).casefold()
    is_like_it = len(folded) == len(word)
    for run in RUN.finditer(folded):
        begin, end = run.span() if is_like_it else (0, len(word))
        if IS_PAIRED.match(run[0]):
            for index in range(len(run[0])):
                place = (begin + index, min(begin + index + 2, end)) if is_like_it else (begin, end)
                yield (run[0][index : index + 2], *place)
        else:
            for part in _parts(_unmarked(run[0])):
                yield part, begin, end


def _unmarked(run: str) -> str:
    if run.isascii():
        return run
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", run).translate(UNMARKED))


def _parts(run: str) -> Iterator[str]:
    for start in range(0, len(run), LONGEST):
        yield run[start : start + LONGEST]
