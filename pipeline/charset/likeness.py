"""Text → how much it looks like a language: 1 where it does, near 0 where it is mojibake."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from pipeline.charset import alphabets
from pipeline.charset.han import CJK, east_asian
from pipeline.ground.late import late

# Marks that any language's text may have anywhere.
SPLITTING = "\xa0\xad·´–—―‘’…\u2009\u200b-\u200f\u202f\u2060\ufeff\ufffd"
# Signs that stand beside letters; between two letters they are another charset's letters.
SIGNS = "¡¢£¤¥¦§¨©«¬®¯°±²³¶¸¹º»¼½¾¿ªµ×÷‚“”„‹›•†‡‰€№™−،؛؟،־׳״\u2028\u2029"
EAST = "\u3000-\u303f\u30fb\uff00-\uff60\uffe0-\uffe6①-⑳℃○●◎◇◆□■△▲▽▼☆★※→←↑↓"
TOKEN = late(
    f"[A-Za-z']{{0,30}}[^\\x00-\\x7f{SPLITTING}{SIGNS}{EAST}][^\\x00-\\x20!-&(-@[-`{{-\\x7f"
    f"{SPLITTING}{SIGNS}{EAST}]*"
)
# Those between letters, and those that no language puts behind one.
WEDGED = late(f"(?<=[^\\W\\d_ºª])(?:[{SIGNS}]+(?=[^\\W\\d_ºª])|[¡¤¦§¨¬¯±¶¸µ¼½¾‚„‡‰‹¿]+)")
NOT_ASCII = late("[^\\x00-\\x7f]")
# Latin letters beyond ASCII; the others stand behind them, but for those that Vietnamese has.
LATIN = late("[\x80-\u036f\u1e00-\u1eff]")
ASCII_LETTER = late("[A-Za-z]")
# Characters of text, from the first that is not ASCII, by which it is judged.
ENOUGH = 20_000
# So many letters in a row, none of them ASCII, are no word in Latin letters.
UNBROKEN = 4
# A letter of another alphabet behind one of ours, or East Asian ones between two of ours.
BROKEN = late("[a-z][\u0370-\u05ff\u0620-\u06ff\u0e01-\u0e5b]")
BROKEN_EAST = late("(?<=[a-z])[\u3041-\ud7a3\uff66-\uff9f]{1,3}(?=[a-z])")
UNVIETNAMESE = late("[FJWZfjwz]")
# So many words of an alphabet that has capitals, and none that begins with one, are mostly those
# of an alphabet that has none.
SMALL, UNLIKELY = 8, 0.8
# Its letters have capitals for Unicode, which nobody writes in a sentence.
GEORGIAN = late("[\u10d0-\u10ff]")


class Likeness(NamedTuple):
    """The share of the letters beyond ASCII that one language explains, and how many there are.

    `broken` is how many words are of Latin letters and of another script's, as none are.
    """

    share: float
    letters: int
    broken: int = 0


def likeness(text: str, tongues: alphabets.Tongues = alphabets.EVERY) -> Likeness:
    """How well the language that fits `text` best explains it.

    Where only some `tongues` are asked, East Asian letters are of none of them.
    """
    first = NOT_ASCII.search(text)
    if first is None:
        return Likeness(1.0, 0)
    sample = text[max(0, first.start() - 20) :][:ENOUGH]
    tokens = TOKEN.findall(sample)
    wedged = sum(map(len, WEDGED.findall(sample)))
    if not tokens:
        return Likeness(0.0, wedged) if wedged else Likeness(1.0, 0)
    letters = "".join(tokens)
    total = len(letters) - len(letters.encode("ascii", "ignore"))
    east = len(CJK.findall(letters))
    if 2 * east >= total:
        if tongues is not alphabets.EVERY:
            return Likeness(0.0, total)
        broken = len(BROKEN_EAST.findall(sample))
        share = min(1.0, east_asian(letters)) * east / total
        return Likeness(0.0 if 2 * broken > len(tokens) else share, total, broken)
    broken = len(BROKEN.findall(sample))
    return Likeness(_alphabetic(tokens, total, wedged, tongues), total + wedged, broken)


def usual_vietnamese(text: str) -> float:
    """The share of Vietnamese's usual letters among those of `text` beyond ASCII.

    0 where a word with such a letter has one that Vietnamese does without, as Icelandic's have.
    """
    if any(UNVIETNAMESE.search(token) for token in TOKEN.findall(text)):
        return 0.0
    letters = NOT_ASCII.findall(text)
    return sum(letter in alphabets.USUAL_VIETNAMESE for letter in letters) / max(1, len(letters))


def _alphabetic(tokens: list[str], total: int, wedged: int, tongues: alphabets.Tongues) -> float:
    latin: Counter[str] = Counter()
    other: Counter[str] = Counter()
    wild = small = large = 0
    for token in tokens:
        mixed = ASCII_LETTER.search(token) is not None
        if LATIN.search(token):
            if mixed or len(token) < UNBROKEN:
                latin.update(token)
        elif not mixed:
            other.update(token)
            small += token.islower() and not GEORGIAN.match(token)
            large += token[0].isupper()
        wild += len(NOT_ASCII.findall(token)) if _is_wild(token) else 0
    of_others = _of_others(other, tongues.others) * (
        UNLIKELY if small >= SMALL and not large else 1.0
    )
    explained = max(_of_latin(latin, tongues.latin), of_others)
    return max(0.0, explained - wild) / (total + wedged)


def _is_wild(token: str) -> bool:
    """Whether a word has capitals where no language has them."""
    tail = token[1:]
    return not (tail.islower() or token.isupper() or tail.lower() == tail or len(tail) == 1)


def _of_latin(counts: Counter[str], languages: tuple[frozenset[str], ...]) -> int:
    seen = {letter: times for letter, times in counts.items() if letter > "\x7f"}
    return max(
        (
            sum(times for letter, times in seen.items() if letter in language)
            for language in languages
        ),
        default=0,
    )


def _of_others(
    counts: Counter[str], languages: tuple[tuple[frozenset[str], frozenset[str], float], ...]
) -> float:
    return max((_commonly(counts, *language) for language in languages), default=0.0)


def _commonly(
    counts: Counter[str], language: frozenset[str], common: frozenset[str], least: float
) -> float:
    """The letters of `language`, fewer where its `common` ones are too rare among them."""
    known = sum(times for letter, times in counts.items() if letter in language)
    frequent = sum(times for letter, times in counts.items() if letter in common)
    return min(known, frequent / least)
