"""Settings → an archive at work: opened, with a flow to walk visits and a socket for others."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec import Struct

from pipeline.fetch.fetcher import Fetcher
from pipeline.flow import Flow
from pipeline.ground.clock import SystemClock
from pipeline.monitoring.alarming import Alarming
from pipeline.reading.following import Following
from pipeline.reading.indexing import Indexing, WordIndex
from pipeline.running.errands import Errands
from pipeline.running.handover import serving
from pipeline.stories.refilling import plan_what_was_lost
from pipeline.writing.attesting import Attesting
from pipeline.writing.opening import OpenArchive, opened

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from contextlib import AbstractContextManager

    from pipeline.ground.clock import Clock
    from pipeline.model import Look
    from pipeline.monitoring.metrics import Metrics
    from pipeline.settings import Settings
    from pipeline.sites.register import Register

T = TypeVar("T")


class Workroom(Struct, frozen=True, kw_only=True):
    """What the process that writes the archive works with."""

    archive: OpenArchive
    flow: Flow
    errands: Errands
    attesting: Attesting
    alarming: Alarming
    following: Following
    indexing: Indexing
    clock: Clock

    async def catch_up(self) -> None:
        """Bring the indexes up to date with what was done here, where that is little."""
        await self.following.catch_up()
        await asyncio.to_thread(self.indexing.catch_up_a_little)


class _Metered(Fetcher):
    """A fetcher that counts what went over the wire."""

    metrics: Metrics | None = None

    async def look(self, *asked: Any, **how: Any) -> Look:
        look = await super().look(*asked, **how)
        if self.metrics is not None:
            self.metrics.passed(look)
        return look


@asynccontextmanager
async def at_work(
    settings: Settings,
    register: Callable[[], Register],
    *,
    verb: str,
    patience_s: float | None = None,
    metrics: Metrics | None = None,
) -> AsyncIterator[Workroom]:
    """Open the archive and serve errands of other processes until the body ends.

    Those that are under way then are given `patience_s`, or as long as they take.

    Raises ArchiveLocked when another process is at work, ArchiveUnwritable and CatalogAway.
    """
    clock = SystemClock()
    async with _beside_the_loop(opened(settings, verb=verb, clock=clock)) as archive:
        if archive.was_lost:
            await asyncio.to_thread(
                plan_what_was_lost, archive.catalog, archive.folder, register(), now=clock.now()
            )
        fetcher = _Metered(agent=settings.agent, clock=clock, allow_private=settings.allow_private)
        fetcher.metrics = metrics
        alarming = Alarming(archive, settings, clock, register=register)
        flow = Flow(
            archive,
            register=register,
            fetcher=fetcher,
            clock=clock,
            agent=settings.agent,
            alarming=alarming,
        )
        attesting = Attesting(archive, settings, clock, heard=alarming.attested)
        following = Following(archive, register=register, note=alarming.note)
        indexing = Indexing((WordIndex(settings.archive, following.reader),))
        errands = Errands(archive, flow, attesting, register=register, agent=settings.agent)
        try:
            async with serving(settings.archive, errands.receive, patience_s=patience_s):
                yield Workroom(
                    archive=archive,
                    flow=flow,
                    errands=errands,
                    attesting=attesting,
                    alarming=alarming,
                    following=following,
                    indexing=indexing,
                    clock=clock,
                )
        finally:
            await asyncio.to_thread(indexing.close)
            await alarming.aclose()
            following.close()
            await fetcher.aclose()


@asynccontextmanager
async def _beside_the_loop(context: AbstractContextManager[T]) -> AsyncIterator[T]:
    """`context`, entered and left in a thread.

    A long recovery, a catalog that somebody else has locked or a slow disk keep nobody waiting
    who only wants to end the process or to know how it is.
    """
    value = await asyncio.to_thread(context.__enter__)
    try:
        yield value
    except BaseException as error:
        if not await asyncio.to_thread(context.__exit__, type(error), error, error.__traceback__):
            raise
    else:
        await asyncio.to_thread(context.__exit__, None, None, None)
