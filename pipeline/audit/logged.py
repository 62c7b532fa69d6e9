"""A stretch of the log's bundles → its leaves, and what of its entries other checks need.

The work of one process at a time, as `ranges` is for WARC files.
"""

from __future__ import annotations

import re
import struct
from array import array
from binascii import unhexlify
from hashlib import sha256
from typing import TYPE_CHECKING

from msgspec import Struct, field

from pipeline.audit.files import Foreign, Missing, Trouble, octets_at
from pipeline.audit.rows import id_octets
from pipeline.ledger.entries import decode
from pipeline.ledger.merkle import HASH_SIZE, root_of
from pipeline.ledger.tiles import (
    BUNDLE_OCTETS,
    ENTRIES,
    FOLDER,
    TILE_OCTETS,
    WIDTH,
    Tile,
    read_bundle,
    width_of,
)

if TYPE_CHECKING:
    from pathlib import Path

KIND = b'"kind":"'
CAPTURE, EXTRACTION, RARE, LOST = b"c", b"x", b"r", b"?"
ADOPTED = b'{"adopted":true,'

EXTRACTED = struct.Struct("<Q32s32s32s32s16s16s?")
"""An extraction: index, text, document, decoded, rules, the record it names, the answer of the
capture it stands behind (zeros for a technical one), whether it is technical."""
NOBODY = bytes(16)

EXTRACTION_ENTRY = re.compile(
    rb'\{(?:"adopted":true,)?"at":"[^"\\]+","charset":"(?P<charset>[^"\\]*)",'
    rb'"decoded":"sha256:(?P<decoded>[0-9a-f]{64})","document":"sha256:(?P<document>[0-9a-f]{64})",'
    rb'"extractor":"(?P<extractor>[^"\\]*)","generation":"(?P<generation>[^"\\]*)",'
    rb'"kind":"extraction","record":"(?P<record>[^"\\]+)",'
    rb'(?:"records":(?P<records>\[\{[^\]]*\}\]),)?"rules":"sha256:(?P<rules>[0-9a-f]{64})",'
    rb'"technical":(?P<technical>true|false),"text":"sha256:(?P<text>[0-9a-f]{64})",'
    rb'"url":"(?P<url>(?:[^"\\]++|\\.)*+)","v":1,"visit":"(?P<visit>[^"\\]*)"\}'
)

ANSWER = re.compile(rb'"id":"(urn:uuid:[^"\\]+)","type":"(?:response|revisit)"')

RESOURCE = re.compile(rb'"block":"(sha256:[0-9a-f]{64})","id":"(urn:uuid:[0-9a-f-]{36})"')


class LogStretch(Struct, frozen=True, kw_only=True):
    """The bundles from `first` to before `last` of the log of `archive`, which holds `size`."""

    archive: Path
    size: int
    first: int
    last: int


class Broken(Struct, frozen=True, kw_only=True):
    """A file of the log that is in trouble, or the entry `index` in it that is no good."""

    file: str
    trouble: Trouble | None = None
    index: int | None = None
    actual: str | None = None


class Torn(Struct, frozen=True, kw_only=True):
    """Entry `index` and its tile do not agree: the leaf hash of the one, and of the other."""

    index: int
    entry: bytes
    tile: bytes
    bundle_file: str
    tile_file: str


class ReadLog(Struct, kw_only=True):
    """What stands in a stretch: a leaf hash and a letter of its kind for each entry.

    `roots` are the roots of the full tiles.  Where a bundle is lost its tile says the leaves, and
    where both are, zeros.  `rare` are all entries but captures and extractions.
    `spelled` has, for each row of `extracted`, the number in `spellings` of its charset and
    generation.  `needed` are the resource records that extractions list: index, id, block digest.
    """

    first: int
    leaves: bytearray = field(default_factory=bytearray)
    kinds: bytearray = field(default_factory=bytearray)
    roots: bytearray = field(default_factory=bytearray)
    extracted: bytearray = field(default_factory=bytearray)
    spelled: array[int] = field(default_factory=lambda: array("L"))
    spellings: dict[tuple[bytes, bytes], int] = field(default_factory=dict)
    rare: list[tuple[int, bytes]] = field(default_factory=list)
    needed: list[tuple[int, str, str]] = field(default_factory=list)
    broken: list[Broken] = field(default_factory=list)
    torn: list[Torn] = field(default_factory=list)
    adopted: bool = False
    whole: bool = True


def read_log(stretch: LogStretch) -> ReadLog:
    """Read a stretch of the log.  Never raises for what stands in its files, or does not."""
    read = ReadLog(first=stretch.first * WIDTH)
    last: bytes | None = None
    if stretch.first:
        _, before = entries_of(stretch.archive, stretch.size, stretch.first - 1)
        last = before[-1] if isinstance(before, list) else None
    for index in range(stretch.first, stretch.last):
        last = _read_tile(stretch, index, read, last)
    return read


def entries_of(archive: Path, size: int, index: int) -> tuple[str, list[bytes] | Trouble]:
    """The entries in bundle `index` of a log of `size`, and in which file they stand."""
    tile = Tile(ENTRIES, index, width_of(0, index, size))
    return _parts(archive, tile, BUNDLE_OCTETS, read_bundle)


def hashes_of(
    archive: Path, size: int, level: int, index: int
) -> tuple[str, list[bytes] | Trouble]:
    """The hashes in tile `index` of `level`, likewise."""
    tile = Tile(level, index, width_of(level, index, size))
    return _parts(archive, tile, TILE_OCTETS, cut_hashes)


def cut_hashes(octets: bytes) -> list[bytes]:
    """The hashes of a tile.  Raises ValueError where the last is not whole."""
    if len(octets) % HASH_SIZE:
        raise ValueError(f"{len(octets)} octets are no number of hashes")
    return [octets[at : at + HASH_SIZE] for at in range(0, len(octets), HASH_SIZE)]


def _parts(archive: Path, tile: Tile, most: int, cut) -> tuple[str, list[bytes] | Trouble]:  # type: ignore[no-untyped-def] # noqa: ANN001
    file = f"{FOLDER}/{tile.path}"
    octets: bytes | Trouble = Missing()
    for one in dict.fromkeys((tile, tile.full)):
        octets = octets_at(archive / FOLDER / one.path, most=most)
        if not isinstance(octets, Missing):
            file, tile_there = f"{FOLDER}/{one.path}", one
            break
    if not isinstance(octets, bytes):
        return file, octets
    try:
        parts = cut(octets)
    except ValueError as error:
        return file, Foreign(str(error))
    if len(parts) != tile_there.width:
        return file, Foreign(f"it holds {len(parts)} of {tile_there.width} parts")
    return file, parts[: tile.width]


def _read_tile(stretch: LogStretch, index: int, read: ReadLog, last: bytes | None) -> bytes | None:
    """Take in one bundle and its tile; the last entry in it, for the next bundle's first."""
    size, start = stretch.size, index * WIDTH
    bundle_file, entries = entries_of(stretch.archive, size, index)
    tile_file, hashes = hashes_of(stretch.archive, size, 0, index)
    width = width_of(0, index, size)
    if isinstance(entries, Trouble):
        read.broken.append(Broken(file=bundle_file, trouble=entries))
    if isinstance(hashes, Trouble):
        read.broken.append(Broken(file=tile_file, trouble=hashes))
    if not isinstance(entries, Trouble):
        leaves = [sha256(b"\x00" + entry).digest() for entry in entries]
        if not isinstance(hashes, Trouble) and leaves != hashes:
            read.torn += [
                Torn(index=at, entry=leaf, tile=hash_, bundle_file=bundle_file, tile_file=tile_file)
                for at, (leaf, hash_) in enumerate(zip(leaves, hashes, strict=True), start)
                if leaf != hash_
            ]
        for at, entry in enumerate(entries, start):
            _take(read, at, entry, last, bundle_file)
            last = entry
    else:
        last = None
        read.kinds += LOST * width
        if isinstance(hashes, Trouble):
            leaves = [bytes(HASH_SIZE)] * width
            read.whole = False
        else:
            leaves = hashes
    read.leaves += b"".join(leaves)
    if width == WIDTH:
        read.roots += root_of(leaves)
    return last


def _take(read: ReadLog, index: int, entry: bytes, last: bytes | None, file: str) -> None:
    if entry.startswith(ADOPTED):
        read.adopted = True
    at = entry.find(KIND) + len(KIND)
    kind = entry[at : entry.find(b'"', at)]
    if kind == b"capture":
        read.kinds += CAPTURE
        return
    if kind == b"extraction":
        read.kinds += EXTRACTION
        _extraction(read, index, entry, last, file)
        return
    read.kinds += RARE
    read.rare.append((index, entry))


def _extraction(read: ReadLog, index: int, entry: bytes, last: bytes | None, file: str) -> None:
    said = EXTRACTION_ENTRY.fullmatch(entry)
    if said is None:
        try:
            decode(entry)
            why = "an extraction entry that cannot be"
        except ValueError as error:
            why = str(error)
        read.broken.append(Broken(file=file, index=index, actual=why))
        return
    if said["records"]:
        read.needed += [
            (index, one.decode(), block.decode())
            for block, one in RESOURCE.findall(said["records"])
        ]
    technical = said["technical"] == b"true"
    answer = NOBODY
    if not technical:
        of = _captured(last, said)
        if isinstance(of, str):
            read.broken.append(Broken(file=file, index=index, actual=of))
        else:
            answer = of
    spelling = said["charset"], said["generation"]
    read.spelled.append(read.spellings.setdefault(spelling, len(read.spellings)))
    read.extracted += EXTRACTED.pack(
        index,
        *map(unhexlify, said.group("text", "document", "decoded", "rules")),
        id_octets(said["record"].decode("utf-8", "replace")),
        answer,
        technical,
    )


def _captured(last: bytes | None, said: re.Match[bytes]) -> bytes | str:
    """The answer in the capture that an extraction must stand behind, or what is wrong with it.

    Both are canonical JSON, in which a quoted name and colon can be nothing but that name: the
    values are compared as they are spelled.
    """
    if last is None:
        return NOBODY
    record = said["record"]
    payload = b'"payload_record":"%b",' % record in last or b'"refers":"%b",' % record in last
    unnamed = b'"payload_record":' not in last and b'"refers":' not in last
    alike = (
        b'"kind":"capture",' in last
        and (payload or unnamed)
        and b'"decoded":"sha256:%b",' % said["decoded"] in last
        and b'"rules":"sha256:%b",' % said["rules"] in last
        and last.endswith(b'"url":"%b","v":1,"visit":"%b"}' % said.group("url", "visit"))
    )
    if not alike:
        return "the entry before it is not the capture that it was made of"
    if b'"id":"%b","type":"response"}],"requested":' % record in last:
        return id_octets(record.decode("ascii", "replace"))
    answers = ANSWER.findall(last)
    return id_octets(answers[-1].decode("ascii", "replace")) if answers else NOBODY
