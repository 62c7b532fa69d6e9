"""A query as it was typed → its words, quotes, signs and fields, each with its place."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

from pipeline.errors import BadQuery

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST = 2000
"""Characters of a query: more than anybody types, and less than it takes to keep a reader busy."""

QUOTES = dict.fromkeys(map(ord, "“”„‟＂"), '"')
TOKEN = re.compile(
    r'(?P<gap>\s+)|(?P<open>\()|(?P<close>\))|(?P<minus>-+)(?=["(\w])'
    r'|(?P<field>[A-Za-z]+):(?=[^\s)/]|/(?!/))|(?P<quote>"(?P<said>[^"]*)")(?P<wild>\*?)'
    r'|(?P<unclosed>")|(?P<word>[^\s()"]+)'
)


class Kind(StrEnum):
    """What a part of a query is."""

    OPEN = "open"
    CLOSE = "close"
    MINUS = "minus"
    OR = "or"
    FIELD = "field"
    QUOTE = "quote"
    WORD = "word"


class Token(Struct, frozen=True):
    """A part of a query.  `position` counts from 1; `is_wild` says that a star stands behind."""

    kind: Kind
    text: str
    position: int
    is_wild: bool = False


def tokens(query: str) -> tuple[Token, ...]:
    """The parts of `query`, in order.  Raises BadQuery."""
    if len(query) > LONGEST:
        why = f"it is {len(query)} characters long; {LONGEST} at most can be looked for"
        raise BadQuery(why, position=LONGEST + 1)
    for position, character in enumerate(query, 1):
        if unicodedata.category(character) in {"Cc", "Cs"} and not character.isspace():
            why = f"U+{ord(character):04X} is no character that can be looked for; leave it out"
            raise BadQuery(why, position=position)
    return tuple(_tokens(query.translate(QUOTES)))


def _tokens(query: str) -> Iterator[Token]:
    for found in TOKEN.finditer(query):
        position = found.start() + 1
        match found.lastgroup:
            case "gap":
                pass
            case "word" if found[0] == "AND":  # what stands together is together anyway
                pass
            case "unclosed":
                why = "this quotation mark is never closed; write another one, or none"
                raise BadQuery(why, position=position)
            case "open" | "close" | "minus" as kind:
                yield Token(Kind(kind), found[0], position)
            case "field":
                yield Token(Kind.FIELD, found["field"], position)
            case "wild":
                yield Token(Kind.QUOTE, found["said"], position, is_wild=found["wild"] == "*")
            case _:
                yield _word(found[0], position)


def _word(word: str, position: int) -> Token:
    if word in {"OR", "|"}:
        return Token(Kind.OR, word, position)
    if word == "NOT":
        return Token(Kind.MINUS, word, position)
    bare = word.removesuffix("*")
    if "*" in bare:
        why = "a * may stand at the end of a word only, as in harbo*"
        raise BadQuery(why, position=position + bare.index("*"))
    if not bare:
        raise BadQuery("a * needs the beginning of a word before it", position=position)
    return Token(Kind.WORD, bare, position, is_wild=bare != word)
