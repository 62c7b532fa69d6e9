"""Two clean texts → in a few words, what is different between them.

Linear in their length: a text may have megabytes, and a receiver needs no alignment.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from msgspec import Struct

from pipeline.ground.late import late

if TYPE_CHECKING:
    from collections.abc import Iterable

# Han and kana are written without spaces: there a character counts as a word.
WORD = late(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|[^\W\u3040-\u30ff\u3400-\u9fff]+")
SENTENCE = late(r"(?<=[.!?…])[\"'”’)\]]*\s+|(?<=[。!?])|\n+")
LONGEST_SENTENCE = 200


class Edit(Struct, frozen=True, kw_only=True):
    """How many words the new text has more and the old one had more, each counted as often.

    `was` is the first sentence that is not there any more, `now` the first that was not there
    before; both None where none is.
    """

    added: int
    removed: int
    was: str | None
    now: str | None


def edit(old: str, new: str) -> Edit:
    """What became of `old`."""
    before, after = Counter(WORD.findall(old)), Counter(WORD.findall(new))
    then, there = _sentences(old), _sentences(new)
    return Edit(
        added=(after - before).total(),
        removed=(before - after).total(),
        was=_first_of(then, besides=there),
        now=_first_of(there, besides=then),
    )


def _sentences(text: str) -> list[str]:
    return [told for part in SENTENCE.split(text) if (told := part.strip())]


def _first_of(sentences: Iterable[str], *, besides: Iterable[str]) -> str | None:
    known = {*besides}
    found = next((one for one in sentences if one not in known), None)
    if found is None or len(found) <= LONGEST_SENTENCE:
        return found
    return f"{found[: LONGEST_SENTENCE - 1]}…"
