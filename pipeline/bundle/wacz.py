"""What a bundle is made of → its WACZ, and that into a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.bundle.contents import files_of, newest
from pipeline.bundle.zipped import pack
from pipeline.ground.durable import unwritable
from pipeline.ledger.entries import decode

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.bundle.contents import Contents

UNFINISHED = ".new"


def wacz_of(contents: Contents, *, software: str) -> bytes:
    """The whole file: the same octets for the same contents, always.

    It is dated as its newest entry is.  Raises ValueError as `files_of` and `pack` do.
    """
    at = newest([decode(one.leaf) for one in contents.proven])
    return pack(files_of(contents, software=software), at=at)


def write_wacz(path: Path, octets: bytes) -> None:
    """Put `octets` at `path` whole or not at all; its folder is made where it is missing.

    Raises ArchiveUnwritable.
    """
    unfinished = path.with_name(path.name + UNFINISHED)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_bytes(octets)
        unfinished.replace(path)
    except OSError as error:
        raise unwritable(path, error) from error
