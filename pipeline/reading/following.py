"""Texts that are archived → the indexes over them, at leisure and never in a visit's way.

An index follows the log: it reads what it lacks in any thread (`prepare`), and what it makes of
that is written with the next batch of whoever writes.  Without one for a while it is behind, and
nothing else; `rebuild` makes all of them anew.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from pipeline.archive.lock import one_writer
from pipeline.archive.texts import Texts
from pipeline.catalog import Catalog
from pipeline.errors import ArchiveLocked, ArchiveUnwritable
from pipeline.reading.drifting import Drifting
from pipeline.reading.likening import Likening
from pipeline.writing.attesting import Timer
from pipeline.writing.opening import catalog_url, looked_into

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from pipeline.catalog import Reader
    from pipeline.reading.indexed import Slice
    from pipeline.settings import Settings
    from pipeline.sites.register import Register
    from pipeline.writing.opening import OpenArchive

EVERY = timedelta(seconds=2)
# One slice is a tenth of a second's work, of which a batch of visits sees a few milliseconds.
AT_ONCE = 50
# So long in each interval, and so many times what a slice took is left to others after it.
FOR_S = 1.5
SPARED = 2
# A command that was asked for a page or a site leaves no work behind; one that fetched thousands
# ends when they are fetched.
FEW = 100


class Index(Protocol):
    """Something that is made of every text."""

    name: str

    def prepare(self, limit: int) -> Slice | None:
        """What the next `limit` extractions come to; None where none is outstanding."""


def indexes(reader: Reader, folder: Path) -> tuple[Likening, Drifting]:
    """All that there are, over the archive in `folder`."""
    texts = Texts(folder)
    return Likening(reader, texts), Drifting(reader, texts)


class Following:
    """Brings the indexes of an open archive up to date.

    `note` hears what the texts say of their sites, once none is outstanding.
    """

    def __init__(
        self,
        archive: OpenArchive,
        *,
        register: Callable[[], Register],
        note: Callable[..., Awaitable[None]],
    ) -> None:
        self._archive = archive
        self._register = register
        self._note = note
        self.reader = archive.catalog.reader()
        self._indexes = indexes(self.reader, archive.folder)

    def timers(self) -> tuple[Timer, ...]:
        """What is to be done beside the fetching, and how often."""
        return (Timer("follow", EVERY, self.go_on),)

    async def go_on(self) -> None:
        """Do what can be done in a moment."""
        until = time.monotonic() + FOR_S
        await self._go_on(lambda: time.monotonic() < until)

    async def catch_up(self, few: int = FEW) -> None:
        """Do all that is outstanding, where that is no more than `few`."""
        many = [self.reader.outstanding(one.name, most=few + 1) for one in self._indexes]
        if max(many) <= few:
            await self._go_on(lambda: True)

    def close(self) -> None:
        """Let go of the catalog."""
        self.reader.close()

    async def _go_on(self, may: Callable[[], bool]) -> None:
        done = [await self._bring(index, may) for index in self._indexes]
        if all(done):
            _, drifting = self._indexes
            if signs := await asyncio.to_thread(drifting.signs, self._register()):
                await self._note(*signs)

    async def _bring(self, index: Index, may: Callable[[], bool]) -> bool:
        """Whether `index` is up to date afterwards."""
        while True:
            began = time.monotonic()
            prepared = await asyncio.to_thread(index.prepare, AT_ONCE)
            if prepared is not None:
                await self._archive.scribe.submit(prepared.write)
            if prepared is None or prepared.many < AT_ONCE:
                return True
            if not may():
                return False
            await asyncio.sleep(SPARED * (time.monotonic() - began))


def bring_up_to_date(settings: Settings) -> str | None:
    """Bring all indexes up to date, if nobody else is at work; else why that was not done.

    For a verb that asks them; what a daemon has archived comes into them within seconds.
    """
    with closing(looked_into(settings)) as reader:
        behind = [reader.outstanding(one.name, most=1) for one in indexes(reader, settings.archive)]
    if not any(behind):
        return None
    try:
        with (
            one_writer(settings.archive, verb="index", recovers=False),
            Catalog.open(catalog_url(settings)) as catalog,
        ):
            index_all(catalog, settings.archive)
    except (ArchiveLocked, ArchiveUnwritable) as error:
        return str(error)
    return None


def index_all(
    catalog: Catalog, folder: Path, *, tell: Callable[[int], object] = lambda _: None
) -> None:
    """Bring all indexes up to date; `tell` hears of each slice.  For whoever writes alone."""
    with closing(catalog.reader()) as reader:
        for index in indexes(reader, folder):
            while (prepared := index.prepare(AT_ONCE)) is not None:
                with catalog.batch() as batch:
                    prepared.write(batch)
                tell(prepared.many)
