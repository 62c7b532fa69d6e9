"""Two readings of a page, and the language that it says it is in → which is spelled in that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.charset.likeness import NOT_ASCII, likeness
from pipeline.ground.late import late

if TYPE_CHECKING:
    from pipeline.charset.alphabets import Tongues

# Share of the letters beyond ASCII from which a text is spelled in a language, from which another
# text certainly is, and by which it must be ahead.
SPELLED, SURELY, AHEAD = 0.9, 0.96, 0.25
# Letters of so many kinds are enough to go by: two may be those of a title in another language
# than its template's.
LETTERS, KINDS = 4, 3
# Signs between small letters, as apostrophes are in some words and in nearly all where they are
# another charset's letters; those of French elisions are too many to be asked about.
WEDGED = late("(?<=[a-z])[^\\x00-\\x7f\\xad\\xa0](?=[a-z])")
FEW = 2


def is_foreign(text: str, tongues: Tongues) -> bool:
    """Whether the letters beyond ASCII in `text` are not those of `tongues`."""
    looks = likeness(text, tongues)
    if looks.letters:
        return looks.share < SPELLED
    return len(WEDGED.findall(text)) >= FEW


def is_spelled_better(other: str, text: str, tongues: Tongues) -> bool:
    """Whether `other` is written in the letters of `tongues`, and `text` in others'."""
    theirs, ours = likeness(other, tongues), likeness(text, tongues)
    share = ours.share if ours.letters else 0.0
    return theirs.letters > 0 and theirs.share >= max(SURELY, share + AHEAD)


def is_telling(other: str, text: str, tongues: Tongues) -> bool:
    """Whether both have letters enough for one to be taken and not the other."""
    few = likeness(other, tongues).letters < LETTERS or not likeness(text, tongues).letters
    return not few and len(set(filter(str.isalpha, NOT_ASCII.findall(other.lower())))) >= KINDS
