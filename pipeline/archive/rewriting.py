"""A sealed WARC file → the same file without some of its records; and files that go altogether.

The only place in which an archive loses anything.  Every other record is copied octet for octet.
"""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

from msgspec import Struct

from pipeline.archive.texts import unfinished_name
from pipeline.archive.writer import FOLDER
from pipeline.errors import DamagedRecord
from pipeline.ground.durable import Fsync, sync_folder, unwritable
from pipeline.model import Digest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from typing import BinaryIO

    from pipeline.model import Place

NEW = ".new"
STEP = 1 << 20


class Rewritten(Struct, frozen=True, kw_only=True):
    """The file `<name>.new`, whose digest is `sha256`; it will stand in place of `replaces`."""

    name: str
    replaces: Digest
    sha256: Digest
    size: int


def write_without(
    folder: Path, name: str, gone: Iterable[Place], *, fsync: Fsync = os.fsync
) -> Rewritten:
    """Write WARC file `name` of archive `folder` anew, beside itself, without what lies at `gone`.

    Durable on return.  Raises DamagedRecord where there is no such file, and ArchiveUnwritable.
    """
    path = folder / FOLDER / name
    before, after, size = hashlib.sha256(), hashlib.sha256(), 0
    try:
        with path.open("rb") as old, path.with_name(name + NEW).open("wb") as new:
            for octets, stays in _parted(old, gone):
                before.update(octets)
                if stays:
                    after.update(octets)
                    size += new.write(octets)
            new.flush()
            fsync(new.fileno())
        sync_folder(path.parent, fsync)
    except FileNotFoundError as error:
        raise DamagedRecord(path, offset=0, why="there is no such file") from error
    except OSError as error:
        raise unwritable(path, error) from error
    return Rewritten(
        name=name,
        replaces=Digest("sha256", before.digest()),
        sha256=Digest("sha256", after.digest()),
        size=size,
    )


def unfinished(folder: Path) -> dict[str, Digest]:
    """The files that were written anew and are not in place: their names and digests."""
    found = {}
    for path in sorted((folder / FOLDER).glob(f"*{NEW}")):
        try:
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").digest()
        except OSError as error:
            raise unwritable(path, error) from error
        found[path.name.removesuffix(NEW)] = Digest("sha256", digest)
    return found


def put_in_place(folder: Path, names: Iterable[str], *, fsync: Fsync = os.fsync) -> None:
    """Let the rewritten files `names` take the place of the old ones; durable on return."""
    where = folder / FOLDER
    try:
        for name in names:
            (where / (name + NEW)).replace(where / name)
        sync_folder(where, fsync)
    except OSError as error:
        raise unwritable(where, error) from error


def discard(folder: Path, names: Iterable[str]) -> None:
    """Remove what was written anew in place of the files `names` and is not in place."""
    try:
        for name in names:
            (folder / FOLDER / (name + NEW)).unlink(missing_ok=True)
    except OSError as error:
        raise unwritable(folder / FOLDER, error) from error


def take_away(folder: Path, names: Iterable[str], *, fsync: Fsync = os.fsync) -> None:
    """Remove the texts and sidecars `names` of `folder`, finished or not; durable on return.

    Those that are not there are passed over.
    """
    folders = set()
    try:
        for name in names:
            for one in (folder / name, folder / unfinished_name(name)):
                if one.exists():
                    one.unlink()
                    folders.add(one.parent)
        for one in sorted(folders):
            sync_folder(one, fsync)
    except OSError as error:
        raise unwritable(folder, error) from error


def _parted(file: BinaryIO, gone: Iterable[Place]) -> Iterator[tuple[bytes, bool]]:
    """The octets of `file` in order, and whether each piece stays."""
    for place in sorted(gone, key=lambda place: place.offset):
        yield from ((piece, True) for piece in _until(file, place.offset))
        yield from ((piece, False) for piece in _until(file, place.offset + place.length))
    yield from ((piece, True) for piece in iter(lambda: file.read(STEP), b""))


def _until(file: BinaryIO, end: int) -> Iterator[bytes]:
    while (left := end - file.tell()) > 0 and (piece := file.read(min(left, STEP))):
        yield piece
