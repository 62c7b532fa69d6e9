"""The small files beside the log, named by the size that they speak of, and how they are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.errors import LedgerBroken
from pipeline.ground.durable import replace, unwritable
from pipeline.ledger.durable import make_folder
from pipeline.ledger.spelling import read_number

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.ground.durable import Fsync


def write(path: Path, octets: bytes, fsync: Fsync) -> None:
    """Put `octets` at `path` in one step, its folder made; durable on return.

    Raises ArchiveUnwritable.
    """
    try:
        make_folder(path.parent, fsync)
        replace(path, octets, fsync)
    except OSError as error:
        raise unwritable(path, error) from error


def write_once(path: Path, octets: bytes, fsync: Fsync) -> None:
    """Put `octets` at `path` for good; what is there already must be the same.

    Raises ArchiveUnwritable, and LedgerBroken where other bytes stand there.
    """
    if read(path) not in (None, octets):
        raise LedgerBroken(path, why="other bytes stand there, and it is written only once")
    # What stands there may be unsynced: whoever wrote it may have died before.
    write(path, octets, fsync)


def read(path: Path) -> bytes | None:
    """What stands at `path`, None when there is nothing.  Raises ArchiveUnwritable."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise unwritable(path, error) from error


def sizes(folder: Path, suffix: str) -> tuple[int, ...]:
    """The sizes that files `<size><suffix>` of `folder` are named by, smallest first.

    Other files are passed over; a folder that is missing holds none.  Raises ArchiveUnwritable
    when it cannot be read.
    """
    try:
        names = [each.name for each in folder.iterdir()]
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise unwritable(folder, error) from error
    found = (_size(name.removesuffix(suffix)) for name in names if name.endswith(suffix))
    return tuple(sorted(size for size in found if size is not None))


def _size(stem: str) -> int | None:
    try:
        return read_number(stem)
    except ValueError:
        return None
