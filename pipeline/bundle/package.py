"""Files and what they are about → `datapackage.json` and its digest (WACZ 1.1.1).

`signedData` is left out: what is signed here is the log's checkpoint, and WACZ's own signature
can say nothing of that.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Self

from msgspec import Struct

from pipeline.bundle.pages import whole_seconds
from pipeline.model import Digest

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from pipeline.bundle.pages import Page
    from pipeline.bundle.zipped import Member

PROFILE = "data-package"
WACZ_VERSION = "1.1.1"
PROVENANCE_VERSION = "1"
"""Of what stands in `provenance/`, and of how all files of a bundle are written.  Whoever writes
one of them in another way has to count on."""


class Package(Struct, frozen=True, kw_only=True):
    """What a bundle is about: `main` is the page to begin with, if it saw any."""

    title: str
    created: datetime
    software: str
    main: Page | None


class Resource(Struct, frozen=True, kw_only=True):
    """A file of a bundle: its name in the zip, its digest, its size in octets."""

    name: str
    digest: Digest
    size: int

    @classmethod
    def of(cls, file: Member) -> Self:
        """What is said of a file that is in memory."""
        return cls(name=file.name, digest=Digest.of(file.octets), size=len(file.octets))


def package_file(package: Package, files: Iterable[Resource]) -> bytes:
    """`datapackage.json`, which names every one of `files` with its digest and size."""
    said: dict[str, Any] = {
        "profile": PROFILE,
        "wacz_version": WACZ_VERSION,
        "provenance_version": PROVENANCE_VERSION,
        "title": package.title,
        "created": whole_seconds(package.created),
        "software": package.software,
    }
    if package.main is not None:
        said |= {"mainPageUrl": package.main.url, "mainPageDate": package.main.ts}
    said["resources"] = [
        {
            "name": file.name.rpartition("/")[2].lower(),
            "path": file.name,
            "hash": str(file.digest),
            "bytes": file.size,
        }
        for file in files
    ]
    return _written(said)


def digest_file(package: bytes, *, path: str) -> bytes:
    """`datapackage-digest.json`."""
    return _written({"path": path, "hash": str(Digest.of(package))})


def _written(said: dict[str, Any]) -> bytes:
    return (json.dumps(said, ensure_ascii=False, indent=2) + "\n").encode()
