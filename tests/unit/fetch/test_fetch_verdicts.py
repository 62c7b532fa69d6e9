"""Each status is one outcome; Retry-After is obeyed and never believed blindly."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.fetch.faults import Fault
from pipeline.fetch.retries import CAP_S, LONGEST_S, Retry, Settle, decide, persist, retry_after_s
from pipeline.fetch.verdict import Answer, verdict
from pipeline.ground.clock import HastyClock
from pipeline.model import (
    Blocked,
    Captured,
    Failed,
    Gone,
    NotModified,
    Redirected,
    Retried,
    Validators,
)

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
URL = "https://news.example/a/b?c"


def answer(status, **headers):
    fields = [(name.replace("_", "-").encode(), value) for name, value in headers.items()]
    return Answer(status=status, headers=fields)


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (200, Captured()),
        (203, Captured()),
        (204, Failed("no_content")),
        (205, Failed("no_content")),
        (206, Failed("partial_content")),
        (304, Failed("unasked_not_modified")),
        (300, Failed("http_300")),
        (302, Failed("redirect_without_location")),
        (400, Failed("http_400")),
        (401, Blocked("http_401")),
        (403, Blocked("http_403")),
        (404, Gone("not_found")),
        (407, Blocked("http_407")),
        (410, Gone("gone")),
        (418, Failed("http_418")),
        (429, Blocked("http_429")),
        (451, Blocked("http_451")),
        (500, Failed("http_500")),
        (520, Failed("http_520")),
        (999, Failed("http_999")),
        (101, Failed("http_101")),
    ],
)
def test_a_status_is_one_outcome(status, outcome):
    assert verdict(answer(status), url=URL, conditional=False) == outcome


def test_304_means_the_same_only_to_one_who_asked():
    assert verdict(answer(304), url=URL, conditional=True) == NotModified()


@pytest.mark.parametrize(
    ("location", "absolute"),
    [
        (b"d", "https://news.example/a/d"),
        (b"//other.example", "https://other.example/"),
        (b"?x", "https://news.example/a/b?x"),
        (b" /e#f ", "https://news.example/e"),
        ("/ñ".encode("latin-1"), "https://news.example/%C3%B1"),
    ],
)
def test_a_location_is_read_against_the_url_that_was_asked(location, absolute):
    seen = verdict(answer(301, Location=location), url=URL, conditional=False)
    assert seen == Redirected(absolute)


@given(st.integers(0, 999), st.binary(max_size=80))
def test_no_status_and_no_location_is_too_strange_for_a_verdict(status, location):
    verdict(answer(status, location=location), url=URL, conditional=True)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        (b"120", 120.0),
        (b" 0 ", 0.0),
        (b"-5", None),
        (b"1.5", None),
        (b"soon", None),
        (b"", None),
        ("٣".encode(), None),
        (b"9" * 5000, LONGEST_S),
        (b"Sat, 21 Nov 2026 10:01:00 GMT", 60.0),
        (b"Saturday, 21-Nov-26 10:01:00 GMT", 60.0),
        (b"Sat Nov 21 10:01:00 2026", 60.0),
        (b"Sat, 21 Nov 2026 09:59:00 GMT", None),
        (b"Fri, 31 Dec 9999 23:59:59 GMT", LONGEST_S),
        (b"Sat, 21 Nov 99999 10:01:00 GMT", None),
        (b"Sat, 31 Dec 9999 23:59:59 -2359", None),
    ],
)
def test_retry_after_is_read_in_both_forms_and_nonsense_is_harmless(text, seconds):
    assert retry_after_s(answer(503, Retry_After=text), NOW) == seconds


def test_a_date_is_read_against_the_servers_own_clock():
    wrong = answer(
        503,
        Date=b"Sat, 21 Nov 2009 10:00:00 GMT",
        Retry_After=b"Sat, 21 Nov 2009 10:00:30 GMT",
    )
    assert retry_after_s(wrong, NOW) == 30.0


@given(st.binary(max_size=60), st.binary(max_size=60))
def test_no_octets_in_retry_after_or_date_do_harm(text, date):
    read = retry_after_s(answer(503, Retry_After=text, Date=date), NOW)
    assert read is None or 0 <= read <= LONGEST_S


def decided(seen, outcome, attempt=1, attempts=4, chance=1.0):
    return decide(seen, outcome, attempt=attempt, attempts=attempts, now=NOW, chance=chance)


def test_waits_double_up_to_the_cap_and_are_spread_over_all_of_it():
    waits = [
        decided(answer(503), Failed("http_503"), number, 10, chance).after_s
        for number, chance in [(1, 1), (2, 1), (3, 1), (9, 1), (3, 0.5), (3, 0)]
    ]
    assert waits == [1, 2, 4, CAP_S, 2, 0]


def test_a_short_wish_is_obeyed_and_a_long_one_settles_the_look():
    short = answer(429, Retry_After=b"60")
    long = answer(429, Retry_After=b"61")
    assert decided(short, Blocked("http_429"), chance=0) == Retry(60.0, "http_429")
    assert decided(long, Blocked("http_429")) == Settle(Blocked("http_429", retry_after_s=61.0))


def test_the_last_attempt_settles_and_says_how_long_the_server_wants():
    busy = answer(503, Retry_After=b"7")
    settled = decided(busy, Failed("http_503"), attempt=4)
    assert settled == Settle(Failed("http_503", retry_after_s=7.0))


@pytest.mark.parametrize("status", [200, 304, 400, 403, 404, 410, 501, 505, 520])
def test_what_will_stay_so_is_not_asked_again(status):
    seen = answer(status)
    outcome = verdict(seen, url=URL, conditional=True)
    assert decided(seen, outcome) == Settle(outcome)


def test_a_fault_is_retried_only_when_it_may_pass():
    lasting = Fault(outcome=Failed("tls"))
    passing = Fault(outcome=Failed("connect"), transient=True)
    assert decided(lasting, lasting.outcome) == Settle(Failed("tls"))
    assert decided(passing, passing.outcome, chance=0.25) == Retry(0.25, "connect")


async def test_what_is_settled_at_once_waits_for_nothing():
    settled = Settle(Captured())

    async def again():
        raise AssertionError

    assert await persist(settled, again, HastyClock()) is settled


async def test_the_busy_server_is_asked_again_after_its_time(serve, say, page, look, clock):
    busy = page(status=b"503 Busy", Retry_After="30")
    async with serve(say(busy, close=True), say(page())) as server:
        seen = await look(server.url, attempts=4)
    assert [step.outcome for step in seen.steps] == [Retried("http_503"), Captured()]
    assert seen.steps[0].capture.response == busy
    assert clock.slept == [30.0]
    first, second = (step.capture.began_at for step in seen.steps)
    assert second - first == timedelta(seconds=30)


async def test_a_server_that_asks_for_an_hour_is_left_alone(serve, say, page, look, clock):
    async with serve(say(page(status=b"429 Slow", Retry_After="3600"))) as server:
        seen = await look(server.url, attempts=4)
    (step,) = seen.steps
    assert step.outcome == Blocked("http_429", retry_after_s=3600.0)
    assert clock.slept == []


async def test_every_attempt_is_kept(serve, say, page, look, clock):
    async with serve(say(page(status=b"500 Oops"))) as server:
        seen = await look(server.url, attempts=4)
    assert [step.outcome.name for step in seen.steps] == ["retried"] * 3 + ["failed"]
    assert [step.capture.attempt for step in seen.steps] == [1, 2, 3, 4]
    assert seen.outcome == Failed("http_500")
    assert len(clock.slept) == 3


async def test_a_conditional_look_says_the_validators_verbatim(serve, say, look):
    unchanged = b'HTTP/1.1 304 Not Modified\r\nETag: "a"\r\n\r\n'
    async with serve(say(unchanged)) as server:
        validators = Validators(
            etag='W/"a b"', last_modified="yesterday, about noon", record_id="urn:uuid:1"
        )
        seen = await look(server.url, validators=validators)
    assert seen.outcome == NotModified()
    assert b'If-None-Match: W/"a b"\r\n' in server.talks[0].heard
    assert b"If-Modified-Since: yesterday, about noon\r\n" in server.talks[0].heard
    assert seen.steps[0].capture.response == unchanged


@pytest.mark.parametrize("etag", ['"a\r\nX: y"', '"é"', "", " "])
async def test_a_validator_that_cannot_be_said_again_is_left_out(serve, say, page, look, etag):
    async with serve(say(page())) as server:
        validators = Validators(etag=etag, last_modified=None, record_id="urn:uuid:1")
        seen = await look(server.url, validators=validators)
    assert seen.outcome == Captured()
    assert b"If-None-Match" not in server.talks[0].heard
