"""One capture that is plainly whole → how the next of its shape is recognised at a glance.

Most captures of an archive differ from each other in their values alone, not in which fields there
are.  From one that `swift` has read, a pattern of the metadata record is made, and the spellings of
the heads beside it and of its entry, out of the same templates that `swift` compares with.  What a
form does not recognise is for `swift` to read, and then for `strict`.
"""

from __future__ import annotations

import re
from binascii import unhexlify
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple, Self

from pipeline.archive.records import ENDING
from pipeline.audit import swift
from pipeline.audit.rows import NONE
from pipeline.audit.rows import RESPONSE as RESPONSE_ROW
from pipeline.audit.spelled import spelled
from pipeline.audit.swift import BLANK, CHUNKED, STATUS
from pipeline.audit.templates import METADATA, REQUEST, RESPONSE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.audit.stored import Stored

UUID = "urn:uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
DIGEST = "sha256:[0-9a-f]{64}"
NUMBER = "(?:0|[1-9][0-9]{0,17})"
PLAIN = r"[ !#-\[\]-~]+"
"""What JSON spells as it is, in one octet each."""
STRICTER = {
    "id": UUID,
    "to": UUID,
    "request": UUID,
    "asked": DIGEST,
    "answered": DIGEST,
    "block": DIGEST,
    "entity": DIGEST,
    "decoded": DIGEST,
    "length": NUMBER,
    "attempt": "[1-9][0-9]{0,17}",
    "status": "[1-9][0-9]{2}",
    "ip": r"[0-9a-f.:]+",
}
"""The values that are not just any plain text."""
SAME = {"observed": "date", "requested": "uri", "payload": "to"}
"""Lines of the block that say again what a head says."""
AS_THEY_ARE = ("records", "protocols", "tls")
MARK = re.compile("QQ([a-z_]+)QQ")
LENGTH = "QQlengthQQ"
MOST_FORMS = 16
"""Shapes that are tried one after the other; ten make up nearly all of an archive."""
TRANSFER = b"\r\ntransfer-encoding"


class Spelling(NamedTuple):
    """A spelling with a place for each of the values `names`."""

    text: bytes
    names: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> Self:
        """The spelling that `text` is, in which values are marked."""
        return cls(MARK.sub("%b", text.replace("%", "%%")).encode(), tuple(MARK.findall(text)))

    def with_(self, said: re.Match[bytes]) -> bytes:
        """What is spelled when the values are those of `said`."""
        return self.text % said.group(*self.names)


class Seen(NamedTuple):
    """A capture that was recognised: its values, entry, and response from its HTTP head on."""

    said: re.Match[bytes]
    entry: bytes
    wire: memoryview
    head: bytes

    def value(self, name: str) -> bytes | None:
        """The value of `name`; None where captures of this shape have none."""
        return self.said[name] if name in self.said.re.groupindex else None

    @property
    def needs(self) -> tuple[bytes | None, bytes | None]:
        """The digests of the config and the certificate that it names."""
        return self.value("config"), self.value("certificate")

    def follows(self) -> bool:
        """Whether entity and decoded digest follow from the response, made anew."""
        entity, decoded, status = map(self._word, ("entity", "decoded", "status"))
        return swift.follows(bytes(self.wire), self.head, entity, decoded, status or "")

    def _word(self, name: str) -> str | None:
        octets = self.value(name)
        return None if octets is None else octets.decode()

    def row(self, offset: int) -> bytes:
        """The response at `offset` as `rows` says."""
        said, decoded = self.said, self.value("decoded")
        return RESPONSE_ROW.pack(
            unhexlify(said["to"][9:].replace(b"-", b"")),
            unhexlify(said["entity"][7:]),
            NONE if decoded is None else unhexlify(decoded[7:]),
            sha256(b"%b\n%b" % said.group("uri", "date")).digest()[:16],
            offset,
        )


class Form(NamedTuple):
    """A shape: one request, one response, and their metadata record."""

    metadata: re.Pattern[bytes]
    entry: Spelling
    request: Spelling
    response: Spelling
    chunked: bool

    def sees(self, request: bytes, response: bytes, metadata: bytes) -> Seen | None:
        """The capture that three records make, if they are of this shape and plainly whole."""
        said = self.metadata.fullmatch(metadata)
        if said is None:
            return None
        begin = said.end("length") + len(BLANK)
        block = memoryview(metadata)[begin : -len(ENDING)]
        wire = _block(response, self.response, said, "answered")
        if (
            wire is None
            or int(said["length"]) != len(block)
            or _digest(block) != said["block"]
            or _block(request, self.request, said, "asked") is None
        ):
            return None
        head = _http_head(response, len(response) - len(ENDING) - len(wire))
        if head is None or not self._answers(head, said["status"]):
            return None
        return Seen(said, self.entry.with_(said), wire, head)

    def _answers(self, head: bytes, status: bytes) -> bool:
        found = STATUS.match(head)
        chunked = TRANSFER in head.lower() and CHUNKED.search(head) is not None
        return found is not None and found[1] == status and chunked == self.chunked


class Forms:
    """The shapes that were met, that of the last capture first."""

    def __init__(self) -> None:
        self._forms: list[Form] = []

    def see(self, request: bytes, response: bytes, metadata: bytes) -> Seen | None:
        """The capture that three records make, if it is of a known shape and plainly whole."""
        for at, form in enumerate(self._forms):
            seen = form.sees(request, response, metadata)
            if seen is not None:
                if at:
                    self._forms.insert(0, self._forms.pop(at))
                return seen
        return None

    def learn(self, metadata: Stored, group: Sequence[Stored]) -> None:
        """Know the shape of a capture that `swift` calls plain, if it is one of the usual."""
        form = form_of(metadata, group) if len(self._forms) < MOST_FORMS else None
        if form is not None and form not in self._forms:
            self._forms.append(form)


def _block(octets: bytes, head: Spelling, said: re.Match[bytes], digest: str) -> memoryview | None:
    """The block of a record whose head and digest are as `said`."""
    blank = octets.find(BLANK)
    block = memoryview(octets)[blank + len(BLANK) : -len(ENDING)]
    should = b"%b%d\r\n\r\n" % (head.with_(said), len(block))
    if not (octets.startswith(should) and octets.endswith(ENDING)):
        return None
    return block if len(should) == blank + len(BLANK) and _digest(block) == said[digest] else None


def _http_head(response: bytes, begin: int) -> bytes | None:
    end = response.find(BLANK, begin, len(response) - len(ENDING))
    return None if end < 0 else response[begin : end + 2]


def _digest(block: memoryview) -> bytes:
    return b"sha256:%b" % sha256(block).hexdigest().encode()


def form_of(metadata: Stored, group: Sequence[Stored]) -> Form | None:
    """The shape of a capture that `swift` calls plain; None where it is a rarer one."""
    said = swift.LINES.fullmatch(metadata.block.decode())
    if (
        said is None
        or said["source"]
        or not said["entity"]
        or [one.type for one in group] != ["request", "response"]
    ):
        return None
    head, _, _ = group[1].block.partition(BLANK)
    chunked = CHUNKED.search(head + b"\r\n") is not None
    protocols = swift.PROTOCOL.findall(said["protocols"])
    marks = {name: _mark(name) for name in said.groupdict() if name not in AS_THEY_ARE}
    shared = swift.shared(_mark("ip") if said["ip"] else None, protocols)
    heads = _heads(shared, chunked=chunked)
    pattern = heads["metadata"] + "\r\n" + _marked(said, marks) + ENDING.decode()
    values = tuple(
        marks.get(name, value) if value else value for name, value in said.groupdict().items()
    )
    listed = [
        (_mark("request"), "request", _mark("asked")),
        (_mark("to"), "response", _mark("answered")),
    ]
    try:
        return Form(
            metadata=re.compile(_pattern(pattern).encode("ascii")),
            entry=Spelling.of(spelled(values, listed, protocols)),
            request=_before_length(heads["request"]),
            response=_before_length(heads["response"]),
            chunked=chunked,
        )
    except (UnicodeEncodeError, ValueError):
        return None


def _mark(name: str) -> str:
    return f"QQ{SAME.get(name, name)}QQ"


def _heads(shared: str, *, chunked: bool) -> Mapping[str, str]:
    named = {"date": _mark("date"), "uri": _mark("uri"), "length": LENGTH}
    tied = f"WARC-Concurrent-To: <{_mark('to')}>\r\n"
    payload = "" if chunked else f"WARC-Payload-Digest: {_mark('entity')}\r\n"
    return {
        "metadata": METADATA.format(id=_mark("id"), concurrent=tied, block=_mark("block"), **named),
        "request": REQUEST.format(
            id=_mark("request"), shared=shared, concurrent=tied, block=_mark("asked"), **named
        ),
        "response": RESPONSE.format(
            id=_mark("to"), shared=shared, payload=payload, block=_mark("answered"), **named
        ),
    }


def _before_length(head: str) -> Spelling:
    """A head up to its length, which is the last that it says.  Raises ValueError if it is not."""
    front, _, behind = head.partition(LENGTH)
    if behind != "\r\n":
        raise ValueError("the length is not the last that a head says")
    return Spelling.of(front)


def _marked(said: re.Match[str], marks: Mapping[str, str]) -> str:
    """The block with a mark for every value."""
    text, end = said.string, len(said.string)
    out: list[str] = []
    records = (
        f"record: {_mark('request')} request {_mark('asked')}\r\n"
        f"record: {_mark('to')} response {_mark('answered')}\r\n"
    )
    spans = sorted((said.span(name), name) for name in said.groupdict() if said[name])
    for (first, last), name in reversed(spans):
        if name == "records":
            out += [text[last:end], records]
        elif name in marks:
            out += [text[last:end], marks[name]]
        else:
            continue
        end = first
    return "".join(reversed([*out, text[:end]]))


def _pattern(text: str) -> str:
    """A pattern for `text`: the first mark of a name is any such value, the others are the same."""
    known: set[str] = set()

    def group(mark: re.Match[str]) -> str:
        name = mark[1]
        if name in known:
            return f"(?P={name})"
        known.add(name)
        return f"(?P<{name}>{STRICTER.get(name, PLAIN)})"

    return MARK.sub(group, re.escape(text))
