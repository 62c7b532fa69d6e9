"""A Capture → its records in the archive, and the StoredBlock that its text may come from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from pipeline.archive import records
from pipeline.archive.stored import block_of
from pipeline.model import Digest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.archive.message import Message
    from pipeline.archive.records import FullResponse, Record
    from pipeline.archive.writer import WarcWriter
    from pipeline.model import Capture, Place, RecordRef, StoredBlock

UNCHANGED = 304


class Resource(Struct, frozen=True):
    """Octets that a capture rests on, kept under `urn:dateline:<kind>:<digest>`."""

    kind: str
    media_type: str
    content: bytes

    @property
    def uri(self) -> str:
        """The name that its digest gives it."""
        return f"urn:dateline:{self.kind}:{Digest.of(self.content)}"


def config_urn(digest: Digest) -> str:
    """The name of the record that holds a config file with that digest."""
    return f"urn:dateline:config:{digest}"


def certificate_urn(digest: Digest) -> str:
    """The name of the record that holds a server's certificate with that digest."""
    return f"urn:dateline:certificate:{digest}"


def config_resource(content: bytes) -> Resource:
    """A config file's exact octets."""
    return Resource("config", "application/yaml", content)


def certificate_resource(der: bytes) -> Resource:
    """A server's certificate in DER."""
    return Resource("certificate", "application/pkix-cert", der)


class Laid(Struct, frozen=True, kw_only=True):
    """What became of a capture: its records, each with its place, in the order of writing.

    `payload_record` is the full response that holds the entity: its own, or the one referred to.
    `stored` is None where no whole response head came, and for a 304 that refers to a response.
    """

    refs: tuple[RecordRef, ...]
    places: tuple[Place, ...]
    payload_record: str | None
    stored: StoredBlock | None


def lay(
    writer: WarcWriter,
    capture: Capture,
    message: Message | None,
    *,
    refers: FullResponse | None = None,
    resources: Sequence[Resource] = (),
) -> Laid:
    """Append `capture` to `writer`; durable only after the writer's next `sync`.

    `message` is `read_message(capture.response)`.  `refers` is a full response whose entity has
    the same digest, or, for a 304, the one that the validators came from; where the rules do not
    allow a revisit of it, a full response is written.  `resources` are written first: those that
    no earlier capture needed.  Nothing is written for a capture of which no byte came.
    """
    laid = [
        records.resource(one.uri, capture.began_at, one.media_type, one.content)
        for one in resources
    ]
    answer = None if message is None else _answer(capture, message, refers)
    if capture.request:
        concurrent_to = None if answer is None else answer.record_id
        laid.append(records.request(capture, concurrent_to=concurrent_to))
    if answer is not None:
        laid.append(answer)
    return Laid(
        refs=tuple([record.ref for record in laid]),
        places=tuple([writer.append(record) for record in laid]),
        payload_record=_payload_record(answer, refers),
        stored=_stored(capture, message, answer),
    )


def _answer(capture: Capture, message: Message, refers: FullResponse | None) -> Record:
    if refers is not None and message.status == UNCHANGED:
        return records.not_modified(capture, message, refers)
    if refers is not None and records.may_revisit(capture, message, refers):
        return records.same_payload(capture, message, refers)
    return records.response(capture, message)


def _payload_record(answer: Record | None, refers: FullResponse | None) -> str | None:
    if answer is None:
        return None
    if answer.type == "revisit" and refers is not None:
        return refers.record_id
    return answer.record_id


def _stored(capture: Capture, message: Message | None, answer: Record | None) -> StoredBlock | None:
    """What the octets just written hold.

    An identical-payload revisit holds the entity by its digest, which `message` has as well.
    """
    if message is None or answer is None:
        return None
    if answer.type == "revisit" and answer.field("WARC-Profile") == records.NOT_MODIFIED:
        return None
    return block_of(answer.ref, capture.url, capture.began_at, message)
