"""The records of one capture → the leaf of its entry, when all is plainly as it should be.

An archive holds millions of captures and nearly all are whole: here they are recognised by
comparing octets, at a tenth of what reading them costs.  Nothing is decided here but that: what
is not recognised is for `strict` to read.  A leaf that the log does not have decides nothing
either, so that no spelling of ours can vouch for an entry that was not logged.
"""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from pipeline.archive.message import read_message
from pipeline.audit.spelled import spelled
from pipeline.audit.templates import METADATA, REQUEST, RESOURCE, RESPONSE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.audit.stored import Stored

LINES = re.compile(
    r"v: 1\r\nkind: capture\r\nat: (?P<at>[^\r\n]*)\r\nobserved-at: (?P<observed>[^\r\n]*)\r\n"
    r"visit: (?P<visit>[^\r\n]*)\r\n(?:site: (?P<site>[^\r\n]+)\r\n)?role: (?P<role>[^\r\n]*)\r\n"
    r"url: (?P<url>[^\r\n]*)\r\nrequested: (?P<requested>[^\r\n]*)\r\n"
    r"attempt: (?P<attempt>[1-9][0-9]*)\r\norigin: (?P<origin>[^\r\n]*)\r\n"
    r"(?:source-file: (?P<source>[^\r\n]+)\r\nsource-record: (?P<source_record>[^\r\n]+)\r\n)?"
    r"outcome: (?P<outcome>[^\r\n]*)\r\n(?:reason: (?P<reason>[^\r\n]+)\r\n)?"
    r"(?:score: (?P<score>[^\r\n]+)\r\n)?"
    r"(?:detail: (?P<detail>[^\r\n]+)\r\n)?(?:change: (?P<change>[^\r\n]+)\r\n)?"
    r"(?:status: (?P<status>[1-9][0-9]{2})\r\n)?"
    r"(?:payload-record: (?P<payload>[^\r\n]+)\r\n)?(?:entity: (?P<entity>[^\r\n]+)\r\n)?"
    r"(?:decoded: (?P<decoded>[^\r\n]+)\r\n)?(?:ip: (?P<ip>[^\r\n]+)\r\n)?"
    r"(?:certificate: (?P<certificate>[^\r\n]+)\r\n)?(?:config: (?P<config>[^\r\n]+)\r\n)?"
    r"(?:rules: (?P<rules>[^\r\n]+)\r\n)?(?:agent: (?P<agent>[^\r\n]+)\r\n)?"
    r"(?P<records>(?:record: [^\r\n]*\r\n)*)(?P<protocols>(?:protocol: [^\r\n]+\r\n)*)"
    r"(?:tls-verified: (?P<tls>yes|no)\r\n)?"
)
"""The block of a metadata record that says what its entry says, and nothing else."""

RECORD = re.compile(r"record: (urn:uuid:[0-9a-f-]{36}) ([a-z]+) (sha256:[0-9a-f]{64})\r\n")
SHAPE = re.compile(r"(?:resource )*(?:request )?(?:response )?")
PROTOCOL = re.compile(r"protocol: ([^\r\n]+)\r\n")
STATUS = re.compile(rb"HTTP/1\.[01] ([1-9][0-9]{2})[ \r]")
LENGTH = re.compile(rb"\r\n[Cc]ontent-[Ll]ength: ?([0-9]{1,9})\r\n")
CODED = re.compile(rb"\r\n(?:transfer|content)-encoding[ \t]*:", re.IGNORECASE)
CHUNKED = re.compile(rb"\r\ntransfer-encoding[ \t]*:", re.IGNORECASE)
FRAMED = re.compile(rb"\r\ncontent-length[ \t]*:", re.IGNORECASE)
BLANK = b"\r\n\r\n"
BODILESS = ("204", "304")


class Plain(NamedTuple):
    """A capture that is whole.

    `entry` is its entry in canonical JSON.  Digests are as spelled.  `answer` is its full
    response; `needs` are the digests of the config and certificate that it names,
    `resources` those that stand beside it, by URN and offset.
    """

    entry: str
    answer: Stored | None
    entity: str | None
    decoded: str | None
    needs: tuple[str | None, str | None]
    resources: tuple[tuple[str, int], ...]


def plain(metadata: Stored, group: Sequence[Stored], *, derive: bool) -> Plain | None:
    """The capture, if it is plainly whole; None for whatever takes a closer look.

    With `derive`, the entity is cut out of the block and its codings are undone, and both digests
    are computed anew; else the block's digest stands for all that follows from the block.
    """
    said = _lines(metadata)
    if said is None:
        return None
    listed = RECORD.findall(said["records"])
    protocols = PROTOCOL.findall(said["protocols"])
    tied = shared(said["ip"], protocols)
    if not (_are_those(group, listed) and _heads_fit(said, metadata, group, listed, tied)):
        return None
    resources = _resources(said, group, listed)
    answer = group[-1] if group and group[-1].type == "response" else None
    if resources is None or not _answers(said, answer, tied, listed, derive=derive):
        return None
    return Plain(
        entry=spelled(said.groups(), listed, protocols),
        answer=answer,
        entity=said["entity"],
        decoded=said["decoded"],
        needs=(said["config"], said["certificate"]),
        resources=resources,
    )


def _lines(metadata: Stored) -> re.Match[str] | None:
    try:
        return LINES.fullmatch(metadata.block.decode())
    except UnicodeDecodeError:
        return None


def _are_those(group: Sequence[Stored], listed: list[tuple[str, str, str]]) -> bool:
    """Whether the records are those that are listed: ids, types and blocks, in a plain order."""
    if len(group) != len(listed) or not SHAPE.fullmatch("".join([f"{one[1]} " for one in listed])):
        return False
    for stored, (record_id, kind, block) in zip(group, listed, strict=True):
        if stored.record_id != record_id or stored.type != kind or _spelled(stored.block) != block:
            return False
    return True


def _resources(
    said: re.Match[str], group: Sequence[Stored], listed: list[tuple[str, str, str]]
) -> tuple[tuple[str, int], ...] | None:
    """The resources by URN and offset; None where one is not laid down as ours are."""
    found: tuple[tuple[str, int], ...] = ()
    for stored, (_, kind, block) in zip(group, listed, strict=True):
        if kind == "resource":
            urn = _resource(said, stored, block)
            if urn is None:
                return None
            found += ((urn, stored.offset),)
    return found


def _answers(
    said: re.Match[str],
    answer: Stored | None,
    shared: str,
    listed: list[tuple[str, str, str]],
    *,
    derive: bool,
) -> bool:
    """Whether what is said of an answer is so, or no more is said than was answered."""
    if answer is None:
        return not (said["entity"] or said["decoded"] or said["status"] or said["payload"])
    if said["payload"] != answer.record_id:
        return False
    return _is_whole(said, answer, shared, listed[-1][2], derive=derive)


def _spelled(block: bytes) -> str:
    return f"sha256:{sha256(block).hexdigest()}"


def shared(ip: str | None, protocols: Sequence[str]) -> str:
    """The fields that all records of an exchange have, as they stand in a head."""
    if ip is None:
        return ""
    words = "".join([f"WARC-Protocol: {word}\r\n" for word in protocols])
    return f"WARC-IP-Address: {ip.partition('%')[0]}\r\n{words}"


def _is_whole(
    said: re.Match[str],
    stored: Stored,
    shared: str,
    block: str,
    *,
    derive: bool,
) -> bool:
    wire = stored.block
    end = wire.find(BLANK)
    status = STATUS.match(wire)
    if end < 0 or status is None or status[1].decode() != said["status"]:
        return False
    head = wire[: end + 2]
    if derive and not follows(wire, head, *said.group("entity", "decoded", "status")):
        return False
    chunked = CHUNKED.search(head) is not None
    expected = RESPONSE.format(
        id=stored.record_id,
        date=said["observed"],
        uri=said["requested"],
        shared=shared,
        payload="" if chunked else f"WARC-Payload-Digest: {said['entity']}\r\n",
        block=block,
        length=len(wire),
    )
    return expected.encode() == stored.head


def follows(wire: bytes, head: bytes, entity: str | None, decoded: str | None, status: str) -> bool:
    """Whether entity and decoded digest are those of the body behind `head`."""
    start = len(head) + 2
    if CODED.search(head) is None and status not in BODILESS:
        framed, length = FRAMED.findall(head), LENGTH.search(head)
        whole = length is not None and int(length[1]) == len(wire) - start
        if not framed or (len(framed) == 1 and whole):
            return entity == decoded == _spelled(wire[start:])
    message = read_message(wire)
    return (
        message is not None
        and not (message.notes or message.surplus or message.interim)
        and str(message.status) == status
        and str(message.entity_digest) == entity
        and (message.decoded_digest and str(message.decoded_digest)) == decoded
    )


def _resource(said: re.Match[str], stored: Stored, block: str) -> str | None:
    for kind, media in (("config", "application/yaml"), ("certificate", "application/pkix-cert")):
        expected = RESOURCE.format(
            id=stored.record_id,
            date=said["observed"],
            uri=f"urn:dateline:{kind}:{block}",
            media=media,
            block=block,
            length=len(stored.block),
        )
        if expected.encode() == stored.head:
            return f"urn:dateline:{kind}:{block}"
    return None


def _heads_fit(
    said: re.Match[str],
    metadata: Stored,
    group: Sequence[Stored],
    listed: list[tuple[str, str, str]],
    shared: str,
) -> bool:
    """The heads that name other records: of the request, of the metadata record."""
    answer = next((one[0] for one in listed if one[1] == "response"), None)
    request = next((one for one in group if one.type == "request"), None)
    if request is not None:
        expected = REQUEST.format(
            id=request.record_id,
            date=said["observed"],
            uri=said["requested"],
            shared=shared,
            concurrent="" if answer is None else f"WARC-Concurrent-To: <{answer}>\r\n",
            block=next(one[2] for one in listed if one[1] == "request"),
            length=len(request.block),
        )
        if expected.encode() != request.head:
            return False
    tied = answer or (request and request.record_id)
    expected = METADATA.format(
        id=metadata.record_id,
        date=said["observed"],
        uri=said["requested"],
        concurrent="" if tied is None else f"WARC-Concurrent-To: <{tied}>\r\n",
        block=_spelled(metadata.block),
        length=len(metadata.block),
    )
    return expected.encode() == metadata.head
