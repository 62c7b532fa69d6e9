"""What servers say that they should not: read as browsers read it, or refused, and always kept.

Where a reply is read all the same, the archive's own reader finds the same body in its octets.
"""

from __future__ import annotations

import gzip
import zlib

import pytest
from msgspec import Struct

from pipeline.archive.message import read_message
from pipeline.model import Captured

BODY = b"<p>hello</p>"
PACKED = gzip.compress(BODY, mtime=0)
CHUNKS = b"7\r\n<p>hell\r\n5\r\no</p>\r\n0\r\n\r\n"


class Reply(Struct, frozen=True):
    """What a server says, and does then: `close`, `hang` or `reset`; what we make of it."""

    octets: bytes
    then: str = "close"
    reason: str | None = None  # None: captured
    body: bytes = BODY


def reply(*fields, status=b"HTTP/1.1 200 OK", body=BODY, end=b"\r\n", **told):
    lines = b"".join(line + end for line in (status, *fields))
    return Reply(lines + end + body, **told)


LENGTH = b"Content-Length: 12"
CHUNKED = b"Transfer-Encoding: chunked"

READ = {
    # the status line
    "no reason": reply(LENGTH, status=b"HTTP/1.1 200"),
    "no space behind the status": reply(LENGTH, status=b"HTTP/1.1 200OK"),
    "two spaces before the status": reply(LENGTH, status=b"HTTP/1.1  200 OK"),
    "small letters": reply(LENGTH, status=b"http/1.1 200 ok"),
    "HTTP/1.0": reply(LENGTH, status=b"HTTP/1.0 200 OK"),
    "a version without a minor one": reply(LENGTH, status=b"HTTP/2 200"),
    "a reason in Latin-1": reply(LENGTH, status=b"HTTP/1.1 200 Fran\xe7ais"),
    "empty lines before the head": Reply(b"\r\n\n" + reply(LENGTH).octets),
    # header fields
    "bare LF": reply(LENGTH, end=b"\n"),
    "a line without a colon": reply(b"nonsense", LENGTH),
    "a line that is a page's": reply(b"<!-- served by a template -->", LENGTH),
    "a space before the colon": reply(b"Content-Length : 12"),
    "no name before the colon": reply(b": none", LENGTH),
    "a name that is no token": reply(b"X(Y): z", LENGTH),
    "a folded field": reply(b"X-Folded: a", b"  b", LENGTH),
    "a fold before any field": reply(b"  folded: from nowhere", LENGTH),
    "UTF-8 in a field": reply("X-City: Malm\u00f6".encode(), LENGTH),
    "Latin-1 in a field": reply(b"X-City: Malm\xf6", LENGTH),
    "a form feed in a field": reply(b"X: a\x0cb", LENGTH),
    "a field of 100 kB": reply(b"X: " + b"y" * 100_000, LENGTH),
    "ten thousand fields": reply(*[b"X-%d: a" % n for n in range(10_000)], LENGTH),
    # lengths
    "no length": reply(),
    "the same length twice": reply(LENGTH, LENGTH),
    "the same length twice in one field": reply(b"Content-Length: 12, 12"),
    "a length with a zero before it": reply(b"Content-Length: 012"),
    "both lengths": reply(b"Content-Length: 3", CHUNKED, body=CHUNKS),
    "a coding that is none": reply(b"Transfer-Encoding: identity", LENGTH),
    "a coding of the whole message": reply(b"Transfer-Encoding: gzip", body=PACKED),
    "a coding below the chunks": reply(
        b"Transfer-Encoding: gzip, chunked", body=b"%x\r\n%b\r\n0\r\n\r\n" % (len(PACKED), PACKED)
    ),
    "more than was promised": reply(LENGTH, body=BODY + b"and more", then="hang"),
    # chunks
    "chunks": reply(CHUNKED, body=CHUNKS, then="hang"),
    "extensions": reply(CHUNKED, body=CHUNKS.replace(b"7\r", b'7;a="b";c\r')),
    "a size with zeros": reply(CHUNKED, body=CHUNKS.replace(b"7\r", b"0000007\r")),
    "a size with spaces": reply(CHUNKED, body=CHUNKS.replace(b"7\r", b" 7  \r")),
    "chunks with bare LF": reply(CHUNKED, body=CHUNKS.replace(b"\r", b"")),
    "trailers": reply(CHUNKED, body=CHUNKS[:-2] + b"X-Sum: 1\r\n\r\n", then="hang"),
    "a trailer that is none": reply(CHUNKED, body=CHUNKS[:-2] + b"nonsense\r\n\r\n"),
    "no empty line at the end": reply(CHUNKED, body=CHUNKS[:-2]),
    "something behind the chunks": reply(CHUNKED, body=CHUNKS + b"more", then="hang"),
    # interim replies
    "early hints": Reply(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + reply(LENGTH).octets),
    "continue, unasked for": Reply(b"HTTP/1.1 100 Continue\r\n\r\n" * 3 + reply(LENGTH).octets),
    # codings of the content
    "gzip": reply(b"Content-Encoding: gzip", body=PACKED),
    "gzip in other letters": reply(b"Content-Encoding: GZip", body=PACKED),
    "gzip that is none": reply(b"Content-Encoding: gzip", LENGTH),
    "gzip twice": reply(b"Content-Encoding: gzip, gzip", body=gzip.compress(PACKED, mtime=0)),
    "deflate": reply(b"Content-Encoding: deflate", body=zlib.compress(BODY)),
    "deflate without its head": reply(b"Content-Encoding: deflate", body=zlib.compress(BODY)[2:-4]),
    "padding behind gzip": reply(b"Content-Encoding: gzip", body=PACKED + b"\0" * 20),
}

REFUSED = {
    "nothing": Reply(b"", reason="disconnected"),
    "a page without a head": Reply(b"<html><p>hello</p></html>", reason="protocol"),
    "a page without a head, and no end": Reply(b"<html>", "hang", reason="protocol"),
    "another protocol": Reply(b"220 mail.example ESMTP\r\n", "hang", reason="protocol"),
    "TLS where none is spoken": Reply(b"\x15\x03\x01\x00\x02\x02\x28", "hang", reason="protocol"),
    "a status without digits": reply(status=b"HTTP/1.1 OK", reason="protocol"),
    "a status of two digits": reply(status=b"HTTP/1.1 20 OK", reason="protocol"),
    "a status of four": reply(status=b"HTTP/1.1 2000 OK", reason="protocol"),
    "a status of 0": reply(status=b"HTTP/1.1 000 OK", reason="protocol"),
    "a status of 999": reply(LENGTH, status=b"HTTP/1.1 999 Denied", reason="http_999"),
    "a status of 600": reply(LENGTH, status=b"HTTP/1.1 600 ?", reason="http_600"),
    "a NUL in a field": reply(b"X: a\0b", LENGTH, reason="protocol"),
    "a NUL in a name": reply(b"X\0: b", LENGTH, reason="protocol"),
    "a CR in a field": reply(b"X: a\rb", LENGTH, reason="protocol"),
    "half a head": Reply(b"HTTP/1.1 200 OK\r\nX: y\r\n", reason="disconnected"),
    "half a head, and silence": Reply(b"HTTP/1.1 200 OK\r\nX: y\r\n", "hang", reason="timeout"),
    "half a head, and a reset": Reply(b"HTTP/1.1 200 OK\r\nX", "reset", reason="disconnected"),
    "a field of half a megabyte": reply(b"X: " + b"y" * 500_000, then="hang", reason="protocol"),
    "many empty lines": Reply(b"\r\n" * 60_000, "hang", reason="protocol"),
    "interim replies without end": Reply(
        b"HTTP/1.1 103 Early Hints\r\n\r\n" * 5000, "hang", reason="protocol"
    ),
    "switching protocols": reply(status=b"HTTP/1.1 101 Switching", reason="protocol"),
    "two lengths": reply(LENGTH, b"Content-Length: 5", reason="protocol"),
    "two lengths in one field": reply(b"Content-Length: 12, 5", reason="protocol"),
    "a length below zero": reply(b"Content-Length: -12", reason="protocol"),
    "a length in words": reply(b"Content-Length: twelve", reason="protocol"),
    "an empty length": reply(b"Content-Length:", reason="protocol"),
    "a huge length": reply(b"Content-Length: " + b"9" * 400, reason="protocol"),
    "more than there will be": reply(b"Content-Length: 999999999999999999", reason="disconnected"),
    "less than was promised": reply(b"Content-Length: 99", reason="disconnected"),
    "less, and silence": reply(b"Content-Length: 99", then="hang", reason="timeout"),
    "less, and a reset": reply(b"Content-Length: 99", then="reset", reason="disconnected"),
    "chunked twice": reply(b"Transfer-Encoding: chunked, chunked", reason="protocol"),
    "chunked below another": reply(b"Transfer-Encoding: chunked, gzip", reason="protocol"),
    "no chunks at all": reply(CHUNKED, reason="disconnected", then="close"),
    "a size that is no number": reply(CHUNKED, body=b"zz\r\nhello\r\n", reason="protocol"),
    "a size below zero": reply(CHUNKED, body=b"-5\r\nhello\r\n", reason="protocol"),
    "a size with its base": reply(CHUNKED, body=b"0x5\r\nhello\r\n", reason="protocol"),
    "a huge size": reply(CHUNKED, body=b"f" * 40 + b"\r\nhello", reason="protocol"),
    "a chunk that goes on": reply(CHUNKED, body=b"3\r\nhello\r\n", reason="protocol"),
    "no last chunk": reply(CHUNKED, body=b"5\r\nhello\r\n", reason="disconnected"),
    "a size line without end": reply(
        CHUNKED, body=b"5;" + b"e" * 200_000, then="hang", reason="protocol"
    ),
    "a trailer without end": reply(
        CHUNKED, body=b"0\r\n" + b"X: y\r\n" * 40_000, then="hang", reason="protocol"
    ),
}

WITHOUT_CONTENT = {
    "204 with a body": (reply(LENGTH, status=b"HTTP/1.1 204 No Content"), "no_content"),
    "205 with a body": (reply(LENGTH, status=b"HTTP/1.1 205 Reset"), "no_content"),
    "304 with a body": (reply(LENGTH, status=b"HTTP/1.1 304"), "unasked_not_modified"),
}


@pytest.fixture
def ask(serve, look):
    """What a look makes of a reply, and the octets that were sent as far as they matter."""

    async def once(said):
        async def script(talk):
            await talk.answer(said.octets, pause=0.02 if said.then == "reset" else 0)
            if said.then == "reset":
                talk.reset()
            elif said.then == "hang":
                await talk.reader.read()

        async with serve(script) as server:
            timeout = "300ms" if said.reason == "timeout" else "10s"
            return await look(server.url, timeout=timeout, deadline="60s")

    return once


@pytest.mark.parametrize("said", READ.values(), ids=READ)
async def test_what_harms_nobody_is_read_and_the_archive_reads_the_same(ask, said):
    seen = await ask(said)
    assert seen.outcome == Captured()
    capture = seen.steps[-1].capture
    assert said.octets.startswith(capture.response)
    assert capture.truncated is None
    message = read_message(capture.response)
    assert (message.status, message.fault, message.decoded) == (200, None, said.body)


@pytest.mark.parametrize("said", REFUSED.values(), ids=REFUSED)
async def test_what_cannot_be_trusted_is_a_failure_with_its_reason_and_its_octets(ask, said):
    seen = await ask(said)
    assert (seen.outcome.name, seen.outcome.reason) == ("failed", said.reason)
    capture = seen.steps[-1].capture
    assert said.octets.startswith(capture.response)
    assert bool(capture.response) is bool(said.octets)


@pytest.mark.parametrize(("said", "reason"), WITHOUT_CONTENT.values(), ids=WITHOUT_CONTENT)
async def test_what_may_have_no_body_has_none_whatever_follows(ask, said, reason):
    assert (await ask(said)).outcome.reason == reason
