"""What WARC files hold is found by URL and date, revisits with the bytes they refer to."""

import gzip
import hashlib
import itertools
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.archive.laying import lay
from pipeline.archive.message import read_message
from pipeline.archive.reader import Damage, Found, records
from pipeline.archive.recorded import Recording
from pipeline.archive.records import FullResponse
from pipeline.archive.slots import key_of, when
from pipeline.errors import DamagedRecord, ReplayUnreadable
from pipeline.model import Digest, Truncation

DAY = datetime(2016, 1, 11, tzinfo=UTC)
ID = "urn:uuid:00000000-0000-4000-8000-%012d"


def record(number, kind="response", block=b"", *, url="http://old.example/", date=None, **fields):
    """A record as a foreign tool might write it: WARC 1.0, sha1, angle brackets."""
    if not block and kind == "response":
        block = b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n%d" % number
    given = {
        "WARC-Type": kind,
        "WARC-Record-ID": f"<{ID % number}>",
        "WARC-Date": date or f"{DAY + timedelta(days=number):%Y-%m-%dT%H:%M:%SZ}",
        "WARC-Target-URI": f"<{url}>",
        "Content-Type": f"application/http; msgtype={kind}",
        **{name.replace("_", "-"): value for name, value in fields.items()},
        "Content-Length": str(len(block)),
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in given.items())
    return b"WARC/1.0\r\n" + head.encode() + b"\r\n" + block + b"\r\n\r\n"


@pytest.fixture
def recording(tmp_path):
    def make(*parts, pack=gzip.compress, joined=False):
        path = tmp_path / "foreign.warc.gz"
        path.write_bytes(pack(b"".join(parts)) if joined else b"".join(map(pack, parts)))
        return Recording([path])

    return make


PACKINGS = pytest.mark.parametrize(
    "packing",
    [{}, {"pack": bytes}, {"joined": True}],
    ids=["member-a-record", "plain", "one-member"],
)


@PACKINGS
def test_exchanges_come_oldest_first_with_their_source(recording, tmp_path, packing):
    read = recording(record(2), record(1), record(3, url="http://old.example/b"), **packing)
    octets = (tmp_path / "foreign.warc.gz").read_bytes()
    found = list(read)
    assert [one.observed_at.day for one in found] == [12, 13, 14]
    assert [one.response[-1:] for one in found] == [b"1", b"2", b"3"]
    assert [one.source.record_id for one in found] == [ID % 1, ID % 2, ID % 3]
    assert {one.source.file for one in found} == {Digest.of(octets)}
    assert len(read) == 3
    assert read.faults == ()


def test_a_url_is_found_at_the_date_that_is_wanted(recording):
    read = recording(record(1), record(5), record(9), record(3, url="http://old.example/b"))
    url = "http://old.example/"
    assert read.find(url).response[-1:] == b"9"
    assert read.find(url, near=DAY).response[-1:] == b"1"
    assert read.find(url, near=DAY + timedelta(days=6)).response[-1:] == b"5"
    assert read.find(url, after=DAY + timedelta(days=1)).response[-1:] == b"5"
    assert read.find(url, after=DAY + timedelta(days=9)) is None
    assert read.find("http://old.example/none") is None


@pytest.mark.parametrize(
    ("stored", "asked"),
    [
        ("http://a.example", "http://a.example/"),
        ("http://A.example:80/x#part", "http://a.example/x"),
        ("https://a.example:443/", "https://a.example/"),
        (
            "https://a.example/新聞?q=뉴 스",
            "https://a.example/%E6%96%B0%E8%81%9E?q=%EB%89%B4%20%EC%8A%A4",
        ),
        ("http://[2001:db8::1]:8080/", "http://[2001:DB8::1]:8080/"),
        ("http://a.example:99999/", "http://a.example:99999/"),
    ],
)
def test_spellings_that_ask_the_server_the_same_are_the_same(stored, asked):
    assert key_of(stored) == key_of(asked)


def test_paths_and_queries_are_not_touched():
    assert key_of("http://a.example/A") != key_of("http://a.example/a")
    assert key_of("http://a.example/?a=1") != key_of("http://a.example/")
    assert key_of("http://a.example/%7e") != key_of("http://a.example/~")


@PACKINGS
def test_a_request_is_found_by_the_tie_in_either_direction(recording, packing):
    read = recording(
        record(1, "request", b"GET /1", WARC_Concurrent_To=f"<{ID % 2}>"),
        record(2),
        record(3, WARC_Concurrent_To=f"<{ID % 4}>", url="http://old.example/b"),
        record(4, "request", b"GET /2", url="http://old.example/b"),
        record(5, url="http://old.example/c"),
        **packing,
    )
    assert [one.request for one in read] == [b"GET /1", b"GET /2", b""]


@pytest.mark.parametrize(
    "refers",
    [
        {"WARC_Refers_To": f"<{ID % 1}>"},
        {
            "WARC_Refers_To_Target_URI": "http://old.example/",
            "WARC_Refers_To_Date": "2016-01-12T00:00:00Z",
        },
        {"WARC_Payload_Digest": "sha1:AAAA"},
    ],
    ids=["id", "url-and-date", "payload-digest"],
)
def test_a_revisit_has_its_own_head_over_the_bytes_it_refers_to(recording, refers):
    first = b"HTTP/1.1 200 OK\r\nDate: one\r\nContent-Length: 4\r\n\r\nNews"
    again = b"HTTP/1.1 200 OK\r\nDate: two\r\nContent-Length: 4\r\n\r\n"
    read = recording(
        record(2, "revisit", again, url="http://old.example/b", **refers),
        record(1, block=first, WARC_Payload_Digest="sha1:AAAA"),
    )
    assert read.faults == ()
    found = read.find("http://old.example/b")
    assert found.response == again + b"News"
    assert found.source.record_id == ID % 2
    assert found.truncated is None


@pytest.mark.parametrize(
    ("head", "response"),
    [
        (b"", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nNews\r\n0\r\n\r\n"),
        (b"HTTP/1.1 200 OK\r\nA: b\r\n", b"HTTP/1.1 200 OK\r\nA: b\r\n\r\nNews"),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nNews\r\n0\r\n\r\n",
        ),
        (b"HTTP/1.1 200 OK\r\n\r\nOwn", b"HTTP/1.1 200 OK\r\n\r\nOwn"),
    ],
    ids=["no-head", "no-blank-line-other-framing", "same-framing", "a-body-of-its-own"],
)
def test_revisits_of_every_make_give_a_readable_response(recording, head, response):
    first = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nNews\r\n0\r\n\r\n"
    read = recording(
        record(1, block=first),
        record(2, "revisit", head, url="http://old.example/b", WARC_Refers_To=f"<{ID % 1}>"),
    )
    assert read.find("http://old.example/b").response == response


def test_a_revisit_of_what_is_not_there_is_a_fault_and_no_exchange(recording):
    read = recording(
        record(1), record(2, "revisit", b"HTTP/1.1 200 OK\r\n\r\n", url="http://x.example/")
    )
    assert len(read) == 1
    assert "revisits is in none of the files" in str(read.faults[0])


def test_a_304_is_given_only_where_nothing_better_is(recording):
    profile = "http://netpreserve.org/warc/1.0/revisit/server-not-modified"
    unchanged = b"HTTP/1.1 304 Not Modified\r\n\r\n"
    read = recording(
        record(1),
        record(2, "revisit", unchanged, WARC_Profile=profile),
        record(3, "revisit", unchanged, WARC_Profile=profile, url="http://old.example/b"),
    )
    assert read.find("http://old.example/").response.endswith(b"1")
    assert read.find("http://old.example/b").response == unchanged
    assert [one.response[9:12] for one in read] == [b"200", b"304", b"304"]


def test_only_http_exchanges_over_the_web_are_replayed(recording):
    read = recording(
        record(1, "warcinfo", b"software: x\r\n"),
        record(2, block=b"20160111 192.0.2.1", url="dns:old.example", Content_Type="text/dns"),
        record(3, "resource", b"x", Content_Type="image/png"),
        record(4, "metadata", b"x"),
        record(5, "conversion", b"x"),
        record(6),
    )
    assert [one.source.record_id for one in read] == [ID % 6]
    assert read.faults == ()


def test_the_records_own_word_for_being_cut_is_kept(recording):
    read = recording(
        record(1, WARC_Truncated="time"),
        record(2, WARC_Truncated="unspecified"),
        record(3, WARC_Segment_Number="1"),
        record(4),
    )
    assert [one.truncated for one in read] == [
        Truncation.TIME,
        Truncation.LENGTH,
        Truncation.LENGTH,
        None,
    ]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2016-01-11T23:24:05Z", datetime(2016, 1, 11, 23, 24, 5, tzinfo=UTC)),
        ("2016-01-11T23:24:05.123456789Z", datetime(2016, 1, 11, 23, 24, 5, 123456, tzinfo=UTC)),
        ("2016-01-11T23:24Z", datetime(2016, 1, 11, 23, 24, tzinfo=UTC)),
        ("2016-01-11T23:24:05", datetime(2016, 1, 11, 23, 24, 5, tzinfo=UTC)),
        ("2016-01-11", datetime(2016, 1, 11, tzinfo=UTC)),
        ("2016-01", datetime(2016, 1, 1, tzinfo=UTC)),
        ("2016", datetime(2016, 1, 1, tzinfo=UTC)),
        ("20160111232405", datetime(2016, 1, 11, 23, 24, 5, tzinfo=UTC)),
        ("2016-01-11T23:24:05+02:00", datetime(2016, 1, 11, 21, 24, 5, tzinfo=UTC)),
    ],
)
def test_dates_of_every_precision_are_read(text, moment):
    assert when(text) == moment


def test_a_record_without_a_date_is_a_fault(recording):
    for date in ("yesterday", "2016-13-45", "0000", "9" * 30):
        read = recording(record(1, date=date), record(2))
        assert len(read) == 1
        assert len(read.faults) == 1


@PACKINGS
def test_a_file_that_was_cut_is_replayed_to_the_cut(recording, packing):
    parts = [record(1), record(2), record(3)[:-30]]
    read = recording(*parts, **packing)
    assert [one.response[-1:] for one in read] == [b"1", b"2"]
    assert len(read.faults) == 1
    assert "cut short" in str(read.faults[0])


def test_a_gzip_file_that_was_cut_is_replayed_to_the_cut(tmp_path):
    noise = [hashlib.sha512(bytes([number])).digest() * 3 for number in range(3)]
    packed = gzip.compress(b"".join(record(at, block=block) for at, block in enumerate(noise)))
    path = tmp_path / "cut.warc.gz"
    path.write_bytes(packed[:-60])
    read = Recording([path])
    assert len(read) == 2
    assert any("ends within a gzip member" in str(fault) for fault in read.faults)


@pytest.mark.parametrize("zeros", [1, 2, 511, 200_000])
@pytest.mark.parametrize("together", [True, False], ids=["one-member", "member-a-record"])
def test_zeros_behind_the_last_gzip_member_are_padding_and_no_damage(tmp_path, zeros, together):
    parts = [record(1), record(2)]
    packed = gzip.compress(b"".join(parts)) if together else b"".join(map(gzip.compress, parts))
    path = tmp_path / "padded.warc.gz"
    path.write_bytes(packed + bytes(zeros))
    read = Recording([path])
    assert (len(read), read.faults) == (2, ())
    assert [one.response[-1:] for one in read] == [b"1", b"2"]
    path.write_bytes(packed + bytes(zeros) + b"x")
    assert len(Recording([path]).faults) == 1


def test_zeros_in_the_place_of_a_members_end_are_damage(tmp_path):
    path = tmp_path / "torn.warc.gz"
    path.write_bytes(gzip.compress(record(1)) + gzip.compress(record(2))[:-8] + bytes(600))
    assert len(Recording([path]).faults) == 1


def test_zeros_in_a_file_of_the_archive_itself_are_damage(tmp_path):
    path = tmp_path / "own.warc.gz"
    path.write_bytes(gzip.compress(record(1)) + bytes(9))
    assert [type(one) for one in records(path)] == [Found, Damage]


def test_several_files_are_one_recording(tmp_path):
    for number in (1, 2):
        (tmp_path / f"{number}.warc").write_bytes(record(3 - number))
    read = Recording([tmp_path / "1.warc", tmp_path / "2.warc"])
    assert [one.response[-1:] for one in read] == [b"1", b"2"]
    assert len({one.source.file for one in read}) == 2


def test_a_file_that_changes_while_it_is_replayed_is_damaged(tmp_path):
    path = tmp_path / "changing.warc"
    path.write_bytes(record(1))
    read = Recording([path])
    path.write_bytes(b"something else")
    with pytest.raises(DamagedRecord):
        read.find("http://old.example/")
    path.unlink()
    with pytest.raises(ReplayUnreadable):
        read.find("http://old.example/")


def test_what_is_no_warc_is_refused_at_once(tmp_path):
    (tmp_path / "page.html").write_text("<html>")
    with pytest.raises(ReplayUnreadable, match="no WARC file"):
        Recording([tmp_path / "page.html"])


def test_what_the_archive_writes_can_be_replayed(archive, writer, capture, wire):
    first = capture(wire(b"News", "Date: one"))
    message = read_message(first.response)
    done = lay(writer, first, message)
    refers = FullResponse(
        record_id=done.payload_record,
        url=first.url,
        observed_at=first.began_at,
        entity=message.entity_digest,
    )
    again = capture(
        wire(b"News", "Date: two"),
        began_at=first.began_at + timedelta(hours=1),
        request=b"GET again",
    )
    lay(writer, again, read_message(again.response), refers=refers)
    writer.close()
    read = Recording(list((archive / "warc").iterdir()))
    assert [(one.url, one.observed_at, one.request, one.response) for one in read] == [
        (one.url, one.began_at, one.request, one.response) for one in (first, again)
    ]
    assert read.faults == ()


def in_segments(block, *sizes, number=1, total=None):
    """The records of a `block` that was written in parts of these `sizes`, and of the rest."""
    ends = [0, *(sum(sizes[: n + 1]) for n in range(len(sizes))), len(block)]
    parts = [block[start:end] for start, end in itertools.pairwise(ends)]
    yield record(number, block=parts[0], WARC_Segment_Number="1")
    for n, part in enumerate(parts[1:], 2):
        last = {"WARC_Segment_Total_Length": total or len(block)} if n == len(parts) else {}
        yield record(
            number * 10 + n,
            "continuation",
            part,
            Content_Type="application/octet-stream",
            WARC_Segment_Origin_ID=f"<{ID % number}>",
            WARC_Segment_Number=n,
            **last,
        )


LONG = b"HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n" + b"news " * 8


@PACKINGS
@pytest.mark.parametrize("sizes", [(30,), (60,), (10, 10, 30)])
def test_what_was_written_in_segments_is_one_exchange(recording, packing, sizes):
    first, *others = in_segments(LONG, *sizes)
    for parts in ((first, *others), (*reversed(others), first)):
        read = recording(*parts, **packing)
        (found,) = read
        assert (found.response, found.truncated, read.faults) == (LONG, None, ())


def test_a_revisit_of_what_was_written_in_segments_has_all_of_it(recording):
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 40\r\nX-Again: 1\r\n\r\n"
    again = record(7, "revisit", head, WARC_Refers_To=f"<{ID % 1}>")
    assert [one.response[-40:] for one in recording(*in_segments(LONG, 50), again)] == [
        b"news " * 8,
        b"news " * 8,
    ]


@pytest.mark.parametrize("lost", [1, 2, 3])
def test_what_lacks_a_segment_is_cut_in_length_and_told(recording, lost):
    parts = [*in_segments(LONG, 20, 20, 20)]
    del parts[lost]
    read = recording(*parts)
    (found,) = read
    assert (found.truncated, found.response) == (Truncation.LENGTH, LONG[:20])
    assert [one.why for one in read.faults] == [
        "the record was written in several, and not all of them are in the files"
    ]


def test_segments_that_do_not_add_up_are_cut_and_those_of_nothing_told(recording):
    (found,) = recording(*in_segments(LONG, 20, total=999))
    assert found.truncated is Truncation.LENGTH
    lost = record(5, "continuation", b"x")
    read = recording(record(1), lost)
    assert len(read) == 1
    assert "of which record" in read.faults[0].why


def test_records_that_hold_no_exchange_are_counted_by_their_kind(recording):
    shouted = record(4, Content_Type="APPLICATION/HTTP; msgtype=response")
    page = record(5, "resource", b"<h1>x</h1>", Content_Type="text/html")
    own = record(6, "resource", b"log", url="metadata://tool/log", Content_Type="text/plain")
    read = recording(shouted, page, own)
    assert (len(read), read.passed_over) == (1, {"resource": 1})
