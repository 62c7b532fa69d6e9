"""A server that cannot be verified is recorded as such, where its site is let be so."""

from __future__ import annotations

import asyncio
import ssl

import pytest
import trustme

from pipeline.model import Digest


@pytest.fixture
async def secret_press(press):
    """The press room behind a certificate that nobody vouches for."""
    certificate = trustme.CA().issue_cert("127.0.0.1")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    writers = set()

    async def serve(reader, writer):
        writers.add(writer)
        await press.serve(reader, writer)

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    press.base = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    press.certificate = ssl.PEM_cert_to_DER_cert(certificate.cert_chain_pems[0].bytes().decode())
    yield press
    server.close()
    for writer in writers:
        writer.transport.abort()
    await server.wait_closed()
    await asyncio.sleep(0)


@pytest.mark.parametrize(
    ("tls", "came_to"), [("record", ("captured", None)), ("verify", ("failed", "tls"))]
)
async def test_a_site_says_whether_it_may_be(
    secret_press, open_work, answer, story, evidence, declare, tls, came_to
):
    secret_press.pages["/news/1"] = answer(story())
    match = [secret_press.base.removeprefix("https://")]
    fetch = {"delay": "0s", "attempts": 1, "timeout": "5s", "tls": tls}
    register = declare(secret_press, match=match, fetch=fetch)
    async with open_work(register) as work:
        report = await work.look(secret_press.url("/news/1"))
    assert (report["outcome"], report["reason"]) == came_to
    entry = evidence().entries[-1]
    if tls == "record":
        assert entry.tls_verified is False
        assert entry.certificate == Digest.of(secret_press.certificate)
        kept = [bytes(one.block) for one in evidence().of_type("resource")]
        assert secret_press.certificate in kept
    else:
        assert (entry.tls_verified, secret_press.asked()) == (None, [])
