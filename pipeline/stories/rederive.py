"""Archived bytes and today's rules → the texts that they give today.

A change of ours, not of the sites: every new text is technical, and alarms nobody (law 5).  The
old ones stay.
"""

from __future__ import annotations

from contextlib import closing
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING

import structlog
from msgspec import Struct
from msgspec.structs import replace

from pipeline.archive import records
from pipeline.archive.laying import config_resource
from pipeline.archive.reader import stored_block
from pipeline.errors import DamagedRecord
from pipeline.extract.derive import derive
from pipeline.writing.entries import extraction_entry
from pipeline.writing.keeping import is_of_today, keep

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from pipeline.catalog import Batch, LastText
    from pipeline.model import Document, Place, RecordRef, StoredBlock
    from pipeline.sites.register import Register
    from pipeline.sites.site import Site
    from pipeline.writing.keeping import Kept
    from pipeline.writing.opening import OpenArchive

log = structlog.get_logger()

MOST_AT_ONCE = 100
"""Documents between two commits: a second or so, at the pace of the generic rules."""


class Came(StrEnum):
    """What the rules of today came to.

    Not everything needs them: what they have read already, what holds nothing to read, and what
    was taken down or has been lost.
    """

    OTHER = "other"
    SAME = "same"
    CURRENT = "current"
    NO_TEXT = "no_text"
    NO_BYTES = "no_bytes"
    FAILED = "failed"


class Rederived(Struct, frozen=True, kw_only=True):
    """One document that was looked at: `entry` is the index of its new extraction, if it has one.

    `kept` is what it now reads; `detail` says why there is none.
    """

    url: str
    site: str | None
    came: Came
    entry: int | None = None
    kept: Kept | None = None
    detail: str = ""


class Rederiving:
    """Reads the last captures of documents anew, page of documents by page."""

    def __init__(self, archive: OpenArchive, register: Register) -> None:
        self._archive = archive
        self._register = register

    def urls(self, site: str | None) -> tuple[tuple[str, Site], ...]:
        """The captured documents of `site`, or all, and by whose rules each is read today.

        Raises NoSuchSite.
        """
        only = None if site is None else self._register.named(site)
        with closing(self._archive.catalog.reader()) as reader:
            found = [(one.url, self._site(one.url, one.site)) for one in reader.documents()]
        return tuple(one for one in found if only is None or one[1] is only)

    async def run(self, urls: Sequence[tuple[str, Site]]) -> AsyncIterator[tuple[Rederived, ...]]:
        """Read `urls` anew where that is due; what came of each, when it is durable."""
        for start in range(0, len(urls), MOST_AT_ONCE):
            page = urls[start : start + MOST_AT_ONCE]
            yield await self._archive.scribe.submit(partial(self._look_at_all, page))

    def _look_at_all(self, urls: Sequence[tuple[str, Site]], batch: Batch) -> tuple[Rederived, ...]:
        return tuple([self._look_at(batch, *one) for one in urls])

    def _site(self, url: str, name: str | None) -> Site:
        """The site that has read it before, if it is still declared; else whose it would be."""
        named = self._register.sites.get(name) if name else None
        return named or self._register.owner(url)

    def _look_at(self, batch: Batch, url: str, site: Site) -> Rederived:
        last = batch.record.last_text(url)
        if last is None or last.place is None or last.decoded is None:
            return Rederived(url=url, site=site.name, came=Came.NO_BYTES)
        if is_of_today(last, site):
            return Rederived(url=url, site=site.name, came=Came.CURRENT)
        try:
            stored = stored_block(self._archive.folder, last.place)
        except DamagedRecord as damage:
            return Rederived(url=url, site=site.name, came=Came.FAILED, detail=str(damage))
        try:
            document = derive(stored, site.rules)
        except Exception as error:  # one page may not stop the others; its bytes are kept
            log.exception("extraction broke", url=url, record=last.record_id)
            why = f"{type(error).__name__}: {error}"
            return Rederived(url=url, site=site.name, came=Came.FAILED, detail=why)
        if document is None:
            return Rederived(url=url, site=site.name, came=Came.NO_TEXT)
        return self._enter(batch, url, site, last, stored, document)

    def _enter(
        self,
        batch: Batch,
        url: str,
        site: Site,
        last: LastText,
        stored: StoredBlock,
        document: Document,
    ) -> Rederived:
        decoded = stored.decoded_digest
        if decoded is None:
            raise TypeError(f"{stored.record.record_id} was read and cannot be decoded")
        kept = keep(self._archive.texts, document, site)
        refs, places, resources = self._first_needed(batch, site)
        made = extraction_entry(
            kept,
            at=self._archive.clock.now(),
            url=url,
            visit=last.visit,
            record_id=last.record_id or stored.record.record_id,
            decoded=decoded,
            technical=True,
        )
        entry = replace(made, records=refs)
        index = self._archive.log.append(entry)
        batch.record.enter_extraction(
            index, entry, kept.heading, places=places, resources=resources
        )
        came = Came.SAME if kept.digest == last.document else Came.OTHER
        return Rederived(url=url, site=site.name, came=came, entry=index, kept=kept)

    def _first_needed(
        self, batch: Batch, site: Site
    ) -> tuple[tuple[RecordRef, ...], dict[str, Place], dict[str, str]]:
        """The record that holds the config, where no capture and no other document needed it."""
        config = config_resource(site.content)
        if batch.record.resource(config.uri) is not None:
            return (), {}, {}
        now = self._archive.clock.now()
        record = records.resource(config.uri, now, config.media_type, config.content)
        place = self._archive.warc.append(record)
        return (record.ref,), {record.record_id: place}, {config.uri: record.record_id}
