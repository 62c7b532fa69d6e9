"""Atom feeds (RFC 4287) of new, edited and removed documents, and of what a query finds.

An entry's id is made of the document and the change, so that a reader shows each once, wherever
the page is served.
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from xml.etree.ElementTree import Element, SubElement, tostring

from starlette.responses import Response

from pipeline.errors import UsageError
from pipeline.ground.query import Order
from pipeline.search.snippets import plain
from pipeline.web.api import events
from pipeline.web.asked import NotThere
from pipeline.web.legible import address, plainly
from pipeline.web.wording import word_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.catalog import Event
    from pipeline.reading.searching import Hit
    from pipeline.web.asked import Asked

ATOM = "http://www.w3.org/2005/Atom"
KIND = "application/atom+xml; charset=utf-8"
MOST = 50
LONGEST_QUERY = 1000
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
"""When a feed of nothing was updated."""
IDS = uuid.uuid5(uuid.NAMESPACE_URL, "urn:dateline:feeds")


def changes(asked: Asked) -> Response:
    """What was new, edited and removed: all, of `site`, or one kind of it, `what`."""
    found = events(asked, most=MOST)
    site, what = asked.query.get("site"), asked.query.get("what")
    title = " ".join(filter(None, ("Dateline:", word_of(what) if what else "changes", site)))
    about = f"changes {site or ''} {what or ''}"
    return _feed(asked, title, about, (_changed(asked, one) for one in found))


def hits(asked: Asked) -> Response:
    """Documents in which the words of query `q` stand, the newest first."""
    query = asked.query.get("q", "").strip()[:LONGEST_QUERY]
    if not query:
        raise NotThere("a feed of an empty query")
    searching = asked.desk.searching
    found: tuple[Hit, ...] = ()
    if searching.index.is_there:
        try:
            found = searching.search(query, limit=MOST, order=Order.NEWEST).hits
        except UsageError as error:
            raise NotThere(f"query {query[:80]}: {error}") from error
    return _feed(
        asked, f"Dateline: {query}", f"search {query}", (_hit(asked, one) for one in found)
    )


def _changed(asked: Asked, event: Event) -> Element:
    title = event.heading.title if event.heading else None
    word = word_of(event.what)
    return _entry(
        asked,
        name=f"{event.what} {event.at.isoformat()} {event.url}",
        title=f"{word}: {title or event.url}",
        at=event.at,
        url=event.url,
        site=event.site,
        kind=word,
        summary=f"{word} at {event.url}",
    )


def _hit(asked: Asked, hit: Hit) -> Element:
    return _entry(
        asked,
        name=f"{hit.text} {hit.url}",
        title=plain(hit.title) or hit.url,
        at=hit.seen_at,
        url=hit.url,
        site=hit.site,
        kind="found",
        summary=plain(hit.snippet),
    )


def _entry(
    asked: Asked,
    *,
    name: str,
    title: str,
    at: datetime,
    url: str,
    site: str | None,
    kind: str,
    summary: str,
) -> Element:
    entry = Element("entry")
    _say(entry, "id", uuid.uuid5(IDS, name).urn)
    _say(entry, "title", title)
    _say(entry, "updated", _moment(at))
    here = f"{asked.base}/document?{urlencode({'url': url})}"
    SubElement(entry, "link", rel="alternate", type="text/html", href=here)
    if original := address(url):
        SubElement(entry, "link", rel="via", href=original)
    SubElement(entry, "category", term=kind)
    if site:
        _say(SubElement(entry, "author"), "name", site)
    _say(entry, "summary", summary or title)
    return entry


def _feed(asked: Asked, title: str, about: str, entries: Iterable[Element]) -> Response:
    feed = Element("feed", xmlns=ATOM)
    listed = list(entries)
    _say(feed, "id", uuid.uuid5(IDS, about).urn)
    _say(feed, "title", title)
    moments = [entry.findtext("updated") or "" for entry in listed]
    _say(feed, "updated", max(moments, default=_moment(BEGINNING)))
    SubElement(feed, "link", rel="self", type="application/atom+xml", href=asked.address)
    SubElement(feed, "link", rel="alternate", type="text/html", href=f"{asked.base}/")
    _say(SubElement(feed, "author"), "name", "Dateline")
    feed.extend(listed)
    return Response(tostring(feed, "utf-8", xml_declaration=True), headers={"Content-Type": KIND})


def _say(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = plainly(text)


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
