"""A WARC file that a crash left open → a sealed one that holds whole captures alone."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

from msgspec import Struct

from pipeline.archive.reader import Damage, walk
from pipeline.archive.writer import FOLDER, OPEN
from pipeline.errors import ArchiveUnwritable
from pipeline.ground.durable import Fsync, sync_folder, unwritable
from pipeline.ground.evidence import SealEntry
from pipeline.model import Digest

if TYPE_CHECKING:
    from collections.abc import Container
    from datetime import datetime
    from pathlib import Path
    from typing import BinaryIO

LAST_OF_ITS_KIND = {"warcinfo", "metadata"}
"""A capture's records are written together and its metadata record last; without that one nobody
knows what the others are, and nobody was told of them."""
MEMBER_BEGINS = b"\x1f\x8b\x08"
STEP = 1 << 20


class Mended(Struct, frozen=True, kw_only=True):
    """What was done to one open file, which will be sealed as `file`.

    `cut` octets were no whole capture and went away; with no record at all the file did.
    `damage` lies before a whole record, where no crash can have made it: it was left as it is.
    """

    file: str
    records: int
    kept: int
    cut: int
    damage: tuple[Damage, ...]


def mend(
    folder: Path, *, logged: Container[str] = (), fsync: Fsync = os.fsync
) -> tuple[Mended, ...]:
    """Cut every file of archive `folder` that is still open after its last whole capture.

    Records that are `logged` by themselves are not cut off either.  In order of their names.
    Call it under the archive's lock, before the first record is written.  Durable on return.
    Raises ArchiveUnwritable where a file cannot be read or cut.
    """
    left = sorted((folder / FOLDER).glob(f"*{OPEN}"))
    done = tuple([_mended(path, logged, fsync) for path in left])
    if left:
        _sync(folder / FOLDER, fsync)
    return done


def seal(folder: Path, name: str, *, at: datetime, fsync: Fsync = os.fsync) -> SealEntry:
    """What the file called `name` holds, after its sealed name is durable.

    Raises ArchiveUnwritable where it cannot be read or renamed.
    """
    path = folder / FOLDER / name
    left = path.with_name(name + OPEN)
    try:
        if left.exists():
            left.rename(path)
        # the process before this one may have renamed it and not lived to sync
        _sync(path.parent, fsync)
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").digest()
            size = file.tell()
            file.seek(0)
            found = walk(file, wanted=lambda _: False)
            records = sum(not isinstance(one, Damage) for one in found)
    except OSError as error:
        raise unwritable(path, error) from error
    return SealEntry(at=at, name=name, sha256=Digest("sha256", digest), size=size, records=records)


def _sync(folder: Path, fsync: Fsync) -> None:
    try:
        sync_folder(folder, fsync)
    except OSError as error:
        raise unwritable(folder, error) from error


def _mended(path: Path, logged: Container[str], fsync: Fsync) -> Mended:
    sealed = path.with_name(path.name.removesuffix(OPEN))
    if sealed.exists():
        raise ArchiveUnwritable(path, why=f"{sealed.name} exists as well; move one of them away")
    try:
        with path.open("r+b") as file:
            whole, kept, damage = _whole_records(file, logged)
            size = file.seek(0, os.SEEK_END)
            if size > kept:
                file.truncate(kept)
            # a process that was killed leaves octets that only the page cache holds
            fsync(file.fileno())
        if not whole:
            path.unlink()
    except OSError as error:
        raise unwritable(path, error) from error
    return Mended(file=sealed.name, records=whole, kept=kept, cut=size - kept, damage=damage)


def _whole_records(file: BinaryIO, logged: Container[str]) -> tuple[int, int, tuple[Damage, ...]]:
    """The records of whole captures in `file`: how many, where they end, the damage before that.

    Behind broken octets the search goes on: whatever else they are, whole records behind them
    were not torn by the crash.
    """
    whole, end, kept = 0, 0, 0
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
                whole, torn = whole + 1, None
                if found.record.type in LAST_OF_ITS_KIND or found.record.record_id in logged:
                    kept, end = whole, found.offset + found.length
        at = None if torn is None else _next_member(file, torn.offset + 1)
    return kept, end, tuple([one for before, one in damage.items() if before < kept])


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
