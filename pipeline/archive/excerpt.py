"""One capture of an archive → a WARC file that holds it alone, and can be replayed anywhere."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from pipeline.archive import records
from pipeline.archive.message import read_message
from pipeline.archive.reader import read_record
from pipeline.archive.recorded import over
from pipeline.archive.stored import stored_response
from pipeline.archive.writer import FORMAT
from pipeline.model import Capture, Peer, Truncation

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from pathlib import Path

    from pipeline.archive.records import Record
    from pipeline.ground.evidence import CaptureEntry
    from pipeline.model import Place, StoredBlock

GZIP = zlib.MAX_WBITS | 16
SMALLEST = 9
"""zlib's level.  These few files are kept for years beside the code, and ISA-L's octets differ
between processors."""


def taken(
    folder: Path, entry: CaptureEntry, places: Mapping[str, Place], payload: Place | None
) -> Capture:
    """The exchange that `entry` tells of, as it was on the wire, out of archive `folder`.

    `places` are those of its records; `payload` is where the full response lies that its revisit
    refers to, whose body stands in the answer's place.  `response` is empty where nothing came, or
    where the record of what came lies nowhere.  Raises DamagedRecord.
    """
    own = {ref.type: places.get(ref.record_id) for ref in entry.records}
    request, answer = own.get("request"), own.get("response") or own.get("revisit")
    response, truncated = b"", None
    if answer is not None:
        record = read_record(folder, answer)
        response = record.block
        truncated = _truncated(record)
        if record.type == "revisit" and payload is not None:
            response, truncated = over(response, read_record(folder, payload).block), None
    return Capture(
        visit=entry.visit,
        url=entry.requested,
        attempt=entry.attempt,
        began_at=entry.observed_at,
        request=read_record(folder, request).block if request else b"",
        response=response,
        truncated=truncated,
        # A record says nothing of ports.
        peer=Peer(ip=entry.ip, port=0, protocol=entry.protocol) if entry.ip else None,
    )


def excerpt(
    capture: Capture, *, name: str, at: datetime, software: str, said: Iterable[tuple[str, str]]
) -> bytes:
    """The WARC 1.1 file `name`, made `at`: warcinfo, request, response, metadata, a member each.

    The metadata record is concurrent to the response, and holds what is `said`.  Raises ValueError
    for a capture to which no HTTP response came.
    """
    message = read_message(capture.response)
    if message is None:
        raise ValueError("no HTTP response came")
    answer = records.response(capture, message)
    ours = [records.warcinfo(name, at, (("software", software), *FORMAT))]
    if capture.request:
        ours.append(records.request(capture, concurrent_to=answer.record_id))
    about = records.metadata(capture.url, at, said, concurrent_to=answer.record_id)
    return b"".join([_member(record) for record in (*ours, answer, about)])


def unarchived(capture: Capture) -> StoredBlock | None:
    """What the archive would hold of `capture`, read as it reads its own; nothing is written.

    None where no whole response head came.
    """
    message = read_message(capture.response)
    return None if message is None else stored_response(records.response(capture, message))


def _member(record: Record) -> bytes:
    return zlib.compress(record.octets(), SMALLEST, GZIP)


def _truncated(record: Record) -> Truncation | None:
    said = record.field("WARC-Truncated")
    return Truncation(said) if said and record.type == "response" else None
