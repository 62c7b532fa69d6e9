"""An archive folder → at most one process that writes it."""

from __future__ import annotations

import contextlib
import fcntl
import os
from typing import TYPE_CHECKING

from pipeline.errors import ArchiveLocked
from pipeline.ground.durable import unwritable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LOCK = "lock"
MOST_HOLDER = 200


@contextlib.contextmanager
def one_writer(archive: Path, *, verb: str, recovers: bool = True) -> Iterator[bool]:
    """Hold the archive for `dateline <verb>` until the block ends; makes the folder if need be.

    Gives whether whoever held it last came to an end in order.  If not, and unless this one
    `recovers` the archive and comes to such an end itself, the next one is told so as well.

    The lock is the kernel's, on `<archive>/lock`: it goes with the process, however that ends.
    The file itself stays, because removing it would let two processes lock two files.  Raises
    ArchiveLocked where another process holds it, ArchiveUnwritable where there can be none.
    """
    path = archive / LOCK
    try:
        archive.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise unwritable(path, error) from error
    try:
        _take(archive, path, descriptor)
        before = os.pread(descriptor, MOST_HOLDER, 0)
        _sign(path, descriptor, f"dateline {verb} (pid {os.getpid()})\n".encode())
        # what this process leaves undone may outlast a power cut, and so must the word for it
        os.fsync(descriptor)
        yield not before
        _sign(path, descriptor, b"" if recovers else before)
    finally:
        os.close(descriptor)


def _take(archive: Path, path: Path, descriptor: int) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise ArchiveLocked(archive, holder=_holder(descriptor)) from error
    except OSError as error:
        raise unwritable(path, error) from error


def _holder(descriptor: int) -> str:
    """What the other process wrote of itself; it may not have come to it yet."""
    said = os.pread(descriptor, MOST_HOLDER, 0).decode("utf-8", "replace").strip()
    return said if said.isprintable() and said else "another process"


def _sign(path: Path, descriptor: int, holder: bytes) -> None:
    """Say who holds the lock; never by an empty file on the way, which says that all is well."""
    try:
        os.pwrite(descriptor, holder, 0)
        os.ftruncate(descriptor, len(holder))
    except OSError as error:
        raise unwritable(path, error) from error
