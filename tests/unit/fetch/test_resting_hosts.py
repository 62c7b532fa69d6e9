"""A host that asks for a pause gets it, and one that is down is left alone by growing pauses."""

from __future__ import annotations

import asyncio
import socket
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.fetch.faults import Fault
from pipeline.fetch.resting import (
    FIRST_REST,
    LONGEST_ASKED,
    LONGEST_REST,
    MOST_FAILURES,
    Health,
    Hosts,
    Sign,
    after,
    sign,
)
from pipeline.fetch.verdict import Answer
from pipeline.model import Captured, Failed, Skipped

BEGUN = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)  # the clock's
MINUTE = timedelta(minutes=1)


def answer(status, **fields):
    headers = [(name.encode(), str(value).encode()) for name, value in fields.items()]
    return Answer(status=status, headers=headers)


def fault(reason):
    return Fault(outcome=Failed(reason))


@pytest.mark.parametrize(
    ("seen", "heard", "told"),
    [
        (answer(200), True, Sign.WELL),
        (answer(304), True, Sign.WELL),
        (answer(403), True, Sign.WELL),
        (answer(404), True, Sign.WELL),
        (answer(429), True, Sign.REFUSING),
        (answer(500), True, Sign.ILL),
        (answer(503), True, Sign.ILL),
        (fault("connect"), False, Sign.ILL),
        (fault("dns"), False, Sign.ILL),
        (fault("tls"), False, Sign.ILL),
        (fault("timeout"), False, Sign.ILL),
        (fault("disconnected"), False, Sign.ILL),
        (fault("timeout"), True, None),
        (fault("disconnected"), True, None),
        (fault("protocol"), True, None),
        (fault("too_large"), True, None),
        (fault("not_in_replay"), False, None),
        (Fault(outcome=Skipped("private_address")), False, None),
    ],
)
def test_what_is_the_hosts_is_told_from_what_is_the_pages(seen, heard, told):
    assert sign(seen, heard=heard) is told


def fail(health, times, now=BEGUN):
    for _ in range(times):
        health = after(health, Sign.ILL, asked_s=None, now=now)
        now = health.until or now
    return health


def test_rests_begin_after_failures_in_a_row_grow_and_have_an_end():
    assert fail(Health(), MOST_FAILURES - 1).until is None
    now, health, rests = BEGUN, fail(Health(), MOST_FAILURES - 1), []
    for _ in range(40):
        health = after(health, Sign.ILL, asked_s=None, now=now)
        rests.append(health.until - now)
        now = health.until
    assert rests[:3] == [FIRST_REST, 2 * FIRST_REST, 4 * FIRST_REST]
    assert rests == sorted(rests)
    assert rests[-1] == LONGEST_REST


def test_failures_that_began_before_the_rest_make_it_no_longer():
    health = fail(Health(), MOST_FAILURES)
    late = after(health, Sign.ILL, asked_s=None, now=BEGUN + timedelta(seconds=1))
    assert late == health


def test_an_answer_makes_a_host_well_but_a_pause_that_it_asked_for_is_kept():
    ill = fail(Health(), MOST_FAILURES)
    assert after(ill, Sign.WELL, asked_s=None, now=BEGUN).until is None
    asked = after(ill, Sign.REFUSING, asked_s=3600.0, now=BEGUN)
    well = after(asked, Sign.WELL, asked_s=None, now=BEGUN)
    assert (well.failures, well.until) == (0, BEGUN + timedelta(hours=1))


def test_a_second_refusal_without_a_time_is_a_rest():
    once = after(Health(), Sign.REFUSING, asked_s=None, now=BEGUN)
    twice = after(once, Sign.REFUSING, asked_s=None, now=BEGUN)
    assert (once.until, twice.until) == (None, BEGUN + FIRST_REST)


@given(
    st.lists(
        st.tuples(st.sampled_from(Sign), st.none() | st.floats(0, 1e9), st.integers(0, 10**6)),
        max_size=30,
    )
)
def test_no_history_makes_a_rest_longer_than_the_longest(history):
    health, now, asked_until = Health(), BEGUN, BEGUN
    for told, asked_s, passed_s in history:
        now += timedelta(seconds=passed_s)
        health = after(health, told, asked_s=asked_s, now=now)
        if asked_s is not None:
            asked_until = max(asked_until, now + min(timedelta(seconds=asked_s), LONGEST_ASKED))
        if health.until is not None:
            assert health.until <= max(now + LONGEST_REST, asked_until)
        if asked_s is not None and asked_s > 0:
            assert health.until >= now + min(timedelta(seconds=asked_s), LONGEST_ASKED)


async def test_when_a_rest_is_over_one_request_finds_out_and_others_wait_for_it(clock):
    hosts = Hosts(clock)
    for _ in range(MOST_FAILURES):
        hosts.note("a:80", fault("connect"), heard=False)
    assert hosts.rests_until("a:80") == BEGUN + FIRST_REST
    assert hosts.rests_until("b:80") is None
    assert dict(hosts.resting()) == {"a:80": BEGUN + FIRST_REST}
    await clock.sleep(60)
    assert hosts.rests_until("a:80") is None
    hosts.begin("a:80")
    assert hosts.rests_until("a:80") > clock.now()
    hosts.end("a:80")
    hosts.note("a:80", answer(200), heard=True)
    assert hosts.rests_until("a:80") is None
    assert hosts.resting() == {}


async def test_what_was_known_before_is_taken_up(fetcher):
    ours = fetcher()
    ours.rest("a.example:443", BEGUN + MINUTE)
    assert ours.rests_until("https://a.example/x") == BEGUN + MINUTE
    assert ours.rests_until("http://a.example/x") is None
    assert ours.rests_until("mailto:a@a.example") is None
    assert dict(ours.resting()) == {"a.example:443": BEGUN + MINUTE}


async def test_retry_after_is_of_the_host_and_not_of_the_page_alone(
    serve, say, page, fetcher, visit, config
):
    ours = fetcher()
    async with serve(say(page(status=b"429 Slow Down", Retry_After=120))) as server:
        await ours.look(visit(server.url + "/a"), config())
        assert ours.rests_until(server.url + "/b") == BEGUN + 2 * MINUTE


async def test_a_look_that_begins_in_the_rest_goes_ahead_and_one_under_way_heeds_it(
    serve, page, fetcher, visit, config, clock
):
    said = [page(status=b"429 Slow Down", Retry_After=30), page(), page(), page()]
    told = []

    async def script(talk):
        while True:
            await talk.head()
            told.append(clock.now() - BEGUN)
            await talk.say(said.pop(0))

    ours = fetcher()
    async with serve(script) as server:
        begun = [ours.look(visit(server.url + path), config()) for path in ("/a", "/b")]
        first, second = await asyncio.gather(*begun)
        ours.rest(server.url.removeprefix("http://"), clock.now() + 5 * MINUTE)
        third = await ours.look(visit(server.url + "/c"), config())
    assert first.outcome.reason == "http_429"
    assert second.outcome == third.outcome == Captured()
    assert told == [timedelta(0), timedelta(seconds=30), timedelta(seconds=30)]


async def test_a_long_rest_ends_a_look_that_waits_for_its_turn(
    serve, say, page, fetcher, visit, config
):
    ours = fetcher()
    async with serve(say(page(status=b"503 Later", Retry_After=3600))) as server:
        looks = [ours.look(visit(server.url + path), config()) for path in ("/a", "/b")]
        first, second = await asyncio.gather(*looks)
        assert server.talks[0].heard.count(b"GET ") == 1
    assert first.outcome.reason == "http_503"
    assert (second.outcome.reason, second.outcome.retry_after_s) == ("resting", 3600.0)
    assert second.steps[0].capture.request == b""


async def test_a_redirect_to_a_host_that_rests_is_not_followed(
    serve, say, page, fetcher, visit, config
):
    ours = fetcher()
    async with serve(say(page())) as other:
        away = page(status=b"302 Found", Location=other.url + "/x")
        async with serve(say(away)) as server:
            ours.rest(other.url.removeprefix("http://"), BEGUN + 10 * MINUTE)
            seen = await ours.look(visit(server.url), config())
        assert other.talks == []
    assert [step.outcome.name for step in seen.steps] == ["redirected", "failed"]
    assert seen.outcome.reason == "resting"


async def test_retries_do_not_go_on_into_a_long_rest(fetcher, visit, config, clock):
    ours = fetcher(chance=lambda: 0.0)
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{held.getsockname()[1]}/"
        seen = await ours.look(visit(url), config(attempts=10))
        assert ours.rests_until(url) == clock.now() + 2 * FIRST_REST
    assert len(seen.steps) == MOST_FAILURES + 1
    assert seen.outcome.retry_after_s == (2 * FIRST_REST).total_seconds()
    assert sum(clock.slept) == FIRST_REST.total_seconds()


async def test_pages_that_are_gone_or_blocked_let_no_host_rest(
    serve, say, page, fetcher, visit, config
):
    ours = fetcher()
    for status in (b"404 Not Found", b"403 Forbidden", b"410 Gone"):
        async with serve(say(page(status=status))) as server:
            for _ in range(MOST_FAILURES + 1):
                await ours.look(visit(server.url), config())
            assert ours.rests_until(server.url) is None
