"""A paragraph → its words, and what of it is noise.

Words as readers see them: of scripts that part them by spaces what stands between spaces and
marks (a Korean eojeol), of those that do not each character with its marks (Chinese, Japanese
kana but katakana, Thai).  White space belongs to the word before it.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

import regex

if TYPE_CHECKING:
    from collections.abc import Callable

WORD = regex.compile(
    r"""
    (?:
        [[\p{Han}\p{Hiragana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]--\p{M}]\p{M}*+
      | [[\p{L}\p{N}]--[\p{Han}\p{Hiragana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]]
        (?:
            [[\p{L}\p{N}\p{M}\u200c\u200d]--[\p{Han}\p{Hiragana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]]
          | ['’.,](?=[[\p{L}\p{N}]--[\p{Han}\p{Hiragana}]])  # don't, U.S, 35,000.5
        ){0,200}+  # no word is longer, and the engine remembers every step
      | .\p{M}*+
    )\s*+
    | \s++
    """,
    regex.VERBOSE | regex.VERSION1 | regex.DOTALL,
)

QUOTES = str.maketrans(
    dict.fromkeys("‘’‚‛′＇`´", "'") | dict.fromkeys("“”„‟″＂«»「」『』〝〞", '"')
)
DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−－", "-"))
INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"))


def words_of(text: str) -> list[str]:
    """The words of `text`; joined, they are `text` to the character."""
    return [found[0] for found in WORD.finditer(text)]


def normal(text: str) -> str:
    """What `text` says to a reader: two texts that differ in noise alone have the same."""
    if text.isascii():
        return " ".join(text.replace("`", "'").split())
    for level in LEVELS.values():
        text = level(text)
    return text


def keys_of(words: list[str]) -> list[str]:
    """What each of `words` is to a reader; a text says most of its words again and again."""
    known = {word: normal(word) for word in set(words)}
    return [known[word] for word in words]


def is_word(text: str) -> bool:
    """Whether `text` is more than marks and white space."""
    return any(map(str.isalnum, text))


def noise_between(before: str, after: str) -> tuple[str, ...]:
    """What differs between two texts that are the same to a reader."""
    needed = [
        name for name in LEVELS if _but_for(before, without=name) != _but_for(after, without=name)
    ]
    return tuple(needed) or ("characters",)


def _spaces(text: str) -> str:
    return " ".join(text.split())


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


LEVELS: dict[str, Callable[[str], str]] = {
    "unicode form": _composed,
    "invisible characters": lambda text: text.translate(INVISIBLE),
    "quotes": lambda text: text.translate(QUOTES),
    "dashes": lambda text: text.translate(DASHES).replace("--", "-"),
    "ellipses": lambda text: text.replace("…", "..."),
    "white space": _spaces,
}


def _but_for(text: str, *, without: str) -> str:
    for name, level in LEVELS.items():
        if name != without:
            text = level(text)
    return text
