"""A page's links and sentences → the original that they say the text was taken from."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.extract.prose import one_line
from pipeline.extract.selecting import every
from pipeline.extract.standing import is_elsewhere
from pipeline.ground.late import late

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborNode

    from pipeline.extract.page import Page

# What a link to the original is called.
READ = late(
    r"\W*(?:(?:read|view|see|visit|go to) (?:the )?(?:full )?original"
    r"(?: (?:article|story|post|version|text))?"
    r"|(?:link to )?(?:the )?original (?:article|story|source|link)"
    r"|(?:zum )?original(?:artikel|beitrag)|lire l['’]article original|article original"
    r"|(?:ver|leer) (?:el )?(?:artículo )?original|ler (?:o )?(?:artigo )?original"
    r"|leggi l['’]originale|articolo originale|читать оригинал|оригинал(?: статьи)?"
    r"|(?:阅读|閱讀|查看)?原文(?:链接|連結|鏈接|地址)?|원문\s?(?:보기|링크)?|元記事)\W*",
    re.IGNORECASE,
)
# A sentence that says whose the text is, up to the link that is called so.
ORIGINALLY = late(
    r"(?:(?:originally|first) (?:published|appeared|posted)|(?:re)?published with permission"
    r"|republished|reprinted|(?:zuerst|ursprünglich) (?:erschienen|veröffentlicht)"
    r"|(?:publié|paru)e? (?:initialement|à l['’]origine)"
    r"|(?:initialement|originellement) (?:publié|paru)e?"
    r"|publicad[oa] originalmente|originalmente publicad[oa]|pubblicat[oa] originariamente"
    r"|впервые опубликован[оа]?)"
    r"(?: (?:by|in|on|at|from|here|bei|in der|im|auf|par|sur|dans|en|por|no|na|em|su|в|на)){1,2}"
    r"(?: (?:the|der|die|das|le|la|les|el|o|a|il))? ?$",
    re.IGNORECASE,
)
# What such a sentence speaks of: the text, and not a book that is told of in it.
OWN = late(
    r"\W*(?:(?:this\b|it\b|these\b|an? (?:\w+ )?version of th|dies|cet|est[ea] |quest[oa] |эт"
    r"|(?:the|der|die|das|l['’]|el|la|le|o|il) ?(?:article|artikel|beitrag|story|post|piece|report"
    r"|text|essay|interview|artículo|nota|artigo|articolo)).*)?\W*",
    re.IGNORECASE,
)
SENTENCE = late(r"(?<=[.!?])\s")
VIA = late(r"\W*(?:via|h/t|hat tip)\s*:?\s*", re.IGNORECASE)
MOST_LINKS, LONGEST = 3000, 400
"""Links that are looked at, and characters of a paragraph that says where it is from."""
MOST_READ = 10**6
"""Characters that are read around links: a page made to hurt has them all in each other."""
BEFORE = 120
"""Characters before a link in which it says so."""


def originals(page: Page) -> Iterator[tuple[str | None, str]]:
    """Name, if there is one, and address as it is written of each that the page calls so."""
    lines: dict[int, str] = {}
    left = MOST_READ
    for node in every("a[href]", page.root)[:MOST_LINKS]:
        if left < 0:
            return
        above = _paragraph_of(node)
        if above is not None and above.mem_id not in lines:
            text = above.text()
            left -= len(text)
            lines[above.mem_id] = one_line(text[: 4 * LONGEST])
        called, href = one_line(node.text()[: 4 * LONGEST]), node.attributes.get("href") or ""
        if not called or not href or len(called) > LONGEST:
            continue
        reads = READ.fullmatch(called) is not None
        told = above is not None and _is_told(lines[above.mem_id], called)
        if (reads or told) and not is_elsewhere(node):
            yield None if reads else called, href


def _paragraph_of(node: LexborNode) -> LexborNode | None:
    """What a link stands in that is no emphasis; nothing where that is all of the page."""
    above = node.parent
    while above is not None and above.tag in {"a", "b", "em", "i", "span", "strong"}:
        above = above.parent
    if above is None or not above.is_element_node or above.tag in {"body", "html"}:
        return None
    return above


def _is_told(line: str, called: str) -> bool:
    """Whether the words in front of a link say that the text is from there."""
    if len(line) > LONGEST:
        return False
    before = line.partition(called)[0][-BEFORE:]
    whole = len(line) <= len(before) + len(called) + 1
    said = ORIGINALLY.search(before)
    if said is not None:
        return OWN.fullmatch(SENTENCE.split(before[: said.start()])[-1]) is not None
    return whole and VIA.fullmatch(before) is not None
