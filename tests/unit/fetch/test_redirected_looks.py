"""Every hop is a capture of its own, and a look never ends in one."""

from __future__ import annotations

import httpx
import pytest

from pipeline.fetch.asking import ask
from pipeline.fetch.transport import WireTransport
from pipeline.fetch.trust import Trust
from pipeline.model import Captured, Gone, Redirected, Validators


def to(location, status=b"302 Found", body=b""):
    return b"HTTP/1.1 %b\r\nLocation: %b\r\nContent-Length: %d\r\n\r\n%b" % (
        status,
        location,
        len(body),
        body,
    )


@pytest.fixture
def route(serve, page):
    """A server that answers by path."""

    def make(answers):
        async def script(talk):
            while True:
                request = await talk.head()
                await talk.say(answers.get(request.split()[1], page(status=b"404 Not Found")))

        return serve(script)

    return make


@pytest.mark.parametrize("status", [b"301 Moved", b"302 F", b"303 O", b"307 T", b"308 P"])
async def test_each_hop_is_kept_with_its_bytes(route, page, look, status):
    first = to(b"b?x=1#part", status, b"moved <a>")
    async with route({b"/a": first, b"/b?x=1": page()}) as server:
        seen = await look(server.url + "/a")
    hop, last = seen.steps
    assert hop.outcome == Redirected(f"{server.url}/b?x=1")
    assert hop.capture.response == first
    assert last.outcome == Captured()
    assert last.capture.url == f"{server.url}/b?x=1"
    assert last.capture.attempt == 1


async def test_a_loop_fails_at_the_hop_that_closes_it(route, look):
    async with route({b"/a": to(b"/b"), b"/b": to(b"/a#again")}) as server:
        seen = await look(server.url + "/a")
    assert [step.outcome.name for step in seen.steps] == ["redirected", "failed"]
    assert seen.outcome.reason == "redirect_loop"


async def test_a_page_that_redirects_to_itself_is_a_loop(route, look):
    async with route({b"/": to(b"/", b"301 Moved")}) as server:
        seen = await look(server.url)
    assert seen.outcome.reason == "redirect_loop"
    assert len(seen.steps) == 1


async def test_ten_redirects_are_followed_and_eleven_are_not(route, page, look):
    answers = {b"/%d" % number: to(b"/%d" % (number + 1)) for number in range(11)}
    async with route(answers | {b"/11": page()}) as server:
        ten = await look(server.url + "/1")
        eleven = await look(server.url + "/0")
    assert (len(ten.steps), ten.outcome) == (11, Captured())
    assert (len(eleven.steps), eleven.outcome.reason) == (11, "too_many_redirects")


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        (b"ftp://files.example/a", "unsupported_scheme"),
        (b"javascript:alert(1)", "unsupported_scheme"),
        (b"file:///etc/passwd", "unsupported_scheme"),
        (b"http://[::1", "invalid_redirect"),
        (b"http://a:99999/", "invalid_redirect"),
        (b"http://", "invalid_redirect"),
        (b"", "redirect_without_location"),
        (b"/" + b"x" * 9000, "url_too_long"),
    ],
)
async def test_a_redirect_that_leads_nowhere_fails_with_its_bytes(route, look, location, reason):
    async with route({b"/": to(location)}) as server:
        seen = await look(server.url)
    (step,) = seen.steps
    assert step.outcome.reason == reason
    assert step.capture.response == to(location)


async def test_a_location_outside_ascii_is_asked_for_percent_encoded(route, page, look):
    asked = "/한 글".encode()
    encoded = b"/%ED%95%9C%20%EA%B8%80"
    async with route({b"/": to(asked), encoded: page()}) as server:
        seen = await look(server.url)
    assert seen.outcome == Captured()
    assert seen.steps[1].capture.url == server.url + encoded.decode()


async def test_validators_go_to_the_target_alone(route, page, look):
    async with route({b"/a": to(b"/b"), b"/b": page()}) as server:
        validators = Validators(etag='"1"', last_modified=None, record_id="urn:uuid:1")
        seen = await look(server.url + "/a", validators=validators)
    first, second = (step.capture.request for step in seen.steps)
    assert b'If-None-Match: "1"\r\n' in first
    assert b"If-None-Match" not in second


class Outside(httpx.AsyncBaseTransport):
    """Takes one loopback server for a public one; everything else is judged as always."""

    def __init__(self, port):
        self.port = port
        self.open = WireTransport(trust=Trust(), allow_private=True)
        self.guarded = WireTransport(trust=Trust())

    async def handle_async_request(self, request):
        chosen = self.open if request.url.port == self.port else self.guarded
        return await chosen.handle_async_request(request)

    async def aclose(self):
        await self.open.aclose()


@pytest.mark.parametrize(
    ("host", "why"),
    [
        (b"127.0.0.1:1", "loopback"),
        (b"[::ffff:127.0.0.1]:1", "loopback"),
        (b"[::1]:22", "loopback"),
        (b"0:1", "unspecified"),
        (b"0x7f.1:1", "loopback"),
        (b"localhost:6379", "loopback"),
        (b"10.0.0.1:80", "private"),
        (b"169.254.169.254", "metadata"),
        (b"[fd00:ec2::254]", "private"),
        (b"[64:ff9b::a9fe:a9fe]", "metadata"),
    ],
)
async def test_the_guard_judges_every_hop(route, visit, config, fetcher, host, why):
    async with (
        route({b"/": to(b"http://" + host + b"/latest/meta-data/")}) as server,
        Outside(server.port) as outside,
    ):
        seen = await fetcher(transport=outside).look(visit(server.url), config())
    hop, last = seen.steps
    assert isinstance(hop.outcome, Redirected)
    assert last.outcome.name == "skipped"
    assert last.outcome.reason == "private_address"
    assert f"({why})" in last.outcome.detail
    assert last.capture.request == b""
    assert last.capture.peer is None


async def test_loopback_is_refused_unless_allowed(route, page, fetcher, visit, config):
    async with route({b"/": page()}) as server:
        seen = await fetcher(allow_private=False).look(visit(server.url), config())
        assert not server.talks
    assert seen.outcome.name == "skipped"
    assert seen.outcome.reason == "private_address"
    assert len(seen.steps) == 1


async def test_a_redirect_to_a_page_that_is_gone_is_gone(route, look):
    async with route({b"/": to(b"/gone")}) as server:
        seen = await look(server.url)
    assert seen.outcome == Gone("not_found")


async def test_credentials_stay_with_the_host_they_are_for(route, page, look):
    async with route({b"/": page()}) as other:
        answers = {b"/a": to(b"/b"), b"/b": to(other.url.encode())}
        async with route(answers) as server:
            headers = {"Cookie": "a=b", "Authorization": "Basic eA==", "X-Kept": "1"}
            seen = await look(server.url + "/a", headers=headers)
    home, onward, away = (step.capture.request for step in seen.steps)
    assert b"Cookie: a=b" in home
    assert b"Cookie: a=b" in onward
    assert b"Authorization: Basic eA==" in onward
    assert b"Cookie" not in away
    assert b"Authorization" not in away
    assert b"X-Kept: 1" in away


@pytest.mark.parametrize(
    ("onward", "told"),
    [
        ("https://news.example/", True),
        ("http://news.example:8080/", False),
        ("http://news.example/b", True),
        ("http://other.example/", False),
        ("https://www.news.example/", False),
    ],
)
def test_credentials_follow_to_the_same_host_and_to_its_tls(onward, told):
    assert ask("http://news.example/a").is_home_of(ask(onward)) is told


def test_credentials_do_not_leave_tls():
    assert not ask("https://news.example/a").is_home_of(ask("http://news.example/a"))
