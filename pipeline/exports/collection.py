"""Copied records, their index and pages → one WACZ 1.1.1 of any size, written as it is read.

It replays; it proves nothing by itself: `dateline prove` makes the one-document bundle that does.
"""

from __future__ import annotations

import hashlib
import zipfile
from typing import TYPE_CHECKING

from pipeline.bundle.contents import INDEX, PACKAGE, PACKAGE_DIGEST, PAGES, WARC
from pipeline.bundle.package import Package, Resource, digest_file, package_file
from pipeline.model import Digest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from typing import BinaryIO

PIECE = 1 << 20


def write_collection(
    output: BinaryIO,
    *,
    title: str,
    created: datetime,
    software: str,
    warc: Iterable[bytes],
    index: Iterable[bytes],
    pages: Iterable[bytes],
) -> None:
    """Write the zip, each of its files piece by piece."""
    with zipfile.ZipFile(output, "w", zipfile.ZIP_STORED) as archive:
        written = [
            _written(archive, name, pieces, created)
            for name, pieces in ((WARC, warc), (INDEX, index), (PAGES, pages))
        ]
        about = Package(title=title, created=created, software=software, main=None)
        package = package_file(about, written)
        _written(archive, PACKAGE, [package], created)
        _written(archive, PACKAGE_DIGEST, [digest_file(package, path=PACKAGE)], created)


def pieces_of(file: BinaryIO) -> Iterator[bytes]:
    """The octets of `file`, some at a time."""
    while piece := file.read(PIECE):
        yield piece


def _written(
    archive: zipfile.ZipFile, name: str, pieces: Iterable[bytes], created: datetime
) -> Resource:
    about = zipfile.ZipInfo(name, date_time=created.timetuple()[:6])
    sha256, size = hashlib.sha256(), 0
    with archive.open(about, "w", force_zip64=True) as member:
        for piece in pieces:
            member.write(piece)
            sha256.update(piece)
            size += len(piece)
    return Resource(name=name, digest=Digest("sha256", sha256.digest()), size=size)
