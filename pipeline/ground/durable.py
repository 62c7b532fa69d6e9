"""Folders and files → what survives a power cut: the entry as well as the octets."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import ArchiveUnwritable

if TYPE_CHECKING:
    from collections.abc import Iterable

Fsync = Callable[[int], object]
SyncAll = Callable[[Sequence[int]], object]
"""Makes durable what each of many descriptors stands for."""

# What a crash may leave beside a file that was being replaced; the next replacement takes it.
NEW = ".new"
# Far below what a process may hold open.
MOST_OPEN = 64

# From so many on, one call for the whole file system costs a fraction of one for each: every fsync
# has the disk empty its cache.  It waits for what others have written there, which a look by
# itself should not.
MANY = 16
# File systems on which syncfs(2) does for every file what fsync does: ext2 to ext4, XFS, Btrfs,
# F2FS and tmpfs.  Others may pass it on to nobody (FUSE), or lose an error on the way (overlayfs).
WHOLE = frozenset((0xEF53, 0x58465342, 0x9123683E, 0xF2F52010, 0x01021994))
# The first Linux in which it tells of what could not be written (syncfs(2)).
TELLING = (5, 8)

_WHOLE = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_STATFS = 256
"""Octets in which the system tells of a file system; there are some hundred, its type first."""


def write_all(descriptor: int, octets: bytes | bytearray | memoryview) -> None:
    """Write every octet, however many calls the system needs."""
    left = memoryview(octets)
    while left:
        left = left[os.write(descriptor, left) :]


def sync_folder(folder: Path | str, fsync: Fsync = os.fsync) -> None:
    """Make the entries of `folder` durable: names are lost without it (fsync(2))."""
    descriptor = os.open(folder, _FOLDER)
    try:
        fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_at_once(descriptors: Sequence[int]) -> bool:
    """Sync the file system that all `descriptors` lie on; False where there is no relying on it.

    Raises OSError for whatever could not be written there since the first of them was opened.
    """
    system = _system()
    if system is None or len({os.fstat(one).st_dev for one in descriptors}) > 1:
        return False
    type_of, sync = system
    if type_of(descriptors[0]) not in WHOLE:
        return False
    sync(descriptors[0])
    return True


def sync_all(
    descriptors: Sequence[int],
    *,
    fsync: Fsync = os.fsync,
    at_once: Callable[[Sequence[int]], bool] = sync_at_once,
) -> None:
    """Make durable what each of `descriptors` stands for; files were opened before the writing.

    Raises OSError where one of them could not be written.
    """
    if len(descriptors) < MANY or not at_once(descriptors):
        for descriptor in descriptors:
            fsync(descriptor)


def sync_folders(folders: Iterable[Path | str], sync: SyncAll = sync_all) -> None:
    """Make the entries of every folder durable."""
    left = iter(folders)
    while some := tuple(islice(left, MOST_OPEN)):
        with ExitStack() as opened:
            descriptors = []
            for folder in some:
                descriptors.append(os.open(folder, _FOLDER))
                opened.callback(os.close, descriptors[-1])
            sync(descriptors)


@cache
def _system() -> tuple[Callable[[int], int], Fsync] | None:
    """What tells the type of a descriptor's file system, and what syncs all of it."""
    release = os.uname().release.split(".")[: len(TELLING)]
    if sys.platform != "linux" or tuple(map(int, filter(str.isdigit, release))) < TELLING:
        return None
    import ctypes  # noqa: PLC0415 - a single look does without it

    library = ctypes.CDLL(None, use_errno=True)
    if not (hasattr(library, "syncfs") and hasattr(library, "fstatfs")):
        return None

    def called(function: Callable[..., int], *arguments: object) -> None:
        if function(*arguments) != 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))

    def type_of(descriptor: int) -> int:
        told = ctypes.create_string_buffer(_STATFS)
        called(library.fstatfs, descriptor, told)
        return ctypes.c_long.from_buffer(told).value & 0xFFFFFFFF

    return type_of, lambda descriptor: called(library.syncfs, descriptor)


def write_files(files: Iterable[tuple[str, bytes]], fsync: Fsync = os.fsync) -> None:
    """Write each whole file (path, octets), whatever it held, and make the octets durable.

    Their names are durable when their folders are synced.  All are written before the first is
    synced, so that a journal has them in one commit.
    """
    left = iter(files)
    while some := tuple(islice(left, MOST_OPEN)):
        descriptors: list[int] = []
        try:
            for path, octets in some:
                descriptors.append(os.open(path, _WHOLE, 0o644))
                write_all(descriptors[-1], octets)
            for descriptor in descriptors:
                fsync(descriptor)
        finally:
            for descriptor in descriptors:
                os.close(descriptor)


def write(path: str, octets: bytes) -> None:
    """Write a whole file, whatever it held, and leave it to the system when it is durable."""
    descriptor = os.open(path, _WHOLE, 0o644)
    try:
        write_all(descriptor, octets)
    finally:
        os.close(descriptor)


def replace(path: Path, octets: bytes, fsync: Fsync = os.fsync) -> None:
    """Put `octets` at `path` in one step, durable on return: the old file or the new one."""
    beside = Path(f"{path}{NEW}")
    write_files([(str(beside), octets)], fsync)
    beside.replace(path)
    sync_folder(path.parent, fsync)


def unwritable(path: Path, error: OSError) -> ArchiveUnwritable:
    """The error that says why `path` could not be written."""
    return ArchiveUnwritable(path, why=error.strerror or str(error))
