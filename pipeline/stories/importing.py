"""Other people's WARC files → captures of ours, which say for ever where they came from.

Each exchange in the files becomes a capture with the origin `import`, the date that its record
has, and the record that it was taken from.  It is compared, read and entered like any other, and
joins its document's history at its own place in time.  What was taken before is not taken again,
so an import that was broken off is gone on with by calling it again.
"""

from __future__ import annotations

import re
import shutil
import tempfile
import zipfile
from collections import deque
from contextlib import closing, contextmanager
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from msgspec import Struct

from pipeline.archive.codings import BrokenDeflate
from pipeline.discover.canonical import is_http_url
from pipeline.errors import ReplayUnreadable
from pipeline.fetch.fetcher import Fetcher
from pipeline.fetch.replay import Replay
from pipeline.flow import Flow
from pipeline.ground.clock import HastyClock
from pipeline.model import Origin, Skipped, Source
from pipeline.stories.replaying import Way

if TYPE_CHECKING:
    import asyncio
    from collections.abc import AsyncIterator, Iterator, Sequence

    from pipeline.archive.recorded import Recorded, Recording
    from pipeline.fetch.fetcher import May
    from pipeline.model import Outcome, Visit
    from pipeline.sites.register import Register
    from pipeline.sites.site import Site
    from pipeline.writing.opening import OpenArchive
    from pipeline.writing.report import Report

MOST_AT_ONCE = 64
ELSEWHERE = "not_in_import"
"""Why what a redirect leads to is skipped: no file that was given holds it."""
ASKED_BY = frozenset(("GET", ""))
POSTED = re.compile(r"[?&]__wb_method=([A-Za-z]{1,20})(?:&|$)")
"""How webrecorder's tools write a request's method into its address, where they do."""
ZIP_BEGINS = b"PK"
WARC_ENDINGS = (".warc", ".warc.gz")


class LeftOut(Struct, frozen=True, kw_only=True):
    """An exchange that cannot be a capture here."""

    url: str
    why: str


class TakenBefore(Struct, frozen=True, kw_only=True):
    """An exchange that an earlier import has taken."""

    url: str


class Importing:
    """Imports every exchange of a recording into an open archive."""

    def __init__(
        self, archive: OpenArchive, register: Register, recording: Recording, *, agent: str
    ) -> None:
        self._archive = archive
        self._register = register
        self._recording = recording
        self._agent = agent
        self._taken: set[Source] = set()
        with closing(archive.catalog.reader()) as reader:
            self._before = {
                Source(file=file, record_id=record_id)
                for file in recording.files
                for record_id in reader.taken_from(file)
            }

    async def run(self) -> AsyncIterator[Report | LeftOut | TakenBefore]:
        """What came of each exchange, oldest first, when it is durable."""
        waiting: deque[asyncio.Future[Report]] = deque()
        for look in self._recording:
            why_not = _why_not(look)
            if why_not is not None:
                yield LeftOut(url=look.url, why=why_not)
            elif look.source in self._before:
                yield TakenBefore(url=look.url)
            elif look.source not in self._taken:
                waiting.append(await self._flow(look).look(look.url))
            if len(waiting) == MOST_AT_ONCE:
                yield await waiting.popleft()
        while waiting:
            yield await waiting.popleft()

    def _flow(self, look: Recorded) -> Flow:
        clock = HastyClock()
        way = Way(self._recording, look, self._taken)
        return Flow(
            self._archive,
            register=lambda: self._register,
            fetcher=Fetcher(agent=self._agent, clock=clock, transport=Replay(way.find)),
            clock=clock,
            agent=self._agent,
            origin=Origin.IMPORT,
            obey=_Held(self._recording),
        )


class _Held(Struct, frozen=True):
    """Lets a redirect be followed as far as it was recorded: nothing is made up about the rest."""

    recording: Recording

    def asked_by(self, site: Site, visit: Visit, *, insists: bool) -> May:  # noqa: ARG002 - nobody is asked
        async def may(url: str) -> Outcome | None:
            return None if self.recording.find(url) else Skipped(ELSEWHERE, "")

        return may


@contextmanager
def warc_files(paths: Sequence[Path]) -> Iterator[tuple[Path, ...]]:
    """`paths`, and in the place of each WACZ the WARC files that it holds.

    Those are unpacked, and removed at the end.  Raises ReplayUnreadable for a broken zip, or one
    that holds no WARC file.
    """
    with tempfile.TemporaryDirectory(prefix="dateline-") as folder:
        yield tuple(
            [
                file
                for number, path in enumerate(paths)
                for file in (_unpacked(path, Path(folder) / str(number)) if _zip(path) else [path])
            ]
        )


def _why_not(look: Recorded) -> str | None:
    method = look.request.partition(b" ")[0].decode("latin-1")
    if posted := POSTED.search(look.url):
        method = posted[1].upper()
    if method not in ASKED_BY:
        return f"it was asked for by {method[:20]}"
    return is_http_url(look.url)


def _zip(path: Path) -> bool:
    """Whether `path` is a zip file, and not one that ends with a record which holds such a file."""
    try:
        with path.open("rb") as file:
            return file.read(len(ZIP_BEGINS)) == ZIP_BEGINS and zipfile.is_zipfile(path)
    except OSError as error:
        raise ReplayUnreadable(path, why=error.strerror or str(error)) from error


def _unpacked(path: Path, folder: Path) -> list[Path]:
    folder.mkdir()
    files: list[Path] = []
    try:
        with zipfile.ZipFile(path) as wacz:
            for number, member in enumerate(wacz.infolist()):
                if not member.filename.endswith(WARC_ENDINGS):
                    continue
                # by a number, because a zip may name any place
                file = folder / f"{number}-{PurePosixPath(member.filename).name}"
                with wacz.open(member) as packed, file.open("wb") as unpacked:
                    shutil.copyfileobj(packed, unpacked)
                files.append(file)
    except (zipfile.BadZipFile, BrokenDeflate, EOFError, RuntimeError, OSError) as error:
        raise ReplayUnreadable(path, why=f"it is a zip file that is broken: {error}") from error
    if not files:
        raise ReplayUnreadable(path, why="it is a zip file without a WARC file in it")
    return files
