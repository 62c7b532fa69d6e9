"""WARC files, log and texts → the catalog, made anew; and the texts that are missing.

The evidence is read, and no more than completed.  What was planned stays planned where the
catalog remembers it; where it does not, it follows from what was ever looked at.  Nobody is
alarmed.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import structlog
from msgspec import Struct

from pipeline.archive.lock import one_writer
from pipeline.archive.texts import Texts
from pipeline.catalog import Catalog, is_damaged, set_aside
from pipeline.errors import KeyUnusable, NoArchive
from pipeline.ledger.reader import LogReader
from pipeline.reading.following import index_all
from pipeline.stories.refilling import plan_anew
from pipeline.stories.restoring import Restoring
from pipeline.writing import takedown
from pipeline.writing.folding import Shelf, fold
from pipeline.writing.keyring import opened_log
from pipeline.writing.opening import catalog_url, is_archive
from pipeline.writing.recovering import bring_together

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pipeline.catalog import Batch
    from pipeline.ground.clock import Clock
    from pipeline.ledger.log import Log
    from pipeline.settings import Settings
    from pipeline.sites.register import Register
    from pipeline.writing.folding import Lost

log_book = structlog.get_logger()

STEP = 100
"""Entries between two words on how far it has come."""


class Rebuilt(Struct, frozen=True, kw_only=True):
    """What a rebuild came to.

    `kept` and `derived` are documents whose text and sidecar were there, or were made again;
    `replaced` files that held something else than their names say; `lost` what could not be found
    or made again.  `aside` is where a damaged catalog went; where something was taken down it
    does not stay, because it may still hold that.  `planned` is how many targets were planned
    because nothing was.
    """

    entries: int
    captures: int
    kept: int
    derived: int
    replaced: tuple[str, ...]
    lost: tuple[Lost, ...]
    aside: Path | None
    planned: int


def rebuild(
    settings: Settings, register: Register, clock: Clock, *, tell: Callable[[int, int], object]
) -> Rebuilt:
    """Make the catalog of the archive anew; `tell` hears how many entries, of how many.

    Who reads it meanwhile sees the old state until the new one is whole.  Raises NoArchive,
    ArchiveLocked, ArchiveUnwritable, CatalogAway and LedgerBroken.
    """
    folder, url = settings.archive, catalog_url(settings)
    if not is_archive(folder):
        raise NoArchive(folder)
    with one_writer(folder, verb="rebuild") as in_order:
        aside = None
        if is_damaged(url):
            aside = set_aside(url, stamp=f"{clock.now():%Y%m%d%H%M%S}")
        log, texts = _log_of(settings), Texts(folder)
        takedown.finish(folder)
        with Catalog.open(url) as catalog:
            with catalog.batch() as batch:
                batch.indexes.clear()
                restoring, lost = _fold_anew(batch, folder, texts, tell)
                is_unplanned = batch.work.is_empty()
            if log is not None:
                bring_together(folder, log, catalog, texts, clock, in_order=in_order)
            index_all(catalog, folder)
            planned = plan_anew(catalog, folder, register, now=clock.now()) if is_unplanned else 0
            with closing(catalog.reader()) as reader:
                captures = reader.counts().captures
    return Rebuilt(
        entries=LogReader.open(folder).size,
        captures=captures,
        kept=restoring.kept,
        derived=restoring.derived,
        replaced=tuple(restoring.replaced),
        lost=lost,
        aside=aside if aside and aside.exists() else None,
        planned=planned,
    )


def _log_of(settings: Settings) -> Log | None:
    """The log to complete what a crash left; None without the key, and then that stays as it is.

    A copy of an archive, far from its key, has a catalog all the same.
    """
    try:
        return opened_log(settings)
    except KeyUnusable as fault:
        log_book.warning("nothing can be logged", why=str(fault))
        return None


def _fold_anew(
    batch: Batch, folder: Path, texts: Texts, tell: Callable[[int, int], object]
) -> tuple[Restoring, tuple[Lost, ...]]:
    """Forget all that was folded, and fold everything; the texts that it needs are durable."""
    log, shelf, record = LogReader.open(folder), Shelf(folder), batch.record
    restoring = Restoring(folder, texts, record, shelf)

    def step(index: int) -> None:
        if index % STEP == 0:
            tell(index, log.size)

    record.clear()
    lost = tuple(fold(record, log, shelf, texts, read=restoring.heading, step=step))
    texts.sync()
    tell(log.size, log.size)
    if record.has_forgotten:
        takedown.forget(folder, record)
    return restoring, lost
