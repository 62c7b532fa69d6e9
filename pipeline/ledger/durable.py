"""Octets ↔ files that survive a power cut, their names as well as what they hold."""

from __future__ import annotations

import contextlib
import os
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.durable import Fsync, sync_folder, write_all
from pipeline.errors import LedgerBroken

if TYPE_CHECKING:
    from collections.abc import Iterable

# What a crash may leave beside a file that was being replaced; the next replacement takes it.
NEW = ".new"
# Far below what a process may hold open.
MOST_OPEN = 64

_WHOLE = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC


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


def make_folder(folder: Path, fsync: Fsync = os.fsync) -> None:
    """Make `folder`, durably, and what is missing above it.

    It may be there already, and owe it to a process that was killed before it synced.
    """
    if not folder.parent.is_dir():
        make_path(folder.parent, fsync=fsync)
    folder.mkdir(exist_ok=True)
    sync_folder(folder.parent, fsync)


def make_path(folder: Path, *, mode: int = 0o777, fsync: Fsync = os.fsync) -> None:
    """Make `folder` and what is missing above it, all of it durable.

    Whoever made those that are there may have been killed before it synced them: each is synced,
    up to where the file system is mounted.  One that only lets through cannot be opened, and so
    not be synced by anyone.
    """
    for each in reversed([folder, *folder.parents]):
        each.mkdir(mode=mode, exist_ok=True)
    above = folder.absolute()
    while not above.is_mount():
        above = above.parent
        with contextlib.suppress(PermissionError):
            sync_folder(above, fsync)


def _read(path: Path, most: int) -> bytes:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        octets = os.read(descriptor, most)
        while len(octets) < most and (more := os.read(descriptor, most - len(octets))):
            octets += more
        return octets
    finally:
        os.close(descriptor)


def read_file(path: Path, *, most: int) -> bytes | None:
    """The octets of the file at `path`, or None where there is none.

    Raises LedgerBroken where it cannot be read, or holds more than `most` octets.
    """
    try:
        octets = _read(path, most + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise LedgerBroken(path, why=f"cannot be read: {error.strerror}") from error
    if len(octets) > most:
        raise LedgerBroken(path, why=f"holds more than {most} octets")
    return octets
