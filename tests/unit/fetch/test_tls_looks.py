"""Who answered over TLS is known, and nobody unknown is listened to."""

from __future__ import annotations

import asyncio
import ssl
from datetime import UTC, datetime

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


@pytest.fixture
def recording(fetcher, visit, config, trusting):
    """Looks at a URL whose site may fail to be verified."""
    ours = fetcher(verify=trusting)

    async def once(url, **fields):
        return await ours.look(visit(url), config(**({"tls": "record"} | fields)))

    return once


def self_signed():
    """A certificate that nobody vouches for, by a server that sends it as its own authority."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    return context


def incomplete(authority):
    """A certificate of an authority between, which the server does not send."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    leaf = authority.create_child_ca().issue_cert("127.0.0.1")
    with (
        leaf.private_key_pem.tempfile() as key,
        leaf.cert_chain_pems[0].tempfile() as chain,
    ):
        context.load_cert_chain(chain, key)
    return context


def expired(authority):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    over = datetime(2020, 1, 1, tzinfo=UTC)
    authority.issue_cert("127.0.0.1", not_before=over, not_after=over).configure_cert(context)
    return context


def of_another_name(authority):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("news.example").configure_cert(context)
    return context


def ancient(authority):
    """A server that speaks TLS 1.0 alone."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.maximum_version = ssl.TLSVersion.TLSv1
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


BROKEN = {
    "self-signed": lambda _: self_signed(),
    "incomplete": incomplete,
    "expired": expired,
    "another name": of_another_name,
    "ancient": ancient,
}


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1 is deprecated:DeprecationWarning")
@pytest.mark.parametrize("make", BROKEN.values(), ids=BROKEN)
async def test_what_cannot_be_verified_is_fetched_where_a_site_is_let_and_noted(
    serve, say, page, recording, authority, make
):
    async with serve(say(page()), context=make(authority)) as server:
        refused = await recording(server.url, tls="verify")
        seen = await recording(server.url)
        again = await recording(server.url)
    assert refused.outcome.reason in ("tls", "connect")  # who is too old may hang up on us
    assert seen.outcome == again.outcome == Captured()
    peer = seen.steps[0].capture.peer
    assert peer == again.steps[0].capture.peer
    assert peer.tls_verified is False
    assert peer.certificate
    assert seen.steps[0].capture.response == page()


async def test_where_it_can_be_verified_it_is_whatever_the_site_lets_pass(
    serve, say, page, recording, server_context
):
    async with serve(say(page()), context=server_context("127.0.0.1")) as server:
        seen = await recording(server.url)
    assert seen.steps[0].capture.peer.tls_verified is True


async def test_a_connection_that_was_not_verified_serves_no_site_that_wants_it_to_be(
    serve, say, page, recording
):
    async with serve(say(page()), context=self_signed()) as server:
        assert (await recording(server.url)).outcome == Captured()
        assert (await recording(server.url, tls="verify")).outcome.reason == "tls"


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
