"""`/document`: one document, the text of one of its versions, and every look at it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from pipeline.archive.texts import Texts
from pipeline.catalog import lives
from pipeline.catalog.browsing import LATEST
from pipeline.errors import DamagedRecord
from pipeline.reading.likening import copies_of
from pipeline.web.asked import NotThere, mark_named, place_of
from pipeline.web.known import known_as
from pipeline.web.leafing import entry_named, leaves_with
from pipeline.web.legible import shown as paragraphs
from pipeline.web.rendering import shown
from pipeline.web.sighting import sighting

if TYPE_CHECKING:
    from starlette.responses import Response

    from pipeline.archive.texts import Sidecar
    from pipeline.catalog import Version
    from pipeline.reading.likening import Copy
    from pipeline.web.asked import Asked
    from pipeline.web.desk import Desk
    from pipeline.web.legible import Shown

MOST_VERSIONS, MOST_LOOKS, MOST_ROWS, MOST_COPIES = 60, 1000, 100, 12
"""Versions listed, looks drawn, looks in the table below, near copies: each list goes on."""


class Reading(Struct, frozen=True, kw_only=True):
    """A version as it is read; `missing` says why its text cannot be shown."""

    version: Version
    sidecar: Sidecar | None
    text: Shown | None
    missing: str | None


def document(asked: Asked) -> Response:
    """One document, by its URL or any variant of it."""
    desk = asked.desk
    url = known_as(desk, asked.query.get("url", ""))
    mark = mark_named(asked.query.get("before"))
    looks = desk.reader.ask(lives.glimpses(url, most=MOST_LOOKS, after=mark))
    rows = looks[-MOST_ROWS:]
    upto = entry_named(asked.query.get("upto"))
    listed, chosen = leaves_with(desk, url, asked.query.get("text"), most=MOST_VERSIONS, upto=upto)
    if not looks and listed.newest is None:
        raise NotThere(url or "a document without an address")
    current = desk.reader.document(url)
    site = current.site if current else None
    read = reading(desk, chosen) if chosen else None
    return shown(
        "document.html",
        here="document",
        url=url,
        site=site,
        zone=desk.zone(site),
        current=current,
        watch=desk.reader.ask(lives.watch(url)),
        listed=listed,
        reading=read,
        copies=_copies(desk, read, url),
        looks=looks,
        rows=rows,
        picture=sighting(looks, now=min(mark.at, desk.clock.now())),
        older=place_of(rows[0].at, rows[0].entry) if len(looks) > MOST_ROWS else None,
        are_latest=mark.at == LATEST,
        most_looks=MOST_LOOKS,
    )


def reading(desk: Desk, version: Version) -> Reading:
    """What was read in a version, from the files that hold it."""
    texts = Texts(desk.settings.archive)
    try:
        sidecar = texts.read_document(version.document)
        text = paragraphs(texts.read_text(version.text), title=sidecar["title"])
    except DamagedRecord as damage:
        reason = desk.reader.taken_down(version.text)
        why = f"taken down: {reason}" if reason else str(damage)
        return Reading(version=version, sidecar=None, text=None, missing=why)
    return Reading(version=version, sidecar=sidecar, text=text, missing=None)


def _copies(desk: Desk, read: Reading | None, url: str) -> tuple[Copy, ...]:
    """Who says nearly the same; nobody can tell of a text that is not there any more."""
    if read is None or read.text is None:
        return ()
    texts = Texts(desk.settings.archive)
    return copies_of(read.version.text, desk.reader, texts, url=url)[:MOST_COPIES]
