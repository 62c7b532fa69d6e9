"""Posting: one answer in full or a plain error, in bounded time and bounded room."""

from __future__ import annotations

import asyncio
import socket
import ssl

import pytest
import trustme

from pipeline.fetch.post import PostAnswer, Poster

KIND = "application/timestamp-query"


def poster(**fields):
    given = {"agent": "Dateline/0 (tests)", "timeout_s": 5.0, "allow_private": True} | fields
    return Poster(**given)


async def test_body_type_and_name_arrive_and_nothing_else_is_said(serve, page):
    heard = []

    async def script(talk):
        head = await talk.head()
        heard.append((head.decode().split("\r\n")[:-2], await talk.reader.readexactly(5)))
        await talk.say(page(b"\x30\x00", Content_Type="application/timestamp-reply"))

    async with serve(script) as server:
        answer = await poster()(server.url + "/tsr?a=b", b"hello", KIND)
    assert answer == PostAnswer(
        status=200, content_type="application/timestamp-reply", octets=b"\x30\x00"
    )
    (lines, body) = heard[0]
    assert body == b"hello"
    assert sorted(lines) == sorted(
        [
            "POST /tsr?a=b HTTP/1.1",
            f"Host: 127.0.0.1:{server.port}",
            "User-Agent: Dateline/0 (tests)",
            "Accept-Encoding: identity",
            f"Content-Type: {KIND}",
            "Content-Length: 5",
        ]
    )


@pytest.mark.parametrize("status", [b"404 Not Found", b"409 Conflict", b"503 Away"])
async def test_any_status_is_an_answer(serve, say, page, status):
    async with serve(say(page(b"7\n", status))) as server:
        answer = await poster()(server.url, b"x", KIND)
    assert (answer.status, answer.octets, answer.content_type) == (int(status[:3]), b"7\n", "")


async def test_redirects_are_not_followed_and_cookies_not_kept(serve, page):
    asked = []

    async def script(talk):
        asked.append(await talk.head())
        await talk.say(page(b"", b"307 Over There", Location="/other", Set_Cookie="a=b"))

    async with serve(script) as server:
        post = poster()
        assert [(await post(server.url, b"", KIND)).status for _ in range(2)] == [307, 307]
    assert len(asked) == 2
    assert b"cookie" not in asked[1].lower()


async def test_an_answer_in_chunks_is_put_together(serve, say):
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    async with serve(say(head + b"2\r\nab\r\n1\r\nc\r\n0\r\n\r\n")) as server:
        assert (await poster()(server.url, b"", KIND)).octets == b"abc"


async def test_silence_is_a_timeout(serve):
    async def silent(talk):
        await talk.head()
        await talk.reader.read()

    async with serve(silent) as server:
        with pytest.raises(TimeoutError):
            await poster(timeout_s=0.05)(server.url, b"", KIND)


async def test_a_drip_that_never_ends_is_a_timeout(serve):
    async def dripping(talk):
        await talk.answer(b"HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n")
        while True:
            await talk.say(b".", pause=0.01)

    async with serve(dripping) as server:
        with pytest.raises(TimeoutError, match=r"0\.2 s"):
            await poster(deadline_s=0.2)(server.url, b"", KIND)


@pytest.mark.parametrize(
    "octets",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n" + b"a" * 1001,
        b"HTTP/1.1 200 OK\r\n\r\n" + b"a" * 100_000,
        b"HTTP/1.1 200 OK\r\nX: " + b"a" * 200_000,
        b"220 smtp.example ESMTP\r\n\r\n",
        b"<html>\r\n\r\n",
    ],
)
async def test_what_is_too_long_or_no_http_is_no_answer(serve, octets):
    async def script(talk):
        await talk.answer(octets)
        await talk.reader.read()

    async with serve(script) as server:
        with pytest.raises(ValueError):
            await poster(max_octets=1000, timeout_s=10)(server.url, b"", KIND)


async def test_as_much_as_is_read_at_most_is_an_answer(serve, say, page):
    async with serve(say(page(b"a" * 1000))) as server:
        answer = await poster(max_octets=1000)(server.url, b"", KIND)
    assert len(answer.octets) == 1000


@pytest.mark.parametrize("url", ["", "ftp://a.example/", "a.example/tsr", "http://", "http://a b/"])
async def test_what_is_no_url_is_not_asked(url):
    with pytest.raises(ValueError):
        await poster()(url, b"", KIND)


async def test_nobody_there_is_a_lack_of_connection(nobody):
    with pytest.raises(ConnectionError, match="connect"):
        await poster()(nobody, b"", KIND)


async def test_half_an_answer_is_none(serve):
    async def script(talk):
        await talk.answer(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")

    async with serve(script) as server:
        with pytest.raises(ValueError, match="protocol"):
            await poster()(server.url, b"", KIND)


async def test_a_name_that_nobody_knows_is_a_lack_of_connection():
    async def resolve(_host, _port):
        raise socket.gaierror(socket.EAI_NONAME, "no such name")

    with pytest.raises(ConnectionError, match=r"dns: tsa\.example: no such name"):
        await poster(resolve=resolve)("http://tsa.example/", b"", KIND)


async def test_private_addresses_are_asked_only_when_that_is_allowed(serve, say, page):
    async with serve(say(page(b""))) as server:
        with pytest.raises(ConnectionError, match="private_address"):
            await poster(allow_private=False)(server.url, b"", KIND)
        assert not server.talks


async def test_an_unknown_certificate_is_a_lack_of_connection(serve, say, page):
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    async with serve(say(page(b"ok")), context=context) as server:
        with pytest.raises(ConnectionError, match="tls"):
            await poster()(server.url, b"", KIND)
        assert (await poster(verify=trusting)(server.url, b"", KIND)).octets == b"ok"


async def test_whoever_waits_can_be_called_away(serve):
    heard = asyncio.Event()

    async def silent(talk):
        await talk.head()
        heard.set()
        await talk.reader.read()

    async with serve(silent) as server:
        asking = asyncio.create_task(poster()(server.url, b"", KIND))
        await heard.wait()
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
