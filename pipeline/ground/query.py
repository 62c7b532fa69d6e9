"""What somebody looks for in the archive's words: frozen values, understood by every index.

`search` reads them out of what was typed, `catalog` asks its index for them.  Words are terms of
the analyzer already, so that no index needs to know a language.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from datetime import date


class Words(Struct, frozen=True, kw_only=True):
    """Terms that stand side by side; with `is_prefix` the last of them may go on."""

    terms: tuple[str, ...]
    is_prefix: bool = False
    in_title: bool = False


class All(Struct, frozen=True):
    """Every one of `parts`, and none of `but`."""

    parts: tuple[Wanted, ...]
    but: tuple[Wanted, ...] = ()


class AnyOf(Struct, frozen=True):
    """At least one of `parts`."""

    parts: tuple[Wanted, ...]


Wanted = Words | All | AnyOf


class Among(Struct, frozen=True):
    """One of `these`, where there are any, and none of `but`."""

    these: tuple[str, ...] = ()
    but: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.these or self.but)


class Days(Struct, frozen=True):
    """From the day `since` on, until the day before `until`; open where that is None."""

    since: date | None = None
    until: date | None = None

    def __bool__(self) -> bool:
        return self.since is not None or self.until is not None


class Stands(StrEnum):
    """Whether the words stand in what the page says now, or only in what it said before."""

    NOW = "now"
    EARLIER = "earlier"


class Order(StrEnum):
    """What comes first: what fits best, or what the archive read last."""

    BEST = "best"
    NEWEST = "newest"


class Query(Struct, frozen=True, kw_only=True):
    """`wanted` is None where documents are chosen by their attributes alone.

    `sites` are names of sites, or hosts, which have a dot; `states` are those of the catalog.
    `published` is the day that the page itself gives, `seen` the day in UTC on which these words
    were first captured.
    """

    wanted: Wanted | None = None
    sites: Among = Among()
    languages: Among = Among()
    states: Among = Among()
    published: Days = Days()
    seen: Days = Days()
    stands: Stands | None = None


def leaves(wanted: Wanted | None) -> tuple[Words, ...]:
    """The words that should be there, in their order; those that must not are left out."""
    match wanted:
        case None:
            return ()
        case Words():
            return (wanted,)
        case _:
            return tuple(leaf for part in wanted.parts for leaf in leaves(part))
