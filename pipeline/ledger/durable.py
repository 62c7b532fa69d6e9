"""Octets ↔ files that survive a power cut, their names as well as what they hold."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from pipeline.errors import LedgerBroken
from pipeline.ground.durable import Fsync, sync_folder

if TYPE_CHECKING:
    from pathlib import Path


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
