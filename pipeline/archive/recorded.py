"""WARC files, anybody's → the exchanges in them, by URL and by date, to be replayed.

Only an index is held in memory; the octets stay in the files until they are asked for.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from msgspec import Struct

from pipeline.archive.codings import codings
from pipeline.archive.message import read_message
from pipeline.archive.segments import Segment, Segments, segment_of
from pipeline.archive.shelf import Fault, Volume
from pipeline.archive.slots import Slot, is_of_a_page, key_of, slot_of
from pipeline.model import Source, Truncation

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from pipeline.archive.message import Message
    from pipeline.archive.reader import Found


class Recorded(Struct, frozen=True, kw_only=True):
    """An exchange as a WARC file holds it.

    `response` is head and body, those of a revisit its own head and the body it refers to;
    `request` is empty where none was stored.  `truncated` is the record's own word that it holds
    less than was sent.
    """

    url: str
    observed_at: datetime
    response: bytes
    request: bytes
    source: Source
    truncated: Truncation | None


class Recording:
    """The HTTP responses and revisits in `paths`, WARC files of whatever make.

    `faults` tells what could not be used: where a file was cut short or is damaged, and revisits
    whose original is in none of the files; `files` are the digests of the files; `passed_over`
    counts, by type, the records of web pages that hold no HTTP exchange.  Raises ReplayUnreadable
    where a file is missing or is no WARC at all.
    """

    def __init__(self, paths: Sequence[Path]) -> None:
        faults: list[Fault] = []
        volumes = [Volume(path) for path in paths]
        self.files = tuple(volume.digest for volume in volumes)
        segments: list[Segment] = []
        self.passed_over: Counter[str] = Counter()
        slots = [slot for volume in volumes for slot in self._slots(volume, faults, segments)]
        self._segments = Segments(segments)
        self._requests = _requests(slots)
        self._originals = _Originals(slots)
        self._looks: list[Slot] = []
        for slot in slots:
            if slot.type == "revisit" and not slot.not_modified and not self._originals.of(slot):
                why = "the response that it revisits is in none of the files"
                faults.append(Fault(slot.volume.path, slot.offset, why))
            elif slot.type != "request":
                self._looks.append(slot)
        faults += map(_in_part, filter(self._is_in_part, self._looks))
        self._looks.sort(key=lambda slot: slot.observed_at)
        self._by_url: dict[str, list[Slot]] = {}
        for slot in self._looks:
            self._by_url.setdefault(key_of(slot.url), []).append(slot)
        self.faults = tuple(faults)

    def __len__(self) -> int:
        return len(self._looks)

    def __iter__(self) -> Iterator[Recorded]:
        """Every exchange, oldest first."""
        return map(self._recorded, self._looks)

    def find(
        self, url: str, *, near: datetime | None = None, after: datetime | None = None
    ) -> Recorded | None:
        """An exchange over `url`: the one nearest to `near`, the first after `after`, or the last.

        A 304 is given only where no other answer would do, since it is half an answer.  None
        where there is nothing.  Raises DamagedRecord where a file was changed meanwhile.
        """
        looks = [
            slot
            for slot in self._by_url.get(key_of(url), ())
            if after is None or slot.observed_at > after
        ]
        looks = [slot for slot in looks if not slot.not_modified] or looks
        if not looks:
            return None
        if near is not None:
            return self._recorded(min(looks, key=lambda slot: abs(slot.observed_at - near)))
        return self._recorded(looks[-1] if after is None else looks[0])

    def _slots(self, volume: Volume, faults: list[Fault], segments: list[Segment]) -> list[Slot]:
        """The slots of `volume`; what is wrong with it goes to `faults`, parts of others apart."""

        def slim(found: Found) -> Slot | Segment | Fault | None:
            try:
                made = segment_of(volume, found) or slot_of(volume, found)
            except ValueError as error:
                return Fault(volume.path, found.offset, str(error))
            if made is None and is_of_a_page(found.record):
                self.passed_over[found.record.type] += 1
            return made

        read, wrong = volume.index(slim)
        faults += [*wrong, *(one for one in read if isinstance(one, Fault))]
        segments += [one for one in read if isinstance(one, Segment)]
        return [one for one in read if isinstance(one, Slot)]

    def _recorded(self, slot: Slot) -> Recorded:
        request = self._requests.get(slot.record_id) or next(
            (self._requests[tie] for tie in slot.ties if tie in self._requests), None
        )
        original = self._originals.of(slot) if slot.type == "revisit" else None
        response = self._whole(slot)
        if original is not None and not slot.not_modified:
            response = over(response, self._whole(original))
        return Recorded(
            url=slot.url,
            observed_at=slot.observed_at,
            response=response,
            request=b"" if request is None else _block(request),
            source=Source(file=slot.volume.digest, record_id=slot.record_id),
            truncated=self._cut(original or slot),
        )

    def _whole(self, slot: Slot) -> bytes:
        behind = self._segments.behind(slot) or () if slot.is_segmented else ()
        return b"".join((_block(slot), *map(_block, behind)))

    def _cut(self, slot: Slot) -> Truncation | None:
        return slot.truncated or (Truncation.LENGTH if self._is_in_part(slot) else None)

    def _is_in_part(self, slot: Slot) -> bool:
        return slot.is_segmented and self._segments.behind(slot) is None


class _Originals:
    """The responses that revisits may refer to, by all the names by which they do."""

    def __init__(self, slots: Sequence[Slot]) -> None:
        responses = [slot for slot in reversed(slots) if slot.type == "response"]
        self._by_id = {slot.record_id: slot for slot in responses}
        self._by_look = {(key_of(slot.url), slot.observed_at): slot for slot in responses}
        self._by_payload = {slot.payload: slot for slot in responses if slot.payload}

    def of(self, revisit: Slot) -> Slot | None:
        """The response that `revisit` is a revisit of."""
        by_look = revisit.refers_look and self._by_look.get(revisit.refers_look)
        return (
            self._by_id.get(revisit.refers_to or "")
            or by_look
            or self._by_payload.get(revisit.payload or "")
        )


def _requests(slots: Sequence[Slot]) -> dict[str, Slot]:
    """Request records by their own id and by those of the responses they are concurrent to."""
    requests: dict[str, Slot] = {}
    for slot in slots:
        if slot.type == "request":
            for name in (slot.record_id, *slot.ties):
                requests.setdefault(name, slot)
    return requests


def _in_part(slot: Slot) -> Fault:
    why = "the record was written in several, and not all of them are in the files"
    return Fault(slot.volume.path, slot.offset, why)


def _block(slot: Slot | Segment) -> bytes:
    return slot.volume.record(slot.offset, slot.length).block


def over(head: bytes, original: bytes) -> bytes:
    """The response that a revisit stands for: its own `head`, and the body of `original`."""
    own, full = _with_blank_line(head), read_message(original)
    if own is None or full is None:
        return original
    if own.body:
        return head
    framed_alike = _framing(own) == _framing(full)
    return b"".join((own.head, full.body if framed_alike else full.entity))


def _with_blank_line(head: bytes) -> Message | None:
    """Some writers leave the empty line out where no body follows."""
    return read_message(head) or read_message(head.rstrip(b"\r\n") + b"\r\n\r\n")


def _framing(message: Message) -> tuple[str, ...]:
    return codings(message.values("transfer-encoding"))
