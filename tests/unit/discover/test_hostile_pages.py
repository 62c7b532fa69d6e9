"""Whatever bytes come: no reader fails, and none does more work than the bytes are many."""

import gzip
import sys

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from pipeline.discover.canonical import CanonicalConfig, canonical
from pipeline.discover.config import DiscoverConfig, TargetsConfig
from pipeline.discover.find import Found, find, following
from pipeline.discover.seeds import seeds

URL = "https://example.org/x"
RULES = TypeAdapter(DiscoverConfig).validate_python(
    [
        {"feed": URL},
        {"sitemap": URL},
        {"listing": URL, "links": "a", "dates": "i", "pages": {"next": "a", "most": 3}},
    ]
)
SEEDS = {seed.kind: seed for seed in seeds(RULES)}

RSS = (
    b'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><ttl>5</ttl><item>'
    b"<title>Tides &amp; locks</title><link>https://example.org/a?b=1&amp;c=2</link>"
    b"<guid isPermaLink='false'>1</guid><pubDate>Tue, 03 Mar 2026 09:00:00 GMT</pubDate>"
    b"<description><![CDATA[<p>x</p>]]></description></item></channel></rss>"
)
ATOM = (
    '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="/b/"><entry><title type="xhtml">'
    '<div xmlns="http://www.w3.org/1999/xhtml">항구</div></title><link href="a"/></entry></feed>'
).encode()
INDEX = (
    b"<sitemapindex><sitemap><loc>/1.xml</loc><lastmod>2026-03-04</lastmod></sitemap>"
    b"</sitemapindex>"
)
URLSET = (
    b"<urlset><url><loc>/a</loc><news:news><news:title>x</news:title></news:news></url></urlset>"
)
JSON = b'{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"1","url":"/a","title":"x"}]}'
HTML = (
    b"<!doctype html><base href=/b/><meta charset=euc-kr><ul><li><a href='a?q=\xc7\xd7'>x</a>"
    b"<i>1 May</i></ul><a href=?p=2>2</a>"
)
SITEMAP_LINES = b"https://example.org/1\n"
SOUND = [RSS, ATOM, INDEX, URLSET, JSON, HTML]
SOUND += [gzip.compress(RSS, mtime=0), RSS.decode().encode("utf-16"), SITEMAP_LINES]

PIECES = [b"<", b">", b"&", b";", b'"', b"{", b"[", b"]]>", b"<![CDATA[", b"<!--", b"-->", b"\0"]
PIECES += [b"<!ENTITY a 'b'>", b"<!DOCTYPE r [", b"&a;", b"&#55357;", b"&#x110000;", b"<?xml "]
PIECES += [b"?>", b"<item>", b"</item>", b"<link>", b"<loc>http://[", b"xml:base='::'", b"\x1f\x8b"]
alphabet = st.sampled_from([*PIECES, b"\xff", b"\xef\xbb"])


@st.composite
def broken(draw):
    """A sound page with pieces cut out, put in or told twice."""
    body = draw(st.sampled_from(SOUND))
    for _ in range(draw(st.integers(0, 6))):
        at, length = draw(st.integers(0, len(body))), draw(st.integers(0, 40))
        piece = draw(alphabet | st.binary(max_size=4) | st.just(body[at : at + length]))
        body = body[:at] + piece + body[at + draw(st.sampled_from([0, length])) :]
    return body[: draw(st.integers(0, len(body)))] if draw(st.booleans()) else body


@pytest.mark.parametrize("kind", SEEDS)
@settings(max_examples=150, deadline=None)
@given(
    body=st.one_of(
        broken(), st.binary(max_size=200), st.lists(alphabet, max_size=30).map(b"".join)
    ),
    content_type=st.sampled_from(
        [None, "text/html", "application/xml; charset=euc-kr", "\0;charset="]
    ),
)
@example(body=b"", content_type=None)
@example(body=b"\x1f\x8b", content_type=None)
def test_any_bytes_are_found_in_or_are_a_trouble(stored, kind, body, content_type):
    seed = SEEDS[kind]
    found = find(seed, stored(body, content_type, URL), TargetsConfig())
    assert isinstance(found, Found)
    assert found.links or found.children or found.troubles
    assert found.named == found.wanted == len({link.url for link in found.links})
    for url in (*(link.url for link in found.links), *(one.url for one in following(seed, found))):
        assert url.startswith(("http://", "https://"))
        assert url != URL or kind != "listing" or url in {link.url for link in found.links}


def steps(work):
    """How many Python and C functions are called to do `work`."""
    count = 0

    def step(_frame, event, _argument):
        nonlocal count
        count += event in {"call", "c_call"}

    sys.setprofile(step)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("kind", ["feed", "sitemap"])
@pytest.mark.parametrize(
    "piece",
    [
        "<item/>",
        "<item>",
        "<item><link>/a</link></item>",
        "<entry xml:base='b/'>",
        "<item><title>&lt;b&gt;",
        "<url><loc>/a</loc></url>",
        "<sitemap><loc>/a</loc>",
        "&",
        "&a;",
        "<![CDATA[",
        "<!--",
        "<a:b xmlns:a='c'>",
        "</a>",
    ],
)
def test_twice_the_bytes_are_twice_the_work_at_most(stored, kind, piece):
    def work(times):
        body = f"<rss><channel><item>{piece * times}".encode()
        block = stored(body, "text/xml", URL)
        return steps(lambda: find(SEEDS[kind], block, TargetsConfig()))

    work(10)
    assert work(800) <= 2.5 * work(400) + 200


def test_a_listing_that_is_nested_without_end_is_not_parsed(look):
    """Parsing it would take minutes, and the poll would be the daemon's last."""
    found = look(
        {"listing": "https://example.org/", "links": "a.story"},
        "<div>" * 200_000 + "<a class=story href=/a>a</a>",
    )
    assert found.unread == "unreadable"


@pytest.mark.parametrize("wrap", [bytes, gzip.compress])
def test_a_million_empty_gzip_members_are_read_one_behind_the_other(stored, wrap):
    """Copying what lies behind each of them would take hours, and the poll would not end."""
    body = wrap(gzip.compress(b"", mtime=0) * 1_000_000 + gzip.compress(SITEMAP_LINES))
    found = find(SEEDS["sitemap"], stored(body, None, URL), TargetsConfig())
    assert [link.url for link in found.links] == ["https://example.org/1"]


def test_an_address_that_ends_in_the_same_suffix_without_end_has_a_name():
    rules = CanonicalConfig(strip_suffix=("/amp", "/a"))
    assert canonical(f"{URL}{'/amp//a' * 50_000}/", rules) == f"{URL}{'/' * 50_001}"
