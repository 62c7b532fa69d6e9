"""A line with a date in it → whether it is a sentence that tells of that day, and dates nothing.

"The wall fell on 4 June 2009 and was never mended." stands on its page as "4 June 2009" would.
"""

from __future__ import annotations

import re

from pipeline.ground.late import late

# A word's end and a full stop: "p.m." and "г." are no ends of sentences.  Thai has no marks.
END = late(r"(?:[^\W\d_]{2}|\d|[)\"'»”’])[.!?…]+[)\"'»”’\]]*$|[。！？।։؟۔][」』”)]*$")
WORD = late(r"[^\W\d_]{2,}")
UNPARTED = late(r"[\u3040-\u30ff\u3400-\u9fff\u0e01-\u0e5b\u0e81-\u0edf\u1000-\u109f\u1780-\u17ff]")
WORDS, LETTERS, MARKED = 4, 10, 2
"""Words around a date, or letters where none are parted, from which a line may be a sentence.

So many times as many where its markup says that it dates something.
"""
WITHOUT_MARKS = 60
"""Letters of a script without full stops from which its line is a sentence."""
ENTRY = late(r"\s?[:：]\s?[^\W\d_]+\s[^\W\d_]")
# What speaks of the page itself, whatever else it says.
ITSELF = late(
    r"\W*(?:(?:this|the) (?:article|story|post|piece|page|report|text|(?:press |news )?release)"
    r"|article|artikel|beitrag|meldung|communiqué|artículo|noticia|notícia|articolo|bericht"
    r"|dieser (?:artikel|beitrag|text)|diese (?:meldung|seite)|(?:cet|l['’]) ?article|cette page"
    r"|est[ea] (?:artículo|artigo|noticia|notícia|nota|página)|quest[oa] (?:articolo|pagina)"
    r"|dit (?:artikel|bericht)|эт(?:а|от) (?:статья|материал|новость))\b",
    re.IGNORECASE,
)


def is_sentence(text: str, start: int, end: int, *, marked: bool) -> bool:
    """Whether `text` is one around the date from `start` to `end`; `marked` is of the markup."""
    times = MARKED if marked else 1
    rest = text[:start] + " " + text[end:]
    unparted = len(UNPARTED.findall(rest))
    if unparted >= WITHOUT_MARKS:
        return True
    return END.search(text) is not None and (
        len(WORD.findall(rest)) >= times * WORDS or unparted >= times * LETTERS
    )


def is_entry(text: str, end: int) -> bool:
    """Whether what stands behind a date's colon tells of that day, as in a chronicle."""
    return ENTRY.match(text, end) is not None


def speaks_of_itself(text: str) -> bool:
    """Whether a sentence is about the page that it stands on."""
    return ITSELF.match(text) is not None
