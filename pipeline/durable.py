"""Folders and files → what survives a power cut: the entry as well as the octets."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from pipeline.errors import ArchiveUnwritable

if TYPE_CHECKING:
    from pathlib import Path

Fsync = Callable[[int], object]


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


def unwritable(path: Path, error: OSError) -> ArchiveUnwritable:
    """The error that says why `path` could not be written."""
    return ArchiveUnwritable(path, why=error.strerror or str(error))
