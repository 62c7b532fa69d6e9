"""A line → whether it says that an author's name follows, behind its colon or in the next cell."""

from __future__ import annotations

import re

from pipeline.ground.late import late

# In the languages that news is written in, with what they write before a colon alone first.
WORDS = (
    r"written by|reported by|story by|by|authors?|writers?|reporters?"
    r"|autora?|autore?s?|autorin|auteurs?|auteure|verfasser(?:in)?|schrijver|skribent|författare"
    r"|forfatter|skrevet av|kirjoittaja|autoři|redaktor|szerző|autorius|autors|yazar|muhabir"
    r"|tác giả|penulis|reporter|συντάκτης|συγγραφέας|автор|авторка|аўтар|журналист|текст"
    r"|الكاتب|بقلم|كتب|نویسنده|מאת|כתב|लेखक|लेखिका|ผู้เขียน|โดย|লেখক"
    r"|작성자|글쓴이|기자|취재기자|등록자|作者|记者|記者|撰稿|撰文|文|筆者|執筆|著者|執筆者"
)
ALONE = late(rf"(?:{WORDS})\s*[:：]?", re.IGNORECASE)
COLON = rf"(?:{WORDS})\s*[:：]"
# Behind another column of an East Asian line, which is parted by white space.
EAST = late(
    r"(?:^|[\s|(（])(?:作者|(?:本[报報])?[记記]者|撰文|撰稿|文字?)\s?[:：/／]?\s?"
    r"(?P<name>[\u4e00-\u9fff·]{2,5})(?=$|[\s|)）])"
)
# A date in front of it: "Posted on June 3, 2005 by", "3 June 2005 |".
DATED = late(
    r"^(?:(?:posted|published|written|created|submitted)\s)?(?:on\s)?[^.!?|]{0,30}"
    r"\b(?:19|20)\d\d\b[^.!?|]{0,20}?(?:\bby\b:?|\|)\s*(?=[^\W\d_])",
    re.IGNORECASE,
)


def is_label(line: str) -> bool:
    """Whether `line` is such a label and nothing else."""
    return ALONE.fullmatch(line) is not None
