"""Words → whole numbers of 64 bits that stand for them in an index; the same ones for ever."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

import xxhash

if TYPE_CHECKING:
    from collections.abc import Iterable

LOWEST = -(2**63)


def mark(words: str) -> int:
    """The number that stands for `words`, letter by letter: from -2**63 to 2**63 - 1."""
    return xxhash.xxh3_64_intdigest(words.encode("utf-8", "surrogatepass")) + LOWEST


def marks(many: Iterable[str]) -> frozenset[int]:
    """The numbers that stand for words, as `mark` has them; of clean text, so without surrogates.

    Of a text these are hundreds, and each call would cost as much as its digest.
    """
    digest = xxhash.xxh3_64_intdigest
    return frozenset([digest(words.encode()) + LOWEST for words in many])


def called(title: str) -> int:
    """The number that stands for a title, however it is spaced and written small or large."""
    return mark(" ".join(unicodedata.normalize("NFKC", title).casefold().split()))
