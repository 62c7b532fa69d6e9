"""A folder → an archive open for writing: lock, recovery, files, catalog, scribe."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from pipeline.archive.lock import one_writer
from pipeline.archive.recovery import recover
from pipeline.archive.texts import Texts
from pipeline.archive.writer import WarcWriter
from pipeline.catalog import Catalog, Reader, embedded
from pipeline.scribe import Scribe
from pipeline.settings import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipeline.clock import Clock
    from pipeline.settings import Settings

log = structlog.get_logger()

WRITER = "dateline"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenArchive:
    """An archive that this process, and no other, writes."""

    folder: Path
    warc: WarcWriter
    texts: Texts
    catalog: Catalog
    scribe: Scribe


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What has to be on disk before the catalog may speak of it."""

    warc: WarcWriter
    texts: Texts

    def sync(self) -> None:
        """Records first: a text without its record would be a text from nowhere."""
        self.warc.sync()
        self.texts.sync()


def catalog_url(settings: Settings) -> str:
    """The catalog that goes with the archive."""
    return settings.database or embedded(settings.archive)


def looked_into(settings: Settings) -> Reader:
    """The catalog for reading, beside whoever writes it."""
    return Reader.open(catalog_url(settings))


@contextmanager
def opened(settings: Settings, *, verb: str, clock: Clock) -> Iterator[OpenArchive]:
    """The archive of `settings`, locked for `dateline <verb>` and recovered from any crash.

    Whatever is queued is finished, and the WARC file sealed, before the lock is given back.
    Raises ArchiveLocked, ArchiveUnwritable and CatalogAway.
    """
    with ExitStack() as stack:
        stack.enter_context(one_writer(settings.archive, verb=verb))
        for mended in recover(settings.archive):
            log.warning("recovered", file=mended.file, records=mended.records, cut_bytes=mended.cut)
        catalog = stack.enter_context(Catalog.open(catalog_url(settings)))
        about = (("software", f"Dateline/{VERSION}"), ("http-header-user-agent", settings.agent))
        warc = stack.enter_context(
            WarcWriter(settings.archive, writer=WRITER, clock=clock, about=about)
        )
        texts = Texts(settings.archive)
        scribe = Scribe(catalog.batch, _Evidence(warc, texts))
        stack.callback(scribe.close)
        yield OpenArchive(
            folder=settings.archive, warc=warc, texts=texts, catalog=catalog, scribe=scribe
        )
