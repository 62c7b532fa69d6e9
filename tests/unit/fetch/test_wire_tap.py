"""A capture holds exactly the octets that the server heard and said."""

from __future__ import annotations

import asyncio
import gzip

from pipeline.model import Captured, Retried


async def test_a_plain_exchange_is_kept_octet_for_octet(serve, say, page, look):
    async with serve(say(page(X_Odd="  a  "))) as server:
        seen = await look(server.url + "/a")
    (step,) = seen.steps
    assert step.outcome == Captured()
    assert step.capture.request == server.talks[0].heard
    assert step.capture.response == server.talks[0].said
    assert step.capture.peer.ip == "127.0.0.1"
    assert step.capture.peer.port == server.port
    assert step.capture.peer.protocol == ("http/1.1",)
    assert step.capture.peer.tls_verified is None


async def test_chunk_framing_extensions_and_trailers_are_kept(serve, say, look):
    wire = (
        b"HTTP/1.1 200 OK\r\ntransfer-encoding:   chunked\r\nTrailer: X-Sum\r\n\r\n",
        b"4;note=1\r\nwiki\r\n",
        b"5\r\npedia\r\n0\r\nX-Sum: 9\r\n\r\n",
    )
    async with serve(say(*wire, pause=0.01)) as server:
        seen = await look(server.url)
    assert seen.outcome == Captured()
    assert seen.steps[0].capture.response == b"".join(wire)


async def test_a_content_coding_is_not_undone(serve, say, page, look):
    body = gzip.compress(b"<p>hello</p>" * 1000, mtime=0)
    wire = page(body, Content_Encoding="gzip")
    async with serve(say(wire)) as server:
        seen = await look(server.url)
    assert seen.steps[0].capture.response == wire


async def test_a_broken_content_coding_is_no_fault_of_the_exchange(serve, say, page, look):
    wire = page(b"this is no gzip", Content_Encoding="gzip")
    async with serve(say(wire)) as server:
        seen = await look(server.url)
    assert seen.outcome == Captured()


async def test_interim_responses_stand_before_the_final_one(serve, say, page, look):
    early = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n"
    async with serve(say(early, page(), pause=0.01)) as server:
        first = await look(server.url)
        second = await look(server.url)
    assert first.outcome == second.outcome == Captured()
    assert first.steps[0].capture.response == second.steps[0].capture.response == early + page()
    assert len(server.talks) == 1


async def test_two_exchanges_on_one_connection_share_no_octet(serve, page, look):
    async def script(talk):
        await talk.answer(page(b"one"))
        await talk.answer(page(b"two"))

    async with serve(script) as server:
        one = (await look(server.url + "/1")).steps[0].capture
        two = (await look(server.url + "/2")).steps[0].capture
    (talk,) = server.talks
    assert one.request + two.request == talk.heard
    assert (one.response, two.response) == (page(b"one"), page(b"two"))
    assert one.peer == two.peer


async def test_exchanges_at_the_same_time_keep_to_their_own_tapes(
    serve, page, visit, config, fetcher
):
    arrived = asyncio.Barrier(3)

    async def script(talk):
        request = await talk.head()
        await arrived.wait()
        path = request.split()[1]
        whole = page(path * 40_000)
        await talk.say(whole[:50], whole[50:70_000], whole[70_000:], pause=0.001)

    async with serve(script) as server:
        ours = fetcher()
        visits = [visit(f"{server.url}/{name}") for name in "abc"]
        looks = await asyncio.gather(*(ours.look(each, config(concurrency=3)) for each in visits))
    for name, seen in zip(b"abc", looks, strict=True):
        capture = seen.steps[0].capture
        assert capture.response == page(b"/%c" % name * 40_000)
        assert capture.request.startswith(b"GET /%c HTTP/1.1\r\n" % name)
    assert len(server.talks) == 3


async def test_an_idle_connection_that_the_server_closed_is_not_used_again(serve, page, look):
    async def script(talk):
        await talk.answer(page())

    async with serve(script) as server:
        for _ in range(3):
            seen = await look(server.url)
            assert seen.outcome == Captured()
            assert seen.steps[0].capture.response == page()
            await asyncio.sleep(0.02)
    assert len(server.talks) == 3


async def test_octets_sent_on_an_idle_connection_are_nobodys_answer(serve, say, page, look):
    async def chatty(talk):
        await talk.answer(page(b"one"))
        await talk.say(page(b"unasked"))
        await talk.head()

    async with serve(chatty, say(page(b"two"))) as server:
        await look(server.url)
        await asyncio.sleep(0.02)
        second = await look(server.url)
    assert second.steps[0].capture.response == page(b"two")


async def test_what_follows_a_body_of_declared_length_is_kept_and_answers_nothing(
    serve, say, page, look
):
    long = page(b"one") + page(b"smuggled")
    async with serve(say(long), say(page(b"two"))) as server:
        first = await look(server.url)
        second = await look(server.url)
    assert first.outcome == Captured()
    assert first.steps[0].capture.response == long
    assert second.steps[0].capture.response == page(b"two")
    assert len(server.talks) == 2


async def test_what_follows_a_chunked_body_answers_nothing(serve, say, page, look):
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n"
    async with serve(say(chunked + b"\r\n"), say(page(b"two"))) as server:
        await look(server.url)
        second = await look(server.url)
    assert second.steps[0].capture.response == page(b"two")


async def test_what_follows_a_bodiless_answer_answers_nothing(serve, say, page, look):
    bodiless = b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\nhello"
    async with serve(say(bodiless), say(page(b"two"))) as server:
        await look(server.url)
        second = await look(server.url)
    assert second.steps[0].capture.response == page(b"two")


async def test_a_connection_lost_between_two_requests_costs_a_retry_and_no_page(
    serve, page, look, say
):
    async def closes_on_the_second(talk):
        await talk.answer(page(b"one"))
        await talk.head()

    async with serve(closes_on_the_second, say(page(b"two"))) as server:
        await look(server.url)
        seen = await look(server.url, attempts=2)
    assert [step.outcome for step in seen.steps] == [Retried("disconnected"), Captured()]
    lost, whole = (step.capture for step in seen.steps)
    assert lost.response == b""
    assert lost.request == whole.request
    assert (lost.attempt, whole.attempt) == (1, 2)
    assert whole.response == page(b"two")


async def test_a_body_without_length_ends_with_the_connection(serve, say, look):
    wire = b"HTTP/1.0 200 OK\r\n\r\n<p>to the end"
    async with serve(say(wire, close=True)) as server:
        seen = await look(server.url)
    assert seen.outcome == Captured()
    assert seen.steps[0].capture.response == wire


async def test_no_cookie_is_stored_or_sent(serve, say, page, look):
    wire = page(Set_Cookie="session=1; Path=/")
    async with serve(say(wire)) as server:
        await look(server.url)
        await look(server.url)
    assert b"cookie" not in server.talks[0].heard.lower()


async def test_nothing_comes_from_the_environment(serve, say, page, look, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    async with serve(say(page())) as server:
        seen = await look(server.url)
    assert seen.outcome == Captured()


async def test_the_peer_is_known_although_the_server_has_closed(serve, page, look):
    async def script(talk):
        await talk.answer(page(Connection="close"))

    async with serve(script) as server:
        seen = await look(server.url)
    assert seen.steps[0].capture.peer.ip == "127.0.0.1"
