"""Words → whole numbers of 64 bits that stand for them in an index; the same ones for ever."""

from __future__ import annotations

import unicodedata

import xxhash

LOWEST = -(2**63)


def mark(words: str) -> int:
    """The number that stands for `words`, letter by letter: from -2**63 to 2**63 - 1."""
    return xxhash.xxh3_64_intdigest(words.encode("utf-8", "surrogatepass")) + LOWEST


def called(title: str) -> int:
    """The number that stands for a title, however it is spaced and written small or large."""
    return mark(" ".join(unicodedata.normalize("NFKC", title).casefold().split()))
