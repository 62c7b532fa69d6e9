"""A bundle's WARC file ↔ its records, each in a gzip member of its own, with nothing between."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from msgspec import Struct

from pipeline.archive.octets import Torn, octets_of
from pipeline.archive.reader import Damage, walk

if TYPE_CHECKING:
    from pipeline.archive.records import Record

MOST_UNPACKED = 1 << 29
"""Octets of all records together: half of what a bundle may have, for gzip can hide a thousand
times its own size."""


class WarcRefused(ValueError):
    """The octets are no such file; the message says why and where."""


class Laid(Struct, frozen=True, kw_only=True):
    """A record and the `length` octets at `offset` that hold it."""

    record: Record
    offset: int
    length: int


def read_warc(octets: bytes) -> tuple[Laid, ...]:
    """The records of the file, in order.

    Raises WarcRefused unless gzip members follow each other without a gap, each of which holds
    one whole record and not an octet more or otherwise than the archive writes it.
    """
    _refuse_bomb(octets)
    laid: list[Laid] = []
    at = 0
    for found in walk(BytesIO(octets)):
        if isinstance(found, Damage):
            raise WarcRefused(f"byte {found.offset}: {found.why}")
        if found.length is None or found.offset != at:
            raise WarcRefused(f"byte {found.offset}: no record stands alone in a gzip member there")
        one = Laid(record=found.record, offset=at, length=found.length)
        _refuse_spelling(octets, one)
        laid.append(one)
        at += found.length
    if at != len(octets):
        raise WarcRefused(f"byte {at}: {len(octets) - at} bytes that belong to no record")
    _refuse_twins(laid)
    return tuple(laid)


def _refuse_bomb(octets: bytes) -> None:
    unpacked = octets_of(BytesIO(octets))
    total = 0
    try:
        # pieces first: a member that is passed over as line breaks would not be counted
        while (piece := unpacked.piece()) or unpacked.next_record():
            total += len(piece)
            if total > MOST_UNPACKED:
                raise WarcRefused(f"it unpacks to more than {MOST_UNPACKED} bytes")
    except Torn as torn:
        raise WarcRefused(f"byte {torn.offset}: {torn.why}") from torn


def _refuse_spelling(octets: bytes, one: Laid) -> None:
    """Blanks, line ends and lines that no reader looks at could say anything."""
    alone = octets_of(BytesIO(octets[one.offset : one.offset + one.length]))
    pieces: list[bytes] = []
    while piece := alone.piece():
        pieces.append(piece)
    if b"".join(pieces) != one.record.octets():
        why = "is not spelled as the archive spells records"
        raise WarcRefused(f"byte {one.offset}: record {one.record.record_id} {why}")


def _refuse_twins(laid: list[Laid]) -> None:
    met: set[str] = set()
    for one in laid:
        if one.record.record_id in met:
            raise WarcRefused(f"byte {one.offset}: record {one.record.record_id} a second time")
        met.add(one.record.record_id)
