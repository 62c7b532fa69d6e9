"""A capture's entry and its WARC records → where the two disagree.

Pure, and the same for one document's bundle and for an audit of the whole archive: hand in the
entry with the records that stand for it, blocks included, and every field and every digest is
computed anew.  Nothing is yielded where all agree.

What no entry commits to, and so nothing here can know: the metadata record's own id, its `note`,
`interim`, `surplus` and `unread` lines, whether a response says WARC-Truncated, and at what
instant a config or certificate was first needed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import asdict, replace

from pipeline.archive import records
from pipeline.archive.laying import certificate_resource, config_resource
from pipeline.archive.message import read_message
from pipeline.archive.noting import entry_fields, read_entry
from pipeline.archive.records import FullResponse, read_warc_fields
from pipeline.model import Capture, Digest, Peer, Truncation

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from pipeline.archive.message import Message
    from pipeline.archive.records import Record
    from pipeline.ground.evidence import CaptureEntry

ANSWERS = frozenset(("response", "revisit"))
ID = re.compile(r"urn:uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
UNCHANGED = 304
BESIDE = frozenset(
    ("note", "interim", "interim-length", "surplus", "surplus-length", "unread", "unread-length")
)
"""What a metadata record says beside its entry."""


class Disagreement(Struct, frozen=True, kw_only=True):
    """`what` is `expected` by the entry, and `actual` in record `record`."""

    record: str | None
    what: str
    expected: str
    actual: str


class Original(Struct, frozen=True, kw_only=True):
    """The full response that a revisit refers to, and the entry of its capture."""

    entry: CaptureEntry
    response: Record


def disagreements(
    entry: CaptureEntry, laid: Sequence[Record], *, original: Original | None = None
) -> Iterator[Disagreement]:
    """Everything in which `laid`, a capture's records with the metadata record last, differs.

    `original` is needed where the capture's answer is a revisit.  Never raises.
    """
    yield from _which(entry, laid)
    for record in laid:
        yield from _committed(entry, record)
        yield from _spelled(entry, record, original)
        if not ID.fullmatch(record.record_id):
            yield _of(record, "WARC-Record-ID", "urn:uuid:…", record.record_id)
        if record.type == "metadata":
            yield from _said(entry, record)
        elif record.type in ANSWERS:
            yield from _held(entry, record, original)


def answer_of(entry: CaptureEntry) -> str | None:
    """The id of the record that holds what was answered; None where nothing was."""
    return _of_type(entry, *ANSWERS)


def refers_elsewhere(entry: CaptureEntry) -> str | None:
    """The full response of another capture that this one rests on, by its record id."""
    own = {ref.record_id for ref in entry.records}
    return None if entry.payload_record in own else entry.payload_record


def _which(entry: CaptureEntry, laid: Sequence[Record]) -> Iterator[Disagreement]:
    expected = [*(f"{ref.type} {ref.record_id}" for ref in entry.records), "metadata"]
    actual = ["metadata" if one.type == "metadata" else _name(one) for one in laid]
    if expected != actual:
        yield Disagreement(
            record=None, what="records", expected=", ".join(expected), actual=", ".join(actual)
        )
    answer = answer_of(entry)
    if answer is None and entry.payload_record is not None:
        yield Disagreement(
            record=None, what="payload_record", expected="none", actual=entry.payload_record
        )


def _name(record: Record) -> str:
    return f"{record.type} {record.record_id}"


def _committed(entry: CaptureEntry, record: Record) -> Iterator[Disagreement]:
    """The block's octets are those that the entry commits to."""
    ref = next((one for one in entry.records if one.record_id == record.record_id), None)
    if ref is not None and ref.block != (true := Digest.of(record.block)):
        yield _of(record, "block", ref.block, true)


def _spelled(
    entry: CaptureEntry, record: Record, original: Original | None
) -> Iterator[Disagreement]:
    """The record's head is what the archive writes for this entry, field by field."""
    try:
        written = [_as_written(entry, record, one) for one in _targets(original)]
    except ValueError as error:
        yield _of(record, "head", "as the archive writes it", error)
        return
    if any(record.fields == fields for fields in written):
        return
    expected, actual = dict(written[0]), dict(record.fields)
    names = (name for name in (*expected, *actual) if expected.get(name) != actual.get(name))
    name = next(names, None)
    if name is None:
        yield _of(record, "head", "the archive's order of fields", "another order")
    else:
        yield _of(record, name, expected.get(name), actual.get(name))


def _said(entry: CaptureEntry, record: Record) -> Iterator[Disagreement]:
    """The metadata record says the entry, and nothing that no capture's record says."""
    try:
        said = replace(read_entry(record), adopted=entry.adopted)
    except ValueError as error:
        yield _of(record, "metadata", "what every capture says", error)
        return
    told = asdict(said)
    for name, expected in asdict(entry).items():
        if told[name] != expected:
            yield _of(record, name, expected, told[name])
    own = {name for name, _ in entry_fields(entry)}
    for name, value in read_warc_fields(record.block):
        if name not in own and name not in BESIDE:
            yield _of(record, name, "not said", value)


def _held(entry: CaptureEntry, record: Record, original: Original | None) -> Iterator[Disagreement]:
    """Status, entity and decoded body, read out of the octets anew."""
    message = read_message(record.block)
    if message is None:
        yield _of(record, "block", "an HTTP response", "none")
        return
    if message.status != entry.status:
        yield _of(record, "status", entry.status, message.status)
    if record.type == "revisit":
        yield from _resolved(entry, record, original)
        if entry.status != UNCHANGED:
            return
    elif entry.payload_record not in (None, record.record_id):
        yield _of(record, "payload_record", record.record_id, entry.payload_record)
    yield from _same_body(entry, record, message)


def _resolved(
    entry: CaptureEntry, record: Record, original: Original | None
) -> Iterator[Disagreement]:
    """The revisit refers to a full response, and that one holds this entity."""
    if original is None:
        yield _of(record, "revisit", entry.payload_record, "no such record is here")
        return
    held = read_message(original.response.block)
    if original.response.type != "response" or held is None:
        yield _of(record, "revisit", "a full response", original.response.type)
    elif entry.payload_record != original.response.record_id:
        yield _of(record, "revisit", entry.payload_record, original.response.record_id)
    elif entry.status != UNCHANGED:
        yield from _same_body(entry, record, held)


def _same_body(entry: CaptureEntry, record: Record, held: Message) -> Iterator[Disagreement]:
    if held.entity_digest != entry.entity:
        yield _of(record, "entity", entry.entity, held.entity_digest)
    if held.decoded_digest != entry.decoded:
        yield _of(record, "decoded", entry.decoded, held.decoded_digest)


def _targets(original: Original | None) -> list[FullResponse | None]:
    """How a revisit may name its original.

    By what was asked for, which is its WARC-Target-URI; but archives were written in which the
    document's name stands there.
    """
    if original is None:
        return [None]
    entry = original.entry
    return [
        FullResponse(
            record_id=original.response.record_id,
            url=url,
            observed_at=entry.observed_at,
            entity=entry.entity or Digest.of(b""),
        )
        for url in (entry.requested, entry.url)
    ]


def _as_written(entry: CaptureEntry, record: Record, refers: FullResponse | None) -> records.Fields:
    """The fields that the archive gives to `record`, which keeps its id and its block."""
    made = _made(entry, record, refers)
    renamed = ("WARC-Record-ID", f"<{record.record_id}>")
    return tuple([renamed if name == renamed[0] else (name, value) for name, value in made.fields])


def _made(entry: CaptureEntry, record: Record, refers: FullResponse | None) -> Record:
    capture, block = _capture(entry, record), record.block
    match record.type:
        case "request":
            return records.request(capture, concurrent_to=answer_of(entry))
        case "response":
            return records.response(capture, _whole(entry, block))
        case "revisit":
            if refers is None:
                raise ValueError("what it refers to is not here")
            unchanged = entry.status == UNCHANGED
            write = records.not_modified if unchanged else records.same_payload
            return write(capture, _whole(entry, block), refers)
        case "metadata":
            said, tie = read_warc_fields(block), answer_of(entry) or _of_type(entry, "request")
            return records.metadata(entry.requested, entry.observed_at, said, concurrent_to=tie)
        case "resource":
            return made_resource(record, entry.observed_at)
        case _:
            raise ValueError(f"a capture has no {record.type} record")


def made_resource(record: Record, observed_at: datetime) -> Record:
    """The `resource` record that the archive makes of such a block, under an id of its own.

    Raises ValueError where `record` holds neither a config nor a certificate.
    """
    for made in (config_resource(record.block), certificate_resource(record.block)):
        if made.uri == record.target_uri:
            return records.resource(made.uri, observed_at, made.media_type, made.content)
    raise ValueError(f"{record.target_uri} is not the name of its block")


def _capture(entry: CaptureEntry, record: Record) -> Capture:
    truncated = record.field("WARC-Truncated")
    return Capture(
        visit=entry.visit,
        url=entry.requested,
        attempt=entry.attempt,
        began_at=entry.observed_at,
        request=record.block,
        truncated=Truncation(truncated) if truncated and record.type == "response" else None,
        peer=Peer(ip=entry.ip, port=0, protocol=entry.protocol) if entry.ip is not None else None,
    )


def _whole(entry: CaptureEntry, block: bytes) -> Message:
    """The block as a message that is written as it stands, with the entity of the entry."""
    message = read_message(block)
    if message is None:
        raise ValueError("its block is no HTTP response")
    entity = entry.entity or message.entity_digest
    return replace(message, head=block, body=memoryview(b""), entity_digest=entity)


def _of_type(entry: CaptureEntry, *types: str) -> str | None:
    return next((ref.record_id for ref in entry.records if ref.type in types), None)


def _of(record: Record, what: str, expected: object, actual: object) -> Disagreement:
    return Disagreement(
        record=record.record_id,
        what=what,
        expected="not said" if expected is None else str(expected),
        actual="not said" if actual is None else str(actual),
    )
