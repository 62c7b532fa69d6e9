"""A CaptureEntry → the `metadata` record that says everything it says, and back.

One `name: value` a line, in `application/warc-fields`; what is not there is not said.

| name | value |
|---|---|
| v, kind | `1`, `capture` |
| at, observed-at | when it was written down, when it was seen |
| visit, site, role, url, requested, attempt | what was asked, and in which look |
| origin, source-file, source-record | `live`, or where the bytes were taken from |
| outcome, reason, score, detail, change, status | what came of it |
| record | one line for each record: id, type, block digest |
| payload-record, entity, decoded | the response that holds the entity-body, and its digests |
| ip, protocol, certificate, tls-verified | who answered; `protocol` once for each; `yes`, `no` |
| config, rules, agent | by which declaration it was fetched, and by whom |
| note | one line for each oddity of the message: `cut`, `bad_chunks`, … |
| interim, surplus, unread | base64 of octets that stand in no other record, cut at 64 KiB |
| interim-length, surplus-length, unread-length | how many there were |

`interim` are the 1xx heads before the response, `surplus` what came after its end, `unread` an
answer in which no whole response head was found.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from msgspec import Struct

from pipeline.archive.records import metadata, read_warc_fields
from pipeline.ground.clock import moment, stamp
from pipeline.ground.evidence import CaptureEntry
from pipeline.model import Digest, Origin, RecordRef, Role, Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.archive.message import Message
    from pipeline.archive.records import Record
    from pipeline.archive.writer import WarcWriter
    from pipeline.model import Capture, Place

VERSION = "1"
MOST_OCTETS = 1 << 16
YES, NO = "yes", "no"


class Noted(Struct, frozen=True):
    """The `metadata` record of a capture, and its place."""

    ref: RecordRef
    place: Place


def note(
    writer: WarcWriter, entry: CaptureEntry, capture: Capture, message: Message | None
) -> Noted:
    """Append what `entry` says of `capture` to `writer`; durable after the writer's next `sync`.

    The record is concurrent to the capture's response, or to its request where nothing came.
    """
    said = (*entry_fields(entry), *_octet_fields(capture, message))
    concurrent_to = _answer_of(entry.records)
    record = metadata(capture.url, capture.began_at, said, concurrent_to=concurrent_to)
    return Noted(record.ref, writer.append(record))


def entry_fields(entry: CaptureEntry) -> Iterator[tuple[str, str]]:
    """What `entry` says, as names and values; None and the empty text are left out."""
    yield "v", VERSION
    yield "kind", "capture"
    yield "at", stamp(entry.at)
    yield "observed-at", stamp(entry.observed_at)
    for name, value in _plain(entry):
        if value is not None and value != "":
            yield name, str(value)
    for record in entry.records:
        yield "record", f"{record.record_id} {record.type} {record.block}"
    for word in entry.protocol:
        yield "protocol", word
    if entry.tls_verified is not None:
        yield "tls-verified", YES if entry.tls_verified else NO


def read_entry(record: Record) -> CaptureEntry:
    """The entry that `metadata` record `record` was made of.

    Raises ValueError where it is no such record, or lacks what every capture has.  Characters
    that no field can hold come back percent-encoded.
    """
    said = _Said(read_warc_fields(record.block))
    if (said.needed("v"), said.needed("kind")) != (VERSION, "capture"):
        raise ValueError("no metadata record of a capture, version 1")
    return CaptureEntry(
        at=moment(said.needed("at")),
        observed_at=moment(said.needed("observed-at")),
        visit=said.needed("visit"),
        site=said.first("site"),
        role=Role(said.needed("role")),
        url=said.needed("url"),
        requested=said.needed("requested"),
        origin=Origin(said.needed("origin")),
        source=_source(said),
        outcome=said.needed("outcome"),
        reason=said.first("reason"),
        detail=said.first("detail") or "",
        change=said.first("change"),
        status=None if (status := said.first("status")) is None else int(status),
        records=tuple([_ref(line) for line in said.every("record")]),
        payload_record=said.first("payload-record"),
        entity=said.digest("entity"),
        decoded=said.digest("decoded"),
        ip=said.first("ip"),
        protocol=said.every("protocol"),
        certificate=said.digest("certificate"),
        tls_verified=None if (word := said.first("tls-verified")) is None else word == YES,
        attempt=int(said.needed("attempt")),
        config=said.digest("config"),
        rules=said.digest("rules"),
        agent=said.first("agent") or "",
        score=said.first("score"),
    )


def _plain(entry: CaptureEntry) -> tuple[tuple[str, object], ...]:
    source = entry.source
    return (
        ("visit", entry.visit),
        ("site", entry.site),
        ("role", entry.role),
        ("url", entry.url),
        ("requested", entry.requested),
        ("attempt", entry.attempt),
        ("origin", entry.origin),
        ("source-file", source and source.file),
        ("source-record", source and source.record_id),
        ("outcome", entry.outcome),
        ("reason", entry.reason),
        ("score", entry.score),
        ("detail", entry.detail),
        ("change", entry.change),
        ("status", entry.status),
        ("payload-record", entry.payload_record),
        ("entity", entry.entity),
        ("decoded", entry.decoded),
        ("ip", entry.ip),
        ("certificate", entry.certificate),
        ("config", entry.config),
        ("rules", entry.rules),
        ("agent", entry.agent),
    )


def _octet_fields(capture: Capture, message: Message | None) -> Iterator[tuple[str, str]]:
    if message is None:
        yield from _octets("unread", capture.response)
        return
    for oddity in message.notes:
        yield "note", oddity
    yield from _octets("interim", message.interim)
    yield from _octets("surplus", message.surplus)


def _octets(name: str, octets: bytes) -> Iterator[tuple[str, str]]:
    if octets:
        yield name, base64.b64encode(octets[:MOST_OCTETS]).decode("ascii")
        yield f"{name}-length", str(len(octets))


def _answer_of(refs: tuple[RecordRef, ...]) -> str | None:
    """The record that the others of the capture are concurrent to."""
    for types in ({"response", "revisit"}, {"request"}):
        for ref in refs:
            if ref.type in types:
                return ref.record_id
    return None


class _Said:
    """Named values as they stand in the record."""

    def __init__(self, fields: tuple[tuple[str, str], ...]) -> None:
        self._fields = fields

    def every(self, name: str) -> tuple[str, ...]:
        return tuple([value for key, value in self._fields if key == name])

    def first(self, name: str) -> str | None:
        return next(iter(self.every(name)), None)

    def needed(self, name: str) -> str:
        value = self.first(name)
        if value is None:
            raise ValueError(f"no {name} is said")
        return value

    def digest(self, name: str) -> Digest | None:
        value = self.first(name)
        return None if value is None else Digest.parse(value)


def _source(said: _Said) -> Source | None:
    file, record_id = said.digest("source-file"), said.first("source-record")
    return None if file is None else Source(file=file, record_id=record_id or "")


def _ref(line: str) -> RecordRef:
    record_id, kind, block = line.split(" ")
    return RecordRef(record_id=record_id, type=kind, block=Digest.parse(block))
