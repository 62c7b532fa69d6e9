"""Folders and files → what survives a power cut: the entry as well as the octets."""

from __future__ import annotations

import os
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import ArchiveUnwritable

if TYPE_CHECKING:
    from collections.abc import Iterable

Fsync = Callable[[int], object]

# What a crash may leave beside a file that was being replaced; the next replacement takes it.
NEW = ".new"
# Far below what a process may hold open.
MOST_OPEN = 64

_WHOLE = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC


def write_all(descriptor: int, octets: bytes | bytearray | memoryview) -> None:
    """Write every octet, however many calls the system needs."""
    left = memoryview(octets)
    while left:
        left = left[os.write(descriptor, left) :]


def sync_folder(folder: Path | str, fsync: Fsync = os.fsync) -> None:
    """Make the entries of `folder` durable: names are lost without it (fsync(2))."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fsync(descriptor)
    finally:
        os.close(descriptor)


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
