"""Content-codings are taken off, never beyond the limit, and false labels are seen through."""

import gzip
import zlib

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from pipeline.archive.codings import Fault, codings, decode
from pipeline.archive.framing import Note
from pipeline.archive.message import read_message

PAGE = b"<html><p>News of the day, twice. News of the day, twice.</p></html>"
LIMIT = 10**6


def naked(octets):
    stream = zlib.compressobj(wbits=-15)
    return stream.compress(octets) + stream.flush()


CODINGS = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstandard.compress,
}
every_coding = pytest.mark.parametrize("name", CODINGS)


@every_coding
@given(octets=st.binary(max_size=300))
def test_what_was_coded_is_decoded(name, octets):
    assert decode(CODINGS[name](octets), (name,), limit=LIMIT).octets == octets


def test_deflate_is_read_naked_as_well():
    assert decode(naked(PAGE), ("deflate",), limit=LIMIT).octets == PAGE


def test_gzip_of_several_members_and_with_dirt_behind_is_read():
    assert decode(gzip.compress(b"a") + gzip.compress(b"b"), ("gzip",), limit=9).octets == b"ab"
    for dirt in (b"\x00\x00\x00", b"<!-- cached -->"):
        assert decode(gzip.compress(PAGE) + dirt, ("gzip",), limit=LIMIT).octets == PAGE


def test_several_codings_come_off_last_first():
    twice = brotli.compress(gzip.compress(PAGE))
    assert decode(twice, codings(("gzip", "br")), limit=LIMIT).octets == PAGE
    assert decode(twice, codings(("GZIP , identity,  br",)), limit=LIMIT).octets == PAGE


def test_more_codings_than_anybody_honest_stacks_are_refused():
    assert decode(b"x", ("gzip",) * 6, limit=LIMIT).fault is Fault.BAD_ENCODING


@every_coding
def test_a_bomb_is_told_and_not_set_off(name):
    bomb = CODINGS[name](bytes(LIMIT + 1))
    decoded = decode(bomb, (name,), limit=LIMIT)
    assert (decoded.octets, decoded.fault) == (None, Fault.BOMB)
    assert decode(CODINGS[name](bytes(LIMIT)), (name,), limit=LIMIT).octets == bytes(LIMIT)


def test_a_bomb_of_many_small_members_is_refused():
    assert decode(gzip.compress(b"") * 20_000, ("gzip",), limit=9).fault is Fault.BAD_ENCODING
    assert decode(zstandard.compress(b"") * 20_000, ("zstd",), limit=9).fault is Fault.BAD_ENCODING


@every_coding
def test_a_cut_stream_is_bad_encoding(name):
    whole = CODINGS[name](bytes(range(256)) * 4)
    for cut in (1, len(whole) // 2):
        assert decode(whole[:-cut], (name,), limit=LIMIT).fault is Fault.BAD_ENCODING


@pytest.mark.parametrize("name", ["gzip", "deflate"])
def test_a_broken_stream_is_bad_encoding(name):
    whole = bytearray(CODINGS[name](bytes(range(256)) * 40))
    whole[len(whole) // 2] ^= 0xFF
    assert decode(bytes(whole), (name,), limit=LIMIT).fault is Fault.BAD_ENCODING


@every_coding
def test_a_page_that_only_says_it_is_coded_is_taken_as_it_is(name):
    decoded = decode(PAGE, (name,), limit=LIMIT)
    assert (decoded.octets, decoded.label_false) == (PAGE, True)


@every_coding
def test_an_empty_body_has_no_coding(name):
    decoded = decode(b"", (name,), limit=LIMIT)
    assert (decoded.octets, decoded.label_false) == (b"", False)


@pytest.mark.parametrize("label", ["", "identity", "none", "UTF-8", "8bit"])
def test_labels_that_name_no_coding_are_passed_over(label):
    assert codings((label,)) == ()


def test_an_unknown_coding_is_told():
    assert decode(PAGE, codings(("exi",)), limit=LIMIT).fault is Fault.UNKNOWN_ENCODING
    assert decode(PAGE, codings(("compress",)), limit=LIMIT).fault is Fault.UNKNOWN_ENCODING


def test_a_message_with_a_fault_keeps_its_entity():
    cut = gzip.compress(PAGE)[:-9]
    message = read_message(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + cut)
    assert (message.decoded, message.decoded_digest) == (None, None)
    assert message.fault == "bad_encoding"
    assert message.entity == cut
    assert message.coded


def test_a_message_notes_that_its_label_is_false():
    message = read_message(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + PAGE)
    assert (message.decoded, message.notes) == (PAGE, (Note.ALREADY_DECODED,))
    assert message.entity_digest == message.decoded_digest


def test_the_limit_is_the_callers():
    wire = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(PAGE)
    assert read_message(wire, max_decoded=10).fault == "bomb"
