"""A query as it was typed → the Query that every index understands.

    alternatives = together { "OR" together }
    together     = { ["-"] ( "(" alternatives ")" | word | "phrase" | field:value ) }

What stands together must all be there, and binds closer than OR.  Fields stand outside of
brackets: they are asked of the whole document, whichever of its words are found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.errors import BadQuery
from pipeline.ground.query import All, AnyOf, Query, Words, leaves
from pipeline.search.analyzer import asked
from pipeline.search.fields import NAMES, TITLE, Demand, Demands, among, is_field
from pipeline.search.lexing import Kind, Token, tokens

if TYPE_CHECKING:
    from pipeline.ground.query import Wanted

MOST_WORDS = 64
MOST_NESTED = 20
SHORTEST_BEGINNING = 2
"""Letters before a *: with fewer, half of all words would be looked for."""


def parse(typed: str) -> Query:
    """The query that `typed` is.  Raises BadQuery, which says where it cannot be read."""
    reading = _Reading(tokens(typed))
    wanted = reading.read()
    demands = reading.demands
    query = Query(
        wanted=wanted,
        sites=among(demands.sites),
        languages=among(demands.languages),
        states=among(demands.states),
        published=demands.published,
        seen=demands.seen,
        stands=demands.stands,
    )
    if query == Query(stands=query.stands):
        raise BadQuery("there is nothing to look for; give a word", position=1)
    if len(leaves(wanted)) > MOST_WORDS:
        why = f"more than {MOST_WORDS} words; trace finds whole passages"
        raise BadQuery(why, position=1)
    return query


class _Reading:
    """One walk through the tokens of a query."""

    def __init__(self, read: tuple[Token, ...]) -> None:
        self._tokens = read
        self._next = 0
        self.demands = Demands()

    def read(self) -> Wanted | None:
        wanted = self._alternatives(0)
        if (token := self._peek()) is not None:
            why = "this ) closes nothing; take it out, or put it in quotation marks"
            raise BadQuery(why, position=token.position)
        return wanted

    def _peek(self) -> Token | None:
        return self._tokens[self._next] if self._next < len(self._tokens) else None

    def _take(self) -> Token:
        self._next += 1
        return self._tokens[self._next - 1]

    def _alternatives(self, depth: int) -> Wanted | None:
        parts = [self._together(depth)]
        while (token := self._peek()) is not None and token.kind is Kind.OR:
            self._take()
            following = self._peek()
            if parts[-1] is None or following is None or following.kind in {Kind.OR, Kind.CLOSE}:
                raise BadQuery("OR stands between two words", position=token.position)
            parts.append(self._together(depth))
            self._demand_words(parts[-1], token.position)
        if len(parts) == 1:
            return parts[0]
        self._demand_words(parts[0], self._tokens[0].position)
        return AnyOf(tuple(part for part in parts if part is not None))

    def _demand_words(self, part: Wanted | None, position: int) -> None:
        if part is None or not leaves(part):
            raise BadQuery("OR stands between words that should be there", position=position)

    def _together(self, depth: int) -> Wanted | None:
        parts: list[Wanted] = []
        but: list[Wanted] = []
        begins = self._peek()
        while (token := self._peek()) is not None and token.kind not in {Kind.OR, Kind.CLOSE}:
            is_wanted = token.kind is not Kind.MINUS
            if not is_wanted:
                self._take()
            found = self._one(depth, is_wanted=is_wanted, sign=token)
            if found is not None:
                (parts if is_wanted else but).append(found)
        if but and not parts and depth and begins is not None:
            why = "only words that must not be there; put one beside them that must"
            raise BadQuery(why, position=begins.position)
        if len(parts) == 1 and not but:
            return parts[0]
        return All(tuple(parts), tuple(but)) if parts or but else None

    def _one(self, depth: int, *, is_wanted: bool, sign: Token) -> Wanted | None:
        token = self._peek()
        if token is None or token.kind in {Kind.OR, Kind.CLOSE, Kind.MINUS}:
            raise BadQuery(f"{sign.text} needs a word behind it", position=sign.position)
        self._take()
        match token.kind:
            case Kind.OPEN:
                return self._group(depth + 1, token)
            case Kind.FIELD if is_field(token.text, token.position):
                return self._field(token, depth, is_wanted=is_wanted)
            case Kind.FIELD:  # a word before a colon
                return _words(token)
            case _:
                return _words(token)

    def _group(self, depth: int, opened: Token) -> Wanted | None:
        if depth > MOST_NESTED:
            raise BadQuery(f"more than {MOST_NESTED} brackets deep", position=opened.position)
        found = self._alternatives(depth)
        token = self._peek()
        if token is None:
            raise BadQuery("this ( is never closed", position=opened.position)
        self._take()
        if found is None:
            raise BadQuery("nothing stands in these brackets", position=opened.position)
        return found

    def _field(self, name: Token, depth: int, *, is_wanted: bool) -> Wanted | None:
        value = self._peek()
        if value is None or value.kind not in {Kind.WORD, Kind.QUOTE}:
            raise BadQuery(f"{name.text}: needs a value", position=name.position)
        self._take()
        if name.text.lower() == TITLE:
            return _words(value, in_title=True)
        if depth:
            why = (
                f"{name.text}: is asked of the whole document, and stands outside of brackets;"
                f" {name.text}:one,other asks for either"
            )
            raise BadQuery(why, position=name.position)
        for one in value.text.split(","):
            self.demands.take(
                Demand(
                    name=name.text.lower(),
                    value=one + ("*" if value.is_wild else ""),
                    position=name.position,
                    is_wanted=is_wanted,
                )
            )
        return None


def _words(token: Token, *, in_title: bool = False) -> Words | None:
    """What `token` says, in terms; None where there is no letter in it."""
    name = token.text.removesuffix(":").lower()
    if token.kind is Kind.WORD and token.text.endswith(":") and name in NAMES and not in_title:
        raise BadQuery(f"{token.text} needs a value right behind it", position=token.position)
    terms, is_prefix = asked(token.text)
    if not terms:
        if token.is_wild:
            why = "a * needs the beginning of a word before it"
            raise BadQuery(why, position=token.position)
        return None
    if token.is_wild and terms[-1].isascii() and len(terms[-1]) < SHORTEST_BEGINNING:
        why = f"a * needs {SHORTEST_BEGINNING} letters before it"
        raise BadQuery(why, position=token.position)
    return Words(terms=terms, is_prefix=token.is_wild or is_prefix, in_title=in_title)
