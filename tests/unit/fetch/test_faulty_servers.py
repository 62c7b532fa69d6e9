"""Whatever a server does, a look has an outcome and keeps the octets that came."""

from __future__ import annotations

import asyncio
import socket

import pytest

from pipeline.fetch import exchange
from pipeline.model import Captured, Failed, Look, Retried, Truncation


def outcome_of(seen: Look) -> tuple[str, Truncation | None]:
    return seen.outcome.reason, seen.steps[-1].capture.truncated


async def test_a_body_shorter_than_declared_is_a_disconnect(serve, say, look):
    wire = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"
    async with serve(say(wire, close=True)) as server:
        seen = await look(server.url)
    assert outcome_of(seen) == ("disconnected", Truncation.DISCONNECT)
    assert seen.steps[0].capture.response == wire


async def test_a_chunked_body_without_its_end_is_a_disconnect(serve, say, look):
    wire = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nhalf"
    async with serve(say(wire, close=True)) as server:
        seen = await look(server.url)
    assert outcome_of(seen) == ("disconnected", Truncation.DISCONNECT)


async def test_a_disconnect_is_retried(serve, say, page, look):
    cut = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"
    async with serve(say(cut, close=True), say(page())) as server:
        seen = await look(server.url, attempts=2)
    assert [step.outcome for step in seen.steps] == [Retried("disconnected"), Captured()]
    assert seen.steps[0].capture.response == cut


async def test_a_reset_is_a_disconnect(serve, look):
    async def script(talk):
        await talk.head()
        talk.reset()

    async with serve(script) as server:
        seen = await look(server.url)
    assert outcome_of(seen) == ("disconnected", None)
    assert seen.steps[0].capture.request == server.talks[0].heard


async def test_a_reset_in_the_body_keeps_what_came(serve, look):
    async def script(talk):
        await talk.answer(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", pause=0.05)
        talk.reset()

    async with serve(script) as server:
        seen = await look(server.url)
    assert outcome_of(seen) == ("disconnected", Truncation.DISCONNECT)
    assert seen.steps[0].capture.response == server.talks[0].said


async def test_a_server_that_says_nothing_is_a_disconnect(serve, look):
    async def script(talk):
        await talk.head()

    async with serve(script) as server:
        seen = await look(server.url)
    assert outcome_of(seen) == ("disconnected", None)


async def test_a_refused_port_is_retried_and_keeps_nothing(look, clock):
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        seen = await look(f"http://127.0.0.1:{held.getsockname()[1]}/", attempts=3)
    assert [step.outcome.name for step in seen.steps] == ["retried", "retried", "failed"]
    assert seen.outcome.reason == "connect"
    assert "refused" in seen.outcome.detail.lower() or "111" in seen.outcome.detail
    assert seen.steps[-1].capture.request == seen.steps[-1].capture.response == b""
    assert seen.steps[-1].capture.peer is None
    assert len(clock.slept) == 2


@pytest.mark.parametrize(
    "wire",
    [
        b"NOT HTTP AT ALL\r\n\r\n",
        b"HTTP/1.1 2000 OK\r\n\r\n",
        b"HTTP/1.1 000 Zero\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\nContent-Length: -3\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 400 + b"\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnot hex\r\nabc",
        b"HTTP/1.1 200 OK\r\nX: \x00\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 200_000,
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        b"\r\n" * 60_000,
    ],
)
async def test_what_is_no_http_is_a_protocol_failure(serve, look, wire):
    async def script(talk):
        await talk.answer(wire)
        await talk.reader.read()

    async with serve(script) as server:
        seen = await look(server.url, timeout="10s")
    assert seen.outcome.reason == "protocol"
    capture = seen.steps[0].capture
    assert wire.startswith(capture.response)
    assert capture.response


@pytest.mark.parametrize("pause", [0.0, 0.02])
async def test_what_a_server_says_before_it_is_asked_is_the_first_answer(serve, page, look, pause):
    async def script(talk):
        await talk.say(page(b"busy", status=b"503 Busy"), pause=pause)
        await talk.reader.read()

    async with serve(script) as server:
        seen = await look(server.url)
    assert seen.outcome.reason == "http_503"
    assert seen.steps[0].capture.response == server.talks[0].said


async def test_a_server_that_hangs_up_before_it_is_asked_is_a_disconnect(serve, look):
    async def script(_):
        return

    async with serve(script) as server:
        seen = await look(server.url)
    assert outcome_of(seen) == ("disconnected", None)


async def test_a_server_that_never_answers_times_out(serve, look):
    async def script(talk):
        await talk.head()
        await talk.reader.read()

    async with serve(script) as server:
        seen = await look(server.url, timeout="50ms", attempts=2)
    assert seen.steps[0].outcome == Retried("timeout")
    assert outcome_of(seen) == ("timeout", None)


async def test_a_silence_within_the_body_times_out(serve, look):
    async def script(talk):
        await talk.answer(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")
        await talk.reader.read()

    async with serve(script) as server:
        seen = await look(server.url, timeout="50ms")
    assert outcome_of(seen) == ("timeout", Truncation.TIME)
    assert seen.steps[0].capture.response.endswith(b"half")


async def test_a_drip_that_never_ends_meets_the_deadline_once(serve, look):
    async def script(talk):
        await talk.answer(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            await talk.say(b".", pause=0.005)

    async with serve(script) as server:
        seen = await look(server.url, deadline="100ms", attempts=3)
    assert len(seen.steps) == 1
    assert outcome_of(seen) == ("timeout", Truncation.TIME)
    assert seen.steps[0].capture.response.endswith(b"..")


async def test_a_drip_slower_than_the_least_speed_is_given_up_once(serve, look, monkeypatch):
    monkeypatch.setattr("pipeline.fetch.wire.WINDOW_S", 0.2)

    async def script(talk):
        await talk.answer(b"HTTP/1.1 200 OK\r\n\r\n" + b"a" * 1000)
        while True:
            await talk.say(b".", pause=0.005)

    async with serve(script) as server:
        seen = await look(server.url, min_speed=5000, attempts=3, deadline="10s")
    assert len(seen.steps) == 1
    assert outcome_of(seen) == ("too_slow", Truncation.TIME)
    assert seen.steps[0].capture.response.endswith(b"..")


async def test_a_head_that_drips_is_too_slow_as_well(serve, look, monkeypatch):
    monkeypatch.setattr("pipeline.fetch.wire.WINDOW_S", 0.1)

    async def script(talk):
        await talk.answer(b"HTTP/1.1 200 OK\r\nX: ")
        while True:
            await talk.say(b".", pause=0.005)

    async with serve(script) as server:
        seen = await look(server.url, min_speed=5000, deadline="10s")
    assert outcome_of(seen) == ("too_slow", Truncation.TIME)


async def test_how_long_a_server_thinks_is_no_matter_of_speed(serve, page, look, monkeypatch):
    monkeypatch.setattr("pipeline.fetch.wire.WINDOW_S", 0.05)

    async def script(talk):
        await talk.head()
        await asyncio.sleep(0.3)
        await talk.say(page())

    async with serve(script) as server:
        assert (await look(server.url, min_speed=10_000)).outcome == Captured()


async def test_a_page_that_is_fast_enough_in_every_window_is_whole(serve, say, look, monkeypatch):
    monkeypatch.setattr("pipeline.fetch.wire.WINDOW_S", 0.05)
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 30000\r\n\r\n"
    async with serve(say(head, *[b"x" * 1000] * 30, pause=0.01)) as server:
        assert (await look(server.url, min_speed=5000)).outcome == Captured()


async def test_a_slow_page_within_its_limits_is_whole(serve, say, look):
    wire = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"
    async with serve(say(wire, *[b"x"] * 5, pause=0.01)) as server:
        seen = await look(server.url, timeout="2s")
    assert seen.outcome == Captured()


async def test_a_body_of_the_most_octets_is_whole_and_one_more_is_too_large(serve, say, page, look):
    async with serve(say(page(b"x" * 1000))) as server:
        assert (await look(server.url, max_bytes=1000)).outcome == Captured()
        seen = await look(server.url, max_bytes=999, attempts=3)
    assert len(seen.steps) == 1
    assert outcome_of(seen) == ("too_large", Truncation.LENGTH)


async def test_a_body_without_end_stops_at_the_limit(serve, look):
    async def script(talk):
        await talk.answer(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            await talk.say(b"x" * 50_000)

    async with serve(script) as server:
        seen = await look(server.url, max_bytes="100kB")
    assert outcome_of(seen) == ("too_large", Truncation.LENGTH)
    assert 100_000 < len(seen.steps[0].capture.response) < 1_000_000


@pytest.mark.parametrize(
    ("head", "piece"),
    [
        (b"", b"HTTP/1.1 103 Early Hints\r\nLink: <" + b"a" * 5000 + b">\r\n\r\n"),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
            b"1;" + b"e" * 5000 + b"\r\nx\r\n",
        ),
    ],
)
async def test_framing_without_end_stops_too(serve, look, monkeypatch, head, piece):
    monkeypatch.setattr(exchange, "FRAMING_ROOM", 200_000)

    async def script(talk):
        await talk.answer(head)
        while True:
            await talk.say(piece * 10)

    async with serve(script) as server:
        seen = await look(server.url, max_bytes=10_000)
    assert outcome_of(seen) == ("too_large", Truncation.LENGTH)


async def test_a_look_that_is_cancelled_passes_it_on_and_frees_the_host(
    serve, say, page, fetcher, visit, config
):
    async def silent(talk):
        await talk.head()
        await talk.reader.read()

    ours = fetcher()
    async with serve(silent, say(page())) as server:
        task = asyncio.create_task(ours.look(visit(server.url), config()))
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert (await ours.look(visit(server.url), config())).outcome == Captured()


async def test_101_is_a_failure_and_spends_the_connection(serve, say, page, look):
    switching = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"
    async with serve(say(switching), say(page())) as server:
        assert isinstance((await look(server.url)).outcome, Failed)
        assert (await look(server.url)).outcome == Captured()
