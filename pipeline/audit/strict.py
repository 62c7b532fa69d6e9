"""The records of one capture → everything in which they are not what their entry says.

The records are made anew, by the functions that made them, from the entry that the metadata
record tells and from their own blocks, and must come out the same, octet for octet.  So nothing in
a head goes unlooked at, and no rule is told twice.
"""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from pipeline.archive import records
from pipeline.archive.gathered import ANSWERS
from pipeline.archive.message import Message, read_message
from pipeline.archive.noting import entry_fields, read_entry
from pipeline.archive.records import FullResponse, Record, read_warc_fields
from pipeline.archive.slots import when
from pipeline.audit.aside import URN, resource
from pipeline.audit.differing import differs, head_differs, lines_differ
from pipeline.audit.faults import Fault, Found
from pipeline.ledger.entries import encode
from pipeline.ledger.merkle import leaf_hash
from pipeline.model import Capture, Digest, Peer, Truncation

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.audit.stored import Stored
    from pipeline.ground.evidence import CaptureEntry

OCTETS_OF = ("interim", "surplus", "unread")
"""What a metadata record may hold beside its entry and the message's oddities."""


class Told(Struct, frozen=True, kw_only=True):
    """What a metadata record tells, and the message in the answer beside it, if there is one."""

    entry: CaptureEntry
    encoded: bytes
    message: Message | None

    @property
    def leaf(self) -> bytes:
        """The leaf hash of the entry."""
        return leaf_hash(self.encoded)


def told_by(metadata: Stored, group: Sequence[Stored]) -> Told:
    """Read a metadata record and the answer beside it.  Raises ValueError where it tells none."""
    entry = read_entry(Record(type="metadata", fields=(), pieces=(metadata.block,)))
    answer = next((one for one in group if one.type in ANSWERS), None)
    message = read_message(answer.block) if answer else None
    return Told(entry=entry, encoded=encode(entry), message=message)


def faults(metadata: Stored, group: Sequence[Stored]) -> Iterator[Found]:
    """Everything that is wrong in a capture whose records are `group` and then `metadata`."""
    try:
        told = told_by(metadata, group)
    except ValueError as error:
        yield Found(
            kind=Fault.DAMAGED,
            what="metadata record",
            offset=metadata.offset,
            record=metadata.record_id,
            actual=str(error),
        )
        return
    for one in (
        *_listing(told, metadata, group),
        *_metadata(told, metadata),
        *(each for stored in group for each in _record(told, stored)),
        *_message(told, group),
    ):
        yield replace(one, leaf=told.leaf)


def _listing(told: Told, metadata: Stored, group: Sequence[Stored]) -> Iterator[Found]:
    """The records beside the metadata record are those that the entry lists, in that order."""
    listed = {ref.record_id: ref for ref in told.entry.records}
    there = {stored.record_id for stored in group}
    for ref in told.entry.records:
        if ref.record_id not in there:
            gone = told.entry.entity
            yield Found(
                kind=Fault.MISSING,
                what=f"{ref.type} record",
                offset=metadata.offset,
                record=ref.record_id,
                expected=str(ref.block),
                entity=str(gone) if gone and ref.type == "response" else None,
            )
    for stored in group:
        if stored.record_id not in listed:
            yield Found(
                kind=Fault.UNLOGGED,
                what=f"{stored.type} record",
                offset=stored.offset,
                record=stored.record_id,
                actual="no entry lists it",
            )
    expected = [one for one in listed if one in there]
    actual = [stored for stored in group if stored.record_id in listed]
    for should, stored in zip_longest(expected, actual):
        # a record that stands there twice is one too many: none is lacking here
        if stored is not None and stored.record_id != should:
            yield differs("place among its records", stored, str(should), stored.record_id)
            return


def _record(told: Told, stored: Stored) -> Iterator[Found]:
    ref = next((ref for ref in told.entry.records if ref.record_id == stored.record_id), None)
    if ref is None:
        return
    true = Digest.of(stored.block)
    if true != ref.block:
        yield differs("block", stored, str(ref.block), str(true))
    try:
        anew = _anew(told, stored)
    except ValueError as error:
        kind = Fault.DAMAGED
        yield Found(
            kind=kind,
            what=f"{stored.type} record",
            offset=stored.offset,
            record=stored.record_id,
            actual=str(error),
        )
        return
    yield from head_differs(anew, stored)
    if anew.block != stored.block:
        yield differs("block", stored, str(Digest.of(anew.block)), str(true))


def _anew(told: Told, stored: Stored) -> Record:
    """The record that the writer would lay down for this entry and block."""
    entry = told.entry
    capture = _capture(entry, stored)
    match stored.type:
        case "request":
            answer = _answer_of(entry)
            return records.request(capture, concurrent_to=answer)
        case "response" if told.message:
            return records.response(capture, told.message)
        case "revisit" if told.message:
            return _revisit(told.message, entry, capture, stored)
        case "resource":
            return resource(entry.observed_at, stored)
        case _:
            raise ValueError(f"a {stored.type} record without an HTTP message in it")


def _capture(entry: CaptureEntry, stored: Stored) -> Capture:
    peer = Peer(ip=entry.ip, port=0, protocol=entry.protocol) if entry.ip else None
    truncated = None
    if stored.type == "response" and entry.payload_record is None:
        # the entry says that it was cut, and only the record says what cut it
        why = stored.field("WARC-Truncated")
        truncated = Truncation(why) if why in set(Truncation) else Truncation.LENGTH
    return Capture(
        visit=entry.visit,
        url=entry.requested,
        attempt=entry.attempt,
        began_at=entry.observed_at,
        request=stored.block,
        truncated=truncated,
        peer=peer,
    )


def _revisit(message: Message, entry: CaptureEntry, capture: Capture, stored: Stored) -> Record:
    """What it refers to is believed here: it is held against the original elsewhere."""
    refers = FullResponse(
        record_id=entry.payload_record or (stored.field("WARC-Refers-To") or "").strip("<>"),
        url=stored.field("WARC-Refers-To-Target-URI") or "",
        observed_at=when(stored.field("WARC-Refers-To-Date") or ""),
        entity=entry.entity or message.entity_digest,
    )
    if stored.field("WARC-Profile") == records.NOT_MODIFIED:
        return records.not_modified(capture, message, refers)
    claimed = replace(message, entity_digest=refers.entity)
    return records.same_payload(capture, claimed, refers)


def _metadata(told: Told, stored: Stored) -> Iterator[Found]:
    entry = told.entry
    own = tuple(entry_fields(entry))
    beside = read_warc_fields(stored.block)[len(own) :]
    anew = records.metadata(
        entry.requested,
        entry.observed_at,
        (*own, *beside),
        concurrent_to=_answer_of(entry) or _request_of(entry),
    )
    yield from head_differs(anew, stored)
    if anew.block != stored.block:
        yield from lines_differ(anew.block, stored)
    notes = tuple([value for name, value in beside if name == "note"])
    true = told.message.notes if told.message else ()
    if told.message and notes != true and not _replayed(told):
        yield differs("note", stored, " ".join(true), " ".join(notes))
    known = {"note", *OCTETS_OF, *(f"{name}-length" for name in OCTETS_OF)}
    for name, value in beside:
        if name not in known:
            yield Found(
                kind=Fault.UNLOGGED,
                what=f"{name} in the metadata record",
                offset=stored.offset,
                record=stored.record_id,
                actual=value,
            )


def _replayed(told: Told) -> bool:
    """A revisit's record holds the head alone, so that the oddities of its body are not there."""
    return told.entry.payload_record not in {ref.record_id for ref in told.entry.records}


def _message(told: Told, group: Sequence[Stored]) -> Iterator[Found]:
    """The entry's digests and status are those of the message in its answer."""
    entry, message = told.entry, told.message
    answer = next((one for one in group if one.type in ANSWERS), None)
    if answer is None or message is None:
        if not any(ref.type in ANSWERS for ref in entry.records) and (entry.entity or entry.status):
            at = group[0] if group else None
            yield Found(
                kind=Fault.DIFFERS,
                what="entity of a capture without an answer",
                offset=at.offset if at else 0,
                record=at.record_id if at else None,
                expected="none",
                actual=str(entry.entity),
            )
        return
    if entry.status != message.status:
        yield differs("status", answer, str(entry.status), str(message.status))
    if answer.type == "response" or answer.field("WARC-Profile") == records.NOT_MODIFIED:
        yield from _digests(entry, message, answer)
    if answer.type == "response" and entry.payload_record not in {None, answer.record_id}:
        yield differs("payload record", answer, answer.record_id, str(entry.payload_record))


def _digests(entry: CaptureEntry, message: Message, answer: Stored) -> Iterator[Found]:
    if entry.entity != message.entity_digest:
        yield differs("entity", answer, str(entry.entity), str(message.entity_digest))
    if entry.decoded != message.decoded_digest:
        yield differs("decoded", answer, str(entry.decoded), str(message.decoded_digest))


def needs(entry: CaptureEntry) -> Iterator[str]:
    """The URNs of the config and the certificate that an entry names."""
    for kind, digest in (("config", entry.config), ("certificate", entry.certificate)):
        if digest is not None:
            yield f"{URN}{kind}:{digest}"


def loose(metadata: Stored, entry: CaptureEntry) -> bool:
    """Whether the metadata record holds octets that no digest of the entry commits to."""
    beside = read_warc_fields(metadata.block)[len(tuple(entry_fields(entry))) :]
    return any(name in OCTETS_OF for name, _ in beside)


def _answer_of(entry: CaptureEntry) -> str | None:
    return next((ref.record_id for ref in entry.records if ref.type in ANSWERS), None)


def _request_of(entry: CaptureEntry) -> str | None:
    return next((ref.record_id for ref in entry.records if ref.type == "request"), None)
