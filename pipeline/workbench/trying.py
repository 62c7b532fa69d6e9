"""A page, live, archived or recorded → what today's or a draft's rules read in it; nothing is kept.

What is read is held against what stands in the archive for the same document.
"""

from __future__ import annotations

import heapq
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from msgspec import Struct

from pipeline.archive.reader import stored_block
from pipeline.archive.recorded import Recording
from pipeline.archive.texts import Texts, sidecar
from pipeline.diff.difference import difference
from pipeline.discover.seeds import seeds
from pipeline.errors import DamagedRecord
from pipeline.extract.derive import derive
from pipeline.extract.tracing import yields
from pipeline.fetch.fetcher import Fetcher
from pipeline.fetch.replay import Replay
from pipeline.ground.clock import HastyClock, SystemClock
from pipeline.model import Captured
from pipeline.reading.versions import edition_said
from pipeline.stories.replaying import Way, latest
from pipeline.workbench.peeking import Peeking
from pipeline.writing.opening import looked_into

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Sequence
    from pathlib import Path

    from pipeline.catalog import CurrentDocument
    from pipeline.diff.pieces import Diff
    from pipeline.extract.tracing import Yield
    from pipeline.fetch.recorded import Recorded
    from pipeline.model import Document, Source, StoredBlock
    from pipeline.settings import Settings
    from pipeline.sites.register import Register
    from pipeline.sites.site import Site
    from pipeline.workbench.peeking import Peeked

NOTHING = "nothing to read"
ANSWERS = ("response", "revisit")


class Tried(Struct, frozen=True, kw_only=True):
    """What a page came to.

    `why` says why there is no document, where there is none.  `diff` is what differs from the text
    that is archived, None where nothing is; `lost` says why that cannot be read.
    """

    url: str
    why: str | None
    document: Document | None
    yields: tuple[Yield, ...]
    diff: Diff | None
    lost: str | None = None


class Trying:
    """Reads pages by the rules of `site`, beside whoever writes the archive of `settings`."""

    def __init__(self, site: Site, register: Register, settings: Settings) -> None:
        self._site = site
        named = {**register.sites, site.name: site} if site.name else register.sites
        self._register = replace(register, sites=named)
        self._settings = settings
        self._reader = looked_into(settings)
        self._texts = Texts(settings.archive)

    async def live(self, urls: Sequence[str]) -> AsyncIterator[Tried]:
        """What `urls` show now."""
        clock, settings = SystemClock(), self._settings
        fetcher = Fetcher(agent=settings.agent, clock=clock, allow_private=settings.allow_private)
        peeking = Peeking(self._register, fetcher, clock, agent=settings.agent)
        try:
            for url in urls:
                yield self._peeked(await peeking.look(self._site, url))
        finally:
            await fetcher.aclose()

    async def recorded(self, files: Sequence[Path], urls: Sequence[str]) -> AsyncIterator[Tried]:
        """What WARC files hold of `urls`, or of all pages of the site.  Raises ReplayUnreadable."""
        recording = Recording(files)
        taken: set[Source] = set()
        for url in urls:
            peeking = self._replaying(lambda asked: latest(recording, asked))
            yield self._peeked(await peeking.look(self._site, url))
        for look in () if urls else recording:
            if look.source not in taken and self._is_page(look.url):
                way = Way(recording, look, taken)
                yield self._peeked(await self._replaying(way.find).look(self._site, look.url))

    def archived(self, most: int) -> Iterator[Tried]:
        """The last captures of the site's `most` documents that were captured last."""
        documents = self._reader.documents(self._site.name)
        for one in heapq.nlargest(most, documents, key=lambda one: one.captured_at):
            try:
                stored = self._stored(one)
            except DamagedRecord as damage:
                yield _without(one.url, str(damage))
                continue
            if stored is None:
                yield _without(one.url, "its bytes are not here: taken down, or lost")
                continue
            try:
                document = derive(stored, self._site.rules)
            except Exception as error:  # noqa: BLE001 - one page may not stop the others
                yield _without(one.url, f"extraction broke: {type(error).__name__}: {error}")
                continue
            yield self._tried(one.url, stored, document, None if document else NOTHING)

    def _replaying(self, find: Callable[[str], Recorded | None]) -> Peeking:
        clock = HastyClock()
        fetcher = Fetcher(agent=self._settings.agent, clock=clock, transport=Replay(find))
        return Peeking(self._register, fetcher, clock, agent=self._settings.agent, obey=False)

    def _is_page(self, url: str) -> bool:
        """Whether the site's rules are meant for `url`: no seed, no robots.txt, nobody else's."""
        others = {seed.url for seed in seeds(self._site.declared.discover)}
        if url in others or urlsplit(url).path == "/robots.txt":
            return False
        mine = self._site.claims(url) or self._register.owner(url) is self._site
        return mine and self._site.declared.targets.wants(self._site.canonical(url))

    def _peeked(self, peeked: Peeked) -> Tried:
        why = None
        if peeked.document is None:
            why = NOTHING if isinstance(peeked.outcome, Captured) else peeked.told
        return self._tried(peeked.url, peeked.stored, peeked.document, why)

    def _tried(
        self, url: str, stored: StoredBlock | None, document: Document | None, why: str | None
    ) -> Tried:
        found = yields(stored, document, self._site.rules) if stored and document else ()
        diff, lost = None, None
        standing = self._reader.document(url)
        if document is not None and standing is not None and standing.document is not None:
            try:
                diff = self._differing(standing, document)
            except DamagedRecord as damage:
                reason = standing.text and self._reader.taken_down(standing.text)
                lost = f"taken down: {reason}" if reason else str(damage)
        return Tried(url=url, why=why, document=document, yields=found, diff=diff, lost=lost)

    def _differing(self, standing: CurrentDocument, document: Document) -> Diff | None:
        if standing.document is None or standing.text is None:
            return None
        said = self._texts.read_document(standing.document)
        before = edition_said(said, self._texts.read_text(standing.text))
        return difference(before, edition_said(sidecar(document), document.text))

    def _stored(self, document: CurrentDocument) -> StoredBlock | None:
        shown = self._reader.capture(document.record) if document.record else None
        if shown is None:
            return None
        places = dict(shown.places)
        answers = [ref.record_id for ref in shown.entry.records if ref.type in ANSWERS]
        place = next((places[one] for one in answers if one in places), None)
        payload = self._reader.capture(shown.entry.payload_record or "")
        holds = dict(payload.places).get(shown.entry.payload_record or "") if payload else None
        return stored_block(self._settings.archive, place, payload=holds) if place else None


def _without(url: str, why: str) -> Tried:
    return Tried(url=url, why=why, document=None, yields=(), diff=None)
