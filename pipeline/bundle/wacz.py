"""What a bundle is made of → its WACZ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.bundle.contents import files_of, newest
from pipeline.bundle.zipped import pack
from pipeline.ledger.entries import decode

if TYPE_CHECKING:
    from pipeline.bundle.contents import Contents


def wacz_of(contents: Contents, *, software: str) -> bytes:
    """The whole file: the same octets for the same contents, always.

    It is dated as its newest entry is.  Raises ValueError as `files_of` and `pack` do.
    """
    at = newest([decode(one.leaf) for one in contents.proven])
    return pack(files_of(contents, software=software), at=at)
