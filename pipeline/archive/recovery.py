"""A WARC file that a crash left open → a sealed one that holds whole records alone."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.archive.durable import Fsync, sync_folder, unwritable
from pipeline.archive.reader import Damage, walk
from pipeline.archive.writer import FOLDER, OPEN
from pipeline.errors import ArchiveUnwritable

if TYPE_CHECKING:
    from pathlib import Path
    from typing import BinaryIO

MEMBER_BEGINS = b"\x1f\x8b\x08"
STEP = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered:
    """What was done to one file: it was cut after its last whole record and sealed as `file`.

    `cut` octets were no whole record and went away; with no record at all the file did.
    `damage` lies before a whole record, where no crash can have made it: it was left as it is.
    """

    file: str
    records: int
    kept: int
    cut: int
    damage: tuple[Damage, ...]


def recover(folder: Path, *, fsync: Fsync = os.fsync) -> tuple[Recovered, ...]:
    """Cut and seal every file of archive `folder` that is still open, in order of their names.

    Call it under the archive's lock, before the first record is written.  Durable on return.
    Raises ArchiveUnwritable where a file cannot be read, cut or renamed.
    """
    left = sorted((folder / FOLDER).glob(f"*{OPEN}"))
    done = tuple([_recover(path, fsync) for path in left])
    if left:
        try:
            sync_folder(folder / FOLDER, fsync)
        except OSError as error:
            raise unwritable(folder / FOLDER, error) from error
    return done


def _recover(path: Path, fsync: Fsync) -> Recovered:
    sealed = path.with_name(path.name.removesuffix(OPEN))
    if sealed.exists():
        raise ArchiveUnwritable(path, why=f"{sealed.name} exists as well; move one of them away")
    try:
        with path.open("r+b") as file:
            whole, kept, damage = _whole_records(file)
            size = file.seek(0, os.SEEK_END)
            if size > kept:
                file.truncate(kept)
                fsync(file.fileno())
        if whole:
            path.rename(sealed)
        else:
            path.unlink()
    except OSError as error:
        raise unwritable(path, error) from error
    return Recovered(file=sealed.name, records=whole, kept=kept, cut=size - kept, damage=damage)


def _whole_records(file: BinaryIO) -> tuple[int, int, tuple[Damage, ...]]:
    """How many whole records `file` holds, where the last one ends, and the damage before that.

    Behind broken octets the search goes on: whatever else they are, whole records behind them
    were not torn by the crash.
    """
    whole, end = 0, 0
    damage: dict[int, Damage] = {}
    at: int | None = 0
    while at is not None:
        file.seek(at)
        torn: Damage | None = None
        for found in walk(file, wanted=lambda _: False):
            if isinstance(found, Damage):
                torn = found
                damage.setdefault(whole, found)
            elif found.length is not None:
                whole, end, torn = whole + 1, found.offset + found.length, None
        at = None if torn is None else _next_member(file, torn.offset + 1)
    return whole, end, tuple([one for before, one in damage.items() if before < whole])


def _next_member(file: BinaryIO, at: int) -> int | None:
    """Where from `at` on octets stand that a gzip member could begin with."""
    file.seek(at)
    held = b""
    while piece := file.read(STEP):
        held += piece
        found = held.find(MEMBER_BEGINS)
        if found >= 0:
            return at + found
        at += len(held) - len(MEMBER_BEGINS) + 1
        held = held[1 - len(MEMBER_BEGINS) :]
    return None
