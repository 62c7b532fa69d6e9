"""Texts that are archived → what was found in them over time, and whether that has changed."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipeline.alerts.drifts import KINDS, NEEDED, drifts
from pipeline.dedup.marks import called, mark
from pipeline.errors import DamagedRecord
from pipeline.ground.alarm import Kind
from pipeline.ground.finds import Find, Reading
from pipeline.model import Origin
from pipeline.reading.indexed import Slice

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.archive.texts import Texts
    from pipeline.catalog import Batch, Reader, Unread
    from pipeline.ground.alarm import Sign
    from pipeline.sites.register import Register
    from pipeline.sites.site import Site

# A judgement costs as much as a page, so that it is not made of each.
ENOUGH = 3
EVER = datetime.max.replace(tzinfo=UTC)


class Drifting:
    """The index of what was found."""

    name = "readings"

    def __init__(self, reader: Reader, texts: Texts) -> None:
        self._reader = reader
        self._texts = texts
        self._touched: Counter[str] = Counter()

    def prepare(self, limit: int) -> Slice | None:
        """What was found in the next documents; pages of no site are nobody's rules."""
        unread = self._reader.not_followed(self.name, most=limit)
        if not unread:
            return None
        readings = [
            (mark(one.url), one.site, reading, one.origin == Origin.LIVE)
            for one in unread
            if one.site is not None and (reading := self._read(one)) is not None
        ]
        upto = unread[-1].entry + 1

        def write(batch: Batch) -> None:
            batch.readings.enter(readings)
            batch.indexes.move(self.name, upto)
            self._touched.update(site for _, site, _, live in readings if live)

        return Slice(len(unread), write)

    def signs(self, register: Register) -> tuple[Sign, ...]:
        """What the documents say of sites of which a few were entered since they were last judged.

        Nothing of a site that is crawled for the first time, whose pages come out of all years in
        any order.
        """
        due = [site for site, many in self._touched.items() if many >= ENOUGH]
        for site in due:
            del self._touched[site]
        sites = [register.sites[name] for name in sorted(due) if name in register.sites]
        return tuple(sign for site in sites for sign in self._signs_of(site))

    def _signs_of(self, site: Site) -> tuple[Sign, ...]:
        name = str(site.name)
        vigils = self._reader.vigils(name)
        if (Kind.FIRST_CRAWL, name) in vigils:
            return ()
        standing = {
            state: self._reader.recent(name, before=vigil.since, most=NEEDED)
            for state, vigil in vigils.items()
            if vigil.kind in KINDS
        }
        newest = self._reader.recent(name, before=EVER, most=NEEDED)
        return drifts(name, newest, standing=standing, names=_names(site))

    def _read(self, unread: Unread) -> Reading | None:
        """None where its files were taken down or are lost."""
        if unread.observed_at is None:
            return None
        try:
            said = self._texts.read_document(unread.document)
            length = len(self._texts.read_text(unread.text))
        except DamagedRecord:
            return None
        title = said["title"]
        return Reading(
            entry=unread.entry,
            url=unread.url,
            seen_at=unread.observed_at,
            generation=unread.generation,
            rules=unread.rules,
            text=unread.text,
            finds=_finds(said),
            length=length,
            title=called(title) if isinstance(title, str) else None,
        )


def _finds(said: Mapping[str, object]) -> int:
    there = (find for find in Find if find.name and said.get(find.name.lower()))
    return sum(there) + (0 if said["degraded"] else Find.BODY.value)


def _names(site: Site) -> frozenset[int]:
    """The titles that tell the site and not the document."""
    declared = site.declared
    host = str(urlsplit(str(declared.home)).hostname or "")
    return frozenset(map(called, {declared.name, declared.site, host, host.removeprefix("www.")}))
