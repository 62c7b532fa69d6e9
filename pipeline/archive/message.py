"""The octets of one HTTP/1.1 exchange's answer → a Message: head, body, entity, decoded body.

This is the only parser whose word counts: what it reads out of a record's octets is what text
is derived from, whatever the client that fetched them made of them.
"""

from __future__ import annotations

import re

from msgspec import Struct

from pipeline.archive.codings import MAX_DECODED, Decoded, Fault, codings, decode
from pipeline.archive.framing import BLANK, Framed, Note, frame
from pipeline.model import Digest

STATUS = re.compile(
    rb"(?:\r?\n)*(?P<head>HTTP/\d+(?:\.\d+)?[ \t]+(?P<status>\d{3})(?!\d))", re.IGNORECASE
)
MOST_HEAD = 1 << 20
"""Octets in which a head has to end; clients give up at a tenth of it."""

SWITCHING = 101
INTERIM = range(100, 200)

Headers = tuple[tuple[str, str], ...]
Named = dict[str, tuple[str, ...]]


class Message(Struct, frozen=True, kw_only=True):
    """A response as it was on the wire, and what it says.

    `interim` is what came before the final head (1xx heads), `head` ends with its blank line,
    `body` is a view of the wire as sent, `surplus` is what came after the message's end.  `named`
    are the values of `headers` by their names in lower case.
    `entity` is the body without transfer-codings, `decoded` without content-codings as well;
    `decoded` is None where `fault` says why.  `coded` says that the body is compressed.
    """

    interim: bytes
    head: bytes
    status: int
    headers: Headers
    named: Named
    body: memoryview
    surplus: bytes
    entity: bytes
    entity_digest: Digest
    decoded: bytes | None
    decoded_digest: Digest | None
    fault: Fault | None
    chunked: bool
    coded: bool
    notes: tuple[Note, ...]

    def values(self, name: str) -> tuple[str, ...]:
        """Every value of header `name` (lower case), as sent."""
        return self.named.get(name, ())

    def joined(self, name: str) -> str | None:
        """The values of header `name` (lower case), joined by commas; None where there is none."""
        return ", ".join(self.values(name)) or None


class _Head(Struct, frozen=True):
    start: int
    end: int
    status: int
    headers: Headers
    named: Named


def read_message(wire: bytes, *, max_decoded: int = MAX_DECODED) -> Message | None:
    """Read what a server sent over one exchange, or None where no whole final head came.

    Never raises.  The entity of a broken chunked body is what its whole chunks hold; a body
    shorter than its Content-Length is what came.
    """
    found = _final_head(wire)
    if found is None:
        return None
    transfer = codings(found.named.get("transfer-encoding", ()))
    content = codings(found.named.get("content-encoding", ()))
    lengths = found.named.get("content-length", ())
    framed = frame(wire, found.end, status=found.status, transfer=transfer, lengths=lengths)
    entity, decoded = _contents(wire, found.end, framed, transfer, content, max_decoded)
    if decoded.label_false and lengths and not transfer and framed.end < len(wire):
        # whoever took the coding off left the coded length as well: it says nothing about this body
        framed = Framed(len(wire))
        entity, decoded = _contents(wire, found.end, framed, transfer, content, max_decoded)
    return _message(wire, found, framed, entity, decoded, coded=bool(content or transfer))


def _contents(
    wire: bytes,
    start: int,
    framed: Framed,
    transfer: tuple[str, ...],
    content: tuple[str, ...],
    limit: int,
) -> tuple[bytes, Decoded]:
    entity = wire[start : framed.end] if framed.entity is None else framed.entity
    below = tuple(name for name in transfer if name != "chunked")
    if below:
        bared = decode(entity, below, limit=limit)
        if bared.octets is None:
            return entity, bared
        entity = bared.octets
    return entity, decode(entity, content, limit=limit) if content else Decoded(entity)


def _message(
    wire: bytes, found: _Head, framed: Framed, entity: bytes, decoded: Decoded, *, coded: bool
) -> Message:
    entity_digest = Digest.of(entity)
    octets = decoded.octets
    same = octets is entity
    return Message(
        interim=wire[: found.start],
        head=wire[found.start : found.end],
        status=found.status,
        headers=found.headers,
        named=found.named,
        body=memoryview(wire)[found.end : framed.end],
        surplus=wire[framed.end :],
        entity=entity,
        entity_digest=entity_digest,
        decoded=octets,
        decoded_digest=entity_digest if same else None if octets is None else Digest.of(octets),
        fault=decoded.fault,
        chunked=framed.entity is not None,
        coded=coded and not same and not decoded.label_false,
        notes=(*framed.notes, *((Note.ALREADY_DECODED,) if decoded.label_false else ())),
    )


def _named(headers: Headers) -> Named:
    """The values of each header in order, by its name in lower case."""
    named: dict[str, list[str]] = {}
    for key, value in headers:
        named.setdefault(key.lower(), []).append(value)
    return {name: tuple(values) for name, values in named.items()}


def head_fields(wire: bytes) -> Headers:
    """The header fields of the final head in `wire`, in order; none where no whole head is."""
    found = _final_head(wire)
    return () if found is None else _headers(wire[found.start : found.end])


def header_values(headers: Headers, name: str) -> tuple[str, ...]:
    """Every value of header `name`, which is given in lower case."""
    return tuple([value for key, value in headers if key.lower() == name])


def _final_head(wire: bytes) -> _Head | None:
    """The head that is not a 1xx one; 101 ends the talk of HTTP and so is final."""
    at = 0
    while begins := STATUS.match(wire, at):
        blank = BLANK.search(wire, begins.end(), at + MOST_HEAD)
        if blank is None:
            return None
        status = int(begins["status"])
        if status not in INTERIM or status == SWITCHING:
            headers = _headers(wire[begins.start("head") : blank.end()])
            return _Head(begins.start("head"), blank.end(), status, headers, _named(headers))
        at = blank.end()
    return None


def _headers(head: bytes) -> Headers:
    """The fields of `head` in order, folded ones unfolded; lines without a name are passed over."""
    fields: list[tuple[str, str]] = []
    for line in head.decode("latin-1").split("\n")[1:]:
        if line[:1] in {" ", "\t"} and fields and line.strip():
            name, value = fields[-1]
            fields[-1] = name, f"{value} {line.strip()}"
            continue
        name, colon, value = line.partition(":")
        name = name.strip()
        if colon and name:
            fields.append((name, value.strip(" \t\r")))
    return tuple(fields)
