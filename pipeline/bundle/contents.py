"""What a bundle is made of ↔ the files of its WACZ 1.1.1.

`archive/data.warc.gz`, and in `provenance/` what proves it.  All else (`datapackage.json` and its
digest, index, pages, README) follows from these: `files_of` writes it, always the same octets, so
that whoever checks a bundle can write it again and compare.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from pipeline.bundle.index import index_of
from pipeline.bundle.package import Package, Resource, digest_file, package_file
from pipeline.bundle.pages import pages_file, pages_in
from pipeline.bundle.readme import README
from pipeline.bundle.warcs import read_warc
from pipeline.bundle.zipped import Member
from pipeline.ground.evidence import CaptureEntry
from pipeline.ledger.canonical import parse
from pipeline.ledger.entries import decode
from pipeline.model import Digest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from pipeline.bundle.pages import Page
    from pipeline.ground.evidence import Entry

WARC = "archive/data.warc.gz"
INDEX = "indexes/index.cdx"
PAGES = "pages/pages.jsonl"
PACKAGE = "datapackage.json"
PACKAGE_DIGEST = "datapackage-digest.json"
FOLDER = "provenance/"
CHECKPOINT = f"{FOLDER}checkpoint"
VKEY = f"{FOLDER}log.vkey"
CONFIG = f"{FOLDER}config.yaml"
README_FILE = f"{FOLDER}README.txt"

NUMBER = r"(?:0|[1-9][0-9]{0,15})"
ENTRY = re.compile(rf"{FOLDER}({NUMBER})\.entry")
TEXT = re.compile(rf"{FOLDER}([0-9a-f]{{64}})\.txt")
SIDECAR = re.compile(rf"{FOLDER}([0-9a-f]{{64}})\.json")
ANCHOR = re.compile(rf"{FOLDER}anchor-({NUMBER})\.checkpoint")
WITNESSED = re.compile(rf"{FOLDER}witnessed-({NUMBER})\.checkpoint")


class NotABundle(ValueError):
    """The files are not those of a bundle; the message says which is missing or too much."""


class Proven(Struct, frozen=True, kw_only=True):
    """An entry's exact octets, where it stands in the log, and its tlog-proof."""

    index: int
    leaf: bytes
    proof: bytes


class Earlier(Struct, frozen=True, kw_only=True):
    """An earlier checkpoint that somebody else looked at, and that the log has kept its word since.

    `consistency` is in the form of a request to a witness (C2SP tlog-witness): `old <size>`, the
    hashes, a blank line, the bundle's checkpoint.
    """

    size: int
    checkpoint: bytes
    consistency: bytes


class Anchored(Earlier, frozen=True, kw_only=True):
    """One that a time stamping authority stamped; `chain` are its certificates in PEM."""

    token: bytes
    chain: bytes


class Contents(Struct, frozen=True, kw_only=True):
    """Everything of a bundle that does not follow from the rest of it.

    `main` is the UUID of the page that the bundle is about, None where it is about a visit that
    saw no page.  `vkey` is a convenience and is never trusted.
    """

    warc: bytes
    proven: tuple[Proven, ...]
    checkpoint: bytes
    vkey: bytes
    config: bytes | None
    texts: tuple[bytes, ...]
    sidecars: tuple[bytes, ...]
    anchored: Anchored | None
    witnessed: Earlier | None
    main: str | None


def files_of(contents: Contents, *, software: str) -> tuple[Member, ...]:
    """Every file of the WACZ, by name.

    Raises ValueError where `contents` do not make a bundle: entries that are none, a WARC file
    that cannot be read, no capture at all.
    """
    entries = [decode(one.leaf) for one in contents.proven]
    pages = pages_in(entries, sidecars_by_digest(contents.sidecars))
    laid = read_warc(contents.warc)
    files = [
        Member(WARC, contents.warc),
        Member(INDEX, index_of(laid, filename=WARC.rpartition("/")[2])),
        Member(PAGES, pages_file(pages)),
        *_provenance(contents),
    ]
    files.sort(key=lambda file: file.name)
    package = package_file(_about(entries, pages, contents.main, software), map(Resource.of, files))
    return (
        Member(PACKAGE_DIGEST, digest_file(package, path=PACKAGE)),
        Member(PACKAGE, package),
        *files,
    )


def sidecars_by_digest(sidecars: Sequence[bytes]) -> Mapping[Digest, Mapping[str, object]]:
    """What the sidecars say.  Raises ValueError for one that is no canonical JSON."""
    return {Digest.of(octets): parse(octets) for octets in sidecars}


def newest(entries: Sequence[Entry]) -> datetime:
    """When the last of `entries` was written down: how old a bundle says that it is."""
    if not entries:
        raise NotABundle("it holds no entry of a log")
    return max(entry.at for entry in entries)


def _about(
    entries: Sequence[Entry], pages: Sequence[Page], main: str | None, software: str
) -> Package:
    page = next((page for page in pages if page.id == main), None)
    captures = [entry for entry in entries if isinstance(entry, CaptureEntry)]
    if not captures:
        raise NotABundle("it holds no capture")
    if main is not None and page is None:
        raise NotABundle(f"its main page {main} is none of its {len(pages)} pages")
    title = captures[-1].requested if page is None else page.title
    return Package(title=title, created=newest(entries), software=software, main=page)


def _provenance(contents: Contents) -> Iterator[Member]:
    yield Member(CHECKPOINT, contents.checkpoint)
    yield Member(VKEY, contents.vkey)
    yield Member(README_FILE, README.encode())
    if contents.config is not None:
        yield Member(CONFIG, contents.config)
    for one in contents.proven:
        yield Member(f"{FOLDER}{one.index}.entry", one.leaf)
        yield Member(f"{FOLDER}{one.index}.tlog-proof", one.proof)
    for octets in contents.texts:
        yield Member(f"{FOLDER}{Digest.of(octets).hex}.txt", octets)
    for octets in contents.sidecars:
        yield Member(f"{FOLDER}{Digest.of(octets).hex}.json", octets)
    if (anchored := contents.anchored) is not None:
        yield from _earlier(f"anchor-{anchored.size}", anchored)
        yield Member(f"{FOLDER}anchor-{anchored.size}.tsr", anchored.token)
        yield Member(f"{FOLDER}anchor-{anchored.size}.pem", anchored.chain)
    if (witnessed := contents.witnessed) is not None:
        yield from _earlier(f"witnessed-{witnessed.size}", witnessed)


def _earlier(stem: str, earlier: Earlier) -> Iterator[Member]:
    yield Member(f"{FOLDER}{stem}.checkpoint", earlier.checkpoint)
    yield Member(f"{FOLDER}{stem}.consistency", earlier.consistency)
