"""Who answered over TLS is known, and nobody unknown is listened to."""

from __future__ import annotations

import asyncio
import ssl

import pytest
import trustme

from pipeline.model import Captured, Failed


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture
def server_context(authority):
    def make(*names, version=None):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(*names).configure_cert(context)
        if version:
            context.maximum_version = version
        return context

    return make


@pytest.fixture
def trusting(authority):
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


@pytest.fixture
def look_with(fetcher, visit, config):
    """Looks at a URL with a TLS context, twice with the same connection if need be."""

    def make(verify):
        ours = fetcher(verify=verify)

        async def once(url):
            return await ours.look(visit(url), config())

        return once

    return make


@pytest.mark.parametrize(
    ("version", "word"),
    [(ssl.TLSVersion.TLSv1_2, "tls/1.2"), (ssl.TLSVersion.TLSv1_3, "tls/1.3")],
)
async def test_certificate_and_version_are_kept_with_the_plain_octets(
    serve, say, page, look_with, server_context, trusting, version, word
):
    context = server_context("127.0.0.1", version=version)
    look = look_with(trusting)
    async with serve(say(page(b"x" * 50_000)), context=context) as server:
        first = (await look(server.url)).steps[0]
        second = (await look(server.url)).steps[0]
        theirs = ssl.PEM_cert_to_DER_cert(
            await asyncio.to_thread(ssl.get_server_certificate, ("127.0.0.1", server.port))
        )
    assert first.outcome == second.outcome == Captured()
    assert first.capture.request + second.capture.request == server.talks[0].heard
    assert first.capture.response == page(b"x" * 50_000)
    assert first.capture.peer == second.capture.peer
    assert first.capture.peer.protocol == ("http/1.1", word)
    assert first.capture.peer.certificate == theirs
    assert first.capture.peer.tls_verified is True


async def test_an_unknown_certificate_is_refused_before_anything_is_said(
    serve, say, page, look, server_context, clock
):
    async with serve(say(page()), context=server_context("127.0.0.1")) as server:
        seen = await look(server.url, attempts=3)
        assert not server.talks
    (step,) = seen.steps
    assert step.outcome.reason == "tls"
    assert "certificate verify failed" in step.outcome.detail
    assert step.capture.request == step.capture.response == b""
    assert step.capture.peer.ip == "127.0.0.1"
    assert step.capture.peer.protocol == ()
    assert clock.slept == []


async def test_a_certificate_for_another_name_is_refused(
    serve, say, page, look_with, server_context, trusting
):
    async with serve(say(page()), context=server_context("news.example")) as server:
        seen = await look_with(trusting)(server.url)
    assert seen.outcome.reason == "tls"


async def test_an_unchecked_certificate_is_kept_as_such(
    serve, say, page, look_with, server_context
):
    lax = ssl.create_default_context()
    lax.check_hostname = False
    lax.verify_mode = ssl.CERT_NONE
    async with serve(say(page()), context=server_context("127.0.0.1")) as server:
        seen = await look_with(lax)(server.url)
    assert seen.outcome == Captured()
    assert seen.steps[0].capture.peer.tls_verified is False
    assert seen.steps[0].capture.peer.certificate


async def test_a_plain_server_behind_https_fails_in_tls(serve, look):
    async def script(talk):
        await talk.say(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await talk.reader.read()

    async with serve(script) as server:
        seen = await look(server.url.replace("http", "https"))
    assert seen.outcome.reason == "tls"


async def test_a_server_that_hangs_up_in_the_handshake_is_asked_again(serve, look):
    async def script(_):
        return

    async with serve(script) as server:
        seen = await look(server.url.replace("http", "https"), attempts=2)
    assert len(seen.steps) == 2
    assert isinstance(seen.outcome, Failed)
    assert seen.outcome.reason == "connect"


async def test_a_handshake_without_end_times_out(serve, look):
    async def script(talk):
        await talk.reader.read()

    async with serve(script) as server:
        seen = await look(server.url.replace("http", "https"), timeout="50ms")
    assert seen.outcome.reason == "timeout"
