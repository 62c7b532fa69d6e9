"""`/document`: one document, the text of one of its versions, and every look at it."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

from msgspec import Struct

from pipeline.archive.texts import Texts
from pipeline.catalog import browsing
from pipeline.errors import DamagedRecord
from pipeline.likening import copies_of
from pipeline.web.asked import NotThere
from pipeline.web.known import known_as
from pipeline.web.legible import shown as paragraphs
from pipeline.web.rendering import shown
from pipeline.web.sighting import sighting

if TYPE_CHECKING:
    from starlette.responses import Response

    from pipeline.archive.texts import Sidecar
    from pipeline.catalog import Version
    from pipeline.likening import Copy
    from pipeline.web.asked import Asked
    from pipeline.web.desk import Desk
    from pipeline.web.legible import Shown

MOST_VERSIONS, MOST_LOOKS, MOST_COPIES = 200, 3000, 12


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
    versions = told_apart(desk.reader.ask(browsing.versions(url, most=MOST_VERSIONS)))
    looks = desk.reader.ask(browsing.glimpses(url, most=MOST_LOOKS))
    if not looks and not versions:
        raise NotThere(url or "a document without an address")
    now, current = desk.clock.now(), desk.reader.document(url)
    site = current.site if current else None
    chosen = _chosen(versions, asked.query.get("text"))
    read = reading(desk, chosen) if chosen else None
    return shown(
        "document.html",
        here="document",
        url=url,
        site=site,
        zone=desk.zone(site),
        current=current,
        watch=desk.reader.ask(browsing.watch(url)),
        versions=versions,
        reading=read,
        newest=versions[0] if versions else None,
        copies=_copies(desk, read, url),
        looks=looks,
        picture=sighting(looks, now=now),
        most_looks=MOST_LOOKS,
    )


def told_apart(made: tuple[Version, ...]) -> tuple[Version, ...]:
    """Of versions, newest first, those in which text or fields differ from the one before."""
    return tuple(
        one
        for one, older in zip_longest(made, made[1:])
        if older is None or one.document != older.document
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


def _chosen(versions: tuple[Version, ...], text: str | None) -> Version | None:
    if not text:
        return versions[0] if versions else None
    found = [one for one in versions if text in (str(one.text), one.text.hex)]
    if not found:
        raise NotThere(f"text {text[:80]} among its versions")
    return found[-1]
