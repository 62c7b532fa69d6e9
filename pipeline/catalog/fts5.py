"""A Query → what SQLite's full-text index is asked: its MATCH expression, and SQL for the rest.

The index has three columns: `title`, `body`, and `tags`, a few terms that no text can have, for
what a document is besides its words.  Every term is quoted; none of what was typed reaches SQL.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, assert_never

from msgspec.structs import replace

from pipeline.ground.query import All, AnyOf, Query, Stands, Words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    from pipeline.ground.query import Among, Days, Wanted

EVERY = "every"
"""The tag that every document has."""
WORDS = "{title body}"
MOST_TAGS = 24
"""Months or years that are asked for by their tags; with more of them little is left out."""

Clause = tuple[str, tuple[object, ...]]


def tags(*, site: str | None, host: str, language: str | None, day: date | None) -> str:
    """The tags of a document, separated by spaces."""
    labels = host.split(".")
    hosts = [".".join(labels[start:]) for start in range(len(labels) - 1)] or [host]
    parts = language.lower().split("-") if language else []
    dated = (
        [_tag("year", f"{day.year:04}"), _tag("month", f"{day.year:04}{day.month:02}")]
        if day
        else []
    )
    languages = ["-".join(parts[:end]) for end in range(1, len(parts) + 1)]
    named = [_tag("site", site)] if site else []
    return " ".join(
        [
            EVERY,
            *named,
            *dated,
            *(_tag("host", one) for one in hosts),
            *(_tag("lang", one) for one in languages),
        ]
    )


def has_tags(query: Query) -> bool:
    """Whether tags say anything of this query."""
    return any(True for _ in _tagged(query))


def match(query: Query, *, with_tags: bool, in_title: bool = False) -> str:
    """The MATCH expression; without tags the rest is left to `clauses`.

    With `in_title` all words are to stand in the title.
    """
    wanted = _in_title(query.wanted) if in_title and query.wanted else query.wanted
    parts, but = (wanted.parts, wanted.but) if isinstance(wanted, All) else ((wanted,), ())
    asked = [_said(part) for part in parts if part is not None]
    if with_tags or not asked:
        asked += [f"tags : ({tag})" for tag in _tagged(query)]
    if not asked:
        asked = [f'tags : "{EVERY}"']
    return _without(" AND ".join(asked), but)


def clauses(query: Query) -> Iterator[Clause]:
    """What holds of the rows `v` (a version) and `p` (its page), whichever index found them."""
    yield from _among(query.sites, _of_site)
    yield from _among(query.languages, lambda one: (LANGUAGE, (one, f"{one}-*")))
    yield from _among(query.states, lambda one: ("p.state = ?", (one,)))
    if query.states.these and "present" not in query.states.these:
        yield _MISSING.format(", ".join("?" * len(query.states.these))), query.states.these
    yield from _days("v.day", query.published)
    yield from _days("v.seen_day", query.seen)
    if query.stands is Stands.EARLIER:
        yield "p.current IS NOT v.id", ()
    if query.stands is Stands.NOW or query.wanted is None:
        yield "p.current = v.id", ()


_MISSING = (
    "+words.rowid IN (SELECT m.id FROM pages s JOIN versions m ON m.page = s.id"
    " WHERE s.state <> 'present' AND s.state IN ({}))"
)
"""Few pages are not there any more: their versions are gathered once, and none of the others has to
be looked up.  The plus keeps SQLite from asking the index for each of them."""
LANGUAGE = "(v.language = ? OR v.language GLOB ?)"


def _of_site(one: str) -> Clause:
    if "." in one:
        return "(p.host = ? OR p.host GLOB ?)", (one, f"*.{one}")
    return "p.site = ?", (one,)


def _among(among: Among, clause: Callable[[str], Clause]) -> Iterator[Clause]:
    for are, which in ((True, among.these), (False, among.but)):
        if which:
            made = [clause(one) for one in which]
            either = " OR ".join(text for text, _ in made)
            values = tuple(value for _, values in made for value in values)
            yield (f"({either})" if are else f"({either}) IS NOT TRUE"), values


def _days(column: str, days: Days) -> Iterator[Clause]:
    if days.since is not None:
        yield f"{column} >= ?", (days.since.toordinal(),)
    if days.until is not None:
        yield f"{column} < ?", (days.until.toordinal(),)


def _tagged(query: Query) -> Iterator[str]:
    if query.sites.these:
        kinds = [("host" if "." in one else "site", one) for one in query.sites.these]
        yield " OR ".join(f'"{_tag(kind, one)}"' for kind, one in kinds)
    if query.languages.these:
        yield " OR ".join(f'"{_tag("lang", one)}"' for one in query.languages.these)
    if dated := _dated(query.published):
        yield " OR ".join(f'"{one}"' for one in dated)


def _dated(days: Days) -> list[str]:
    """The tags of all documents of `days`, and of some others; none where they would be many."""
    if days.since is None or days.until is None:
        return []
    first, last = days.since, days.until - timedelta(days=1)
    months = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    if len(months) <= MOST_TAGS:
        return [_tag("month", f"{one // 12:04}{one % 12 + 1:02}") for one in months]
    years = range(first.year, last.year + 1)
    return [_tag("year", f"{one:04}") for one in years] if len(years) <= MOST_TAGS else []


def _tag(kind: str, value: str) -> str:
    """A term that no text has; what the tokenizer would cut at is exchanged."""
    return "".join(one if one.isalnum() else "·" for one in f"{kind}·{value}".lower())


def _said(wanted: Wanted) -> str:
    match wanted:
        case Words():
            column = "title" if wanted.in_title else WORDS
            words = " ".join(wanted.terms).replace('"', "")
            return f'{column} : "{words}"{" *" if wanted.is_prefix else ""}'
        case AnyOf():
            return f"({' OR '.join(_said(part) for part in wanted.parts)})"
        case All():
            return _without(" AND ".join(_said(part) for part in wanted.parts), wanted.but)
        case never:
            assert_never(never)


def _in_title(wanted: Wanted) -> Wanted:
    match wanted:
        case Words():
            return replace(wanted, in_title=True)
        case _:
            return replace(wanted, parts=tuple(_in_title(part) for part in wanted.parts))


def _without(asked: str, but: tuple[Wanted, ...]) -> str:
    if not but:
        return f"({asked})"
    return f"(({asked}) NOT ({' OR '.join(_said(part) for part in but)}))"
