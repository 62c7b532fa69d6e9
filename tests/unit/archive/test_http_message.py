"""The archive's own HTTP/1.1 parser: what came is kept, and nothing raises."""

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.archive.framing import Note
from pipeline.archive.message import read_message
from pipeline.model import Digest

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"


def test_head_body_and_surplus_are_cut_by_the_declared_length():
    message = read_message(OK + b"Content-Type: text/html\r\nContent-Length: 4\r\n\r\nNewsHTTP/1.1")
    assert message.head == OK + b"Content-Type: text/html\r\nContent-Length: 4\r\n\r\n"
    assert (message.status, bytes(message.body), message.surplus) == (200, b"News", b"HTTP/1.1")
    assert message.headers == (("Content-Type", "text/html"), ("Content-Length", "4"))
    assert message.entity == message.decoded == b"News"
    assert message.entity_digest == message.decoded_digest == Digest.of(b"News")
    assert (message.fault, message.notes, message.chunked, message.coded) == (
        None,
        (),
        False,
        False,
    )


def test_without_a_length_the_body_goes_on_to_the_end():
    assert read_message(OK + b"\r\nall of it").entity == b"all of it"


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"HTTP/1.1 200 OK\r\nA: b\r\n\r\n", 200),
        (b"HTTP/1.0 404 Not Found\nA: b\n\n", 404),
        (b"HTTP/2 200\r\na: b\r\n\r\n", 200),
        (b"HTTP/1.1 503\r\nA:b\r\n\r\n", 503),
        (b"http/1.1  999 Denied\r\nA : b\r\n\r\n", 999),
        (b"\r\nHTTP/1.1 200 OK\r\nA: b\n\r\n", 200),
        (b"HTTP/1.1 200 OK\r\nno colon here\r\n: no name\r\nA: b\r\n\r\n", 200),
    ],
)
def test_heads_of_every_make_are_read(head, status):
    message = read_message(head + b"x")
    assert (message.status, message.entity) == (status, b"x")
    assert [value for name, value in message.headers if name.lower() == "a"] == ["b"]


def test_folded_fields_are_unfolded_and_octets_read_as_latin_1():
    message = read_message(OK + b"A: one\r\n  two\r\n\tthree\r\nB: caf\xe9\r\n\r\n")
    assert message.headers == (("A", "one two three"), ("B", "café"))


@pytest.mark.parametrize(
    "wire",
    [
        b"",
        b"garbage",
        OK,
        OK + b"A: b\r\n",
        b"HTTP/1.1 20",
        b"HTTP/1.1 2000 OK\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n",
        b"<html>\r\n\r\n",
    ],
)
def test_without_a_whole_final_head_there_is_no_message(wire):
    assert read_message(wire) is None


def test_interim_heads_are_kept_apart():
    early = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n"
    message = read_message(early + OK + b"\r\nx")
    assert (message.interim, message.head, message.entity) == (early, OK + b"\r\n", b"x")


def test_switching_protocols_is_final():
    assert read_message(b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n\x00").status == 101


@pytest.mark.parametrize("status", [b"204 No Content", b"304 Not Modified"])
def test_statuses_without_a_body_have_none(status):
    message = read_message(b"HTTP/1.1 " + status + b"\r\nContent-Length: 9\r\n\r\nleft over")
    assert (message.entity, message.surplus) == (b"", b"left over")
    assert message.notes == ()


@pytest.mark.parametrize(
    ("lengths", "entity", "notes"),
    [
        (b"Content-Length: 3\r\nContent-Length: 3\r\n", b"abc", ()),
        (b"Content-Length: 3, 3\r\n", b"abc", ()),
        (b"Content-Length: 3\r\nContent-Length: 4\r\n", b"abcdef", (Note.BAD_LENGTH,)),
        (b"Content-Length: -1\r\n", b"abcdef", (Note.BAD_LENGTH,)),
        (b"Content-Length: 3 octets\r\n", b"abcdef", (Note.BAD_LENGTH,)),
        (b"Content-Length:\r\n", b"abcdef", (Note.BAD_LENGTH,)),
        (b"Content-Length: " + b"9" * 5000 + b"\r\n", b"abcdef", (Note.BAD_LENGTH,)),
        (b"Content-Length: \xb2\r\n", b"abcdef", (Note.BAD_LENGTH,)),
        (b"Content-Length: 60\r\n", b"abcdef", (Note.CUT,)),
        (b"Transfer-Encoding: identity\r\nContent-Length: 3\r\n", b"abc", ()),
    ],
)
def test_lengths_that_make_no_sense_lose_no_octet(lengths, entity, notes):
    message = read_message(OK + lengths + b"\r\nabcdef")
    assert (message.entity, message.notes) == (entity, notes)


@pytest.mark.parametrize(
    ("body", "surplus"),
    [
        (b"4\r\nNews\r\n0\r\n\r\n", b""),
        (b"2\r\nNe\r\n0002 \r\nws\r\n000\r\n\r\n", b""),
        (b'4;name="v"\r\nNews\r\n0;last\r\nTrailer: t\r\nOther: u\r\n\r\n', b""),
        (b"4\nNews\n0\n\n", b""),
        (b"4\r\nNews\r\n0\r\n\r\nHTTP/1.1 400", b"HTTP/1.1 400"),
        (b"4\r\nNews\r\n0\r\n", b""),
    ],
)
def test_chunks_are_taken_off(body, surplus):
    message = read_message(CHUNKED + body)
    assert (message.entity, message.surplus, message.notes) == (b"News", surplus, ())
    assert message.chunked
    assert bytes(message.body) + message.surplus == body


@pytest.mark.parametrize(
    ("body", "entity", "notes"),
    [
        (b"", b"", (Note.CUT,)),
        (b"4", b"", (Note.CUT,)),
        (b"4\r", b"", (Note.CUT,)),
        (b"4\r\nNe", b"Ne", (Note.CUT,)),
        (b"4\r\nNews", b"News", (Note.CUT,)),
        (b"4\r\nNews\r", b"News", (Note.CUT,)),
        (b"4\r\nNews\r\n", b"News", (Note.CUT,)),
        (b"4\r\nNews\r\n1", b"News", (Note.CUT,)),
        (b"4\r\nNews\r\nnot a size\r\n", b"News", (Note.BAD_CHUNKS,)),
        (b"2\r\nNe\r\n2\r\nwsXX", b"News", (Note.BAD_CHUNKS,)),
    ],
)
def test_whole_and_cut_chunks_before_a_break_are_kept(body, entity, notes):
    message = read_message(CHUNKED + body)
    assert (message.entity, message.notes) == (entity, notes)
    assert bytes(message.body) == body


@pytest.mark.parametrize("body", [b"<p>News</p>", b"4\r\nIn four words, a page.", b"fade to black"])
def test_a_body_that_lost_its_chunks_before_it_came_to_us_is_taken_whole(body):
    message = read_message(CHUNKED + body)
    assert (message.entity, message.notes) == (body, (Note.ALREADY_DECHUNKED,))
    assert not message.chunked


def test_a_compressed_transfer_is_no_compressed_entity():
    packed = gzip.compress(b"News")
    wire = OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n"
    message = read_message(wire % (len(packed), packed))
    assert message.entity == message.decoded == b"News"


def test_transfer_coding_outranks_the_length():
    wire = OK + b"Content-Length: 3\r\nTransfer-Encoding: Chunked\r\n\r\n4\r\nNews\r\n0\r\n\r\n"
    assert read_message(wire).entity == b"News"


def test_a_length_that_was_the_coded_bodys_does_not_cut_the_decoded_one():
    """Writers that take the coding off often leave both headers as they were."""
    page = b"<p>" + b"News of the day. " * 50 + b"</p>"
    head = OK + b"Content-Encoding: gzip\r\nContent-Length: 40\r\n\r\n"
    message = read_message(head + page)
    assert (message.decoded, message.surplus) == (page, b"")
    assert message.notes == (Note.ALREADY_DECODED,)


@given(st.binary(max_size=400))
def test_no_octets_whatever_make_it_raise(octets):
    for begin in (b"", OK, CHUNKED, OK + b"Content-Encoding: gzip, br\r\n\r\n", OK + b"\r\n"):
        wire = begin + octets
        message = read_message(wire)
        if message is not None:
            parts = (message.interim, message.head, message.body, message.surplus)
            assert b"".join(parts) == wire


@given(st.lists(st.binary(min_size=1, max_size=50), max_size=8), st.binary(max_size=20))
def test_any_chunking_of_any_body_reads_back(chunks, surplus):
    framed = b"".join(b"%X\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\n\r\n"
    message = read_message(CHUNKED + framed + surplus)
    assert (message.entity, message.surplus) == (b"".join(chunks), surplus)
    assert message.notes == ()
