"""The rules for WARC records, each held against what lies on disk."""

import gzip
import re
import uuid
import zlib
from datetime import UTC, datetime

import brotli
import pytest
from fastwarc.warc import ArchiveIterator
from warcio.archiveiterator import ArchiveIterator as WarcioIterator

from pipeline.archive.laying import certificate_resource, config_resource, lay
from pipeline.archive.message import read_message
from pipeline.archive.reader import Found, read_record, records, stored_block
from pipeline.archive.records import FullResponse, fit, resource, warcinfo
from pipeline.errors import DamagedRecord
from pipeline.model import Digest, Peer, Truncation

CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nNews\r\n0\r\n\r\n"
IDENTICAL = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"


@pytest.fixture
def by_type(archive):
    def read():
        (path,) = (archive / "warc").iterdir()
        found = list(records(path))
        assert all(isinstance(one, Found) for one in found)
        return {one.record.type: one.record for one in found}

    return read


def full(laid, message, url="https://news.example/first"):
    return FullResponse(
        record_id=laid.payload_record,
        url=url,
        observed_at=datetime(2026, 11, 20, tzinfo=UTC),
        entity=message.entity_digest,
        transfer_encoding=message.joined("transfer-encoding"),
        content_encoding=message.joined("content-encoding"),
    )


def test_a_file_is_one_gzip_member_a_record_in_the_form_of_the_standard(
    archive, writer, laid, capture, wire
):
    laid(capture(wire()))
    writer.seal()
    (path,) = (archive / "warc").iterdir()
    left = path.read_bytes()
    members = []
    while left:
        stream = zlib.decompressobj(31)
        members.append(stream.decompress(left))
        left = stream.unused_data
    assert len(members) == 3
    for member in members:
        head, _, rest = member.partition(b"\r\n\r\n")
        lines = head.split(b"\r\n")
        assert lines[0] == b"WARC/1.1"
        assert all(re.fullmatch(rb"[A-Za-z-]+: \S[^\r\n]*", line) for line in lines[1:])
        length = int(re.search(rb"Content-Length: (\d+)", head)[1])
        assert rest[length:] == b"\r\n\r\n"


def test_every_record_has_the_mandatory_fields_and_the_instant_of_the_capture(
    laid, capture, wire, archive
):
    laid(capture(wire()), resources=[config_resource(b"site: x\n")])
    (path,) = (archive / "warc").iterdir()
    for found in records(path):
        record = found.record
        assert uuid.UUID(record.record_id.removeprefix("urn:uuid:")).version == 4
        assert re.fullmatch(r"<urn:uuid:[0-9a-f-]{36}>", record.field("WARC-Record-ID"))
        assert record.field("WARC-Date") == "2026-11-21T10:00:00.123456Z"
        assert int(record.field("Content-Length")) == len(record.block)
        assert record.field("WARC-Block-Digest") == str(Digest.of(record.block))


def test_the_first_record_says_which_software_wrote_the_file(laid, capture, wire, by_type, archive):
    laid(capture(wire()))
    info = by_type()["warcinfo"]
    (path,) = (archive / "warc").iterdir()
    assert info.field("WARC-Filename") + ".open" == path.name
    assert info.field("Content-Type") == "application/warc-fields"
    assert info.block.startswith(b"software: Dateline/0.1\r\nformat: WARC File Format 1.1\r\n")
    assert info.field("WARC-Payload-Digest") is None


def test_request_and_response_are_the_octets_of_the_wire_and_tied_together(
    laid, capture, wire, by_type
):
    asked = capture(wire(b"x", "X-Odd:   spaced\t", "x-odd: twice"))
    done = laid(asked)
    request, response = by_type()["request"], by_type()["response"]
    assert request.block == asked.request
    assert response.block == asked.response
    assert request.field("Content-Type") == "application/http;msgtype=request"
    assert response.field("Content-Type") == "application/http;msgtype=response"
    assert request.field("WARC-Concurrent-To") == f"<{response.record_id}>"
    assert [ref.type for ref in done.refs] == ["request", "response"]
    assert done.payload_record == response.record_id


def test_target_uris_stand_without_angle_brackets(laid, capture, wire, by_type):
    laid(capture(wire()))
    assert by_type()["response"].field("WARC-Target-URI") == "https://news.example/a?b=c"


def test_the_peer_stands_on_request_and_response(laid, capture, wire, by_type):
    laid(capture(wire(), peer=Peer(ip="fe80::1%eth0", port=80, protocol=("http/1.1", "tls/1.2"))))
    for kind in ("request", "response"):
        assert by_type()[kind].field("WARC-IP-Address") == "fe80::1"
        assert by_type()[kind].every("WARC-Protocol") == ("http/1.1", "tls/1.2")


def test_the_payload_digest_is_that_of_the_entity_content_coding_kept(
    laid, capture, wire, by_type, judges
):
    coded = gzip.compress(b"<p>News</p>", mtime=0)
    done = laid(capture(wire(coded, "Content-Encoding: gzip")))
    assert by_type()["response"].field("WARC-Payload-Digest") == str(Digest.of(coded))
    assert done.stored.entity == Digest.of(coded)
    assert done.stored.decoded == b"<p>News</p>"
    assert done.stored.decoded_digest == Digest.of(b"<p>News</p>")
    judges()


def test_a_response_with_transfer_coding_has_no_payload_digest(laid, capture, by_type, judges):
    done = laid(capture(CHUNKED))
    response = by_type()["response"]
    assert response.block == CHUNKED
    assert response.field("WARC-Payload-Digest") is None
    assert response.field("WARC-Block-Digest") == str(Digest.of(CHUNKED))
    assert done.stored.decoded == b"News"
    assert done.stored.entity == Digest.of(b"News")
    judges()


@pytest.mark.parametrize("why", Truncation)
def test_what_came_of_a_cut_response_is_kept_and_marked(laid, capture, wire, by_type, judges, why):
    cut = wire(b"x" * 100)[:-40]
    laid(capture(cut, truncated=why))
    assert by_type()["response"].block == cut
    assert by_type()["response"].field("WARC-Truncated") == why.value
    judges()


def test_interim_heads_and_surplus_are_no_part_of_the_response(laid, capture, wire, by_type):
    early = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n"
    laid(capture(early + wire() + b"HTTP/1.1 400 what\r\n\r\n"))
    assert by_type()["response"].block == wire()


def test_bytes_that_are_held_already_become_a_revisit(laid, capture, wire, by_type, judges):
    body = b"<p>News</p>"
    first = wire(body, "Date: one")
    original = full(laid(capture(first)), read_message(first))
    again = wire(body, "Date: two")
    done = laid(capture(again), refers=original)
    revisit = by_type()["revisit"]
    assert revisit.block == again.removesuffix(body)
    assert revisit.field("WARC-Profile") == IDENTICAL
    assert revisit.field("WARC-Payload-Digest") == str(Digest.of(body))
    assert revisit.field("WARC-Refers-To") == f"<{original.record_id}>"
    assert revisit.field("WARC-Refers-To-Target-URI") == "https://news.example/first"
    assert revisit.field("WARC-Refers-To-Date") == "2026-11-20T00:00:00.000000Z"
    assert revisit.field("WARC-Truncated") == "length"
    assert revisit.field("Content-Type") == "application/http;msgtype=response"
    assert done.payload_record == original.record_id
    assert done.stored.decoded == body
    assert done.stored.header("Date") == "two"
    judges()


def test_a_revisit_read_back_has_its_own_head_over_the_first_bytes(laid, capture, wire, archive):
    body = b"<p>News</p>"
    first = wire(body, "Date: one")
    original = laid(capture(first))
    again = wire(body, "Date: two", status="203 Changed On The Way")
    done = laid(capture(again), refers=full(original, read_message(first)))
    read = stored_block(archive, done.places[1], payload=original.places[1])
    assert read == done.stored
    assert (read.status, read.header("date"), read.decoded) == (203, "two", body)


@pytest.mark.parametrize(
    "again",
    [
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nNews\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: identity, br\r\nContent-Length: 4\r\n\r\nNews",
        b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnews",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nNews",
    ],
    ids=["other-transfer-encoding", "other-content-encoding", "other-bytes", "cut-short"],
)
def test_only_the_same_bytes_coded_alike_make_a_revisit(laid, capture, wire, again):
    first = wire(b"News")
    original = full(laid(capture(first)), read_message(first))
    assert [ref.type for ref in laid(capture(again), refers=original).refs][1] == "response"


def test_an_empty_or_truncated_body_is_no_revisit(laid, capture, wire):
    first = wire(b"")
    original = full(laid(capture(first)), read_message(first))
    assert laid(capture(first), refers=original).refs[1].type == "response"
    first = wire(b"News")
    original = full(laid(capture(first)), read_message(first))
    cut = capture(first, truncated=Truncation.TIME)
    assert laid(cut, refers=original).refs[1].type == "response"


def test_the_same_chunked_bytes_make_a_revisit(laid, capture, by_type, judges):
    original = full(laid(capture(CHUNKED)), read_message(CHUNKED))
    done = laid(capture(CHUNKED), refers=original)
    assert by_type()["revisit"].field("WARC-Payload-Digest") == str(Digest.of(b"News"))
    assert done.stored.decoded == b"News"
    judges()


def test_a_304_is_a_revisit_of_what_its_validators_came_from(laid, capture, wire, by_type, judges):
    first = wire(b"News")
    original = full(laid(capture(first)), read_message(first))
    unchanged = b'HTTP/1.1 304 Not Modified\r\nETag: "a"\r\n\r\n'
    done = laid(capture(unchanged), refers=original)
    revisit = by_type()["revisit"]
    assert revisit.block == unchanged
    assert revisit.field("WARC-Profile") == NOT_MODIFIED
    assert revisit.field("WARC-Refers-To") == f"<{original.record_id}>"
    assert revisit.field("WARC-Payload-Digest") is None
    assert done.stored is None
    assert done.payload_record == original.record_id
    judges()


def test_a_304_to_nothing_we_know_is_a_plain_response(laid, capture, by_type, judges):
    unchanged = b"HTTP/1.1 304 Not Modified\r\n\r\n"
    laid(capture(unchanged))
    assert by_type()["response"].block == unchanged
    judges()


def test_configs_and_certificates_are_resources_under_their_digest(
    laid, capture, wire, by_type, judges
):
    done = laid(
        capture(wire()),
        resources=[certificate_resource(b"\x30\x03der"), config_resource(b"site: x\n")],
    )
    assert [ref.type for ref in done.refs] == ["resource", "resource", "request", "response"]
    config = by_type()["resource"]
    assert config.target_uri == "urn:dateline:config:" + str(Digest.of(b"site: x\n"))
    assert config.block == b"site: x\n"
    assert certificate_resource(b"\x30").uri.startswith("urn:dateline:certificate:sha256:")
    judges()


def test_nothing_is_written_for_a_capture_of_which_no_byte_came(archive, laid, capture):
    done = laid(capture(b"", request=b""))
    assert (done.refs, done.places, done.stored) == ((), (), None)
    assert not (archive / "warc").exists()


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 200 OK\r\nContent-Ty", b"SSH-2.0-x\r\n"])
def test_an_answer_without_a_whole_head_is_no_response_record(laid, capture, answer):
    done = laid(capture(answer))
    assert [ref.type for ref in done.refs] == ["request"]
    assert done.stored is None


@pytest.mark.parametrize(("coding", "compress"), [("gzip", gzip.compress), ("br", brotli.compress)])
def test_a_body_that_came_compressed_is_stored_not_compressed_again(
    archive, laid, capture, wire, judges, coding, compress
):
    noise = bytes(range(256)) * 300
    body = compress(noise)  # once: gzip writes the time into it
    done = laid(capture(wire(body, f"Content-Encoding: {coding}")))
    (path,) = (archive / "warc").iterdir()
    place = done.places[1]
    member = path.read_bytes()[place.offset : place.offset + place.length]
    assert body[:100] in member
    assert done.stored.decoded == noise
    if coding == "gzip":
        # warcio 1.8 breaks down over br bodies where today's brotli package is installed
        judges()


def test_what_was_written_is_what_is_read(archive, laid, capture, wire):
    done = laid(capture(wire()))
    assert stored_block(archive, done.places[1]) == done.stored
    for ref, place in zip(done.refs, done.places, strict=True):
        assert read_record(archive, place).ref == ref


def test_text_comes_from_the_bytes_that_were_written_not_from_the_client(
    archive, writer, capture, wire
):
    """Whatever a client made of the answer, the stored block is the message that was laid down."""
    planted = capture(wire(b"what the client decoded"))
    done = lay(writer, planted, read_message(wire(b"what was on the wire")))
    writer.sync()
    assert done.stored.decoded == b"what was on the wire"
    assert stored_block(archive, done.places[1]).decoded == b"what was on the wire"


def test_a_request_record_is_no_stored_block(archive, laid, capture, wire):
    done = laid(capture(wire()))
    with pytest.raises(DamagedRecord, match="request record"):
        stored_block(archive, done.places[0])


@pytest.mark.parametrize(
    ("value", "fitting"),
    [
        ("https://a.example/b", "https://a.example/b"),
        ("a\r\nWARC-Type: response", "a%0D%0AWARC-Type: response"),
        ("a\x00b\x7f", "a%00b%7F"),
        ("新聞 뉴스", "新聞 뉴스"),
        ("a\u2028b\u0085", "a%E2%80%A8b"),
        ("half \ud83d", "half %ED%A0%BD"),
        ("  ends  ", "ends"),
    ],
)
def test_no_value_can_break_out_of_its_field(value, fitting):
    assert fit(value) == fitting


def test_a_hostile_url_stays_in_its_field(laid, capture, wire, by_type, judges):
    laid(capture(wire(), url="https://a.example/\r\nWARC-Type: warcinfo\r\n\r\n한국"))
    response = by_type()["response"]
    assert (
        response.target_uri == "https://a.example/%0D%0AWARC-Type: warcinfo%0D%0A%0D%0A한국".strip()
    )
    judges()


def test_the_standards_vocabulary_of_small_records_reads_back(tmp_path):
    """A warcinfo and a resource as in ISO 28500's annex C, written by the same hand."""
    date = datetime(2006, 9, 19, 17, 20, 14, tzinfo=UTC)
    made = [
        warcinfo("testcrawl.warc", date, [("software", "crawler 1.12"), ("isPartOf", "test")]),
        resource("http://www.archive.example/logo.jpg", date, "image/jpeg", b"\xff\xd8image"),
    ]
    path = tmp_path / "examples.warc"
    path.write_bytes(b"".join(record.octets() for record in made))
    assert [found.record.octets() for found in records(path)] == [one.octets() for one in made]
    with path.open("rb") as file:
        assert [one.record_id.strip("<>") for one in ArchiveIterator(file)] == [
            record.record_id for record in made
        ]
    with path.open("rb") as file:
        assert [one.rec_headers.get_header("WARC-Type") for one in WarcioIterator(file)] == [
            "warcinfo",
            "resource",
        ]
