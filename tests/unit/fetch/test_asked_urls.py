"""A URL goes out as it was given; what HTTP cannot carry is encoded or refused."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.fetch.asking import Asked, ask
from pipeline.fetch.fetcher import Fetcher
from pipeline.model import Captured, Failed


@pytest.mark.parametrize(
    ("given_path", "line"),
    [
        ("/?t=1&x=%ed%95%9c", b"/?t=1&x=%ed%95%9c"),
        ("/%ed%95%9c/%2F%7E~", b"/%ed%95%9c/%2F%7E~"),
        ("/a%zz?b=%", b"/a%zz?b=%"),
        ("/a;p=1,2/!$&'()*+,;=:@", b"/a;p=1,2/!$&'()*+,;=:@"),
        ("//two//slashes", b"//two//slashes"),
        ("", b"/"),
        ("?q", b"/?q"),
        ("/?", b"/?"),
        ("/?a=[1]&b=it's", b"/?a=[1]&b=it's"),
        ("/a#part", b"/a"),
        ("/a?b#part?c", b"/a?b"),
        ("/한글?q=조선", b"/%ED%95%9C%EA%B8%80?q=%EC%A1%B0%EC%84%A0"),
        ("/a b", b"/a%20b"),
        ('/"<>`{}|\\^', b"/%22%3C%3E%60%7B%7D|/%5E"),
        (" ", b"/"),
        ("/a\tb\r\nc", b"/abc"),
    ],
)
async def test_the_request_line_is_the_url_as_given(serve, say, page, look, given_path, line):
    async with serve(say(page())) as server:
        seen = await look(server.url + given_path)
    assert seen.outcome == Captured()
    assert server.talks[0].heard.split(b"\r\n")[0] == b"GET " + line + b" HTTP/1.1"


async def test_the_capture_is_named_by_the_url_as_given(serve, say, page, look):
    async with serve(say(page())) as server:
        plain = await look(server.url + "/%7e?x=%ed#part")
        other = await look(server.url + "/é")
    assert plain.steps[0].capture.url == server.url + "/%7e?x=%ed"
    assert other.steps[0].capture.url == server.url + "/%C3%A9"


async def test_headers_are_these_in_this_order(serve, say, page, look):
    async with serve(say(page())) as server:
        await look(server.url)
    assert server.talks[0].heard.split(b"\r\n")[1:] == [
        b"Host: 127.0.0.1:%d" % server.port,
        b"User-Agent: Dateline/0.1 (+https://dateline.example/)",
        b"Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        b"Accept-Encoding: gzip",
        b"",
        b"",
    ]


async def test_a_sites_own_headers_take_precedence(serve, say, page, look):
    async with serve(say(page())) as server:
        await look(
            server.url,
            user_agent="Reader/1",
            headers={"accept": "text/html", "Accept-Language": "ko, en;q=0.5", "Cookie": "a=b"},
        )
    heard = server.talks[0].heard
    assert heard.lower().count(b"accept:") == 1
    assert b"accept: text/html\r\n" in heard
    assert b"User-Agent: Reader/1\r\n" in heard
    assert b"Accept-Language: ko, en;q=0.5\r\n" in heard
    assert b"Cookie: a=b\r\n" in heard


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://news.example/" + "x" * 7981, "url_too_long"),
        ("ftp://news.example/", "unsupported_scheme"),
        ("data:text/html,hello", "unsupported_scheme"),
        ("http://", "invalid_url"),
        ("http://[::1", "invalid_url"),
        ("http://a:99999/", "invalid_url"),
        ("http://1.2.3.999/", "invalid_url"),
        ("http://127.0.0.01/", "invalid_url"),
        ("http://a b/", "invalid_url"),
        ("/no/host", "invalid_url"),
        ("", "invalid_url"),
        ("http://\ud800/", "invalid_url"),
    ],
)
async def test_what_cannot_be_asked_for_is_a_look_without_a_request(look, url, reason):
    seen = await look(url)
    (step,) = seen.steps
    assert isinstance(step.outcome, Failed)
    assert step.outcome.reason == reason
    assert len(step.capture.url) <= 8000
    assert step.capture.request == step.capture.response == b""


@pytest.mark.parametrize(
    ("url", "authority"),
    [
        ("http://News.Example/", "news.example:80"),
        ("https://news.example/", "news.example:443"),
        ("https://news.example:8443/", "news.example:8443"),
        ("http://[2001:db8::1]/", "[2001:db8::1]:80"),
        ("http://뉴스.example/", "xn--vg1b002a.example:80"),
        ("http://☃.example/", "xn--n3h.example:80"),
        ("http://xn--n3h.example/", "xn--n3h.example:80"),
    ],
)
def test_host_and_port_are_the_unit_of_politeness(url, authority):
    assert ask(url).authority == authority


@given(st.text(max_size=60))
@example("/0")
def test_no_text_is_too_strange_to_be_asked_for(text):
    for given_url in (text, "http://" + text, "http://h/" + text, "http://h:" + text):
        asked = ask(given_url)
        if isinstance(asked, Asked):
            assert asked.url.isascii()
            assert asked.wire.raw_path.startswith(b"/")
            assert asked.wire.raw_host


def test_a_fetcher_that_asks_for_nothing_costs_no_certificates(clock):
    assert Fetcher(agent="a", clock=clock)._trust._strict is None
