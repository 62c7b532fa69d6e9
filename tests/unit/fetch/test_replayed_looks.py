"""A replay tells what was recorded, as it was, and asks nobody."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.fetch.config import FetchConfig
from pipeline.fetch.fetcher import Fetcher
from pipeline.fetch.recorded import Recorded
from pipeline.fetch.replay import Replay, read_head
from pipeline.ground.clock import HastyClock
from pipeline.model import (
    Blocked,
    Captured,
    Digest,
    Failed,
    Gone,
    NotModified,
    Redirected,
    Role,
    Source,
    Target,
    Truncation,
    Validators,
    Visit,
)

THEN = datetime(2019, 3, 1, 3, 36, tzinfo=UTC)
SOURCE = Source(file=Digest.of(b"a file"), record_id="urn:uuid:0")
URL = "http://news.example/a"


def recorded(response, url=URL, **fields):
    return Recorded(url=url, observed_at=THEN, response=response, source=SOURCE, **fields)


@pytest.fixture
def replay(fetcher, visit, config):
    """Look at `url` in a replay that holds `records`."""

    async def look(*records, url=URL, validators=None, **fields):
        held = {each.url: each for each in records}
        ours = fetcher(transport=Replay(held.get))
        return await ours.look(visit(url, validators), config(**({"attempts": 4} | fields)))

    return look


async def test_the_capture_keeps_octets_date_and_source(replay, page, clock):
    seen = await replay(recorded(page(), request=b"GET /a HTTP/1.0\r\n\r\n"))
    (step,) = seen.steps
    assert step.outcome == Captured()
    assert step.capture.response == page()
    assert step.capture.request == b"GET /a HTTP/1.0\r\n\r\n"
    assert step.capture.began_at == THEN
    assert step.capture.source == SOURCE
    assert step.capture.peer is None
    assert clock.slept == []


async def test_what_is_not_recorded_is_failed_once(replay, clock):
    seen = await replay()
    (step,) = seen.steps
    assert step.outcome.reason == "not_in_replay"
    assert step.capture.request == step.capture.response == b""
    assert step.capture.source is None
    assert clock.slept == []


async def test_redirects_are_followed_within_the_replay(replay, page):
    moved = b"HTTP/1.1 301 Moved\r\nlocation: /b\r\n\r\n"
    whole = await replay(recorded(moved), recorded(page(), url="http://news.example/b"))
    broken = await replay(recorded(moved))
    assert [step.outcome for step in whole.steps] == [
        Redirected("http://news.example/b"),
        Captured(),
    ]
    assert broken.outcome.reason == "not_in_replay"
    assert broken.steps[-1].capture.url == "http://news.example/b"


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (b"503 Busy", Failed("http_503", retry_after_s=5.0)),
        (b"429 Slow", Blocked("http_429", retry_after_s=5.0)),
        (b"404 Not Found", Gone("not_found")),
    ],
)
async def test_a_recorded_failure_is_the_outcome_and_not_retried(
    replay, page, clock, status, outcome
):
    seen = await replay(recorded(page(status=status, Retry_After="5")))
    assert [step.outcome for step in seen.steps] == [outcome]
    assert clock.slept == []


async def test_a_recorded_304_answers_a_conditional_look(replay):
    unchanged = recorded(b"HTTP/1.1 304 Not Modified\r\n\r\n")
    validators = Validators(etag='"a"', last_modified=None, record_id="urn:uuid:1")
    assert (await replay(unchanged, validators=validators)).outcome == NotModified()
    assert (await replay(unchanged)).outcome.name == "failed"


async def test_a_recorded_304_belongs_to_the_request_that_is_recorded_beside_it(replay):
    wire = b"HTTP/1.1 304 Not Modified\r\n\r\n"
    asked = b'GET / HTTP/1.1\r\nHost: a.example\r\nif-none-match : "a"\r\n\r\n'
    unasked = b"GET /?If-None-Match: HTTP/1.1\r\nHost: a.example\r\n\r\n"
    assert (await replay(recorded(wire, request=asked))).outcome == NotModified()
    assert (await replay(recorded(wire, request=unasked))).outcome.name == "failed"


@pytest.mark.parametrize(
    ("wire", "status", "fields"),
    [
        (b"HTTP/1.1 200 OK\r\nA: b\r\n\r\nbody", 200, [(b"A", b"b")]),
        (b"HTTP/2 200\r\na:b\r\n\r\n", 200, [(b"a", b"b")]),
        (b"HTTP/2.0  200 \r\n\r\n", 200, []),
        (b"HTTP/1.1 200\nA: b\n\nbody", 200, [(b"A", b"b")]),
        (b"HTTP/1.1 404 Not Found", 404, []),
        (b"HTTP/1.1 200 OK\r\nA: b\r\n  c\r\n\r\n", 200, [(b"A", b"b c")]),
        (b"HTTP/1.1 200 OK\r\nno colon\r\nA : b\r\n\r\n", 200, [(b"A", b"b")]),
        (b"HTTP/1.1 103 Hints\r\nA: b\r\n\r\nHTTP/1.1 200 OK\r\nC: d\r\n\r\n", 200, [(b"C", b"d")]),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n<p>dechunked", 200, None),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\nshort", 200, None),
    ],
)
async def test_odd_heads_are_read_with_indulgence(replay, wire, status, fields):
    seen_status, seen_fields = read_head(wire)
    assert seen_status == status
    assert fields is None or seen_fields == fields
    seen = await replay(recorded(wire))
    assert seen.steps[0].capture.response == wire


@pytest.mark.parametrize(
    "wire",
    [
        b"",
        b"HTTP/1.1 100 Continue\r\n\r\n",
        b"<html>",
        b"HTTP/1.1 OK\r\n\r\n",
        b"\r\n\r\n",
        b"\x00",
    ],
)
async def test_what_has_no_status_line_is_failed_with_its_octets(replay, wire):
    seen = await replay(recorded(wire))
    (step,) = seen.steps
    assert step.outcome.reason == "protocol"
    assert step.capture.response == wire
    assert step.capture.source == SOURCE


@given(st.binary(max_size=200))
async def test_no_octets_are_too_strange_to_be_replayed(octets):
    for wire in (octets, b"HTTP/1.1 302 Found\r\n" + octets):
        ours = Fetcher(agent="a", clock=HastyClock(), transport=Replay({URL: recorded(wire)}.get))
        target = Target(url=URL, requested=URL)
        visit = Visit(id="0" * 32, site=None, role=Role.TARGET, target=target, due_at=THEN)
        seen = await ours.look(visit, FetchConfig())
        assert seen.steps[0].capture.response == wire


@pytest.mark.parametrize(
    ("truncated", "reason"),
    [
        (Truncation.LENGTH, "too_large"),
        (Truncation.TIME, "timeout"),
        (Truncation.DISCONNECT, "disconnected"),
    ],
)
async def test_a_record_that_says_it_is_cut_short_is_no_whole_page(replay, page, truncated, reason):
    seen = await replay(recorded(page(), truncated=truncated))
    (step,) = seen.steps
    assert step.outcome.reason == reason
    assert step.capture.truncated is truncated
    assert step.capture.response == page()


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("http://news.example", "http://news.example/"),
        ("http://NEWS.example:80/a#b", "http://news.example/a"),
        ("https://news.example:8443/%ed?x", "https://news.example:8443/%ed?x"),
        ("http://news.example/é", "http://news.example/%C3%A9"),
    ],
)
async def test_records_are_looked_up_by_the_url_that_would_go_out(replay, page, asked, found):
    seen = await replay(recorded(page(), url=found), url=asked)
    assert seen.outcome == Captured()
