"""The words of a passage and a text → the stretches of the text in which the passage can stand.

Telling a text's words costs a thousand times as much as finding a word in its characters.  So what
lacks more of the words than may differ, each as often as the passage has it, is passed over, and of
a text that is a book only those pages are read that have them.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from pipeline.search.analyzer import GONE, UNMARKED

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator, Sequence

WHOLE = 20_000
"""Characters of a text that is looked through as a whole: an article's, and more."""
SHORTEST_STEP = 4000
ROOM = 2
"""How many times as long as the passage what stands for it may be in the text."""
MOST_STRETCHES = 60
"""Of one text: where every page has all the words, they are the first pages that are read."""

Stretch = tuple[int, int]


def stretches(text: str, words: Counter[str], *, length: int, may_lack: int) -> Iterator[Stretch]:
    """Where in `text` all but `may_lack` of `words` stand; of `length` characters is the passage.

    Whatever is no longer than ROOM times the passage lies in one of them whole.
    """
    rarest = sorted(words.items(), key=lambda one: -len(one[0]))
    left = MOST_STRETCHES
    for start, end in _windows(len(text), max(SHORTEST_STEP, ROOM * length)):
        if left and _has(text[start:end], rarest, may_lack):
            left -= 1
            yield start, end


def has_any(text: str, terms: Sequence[str]) -> bool:
    """Whether one of `terms` can stand in `text`."""
    folded = _folded(text)
    if any(term in folded for term in terms):
        return True
    unmarked = _unmarked(folded)
    return any(term in unmarked for term in terms)


def _windows(size: int, step: int) -> Iterator[Stretch]:
    """Each overlaps the next by a `step`."""
    if size <= max(WHOLE, 2 * step):
        yield 0, size
        return
    for start in range(0, size - step, step):
        yield start, min(start + 2 * step, size)


def _has(text: str, words: list[tuple[str, int]], may_lack: int) -> bool:
    folded, unmarked, lacking = _folded(text), None, 0
    for word, count in words:
        there = _times(folded, word, count)
        if there >= count:
            continue
        if unmarked is None:
            unmarked = _unmarked(folded)
        lacking += max(count - max(there, _times(unmarked, word, count)), 0)
        if lacking > may_lack:
            return False
    return True


def _times(text: str, word: str, wanted: int) -> int:
    """How often `word` can stand in `text`; of one that is `wanted` once, whether it can."""
    return int(word in text) if wanted == 1 else text.count(word)


def _folded(text: str) -> str:
    """As the analyzer folds each of the words in it, but for their marks."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKC", text.translate(GONE)).casefold()


def _unmarked(folded: str) -> str:
    if folded.isascii():
        return folded
    apart = unicodedata.normalize("NFD", folded).translate(UNMARKED)
    return unicodedata.normalize("NFC", apart)
