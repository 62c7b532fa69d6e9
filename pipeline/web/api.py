"""`/api/v1`: what the pages show, as JSON, to read and never to write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.archive.texts import Texts
from pipeline.catalog import browsing, lives
from pipeline.errors import BadQuery, DamagedRecord, UsageError
from pipeline.ground.query import Order
from pipeline.reading.searching import Found
from pipeline.search.aligning import Passage
from pipeline.web import shapes, shaping
from pipeline.web.asked import (
    MOST_DIGITS,
    NotThere,
    WrongQuery,
    mark_named,
    number_named,
    place_behind,
    place_of,
)
from pipeline.web.known import known_as
from pipeline.web.leafing import entry_named, leaves_with

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from pipeline.catalog import CurrentDocument, Event, Version
    from pipeline.web.asked import Asked
    from pipeline.web.desk import Desk

USUAL, MOST = 50, 200
MOST_VERSIONS = 200
MOST_CONTENT = 1_000_000
"""Characters of a text; a whole one of any size is the file `/text/DIGEST.txt`."""
LONGEST_QUERY, LONGEST_PASSAGE = 1000, 4000
EVENTS = frozenset({"new", "changed", "removed"})
STATES = frozenset({"edited", "present", "gone", "blocked", "failed"})
NOTHING = Found(hits=(), count=0, is_more=False, next=None)
ORDERS = {"best": Order.BEST, "newest": Order.NEWEST}


def sites(asked: Asked) -> shapes.Sites:
    """The sites by name, and how they stand."""
    most, after = _limit(asked.query), asked.query.get("cursor") or ""
    names = [name for name in asked.desk.names() if name > after][: most + 1]
    shown = asked.desk.sites(names[:most], asked.desk.reader.alarms())
    behind = names[most - 1] if len(names) > most else None
    return shapes.Sites(sites=[shaping.site(one) for one in shown], next=behind)


def documents(asked: Asked) -> shapes.Documents:
    """A site's documents, last changed first."""
    name, most = asked.path["name"], _limit(asked.query)
    if asked.desk.site(name) is None:
        raise NotThere(name)
    state = _one_of(asked.query, "state", STATES)
    mark = mark_named(asked.query.get("cursor"))
    found = asked.desk.reader.ask(browsing.listed(name, state=state, after=mark, most=most + 1))
    last = found[most - 1] if len(found) > most else None
    behind = place_of(_changed_at(last), last.url) if last else None
    return shapes.Documents(documents=[shaping.document(one) for one in found[:most]], next=behind)


def document(asked: Asked) -> shapes.Opened:
    """One document: the text that stands, or the version `text`."""
    desk, url = asked.desk, known_as(asked.desk, _needed(asked.query, "url"))
    upto = entry_named(asked.query.get("cursor"))
    listed, chosen = leaves_with(desk, url, asked.query.get("text"), most=MOST_VERSIONS, upto=upto)
    current = desk.reader.document(url)
    if current is None and listed.newest is None:
        raise NotThere(url[:200])
    content, sidecar = _read(desk, chosen)
    return shapes.Opened(
        document=shaping.document(current) if current else None,
        content=content and content[:MOST_CONTENT],
        left_out=max(len(content or "") - MOST_CONTENT, 0),
        sidecar=sidecar,
        versions=[shaping.version(one) for one in listed.versions],
        next=str(listed.older) if listed.older is not None else None,
    )


def looks(asked: Asked) -> shapes.Looks:
    """The last looks at one document, or those before them."""
    url, most = known_as(asked.desk, _needed(asked.query, "url")), _limit(asked.query)
    mark = mark_named(asked.query.get("cursor"))
    found = asked.desk.reader.ask(lives.glimpses(url, most=most + 1, after=mark))
    if not found:
        raise NotThere(url[:200])
    told = found[-most:]
    behind = place_of(told[0].at, told[0].entry) if len(found) > most else None
    return shapes.Looks(looks=[shaping.look(one) for one in told], next=behind)


def changes(asked: Asked) -> shapes.Changes:
    """What was new, edited and removed."""
    most = _limit(asked.query)
    found = events(asked, most=most + 1)
    behind = place_behind(found[most - 1]) if len(found) > most else None
    return shapes.Changes(changes=[shaping.change(one) for one in found[:most]], next=behind)


def search(asked: Asked) -> shapes.Hits:
    """Documents in which words stand, now or before; none where the query cannot be read."""
    searching, query = asked.desk.searching, _needed(asked.query, "q")
    order = ORDERS[_one_of(asked.query, "order", ORDERS) or "best"]
    found, problem = NOTHING, None
    if searching.index.is_there:
        try:
            found = searching.search(
                query[:LONGEST_QUERY],
                limit=_limit(asked.query),
                cursor=asked.query.get("cursor") or None,
                order=order,
            )
        except BadQuery as error:
            problem = str(error)
    return shapes.Hits(
        hits=[shaping.hit(one) for one in found.hits],
        count=found.count,
        more=found.is_more,
        behind=searching.behind(),
        next=found.next,
        problem=problem,
    )


def trace(asked: Asked) -> shapes.Standings:
    """Where a passage stands, the earliest first."""
    passage, most = _needed(asked.query, "passage")[:LONGEST_PASSAGE], _limit(asked.query)
    tracing = asked.desk.tracing()
    try:
        behind = tracing.index.behind()
        if not tracing.index.is_there:
            return shapes.Standings(standings=[], more=False, behind=behind)
        traced = tracing.trace(passage, limit=most)
    except UsageError:
        if Passage(passage).words:
            raise
        # what has no word in it stands nowhere
        return shapes.Standings(standings=[], more=False, behind=behind)
    finally:
        tracing.close()
    return shapes.Standings(
        standings=[shaping.standing(one) for one in traced.standings],
        more=traced.is_more,
        behind=behind,
    )


def alarms(asked: Asked) -> shapes.Alarms:
    """What is the matter now."""
    return shapes.Alarms(
        alarms=[
            shapes.Alarm(
                kind=str(one.kind.value),
                subject=one.subject,
                site=one.site,
                since=one.since,
                raised_at=one.raised_at,
                detail=one.detail,
            )
            for one in asked.desk.reader.alarms()
        ]
    )


def events(asked: Asked, *, most: int) -> tuple[Event, ...]:
    """The newest changes that the query asks for: of `site`, of a kind, before `cursor`."""
    what, site = _one_of(asked.query, "what", EVENTS), asked.query.get("site") or None
    mark = mark_named(asked.query.get("cursor"))
    question = browsing.events(site=site, what=what, after=mark, most=most)
    return asked.desk.reader.ask(question)


def _needed(query: Mapping[str, str], name: str) -> str:
    if not (given := query.get(name, "")):
        raise WrongQuery(name, why="it is missing")
    return given


def _limit(query: Mapping[str, str]) -> int:
    given = query.get("limit", str(USUAL))
    limit = number_named(given, digits=MOST_DIGITS)
    if limit is None or not 1 <= limit <= MOST:
        raise WrongQuery("limit", why=f"{given[:20]!r} is no number from 1 to {MOST}")
    return limit


def _one_of(
    query: Mapping[str, str], name: str, allowed: frozenset[str] | Mapping[str, object]
) -> str | None:
    given = query.get(name)
    if given is not None and given not in allowed:
        raise WrongQuery(name, why=f"{given[:40]!r} is none of {', '.join(sorted(allowed))}")
    return given


def _changed_at(document: CurrentDocument) -> datetime:
    return document.last_changed_at or document.first_seen


def _read(desk: Desk, version: Version | None) -> tuple[str | None, dict[str, object] | None]:
    """A version's text and sidecar; nothing of what was taken down or is damaged."""
    if version is None:
        return None, None
    texts = Texts(desk.settings.archive)
    try:
        return texts.read_text(version.text), dict(texts.read_document(version.document))
    except DamagedRecord:
        return None, None
