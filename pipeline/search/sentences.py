"""A text → its sentences, as well as they can be told without knowing the language."""

from __future__ import annotations

import re

# A point ends a sentence before a space and what may begin one; not behind an initial or `U.S.`.
END = re.compile(
    r"(?<=[^\W\d_][^\W\d_])[.!?…]+[\"'”’»)\]]*(?=\s+[\"'“‘«(\[]*[^\Wa-z_])|(?<=[。！？])[”」』）]*|\n+"
)


def sentences(text: str) -> tuple[str, ...]:
    """The sentences of `text`, in order; a paragraph always ends one."""
    found, begin = [], 0
    for end in END.finditer(text):
        found.append(text[begin : end.end()].strip())
        begin = end.end()
    found.append(text[begin:].strip())
    return tuple(sentence for sentence in found if sentence)
