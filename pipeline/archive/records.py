"""A capture's parts → WARC 1.1 records (ISO 28500:2017), typed by the standard's words.

Every record bears WARC-Block-Digest.  WARC-Payload-Digest stands on responses and on
identical-payload revisits; it is left out on responses with Transfer-Encoding, because the
readers in the world take the chunk framing for a part of the payload and the standard does not.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from typing import TYPE_CHECKING
from urllib.parse import quote

from msgspec import Struct

from pipeline.archive.codings import codings
from pipeline.archive.framing import Note
from pipeline.ground.clock import stamp
from pipeline.model import Digest, RecordRef, Truncation

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from pipeline.archive.message import Message
    from pipeline.model import Capture

VERSION = b"WARC/1.1\r\n"
ENDING = b"\r\n\r\n"
PROFILES = "http://netpreserve.org/warc/1.1/revisit/"
IDENTICAL_PAYLOAD = f"{PROFILES}identical-payload-digest"
NOT_MODIFIED = f"{PROFILES}server-not-modified"
REQUEST = "application/http;msgtype=request"
RESPONSE = "application/http;msgtype=response"
WARC_FIELDS = "application/warc-fields"

UNFIT = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
"""Characters that would end a field, or that no UTF-8 holds."""

Fields = tuple[tuple[str, str], ...]
Octets = bytes | memoryview


class Record(Struct, frozen=True, kw_only=True):
    """A WARC record: its type, its named fields in order, its block in `pieces`.

    `coded` says that the block's body is compressed already.  `made` is the `ref` of a record that
    was made here, which need not be read out of its fields again.
    """

    type: str
    fields: Fields
    pieces: tuple[Octets, ...] = ()
    coded: bool = False
    made: RecordRef | None = None

    def field(self, name: str) -> str | None:
        """The first value of field `name`, whatever its case."""
        return next(iter(self.every(name)), None)

    def every(self, name: str) -> tuple[str, ...]:
        """Every value of field `name`, whatever its case."""
        wanted = name.lower()
        return tuple([value for key, value in self.fields if key.lower() == wanted])

    @property
    def record_id(self) -> str:
        """WARC-Record-ID without its angle brackets: `urn:uuid:…`; empty where there is none."""
        if self.made is not None:
            return self.made.record_id
        return (self.field("WARC-Record-ID") or "").strip("<>")

    @property
    def target_uri(self) -> str | None:
        """WARC-Target-URI; WARC 1.0 set it in angle brackets, 1.1 does not."""
        uri = self.field("WARC-Target-URI")
        return uri and uri.removeprefix("<").removesuffix(">")

    @property
    def block(self) -> bytes:
        """The block's octets in one piece."""
        return b"".join(self.pieces)

    @property
    def ref(self) -> RecordRef:
        """What a proof may commit to.  Raises ValueError where WARC-Block-Digest is missing."""
        if self.made is not None:
            return self.made
        digest = Digest.parse(self.field("WARC-Block-Digest") or "")
        return RecordRef(record_id=self.record_id, type=self.type, block=digest)

    def octets(self) -> bytes:
        """The whole record as it stands in a file, before compression."""
        head = "".join([f"{name}: {value}\r\n" for name, value in self.fields])
        return b"".join((VERSION, head.encode(), b"\r\n", *self.pieces, ENDING))


class FullResponse(Struct, frozen=True, kw_only=True):
    """A `response` record that a revisit may refer to.

    `transfer_encoding` and `content_encoding` are its headers' values, joined by commas where
    there are several.  They do not matter to a 304.
    """

    record_id: str
    url: str
    observed_at: datetime
    entity: Digest
    transfer_encoding: str | None = None
    content_encoding: str | None = None


def fit(value: str) -> str:
    """`value` with what would break a field percent-encoded as UTF-8, and its ends trimmed."""
    if value.isprintable():
        return value.strip()
    return UNFIT.sub(lambda bad: quote(bad[0], safe="", errors="surrogatepass"), value.strip())


def warcinfo(filename: str, date: datetime, about: Iterable[tuple[str, str]]) -> Record:
    """The first record of file `filename`; `about` says which software wrote it and how."""
    fields = (("WARC-Filename", fit(filename)),)
    return _record("warcinfo", stamp(date), fields, WARC_FIELDS, (warc_fields(about),))


def request(capture: Capture, *, concurrent_to: str | None) -> Record:
    """What was asked, octet for octet."""
    fields = _exchange(capture) + _concurrent(concurrent_to)
    return _record("request", stamp(capture.began_at), fields, REQUEST, (capture.request,))


def response(capture: Capture, message: Message) -> Record:
    """What was answered, octet for octet: the final head and the body."""
    fields = _exchange(capture) + _truncated(capture.truncated)
    if not message.values("transfer-encoding"):
        fields += (("WARC-Payload-Digest", str(message.entity_digest)),)
    return _record(
        "response",
        stamp(capture.began_at),
        fields,
        RESPONSE,
        (message.head, message.body),
        coded=message.coded,
    )


def same_payload(capture: Capture, message: Message, refers: FullResponse) -> Record:
    """A `revisit`: the new head over an entity that `refers` already holds."""
    fields = (
        *_exchange(capture),
        ("WARC-Profile", IDENTICAL_PAYLOAD),
        ("WARC-Payload-Digest", str(message.entity_digest)),
        *_refers(refers),
        *_truncated(Truncation.LENGTH),
    )
    return _record("revisit", stamp(capture.began_at), fields, RESPONSE, (message.head,))


def not_modified(capture: Capture, message: Message, refers: FullResponse) -> Record:
    """A `revisit`: the server's 304 to validators that came with `refers`."""
    fields = (*_exchange(capture), ("WARC-Profile", NOT_MODIFIED), *_refers(refers))
    return _record("revisit", stamp(capture.began_at), fields, RESPONSE, (message.head,))


def metadata(
    url: str, date: datetime, said: Iterable[tuple[str, str]], *, concurrent_to: str | None
) -> Record:
    """What is to be said about a capture: one `name: value` a line."""
    fields = (("WARC-Target-URI", fit(url)), *_concurrent(concurrent_to))
    return _record("metadata", stamp(date), fields, WARC_FIELDS, (warc_fields(said),))


def resource(uri: str, date: datetime, media_type: str, content: bytes) -> Record:
    """Octets that were not sent by a web server: a config, a certificate."""
    fields = (("WARC-Target-URI", fit(uri)),)
    return _record("resource", stamp(date), fields, media_type, (content,))


def warc_fields(said: Iterable[tuple[str, str]]) -> bytes:
    """An `application/warc-fields` block; names are ours and fit, values are made so."""
    pairs = tuple(said)
    if "".join([value for _, value in pairs]).isprintable():  # one look for all of them
        return "".join([f"{name}: {value.strip()}\r\n" for name, value in pairs]).encode()
    return "".join([f"{name}: {fit(value)}\r\n" for name, value in pairs]).encode()


def read_warc_fields(block: bytes) -> Fields:
    """The inverse of `warc_fields`, for values that were fit; lines without a colon say nothing."""
    lines = block.decode("utf-8", "replace").split("\n")
    pairs = (line.partition(":") for line in lines if ":" in line)
    return tuple([(name.strip(), value.strip()) for name, _, value in pairs])


def may_revisit(capture: Capture, message: Message, refers: FullResponse) -> bool:
    """Whether `message` is the entity that `refers` holds: whole, coded alike, and not empty."""
    return (
        capture.truncated is None
        and Note.CUT not in message.notes
        and len(message.entity) > 0
        and message.entity_digest == refers.entity
        and _alike(message.joined("transfer-encoding"), refers.transfer_encoding)
        and _alike(message.joined("content-encoding"), refers.content_encoding)
    )


def _alike(encoding: str | None, other: str | None) -> bool:
    return encoding == other or codings((encoding or "",)) == codings((other or "",))


def _record(
    kind: str,
    date: str,
    fields: Fields,
    media_type: str,
    pieces: tuple[Octets, ...],
    *,
    coded: bool = False,
) -> Record:
    hasher = hashlib.sha256()
    length = 0
    for piece in pieces:
        hasher.update(piece)
        length += len(piece)
    ref = RecordRef(
        record_id=f"urn:uuid:{uuid.uuid4()}", type=kind, block=Digest("sha256", hasher.digest())
    )
    every = (
        ("WARC-Type", kind),
        ("WARC-Record-ID", f"<{ref.record_id}>"),
        ("WARC-Date", date),
        *fields,
        ("WARC-Block-Digest", str(ref.block)),
        ("Content-Type", media_type),
        ("Content-Length", str(length)),
    )
    return Record(type=kind, fields=every, pieces=pieces, coded=coded, made=ref)


def _exchange(capture: Capture) -> Fields:
    """What every record of one exchange says about it."""
    peer = capture.peer
    uri = (("WARC-Target-URI", fit(capture.url)),)
    if peer is None:
        return uri
    # the zone of a link-local address ("%eth0") names our interface, not the peer
    ip = fit(peer.ip).partition("%")[0]
    protocols = tuple([("WARC-Protocol", fit(word)) for word in peer.protocol])
    return (*uri, ("WARC-IP-Address", ip), *protocols)


def _concurrent(record_id: str | None) -> Fields:
    return () if record_id is None else (("WARC-Concurrent-To", f"<{record_id}>"),)


def _truncated(why: Truncation | None) -> Fields:
    return () if why is None else (("WARC-Truncated", why.value),)


def _refers(original: FullResponse) -> Fields:
    return (
        ("WARC-Refers-To", f"<{original.record_id}>"),
        ("WARC-Refers-To-Target-URI", fit(original.url)),
        ("WARC-Refers-To-Date", stamp(original.observed_at)),
    )
