"""Two clean texts → how much of one is in the other.

A text is taken as the set of its shingles: any three words in a row, or six characters where words
are not told apart by spaces.  Case, punctuation and the width of letters make no difference.

An index holds a sketch: of all shingles the twenty-fourth part with the lowest digests (Broder's
sampling), which is the same part in every text.  So two texts that share a passage share its part
of it, however long the rest of them is.
"""

from __future__ import annotations

import unicodedata

from msgspec import Struct

from pipeline.dedup.marks import LOWEST, marks
from pipeline.ground.late import late

# Han, kana and Hangul: a character there says as much as half a word elsewhere, and spaces between
# Korean words are set by taste.
CLOSE = "\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"
IN_CLOSE = late(f"[{CLOSE}]")
TOKEN = late(rf"[{CLOSE}]|[^\W_{CLOSE}]+")
WORDS = 3
PARTS = 2 * WORDS
"""A word counts as two parts of a shingle, and a character of those scripts as one."""

# One in SHARE is kept: some fifteen of a usual article, and no row for most shingles.  A short text
# keeps LEAST, which bear a comparison; a book no more than MOST.
SHARE, LEAST, MOST = 24, 12, 48
KEPT_UNDER = LOWEST + 2**64 // SHARE

# A dozen words: what is shorter is like another only where it is the same.
FEWEST = 12
# Of a longer text the beginning stands for it: ten megabytes would take seconds.
LONGEST = 200_000
# A text that is all in another has to be long enough for that to be no phrase.
FEWEST_CONTAINED = 30


class Likeness(Struct, frozen=True):
    """`similarity` is the share of all their shingles that both texts have (Jaccard's index).

    `contained` is the share of the shorter one's that the other has, too.  Both from 0 to 1.
    """

    similarity: float
    contained: float


def shingles(text: str) -> frozenset[int]:
    """The digests of the shingles of `text`, from -2**63 to 2**63 - 1."""
    text = text[:LONGEST]
    folded = (text if text.isascii() else unicodedata.normalize("NFKC", text)).casefold()
    tokens = TOKEN.findall(folded)
    if text.isascii() or not IN_CLOSE.search(folded):
        joined = map(" ".join, zip(*(tokens[at:] for at in range(WORDS)), strict=False))
        return marks({*joined})
    parts: list[str] = []
    for token in tokens:
        parts += (token,) if IN_CLOSE.match(token) else (token, "")
    runs = zip(*(parts[at:] for at in range(PARTS)), strict=False)
    return marks(" ".join(filter(None, run)) for run in {*runs} if run[0])


def sketch(of: frozenset[int]) -> tuple[int, ...]:
    """The shingles that stand for a text in an index, the lowest first; none of a short text."""
    if len(of) < FEWEST:
        return ()
    low = sorted(one for one in of if one < KEPT_UNDER)
    return tuple(low[:MOST] if len(low) >= LEAST else sorted(of)[:LEAST])


def likeness(one: frozenset[int], other: frozenset[int]) -> Likeness:
    """How much two texts are alike, by their shingles."""
    least = min(len(one), len(other))
    if least < FEWEST:
        return Likeness(0.0, 0.0)
    both = len(one & other)
    contained = both / least if least >= FEWEST_CONTAINED else 0.0
    return Likeness(both / (len(one) + len(other) - both), contained)
