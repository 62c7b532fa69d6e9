"""A record's octets → a StoredBlock, the only thing that text may be derived from.

Nothing else in the program makes one: whoever has a StoredBlock holds what the archive holds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from pipeline.archive.codings import MAX_DECODED
from pipeline.archive.message import Message, read_message
from pipeline.ground.clock import moment
from pipeline.model import StoredBlock

if TYPE_CHECKING:
    from datetime import datetime

    from pipeline.archive.records import Record
    from pipeline.model import RecordRef


def block_of(ref: RecordRef, url: str, observed_at: datetime, message: Message) -> StoredBlock:
    """What record `ref` holds, whose octets were read as `message`."""
    return StoredBlock(
        record=ref,
        url=url,
        observed_at=observed_at,
        status=message.status,
        headers=message.headers,
        entity=message.entity_digest,
        decoded=message.decoded,
        decoded_digest=message.decoded_digest,
        fault=message.fault,
    )


def stored_response(record: Record, *, max_decoded: int = MAX_DECODED) -> StoredBlock:
    """What `response` record `record` holds.

    Raises ValueError where the record is no whole HTTP response under a URL and a date.
    """
    if record.type != "response":
        raise ValueError(f"a {record.type} record holds no response of its own")
    return block_of(*_named(record), _message(record, max_decoded))


def stored_for_revisit(original: StoredBlock, record: Record) -> StoredBlock:
    """What identical-payload `revisit` record `record` says: its own head over `original`'s entity.

    Raises ValueError where the two do not belong together.
    """
    ref, url, observed_at = _named(record)
    if record.field("WARC-Payload-Digest") != str(original.entity):
        raise ValueError(f"revisit of {record.field('WARC-Payload-Digest')}, not {original.entity}")
    head = _message(record, MAX_DECODED)
    return replace(
        original,
        record=ref,
        url=url,
        observed_at=observed_at,
        status=head.status,
        headers=head.headers,
    )


def _named(record: Record) -> tuple[RecordRef, str, datetime]:
    if record.target_uri is None:
        raise ValueError("no WARC-Target-URI")
    return record.ref, record.target_uri, moment(record.field("WARC-Date") or "")


def _message(record: Record, max_decoded: int) -> Message:
    message = read_message(record.block, max_decoded=max_decoded)
    if message is None:
        raise ValueError("its block is no HTTP response")
    return message
