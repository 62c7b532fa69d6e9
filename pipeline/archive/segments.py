"""A record that was written in several, because one would have been too long → its parts in order.

The first is a response like any other, but for its `WARC-Segment-Number`; the others are of the
type `continuation`, name it, and may lie in other files (WARC 1.1, sections 5.18 to 5.20 and 6.8).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from pipeline.archive.reader import MOST_BLOCK

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.archive.reader import Found
    from pipeline.archive.shelf import Volume
    from pipeline.archive.slots import Slot

CONTINUATION = "continuation"
MOST_DIGITS = 12


class Segment(Struct, frozen=True, kw_only=True):
    """The part `number` of what begins in the record `origin`; `size` octets of it.

    `total` is said by the last one alone: how many octets all of them have.
    """

    volume: Volume
    offset: int
    length: int
    origin: str
    number: int
    size: int
    total: int | None


def segment_of(volume: Volume, found: Found) -> Segment | None:
    """The segment that `found` is, whose length is known; None for any other record.

    Raises ValueError for one that does not say of what it is a part.
    """
    record = found.record
    if record.type != CONTINUATION:
        return None
    origin, number = record.field("WARC-Segment-Origin-ID"), record.field("WARC-Segment-Number")
    if not origin or _number(number) is None:
        raise ValueError("a continuation that does not say of which record, or which part of it")
    return Segment(
        volume=volume,
        offset=found.offset,
        length=found.length or 0,
        origin=origin.strip("<>"),
        number=_number(number) or 0,
        size=_number(record.field("Content-Length")) or 0,
        total=_number(record.field("WARC-Segment-Total-Length")),
    )


class Segments:
    """The segments of all files, by what they go on with."""

    def __init__(self, segments: Iterable[Segment]) -> None:
        self._by_origin: dict[str, dict[int, Segment]] = {}
        for one in segments:
            self._by_origin.setdefault(one.origin, {}).setdefault(one.number, one)

    def behind(self, slot: Slot) -> tuple[Segment, ...] | None:
        """What goes on with `slot`, in order; None where some is missing, or it is too long."""
        parts = self._by_origin.get(slot.record_id, {})
        found = tuple(parts[number] for number in sorted(parts))
        is_whole = [one.number for one in found] == list(range(2, len(found) + 2))
        size = slot.size + sum(one.size for one in found)
        if not found or not is_whole or found[-1].total != size or size > MOST_BLOCK:
            return None
        return found


def _number(text: str | None) -> int | None:
    is_one = text and text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS
    return int(text) if text and is_one else None
