"""A folder → an archive open for writing: lock, log, recovery, files, catalog, scribe."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from functools import cache, partial
from typing import TYPE_CHECKING

import structlog
from msgspec import Struct

from pipeline.archive.lock import one_writer
from pipeline.archive.texts import Texts
from pipeline.archive.writer import FOLDER as WARC_FILES
from pipeline.archive.writer import WarcWriter
from pipeline.catalog import Catalog, Reader, embedded
from pipeline.catalog.engines import EMBEDDED
from pipeline.ground.evidence import Logged, OpenEntry, SealEntry
from pipeline.ledger.tiles import CHECKPOINT
from pipeline.ledger.tiles import FOLDER as LOG
from pipeline.settings import VERSION
from pipeline.writing.keyring import opened_log
from pipeline.writing.recovering import bring_together
from pipeline.writing.scribe import GATHERING_S, Scribe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pipeline.catalog import Batch
    from pipeline.ground.clock import Clock
    from pipeline.ledger.log import Log
    from pipeline.settings import Settings

log_book = structlog.get_logger()

WRITER = "dateline"


class OpenArchive(Struct, frozen=True, kw_only=True):
    """An archive that this process, and no other, writes.

    The scribe ends every batch with `sync`: all that was written is durable, and what concerns
    WARC files is in the catalog.  `was_lost` says that the catalog, of all that the log tells, had
    nothing, and was made anew.
    """

    folder: Path
    warc: WarcWriter
    texts: Texts
    log: Log
    catalog: Catalog
    scribe: Scribe
    clock: Clock
    sync: Callable[[Batch], None]
    was_lost: bool


class _Evidence:
    """What has to be on disk before the catalog may speak of it."""

    def __init__(self, log: Log, texts: Texts) -> None:
        self._log = log
        self._texts = texts
        self._folded = log.size
        self._files: list[Logged[OpenEntry | SealEntry]] = []

    def enter(self, entry: OpenEntry | SealEntry) -> None:
        """Take into the batch that a WARC file was begun or sealed."""
        self._files.append(Logged(self._log.append(entry), entry))

    def sync(self, warc: WarcWriter, batch: Batch) -> None:
        """Records, then texts, then the entries that commit to them."""
        warc.sync()
        self._texts.sync()
        if self._log.size == self._folded:
            return
        self._log.sync()
        for logged in self._files:
            match logged.entry:
                case OpenEntry() as entry:
                    batch.record.files.enter_open(logged.index, entry)
                case SealEntry() as entry:
                    batch.record.files.enter_seal(logged.index, entry)
        self._files.clear()
        batch.record.fold_to(self._log.size)
        self._folded = self._log.size


def is_archive(folder: Path) -> bool:
    """Whether `folder` holds an archive, of this Dateline or an older one."""
    return (folder / WARC_FILES).is_dir() or (folder / LOG).is_dir()


def catalog_url(settings: Settings) -> str:
    """The catalog that goes with the archive."""
    return settings.database or embedded(settings.archive)


def looked_into(settings: Settings) -> Reader:
    """The catalog for reading, beside whoever writes it; where it was lost, that is told."""
    folder = settings.archive
    is_lost = settings.database is None and not (folder / EMBEDDED).exists()
    if is_lost and (folder / LOG / CHECKPOINT).exists():
        _tell_of_loss(folder.absolute())
    return Reader.open(catalog_url(settings))


@cache
def _tell_of_loss(archive: Path) -> None:
    """Once a process: an archive that has a log and no catalog looks like an empty one."""
    log_book.warning("no catalog", archive=str(archive), hint="dateline rebuild makes it anew")


@contextmanager
def opened(
    settings: Settings,
    *,
    verb: str,
    clock: Clock,
    gathering_s: tuple[float, ...] = GATHERING_S,
) -> Iterator[OpenArchive]:
    """The archive of `settings`, locked for `dateline <verb>` and recovered from any crash.

    Whatever is queued is finished, and the WARC file sealed, before the lock is given back.  The
    scribe gathers works for `gathering_s` before it begins a batch.
    Raises ArchiveLocked, ArchiveUnwritable and CatalogAway.
    """
    with ExitStack() as stack:
        folder = settings.archive
        in_order = stack.enter_context(one_writer(folder, verb=verb))
        texts = Texts(folder)
        catalog = stack.enter_context(Catalog.open(catalog_url(settings)))
        log = opened_log(settings)
        with catalog.batch() as batch:
            was_lost = log.size > 0 and batch.record.folded() == 0
        bring_together(folder, log, catalog, texts, clock, in_order=in_order)
        evidence = _Evidence(log, texts)
        about = (("software", f"Dateline/{VERSION}"), ("http-header-user-agent", settings.agent))
        warc = WarcWriter(folder, writer=WRITER, clock=clock, enter=evidence.enter, about=about)

        sync = partial(evidence.sync, warc)
        scribe = Scribe(catalog.batch, sync, gathering_s=gathering_s)

        def close() -> None:
            """Finish what is queued, seal, and let the log and the catalog know."""
            scribe.close()
            if scribe.has_failed:
                warc.close(whole=False)
                return
            with catalog.batch() as batch:
                warc.close()
                sync(batch)

        stack.callback(close)
        yield OpenArchive(
            folder=folder,
            warc=warc,
            texts=texts,
            log=log,
            catalog=catalog,
            scribe=scribe,
            clock=clock,
            sync=sync,
            was_lost=was_lost,
        )
