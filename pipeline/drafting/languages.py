"""Texts whose pages do not say what they are written in → the language, by its commonest words."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

WORDS = {
    "en": "the of and to in that was for with on said by from which their were has",
    "de": "der die und das den von mit dem des ist nicht ein eine auf für sich im hat",
    "fr": "le la les des et du une est dans que pour qui sur par au pas plus avec",
    "es": "el los las del una es por con para su al como más fue pero sus lo han",
    "it": "il di che è della per non sono del una gli nel alla anche più dei ha ma",
    "pt": "o os do da em não uma com para dos das ao foi são mais pela pelo às",
    "nl": "het een van en op te dat niet zijn voor met aan is wordt door ook bij naar",
    "sv": "och att det som på är av för den med till har inte ett om från var sig",
    "pl": "w i na z się nie do że jest o jak przez po który dla od są oraz",
    "ru": "и в не на что с по как это из за для от его к о при также был они",
    "uk": "і в не на що з по як це із за для від його до та при також був вони",
    "tr": "ve bir bu için ile olarak olan daha çok de da en kadar sonra gibi ise her",
}
"""Words that stand in any text of the language, and in few of another."""
COMMON = {language: frozenset(words.split()) for language, words in WORDS.items()}
LEAST_SHARE, LEAD = 0.08, 1.5
"""Of all words, so many are such words; and so many times more than those of the next language."""


def language_of(texts: Iterable[str]) -> str | None:
    """The language of `texts` together; None where none of those known here stands out."""
    words = Counter(re.findall(r"[^\W\d_]+", " ".join(texts).lower()))
    shares = {
        language: sum(words[word] for word in common) / max(1, words.total())
        for language, common in COMMON.items()
    }
    best, next_best = sorted(shares, key=lambda one: -shares[one])[:2]
    stands_out = shares[best] >= max(LEAST_SHARE, LEAD * shares[next_best])
    return best if stands_out else None
