"""Records and where they lie → the CDXJ index by which replaying software finds them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pipeline.archive.message import read_message
from pipeline.archive.records import NOT_MODIFIED
from pipeline.bundle.agreement import ANSWERS
from pipeline.bundle.surt import surt
from pipeline.ground.clock import moment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.archive.message import Message
    from pipeline.archive.records import Record
    from pipeline.bundle.warcs import Laid

REVISIT = "warc/revisit"
UNKNOWN_MIME = "unk"


def index_of(laid: Sequence[Laid], *, filename: str) -> bytes:
    """One line for each response and revisit, sorted: key, 14 digits, JSON.

    Raises ValueError for a response without a date or without an HTTP head.
    """
    lines = [
        line_of(one, filename=filename, digest=_digest(one.record, laid))
        for one in laid
        if one.record.type in ANSWERS
    ]
    return b"".join(sorted(lines))


def line_of(one: Laid, *, filename: str, digest: str) -> bytes:
    """The line of one response or revisit whose payload has that digest.

    Raises ValueError as `index_of` does.
    """
    record, url = one.record, one.record.target_uri or ""
    message = _message(record)
    said = {
        "url": url,
        "mime": REVISIT if record.type == "revisit" else _mime(message),
        **_status(record, message),
        "digest": digest,
        "length": str(one.length),
        "offset": str(one.offset),
        "filename": filename,
    }
    date = moment(record.field("WARC-Date") or "")
    return f"{surt(url)} {date:%Y%m%d%H%M%S} {json.dumps(said, ensure_ascii=False)}\n".encode()


def _status(record: Record, message: Message) -> dict[str, str]:
    """None for a 304: ReplayWeb.page shows a blank where one is named."""
    unchanged = record.field("WARC-Profile") == NOT_MODIFIED
    return {} if unchanged else {"status": str(message.status)}


def _digest(record: Record, laid: Sequence[Laid]) -> str:
    """The payload's; that of the page which a 304 says is unchanged."""
    if record.type == "response":
        return str(_message(record).entity_digest)
    if record.field("WARC-Profile") != NOT_MODIFIED:
        return record.field("WARC-Payload-Digest") or ""
    refers = (record.field("WARC-Refers-To") or "").strip("<>")
    for one in laid:
        if one.record.record_id == refers and one.record.type == "response":
            return str(_message(one.record).entity_digest)
    return ""


def _message(record: Record) -> Message:
    message = read_message(record.block)
    if message is None:
        raise ValueError(f"{record.type} record {record.record_id} holds no HTTP response")
    return message


def _mime(message: Message) -> str:
    declared = message.values("content-type")
    return declared[0].partition(";")[0].strip().lower() if declared else UNKNOWN_MIME
