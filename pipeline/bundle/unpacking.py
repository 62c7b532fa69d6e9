"""The files of a WACZ → what the bundle is made of, as far as names and hashes can tell."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from pipeline.bundle import contents as within
from pipeline.bundle.contents import Anchored, Contents, Earlier, NotABundle, Proven
from pipeline.bundle.package import PROVENANCE_VERSION, WACZ_VERSION
from pipeline.bundle.pages import pages_in
from pipeline.ledger.entries import decode

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator, Mapping

Files = dict[str, bytes]


class OtherVersion(NotABundle):
    """A bundle of a version that is not known here."""


class Unpacked(Struct, frozen=True, kw_only=True):
    """The bundle's parts, and the software that it says wrote it."""

    contents: Contents
    software: str


def unpacked(files: Mapping[str, bytes]) -> Unpacked:
    """Sort `files` into the parts of a bundle.

    Raises OtherVersion for a bundle from another time, NotABundle where files are missing or are
    too many, and ValueError for an entry or a sidecar that is none.
    """
    left = dict(files)
    package = _package(_taken(left, within.PACKAGE))
    for derived in (within.PACKAGE_DIGEST, within.INDEX, within.PAGES, within.README_FILE):
        _taken(left, derived)
    proven = tuple(_proven(left))
    sidecars = tuple(left.pop(name) for name, _ in _named(left, within.SIDECAR))
    contents = Contents(
        warc=_taken(left, within.WARC),
        proven=proven,
        checkpoint=_taken(left, within.CHECKPOINT),
        vkey=_taken(left, within.VKEY),
        config=left.pop(within.CONFIG, None),
        texts=tuple(left.pop(name) for name, _ in _named(left, within.TEXT)),
        sidecars=sidecars,
        anchored=_anchored(left),
        witnessed=_witnessed(left),
        main=_main(package, proven, sidecars),
    )
    if left:
        raise NotABundle(f"a bundle has no file {', '.join(sorted(left))}")
    return Unpacked(contents=contents, software=str(package.get("software")))


def resources(package: bytes) -> Mapping[str, str]:
    """The hash of each file that `datapackage.json` names.  Raises NotABundle where it cannot."""
    listed = _package(package).get("resources")
    try:
        return {str(one["path"]): str(one["hash"]) for one in listed or ()}
    except (TypeError, KeyError) as error:
        raise NotABundle(f"{within.PACKAGE} names no files with their hashes") from error


def _package(octets: bytes) -> dict[str, Any]:
    try:
        said = json.loads(octets)
        # half a surrogate pair, which JSON can escape, can neither be written again nor printed
        json.dumps(said, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise NotABundle(f"{within.PACKAGE} is no JSON: {error}") from error
    if not isinstance(said, dict):
        raise NotABundle(f"{within.PACKAGE} is no JSON object")
    versions = said.get("wacz_version"), said.get("provenance_version")
    if versions != (WACZ_VERSION, PROVENANCE_VERSION):
        raise OtherVersion(
            f"it is of WACZ version {versions[0]}, provenance version {versions[1]};"
            f" known here are {WACZ_VERSION} and {PROVENANCE_VERSION}"
        )
    return said


def _main(
    package: Mapping[str, Any], proven: tuple[Proven, ...], sidecars: tuple[bytes, ...]
) -> str | None:
    """The page that `datapackage.json` names as the main one."""
    if "mainPageUrl" not in package:
        return None
    entries = [decode(one.leaf) for one in proven]
    named = package["mainPageUrl"], package.get("mainPageDate"), package.get("title")
    for page in pages_in(entries, within.sidecars_by_digest(sidecars)):
        if (page.url, page.ts, page.title) == named:
            return page.id
    raise NotABundle(f"{within.PACKAGE} names a main page that it does not hold: {named[0]}")


def _proven(left: Files) -> Iterator[Proven]:
    numbered = sorted((int(number), name) for name, number in _named(left, within.ENTRY))
    for index, name in numbered:
        proof = _taken(left, f"{within.FOLDER}{index}.tlog-proof")
        yield Proven(index=index, leaf=left.pop(name), proof=proof)


def _anchored(left: Files) -> Anchored | None:
    found = _one(left, within.ANCHOR)
    if found is None:
        return None
    name, size = found
    stem = f"{within.FOLDER}anchor-{size}"
    return Anchored(
        size=int(size),
        checkpoint=left.pop(name),
        consistency=_taken(left, f"{stem}.consistency"),
        token=_taken(left, f"{stem}.tsr"),
        chain=_taken(left, f"{stem}.pem"),
    )


def _witnessed(left: Files) -> Earlier | None:
    found = _one(left, within.WITNESSED)
    if found is None:
        return None
    name, size = found
    consistency = _taken(left, f"{within.FOLDER}witnessed-{size}.consistency")
    return Earlier(size=int(size), checkpoint=left.pop(name), consistency=consistency)


def _one(left: Files, pattern: re.Pattern[str]) -> tuple[str, str] | None:
    found = _named(left, pattern)
    if len(found) > 1:
        raise NotABundle(f"{found[1][0]} is one too many of its kind")
    return found[0] if found else None


def _named(left: Files, pattern: re.Pattern[str]) -> list[tuple[str, str]]:
    """The files whose name fits, in order, each with what the name says."""
    return [(name, fit[1]) for name in sorted(left) if (fit := pattern.fullmatch(name))]


def _taken(left: Files, name: str) -> bytes:
    try:
        return left.pop(name)
    except KeyError as error:
        raise NotABundle(f"{name} is missing") from error
