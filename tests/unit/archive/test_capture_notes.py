"""The metadata record says everything that its capture's entry says."""

import base64
import string
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.archive.message import read_message
from pipeline.archive.noting import entry_fields, note, read_entry
from pipeline.archive.reader import read_record
from pipeline.archive.records import metadata, read_warc_fields
from pipeline.ground.evidence import CaptureEntry
from pipeline.model import Digest, Origin, RecordRef, Role, Source

NOW = datetime(2026, 11, 21, 10, 0, 5, tzinfo=UTC)
BARE = {
    "at": NOW,
    "observed_at": NOW,
    "visit": "0123456789abcdef0123456789abcdef",
    "site": None,
    "role": Role.TARGET,
    "url": "https://news.example/a",
    "requested": "https://news.example/a?b=c",
    "origin": Origin.LIVE,
    "source": None,
    "outcome": "failed",
    "reason": "dns",
    "detail": "",
    "change": None,
    "status": None,
    "records": (),
    "payload_record": None,
    "entity": None,
    "decoded": None,
    "ip": None,
    "protocol": (),
    "certificate": None,
    "tls_verified": None,
    "attempt": 1,
    "config": None,
    "rules": None,
    "agent": "Dateline/0.1",
}

lines = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=30).map(
    str.strip
)
words = lines.filter(bool)
ids = st.text(string.ascii_letters + string.digits + ":-", min_size=1, max_size=45)
digests = st.binary(min_size=32, max_size=32).map(lambda value: Digest("sha256", value))
moments = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis wants them naive
refs = st.builds(
    RecordRef,
    record_id=ids,
    type=st.sampled_from(["request", "response", "revisit"]),
    block=digests,
)
maybe = st.none
entries = st.builds(
    lambda **fields: CaptureEntry(**fields),
    at=moments,
    observed_at=moments,
    visit=words,
    site=maybe() | words,
    role=st.sampled_from(Role),
    url=words,
    requested=words,
    origin=st.sampled_from(Origin),
    source=maybe() | st.builds(Source, file=digests, record_id=ids),
    outcome=words,
    reason=maybe() | words,
    detail=lines,
    change=maybe() | words,
    status=maybe() | st.integers(100, 999),
    records=st.lists(refs, max_size=4).map(tuple),
    payload_record=maybe() | ids,
    entity=maybe() | digests,
    decoded=maybe() | digests,
    ip=maybe() | words,
    protocol=st.lists(words, max_size=3).map(tuple),
    certificate=maybe() | digests,
    tls_verified=maybe() | st.booleans(),
    attempt=st.integers(1, 99),
    config=maybe() | digests,
    rules=maybe() | digests,
    agent=lines,
    score=maybe() | words,
)


@given(entries)
def test_an_entry_reads_back_from_its_record_as_it_was(entry):
    record = metadata("https://a.example/", NOW, entry_fields(entry), concurrent_to=None)
    assert read_entry(record) == entry


def test_a_visit_of_which_no_byte_came_is_a_metadata_record_alone(archive, writer, capture, judges):
    entry = CaptureEntry(**BARE)
    noted = note(writer, entry, capture(request=b"", peer=None), None)
    writer.sync()
    record = read_record(archive, noted.place)
    assert record.ref == noted.ref
    assert record.type == "metadata"
    assert record.field("WARC-Concurrent-To") is None
    assert record.field("WARC-Payload-Digest") is None
    assert record.field("Content-Type") == "application/warc-fields"
    assert record.field("WARC-Date") == "2026-11-21T10:00:00.123456Z"
    assert record.field("WARC-Target-URI") == "https://news.example/a?b=c"
    assert record.block.decode().split("\r\n")[:6] == [
        "v: 1",
        "kind: capture",
        "at: 2026-11-21T10:00:05.000000Z",
        "observed-at: 2026-11-21T10:00:05.000000Z",
        "visit: 0123456789abcdef0123456789abcdef",
        "role: target",
    ]
    judges()


def test_it_is_tied_to_the_response_or_else_to_the_request(
    archive, writer, laid, capture, wire, judges
):
    for answer, tied in ((wire(), 1), (b"", 0)):
        done = laid(capture(answer))
        entry = CaptureEntry(**{**BARE, "records": done.refs})
        noted = note(writer, entry, capture(answer), read_message(answer))
        writer.sync()
        record = read_record(archive, noted.place)
        assert record.field("WARC-Concurrent-To") == f"<{done.refs[tied].record_id}>"
        assert read_entry(record).records == done.refs
    judges()


def said(archive, writer, capture, answer):
    noted = note(writer, CaptureEntry(**BARE), capture(answer), read_message(answer))
    writer.sync()
    return dict(read_warc_fields(read_record(archive, noted.place).block))


def test_octets_that_stand_in_no_other_record_stand_here(archive, writer, capture, wire):
    early = b"HTTP/1.1 103 Early Hints\r\n\r\n"
    fields = said(archive, writer, capture, early + wire(b"x") + b"surplus")
    assert base64.b64decode(fields["interim"]) == early
    assert base64.b64decode(fields["surplus"]) == b"surplus"
    assert fields["surplus-length"] == "7"


def test_an_answer_without_a_head_is_kept_and_cut_at_64_kib(archive, writer, capture):
    answer = b"SSH-2.0-x\r\n" + b"x" * 100_000
    fields = said(archive, writer, capture, answer)
    assert base64.b64decode(fields["unread"]) == answer[: 1 << 16]
    assert fields["unread-length"] == str(len(answer))


def test_what_was_odd_about_the_message_is_noted(archive, writer, capture, wire):
    fields = said(archive, writer, capture, wire(b"plain", "Content-Encoding: gzip"))
    assert fields["note"] == "already_decoded"


def test_hostile_words_stay_on_their_line():
    entry = CaptureEntry(**{**BARE, "detail": "broken\r\noutcome: captured\x00"})
    record = metadata("https://a.example/", NOW, entry_fields(entry), concurrent_to=None)
    assert read_entry(record).outcome == "failed"
    assert read_entry(record).detail == "broken%0D%0Aoutcome: captured%00"


@pytest.mark.parametrize(
    "said_fields",
    [
        [],
        [("v", "2"), ("kind", "capture")],
        [("v", "1"), ("kind", "capture"), ("at", "yesterday")],
        [("v", "1"), ("kind", "capture"), ("at", "2026-11-21T10:00:05Z")],
    ],
)
def test_a_record_that_is_no_capture_note_is_refused(said_fields):
    record = metadata("https://a.example/", NOW, said_fields, concurrent_to=None)
    with pytest.raises(ValueError):
        read_entry(record)
