"""Records → a WARC file that grows, is sealed, and never holds half a record before a whole one."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import threading
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING

from msgspec import Struct, field

from pipeline.archive.members import member
from pipeline.archive.records import Record, warcinfo
from pipeline.errors import ArchiveUnwritable
from pipeline.ground.durable import Fsync, sync_folder, unwritable, write_all
from pipeline.ground.evidence import OpenEntry, SealEntry
from pipeline.model import Digest, Place

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import TracebackType
    from typing import Self

    from pipeline.ground.clock import Clock

FOLDER = "warc"
OPEN = ".open"
MOST_BYTES = 10**9
MOST_AGE = timedelta(hours=24)
NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9._-]+")

FORMAT = (
    ("format", "WARC File Format 1.1"),
    (
        "conformsTo",
        "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
    ),
)


class _File(Struct):
    """The file at hand: `synced` octets are durable, records up to `end` have their place.

    `sha256` is of the durable octets, `records` counts those that have their place.
    """

    name: str
    descriptor: int
    opened_at: datetime
    synced: int = 0
    end: int = 0
    records: int = 0
    sha256: hashlib._Hash = field(default_factory=hashlib.sha256)


class WarcWriter:
    """Appends records to one open WARC file of archive `folder`, one gzip member each.

    `append` only compresses and remembers; `sync` writes everything appended since the last one
    and returns when it is durable.  A file is opened by the first record that needs it, begins
    with a `warcinfo` record made of `about`, and is sealed when it holds `most_bytes` or is 24 h
    old (looked at when a batch begins, so that a batch stays together), and by `close`.
    `enter` hears of every file that is begun, before any record in it has its place, and of every
    file that was sealed, once that is durable.

    `append` may be called while another thread is in `sync`; nothing else may overlap.

    When a write fails, the file is cut back to its last synced length and every later call
    raises the same ArchiveUnwritable: what was synced is whole, what was not is lost and was
    never counted.  The next start's `recover` seals the file.
    """

    def __init__(
        self,
        folder: Path,
        *,
        writer: str,
        clock: Clock,
        enter: Callable[[OpenEntry | SealEntry], object],
        about: tuple[tuple[str, str], ...] = (),
        fsync: Fsync = os.fsync,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        self._archive = folder
        self._folder = folder / FOLDER
        self._writer = NOT_IN_NAMES.sub("-", writer) or "dateline"
        self._clock = clock
        self._enter = enter
        self._about = about
        self._fsync = fsync
        self._most_bytes = most_bytes
        self._file: _File | None = None
        self._pending: list[bytes] = []
        self._broken: ArchiveUnwritable | None = None
        self._gate = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def append(self, record: Record) -> Place:
        """Take `record` into the batch; where it will lie once `sync` has returned."""
        self._refuse_if_broken()
        if self._file is not None and self._is_due(self._file):
            self.seal()
        file = self._file or self._open()
        return self._add(file, record)

    def sync(self) -> None:
        """Make every record appended so far durable, with one write and one fsync."""
        self._refuse_if_broken()
        file = self._file
        with self._gate:
            batch, self._pending = self._pending, []
        if file is None or not batch:
            return
        octets = b"".join(batch)
        try:
            write_all(file.descriptor, octets)
            self._fsync(file.descriptor)
            if file.synced == 0:
                sync_folder(self._folder, self._fsync)
                sync_folder(self._archive, self._fsync)
        except OSError as error:
            raise self._break(file, error) from error
        file.synced += len(octets)
        file.sha256.update(octets)

    def seal(self) -> str | None:
        """Sync, close the file at hand and give it its sealed name, which is returned."""
        self.sync()
        file = self._file
        if file is None:
            return None
        self._file = None
        os.close(file.descriptor)
        path = self._folder / file.name
        try:
            path.with_name(file.name + OPEN).rename(path)
            sync_folder(self._folder, self._fsync)
        except OSError as error:
            self._broken = unwritable(path, error)
            raise self._broken from error
        self._enter(_seal_entry(file, self._clock.now()))
        return file.name

    def close(self, *, whole: bool = True) -> None:
        """Seal.

        After a failed write, or where what was written is not `whole` without what failed
        elsewhere, the file stays open by name, for `mend` to look at.
        """
        if whole and self._broken is None:
            self.seal()
        elif self._file is not None:
            os.close(self._file.descriptor)
            self._file = None

    def _refuse_if_broken(self) -> None:
        if self._broken is not None:
            raise ArchiveUnwritable(self._broken.path, why=self._broken.why)

    def _is_due(self, file: _File) -> bool:
        if file.end != file.synced or file.end == 0:
            return False
        return file.end >= self._most_bytes or self._clock.now() - file.opened_at >= MOST_AGE

    def _open(self) -> _File:
        now = self._clock.now().astimezone(UTC)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            name, descriptor = self._create(f"{self._writer}-{now:%Y%m%d%H%M%S}")
        except OSError as error:
            raise unwritable(self._folder, error) from error
        file = self._file = _File(name, descriptor, now)
        first = warcinfo(name, now, (*self._about, *FORMAT))
        self._add(file, first)
        self._enter(OpenEntry(at=now, name=name, warcinfo=first.ref.block))
        return file

    def _create(self, stem: str) -> tuple[str, int]:
        """A name that neither an open nor a sealed file has, and its descriptor."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        for serial in count():
            name = f"{stem}-{serial:05}.warc.gz"
            if (self._folder / name).exists():
                continue
            with contextlib.suppress(FileExistsError):
                return name, os.open(self._folder / (name + OPEN), flags, 0o644)
        raise AssertionError("count() does not end")

    def _add(self, file: _File, record: Record) -> Place:
        packed = member(record)
        with self._gate:
            place = Place(file=file.name, offset=file.end, length=len(packed))
            file.end += len(packed)
            file.records += 1
            self._pending.append(packed)
        return place

    def _break(self, file: _File, error: OSError) -> ArchiveUnwritable:
        """Never write again, and leave nothing behind the last synced record if we can."""
        self._broken = unwritable(self._folder / (file.name + OPEN), error)
        # a disk that refuses this as well leaves a torn tail, which `recover` cuts off
        with contextlib.suppress(OSError):
            os.ftruncate(file.descriptor, file.synced)
            self._fsync(file.descriptor)
        return self._broken


def _seal_entry(file: _File, at: datetime) -> SealEntry:
    return SealEntry(
        at=at,
        name=file.name,
        sha256=Digest("sha256", file.sha256.digest()),
        size=file.synced,
        records=file.records,
    )
