"""A WARC file → what somebody can do to its records who knows how they are made."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from pipeline.archive.members import member
from pipeline.archive.noting import read_entry
from pipeline.archive.reader import records
from pipeline.archive.records import Record

if TYPE_CHECKING:
    import random

LINE = re.compile(rb"([a-z-]+): ([^\r\n]+)\r\n")
UUID = re.compile(rb"urn:uuid:[0-9a-f-]{36}")
UNBOUND = {
    ("metadata", "WARC-Record-ID"): "id of a metadata record forged",
    ("warcinfo", "WARC-Record-ID"): "id or date of a warcinfo record forged",
    ("warcinfo", "WARC-Date"): "id or date of a warcinfo record forged",
}
"""Fields of heads that no entry says."""


class Lying(Struct, frozen=True):
    """A record as it lies in a file, and the words by which it or its capture may be named."""

    record: Record
    octets: bytes
    offset: int
    end: int
    places: frozenset[str]


class Shelved(Struct, frozen=True):
    """The records of a file, and the captures that they are, as ranges of them."""

    records: list[Lying]
    captures: list[range]

    def at(self, offset: int) -> Lying:
        """The record in which an octet stands."""
        return next(one for one in self.records if one.offset <= offset < one.end)


def shelved(path: Path, indices: dict[tuple, int]) -> Shelved:
    """What lies in the file at `path`; `indices` are of entries, by `key_of` or name."""
    octets, found = path.read_bytes(), list(records(path))
    offsets = [one.offset for one in found] + [len(octets)]
    ends = [at + 1 for at, one in enumerate(found) if one.record.type == "metadata"]
    captures = [range(a, b) for a, b in zip([1, *ends], ends, strict=False)]
    lying = []
    for at, one in enumerate(found):
        capture = next((each for each in captures if at in each), None)
        places = {one.record.record_id, f"octet {offsets[at]}"}
        if one.record.type == "warcinfo":
            places.add(f"entry {indices[one.record.field('WARC-Filename')]}")
        if capture is not None:
            told = found[capture[-1]].record
            places |= {told.record_id, f"entry {indices[key_of(read_entry(told))]}"}
        piece = octets[offsets[at] : offsets[at + 1]]
        lying.append(Lying(one.record, piece, offsets[at], offsets[at + 1], frozenset(places)))
    return Shelved(lying, captures)


def key_of(entry) -> tuple:
    """By what an entry and its metadata record are told to be the same."""
    return entry.visit, entry.requested, entry.attempt


Forgery = tuple[str, frozenset[str], Callable[[Path], None]]


def forgeries(shelf: Shelved, chance: random.Random, most: int) -> Iterator[Forgery]:
    """What is done, the words by which the place may be named, and how it is done."""
    all_of = [*_moved(shelf, chance), *_captures(shelf, chance), *_forged(shelf, chance)]
    by_name: dict[str, list[Forgery]] = {}
    for one in all_of:
        by_name.setdefault(one[0], []).append(one)
    for some in by_name.values():
        yield from some if len(some) <= most else chance.sample(some, most)


def _laid(pieces: list[bytes]) -> Callable[[Path], None]:
    return lambda path: path.write_bytes(b"".join(pieces)) and None


def _moved(shelf: Shelved, chance: random.Random) -> Iterator[Forgery]:
    pieces = [one.octets for one in shelf.records]
    for at, one in enumerate(shelf.records):
        yield "record removed", one.places, _laid([*pieces[:at], *pieces[at + 1 :]])
        yield "record doubled", one.places, _laid([*pieces[: at + 1], *pieces[at:]])
        for other in {at + 1, chance.randrange(len(pieces))} - {at}:
            if other < len(pieces):
                swapped = [*pieces]
                swapped[at], swapped[other] = swapped[other], swapped[at]
                places = one.places | shelf.records[other].places
                alone = all(range(each, each + 1) in shelf.captures for each in (at, other))
                name = "whole captures swapped" if alone else "two records swapped"
                yield name, places, _laid(swapped)


def _captures(shelf: Shelved, chance: random.Random) -> Iterator[Forgery]:
    pieces = [one.octets for one in shelf.records]
    for capture in shelf.captures:
        places = shelf.records[capture[-1]].places
        first, behind = capture[0], capture[-1] + 1
        yield "capture removed", places, _laid([*pieces[:first], *pieces[behind:]])
        yield "capture doubled", places, _laid([*pieces, *pieces[first:behind]])
        other, places = _foreign(shelf, capture, chance)
        yield "foreign capture added", places, _laid([*pieces, *other])
        yield (
            "capture replaced",
            places | shelf.records[capture[-1]].places,
            _laid([*pieces[:first], *other, *pieces[behind:]]),
        )
    for one in shelf.records[1:]:
        stranger = _renamed(one.record, {})
        places = frozenset({stranger.record_id})
        places |= {f"octet {shelf.records[-1].end}"}
        yield "foreign record added", places, _laid([*pieces, member(stranger)])


def _foreign(
    shelf: Shelved, capture: range, chance: random.Random
) -> tuple[list[bytes], frozenset[str]]:
    """The capture under other record ids and another visit, its digests made anew."""
    ids: dict[bytes, bytes] = {}
    strangers = [_renamed(shelf.records[at].record, ids) for at in capture]
    told = strangers[-1]
    visit = re.sub(rb"visit: [0-9a-f]{32}", b"visit: %032x" % chance.getrandbits(128), told.block)
    strangers[-1] = told = forged(told, visit)
    # what it lists is by the blocks' digests, which are the same: only ids are others
    return [member(one) for one in strangers], frozenset({told.record_id})


def _renamed(record: Record, ids: dict[bytes, bytes]) -> Record:
    def other(found: re.Match[bytes]) -> bytes:
        return ids.setdefault(found[0], uuid.uuid4().urn.encode())

    own = record.record_id.encode()
    ids.setdefault(own, uuid.uuid4().urn.encode())
    known = {name for name, _ in record.fields}
    fields = tuple(
        (name, UUID.sub(other, value.encode()).decode() if name != "WARC-Refers-To" else value)
        for name, value in record.fields
    )
    block = record.block
    if record.type == "metadata":
        kept = re.compile(rb"refers[^\r\n]*\r\n")
        block = b"".join(
            line if kept.match(line) else UUID.sub(other, line)
            for line in block.splitlines(keepends=True)
        )
    assert "WARC-Record-ID" in known
    return forged(Record(type=record.type, fields=fields, pieces=(record.block,)), block)


def forged(record: Record, block: bytes) -> Record:
    """`record` with another block, its digests and length made anew."""
    anew = {
        "WARC-Block-Digest": f"sha256:{sha256(block).hexdigest()}",
        "Content-Length": str(len(block)),
    }
    if record.field("WARC-Payload-Digest") and record.type == "response":
        body = block.partition(b"\r\n\r\n")[2]
        anew["WARC-Payload-Digest"] = f"sha256:{sha256(body).hexdigest()}"
    fields = tuple((name, anew.get(name, value)) for name, value in record.fields)
    return Record(type=record.type, fields=fields, pieces=(block,))


def _forged(shelf: Shelved, chance: random.Random) -> Iterator[Forgery]:
    for at, one in enumerate(shelf.records):
        record = one.record
        if record.type == "metadata":
            for found in LINE.finditer(record.block):
                yield (
                    "line of a metadata record forged",
                    one.places,
                    _with(shelf, {at: forged(record, _other(record.block, found, chance))}),
                )
            more = forged(record, record.block + b"x-more: 1\r\n")
            yield "line of a metadata record added", one.places, _with(shelf, {at: more})
        else:
            block = bytearray(record.block)
            where = chance.randrange(len(block))
            block[where] ^= 1
            new = forged(record, bytes(block))
            yield f"{record.type} forged, digests anew", one.places, _with(shelf, {at: new})
            if record.type in ("response", "request", "revisit"):
                told = next(n for n in range(at, len(shelf.records)) if _tells(shelf, n))
                yield (
                    f"{record.type} and its metadata record forged to fit",
                    one.places,
                    _with(shelf, {at: new, told: _fitted(shelf.records[told].record, record, new)}),
                )
        for number, (name, value) in enumerate(record.fields):
            fields = [*record.fields]
            fields[number] = (name, _changed(value, chance))
            new = Record(type=record.type, fields=tuple(fields), pieces=record.pieces)
            yield (
                UNBOUND.get((record.type, name), "field of a head forged"),
                one.places,
                _with(shelf, {at: new}),
            )
        more = Record(
            type=record.type, fields=(*record.fields, ("X-More", "1")), pieces=record.pieces
        )
        yield "field of a head added", one.places, _with(shelf, {at: more})


def _tells(shelf: Shelved, at: int) -> bool:
    return shelf.records[at].record.type == "metadata"


def _fitted(told: Record, old: Record, new: Record) -> Record:
    """The metadata record as if `new` had been there."""
    block = told.block
    for name in ("WARC-Block-Digest", "WARC-Payload-Digest"):
        had, has = old.field(name), new.field(name)
        if had and has:
            block = block.replace(had.encode(), has.encode())
    return forged(told, block)


def _with(shelf: Shelved, changed: dict[int, Record]) -> Callable[[Path], None]:
    return _laid(
        [
            member(changed[at]) if at in changed else one.octets
            for at, one in enumerate(shelf.records)
        ]
    )


def _changed(value: str, chance: random.Random) -> str:
    """`value` with one character another, of the same sort."""
    at = chance.randrange(len(value))
    old = value[at]
    sorts = ("0123456789", "abcdef", "ghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    sort = next((one for one in sorts if old in one), "#*")
    new = chance.choice([one for one in sort if one != old])
    return value[:at] + new + value[at + 1 :]


def _other(block: bytes, found: re.Match[bytes], chance: random.Random) -> bytes:
    value = _changed(found[2].decode("utf-8", "replace"), chance).encode()
    return block[: found.start(2)] + value + block[found.end(2) :]
