"""Sitemaps: XML, indexes, text, gzip, and what else comes in their place."""

import gzip

import pytest
from pydantic import TypeAdapter

from pipeline.discover.config import DiscoverConfig, TargetsConfig
from pipeline.discover.find import find, following
from pipeline.discover.mentions import MOST
from pipeline.discover.seeds import seeds

SITEMAP = {"sitemap": "https://example.org/maps/sitemap.xml"}
NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def urlset(*places, namespace=NAMESPACE, encoding="UTF-8"):
    urls = "".join(f"<url>{place}</url>" for place in places)
    return f'<?xml version="1.0" encoding="{encoding}"?><urlset {namespace}>{urls}</urlset>'


def seed_of(rules):
    return seeds(TypeAdapter(DiscoverConfig).validate_python([rules]))[0]


def urls(found):
    return [link.url for link in found.links]


def test_places_come_in_order_with_their_last_change(look):
    found = look(
        SITEMAP,
        urlset(
            "<loc> https://example.org/b\n</loc><lastmod>2026-03-03</lastmod>",
            "<loc><![CDATA[https://example.org/a]]></loc>",
        ),
    )
    assert urls(found) == ["https://example.org/b", "https://example.org/a"]
    assert [link.dated for link in found.links] == ["2026-03-03", None]
    assert found.faults == ()


def test_a_sitemap_without_its_namespace_is_one(look):
    assert urls(look(SITEMAP, urlset("<loc>/a</loc>", namespace=""))) == ["https://example.org/a"]


def test_news_tell_title_and_date_and_images_tell_nothing(look):
    found = look(
        SITEMAP,
        urlset(
            "<image:image><image:loc>https://example.org/i.png</image:loc>"
            "<image:title>A pier</image:title></image:image>"
            "<loc>https://example.org/a</loc><lastmod>2026-03-04</lastmod>"
            "<news:news><news:publication><news:name>Post</news:name></news:publication>"
            "<news:publication_date>2026-03-03T09:00:00+09:00</news:publication_date>"
            "<news:title>New pier</news:title></news:news>",
            namespace=f'{NAMESPACE} xmlns:news="urn:news" xmlns:image="urn:image"',
        ),
    )
    (link,) = found.links
    assert link.url == "https://example.org/a"
    assert (link.title, link.dated) == ("New pier", "2026-03-03T09:00:00+09:00")


def test_an_index_names_further_sitemaps_once_and_never_itself(look):
    found = look(
        SITEMAP,
        f"<sitemapindex {NAMESPACE}>"
        "<sitemap><loc>https://example.org/1.xml</loc></sitemap>"
        "<sitemap><loc>2.xml.gz</loc></sitemap>"
        "<sitemap><loc>https://example.org/1.xml</loc></sitemap>"
        "<sitemap><loc>https://example.org/maps/sitemap.xml</loc></sitemap>"
        "</sitemapindex>",
    )
    assert found.links == ()
    assert found.more == ("https://example.org/1.xml", "https://example.org/maps/2.xml.gz")


def test_indexes_of_indexes_end(look):
    index = "<sitemapindex><sitemap><loc>/deeper.xml</loc></sitemap></sitemapindex>"
    assert look(SITEMAP, index, page=2).more
    found = look(SITEMAP, index, page=3)
    assert found.more == ()
    assert "not followed" in found.faults[0]


def test_gzip_inside_is_unpacked_also_in_several_members(look):
    body = urlset("<loc>/a</loc>", "<loc>/b</loc>").encode()
    assert len(look(SITEMAP, gzip.compress(body)).links) == 2
    assert len(look(SITEMAP, gzip.compress(body[:70]) + gzip.compress(body[70:])).links) == 2


def test_a_gzip_file_that_is_cut_short_yields_what_came(look):
    body = gzip.compress(urlset(*(f"<loc>/{n:x}{n * n:x}</loc>" for n in range(500))).encode())
    found = look(SITEMAP, body[: len(body) // 2])
    assert 0 < len(found.links) < 500
    assert found.faults[0] == "the gzip file is cut short"


def test_a_gzip_bomb_is_cut(look):
    found = look(SITEMAP, gzip.compress(b"<urlset>" + b" " * 60_000_000, compresslevel=9))
    assert found.links == ()
    assert "unpacks to over" in found.faults[0]


def test_a_plain_text_sitemap_is_a_list_of_addresses(look):
    found = look(SITEMAP, "\ufeffhttps://example.org/1\r\n\nhttps://example.org/2\nnot one\n")
    assert urls(found) == ["https://example.org/1", "https://example.org/2"]


def test_a_feed_may_stand_for_a_sitemap(look):
    found = look(
        SITEMAP,
        '<rss version="2.0"><channel><item><link>https://example.org/a</link></item></channel></rss>',
    )
    assert urls(found) == ["https://example.org/a"]


@pytest.mark.parametrize("encoding", ["utf-16", "euc-kr"])
def test_other_charsets_are_read(look, encoding):
    body = urlset("<loc>https://example.org/항구</loc>", encoding=encoding).encode(encoding)
    assert urls(look(SITEMAP, body)) == ["https://example.org/%ED%95%AD%EA%B5%AC"]


def test_a_bare_ampersand_does_not_change_an_address(look):
    found = look(SITEMAP, urlset("<loc>/?a=1&b=2</loc>", "<loc>/?a=1&amp;b=3</loc>"))
    assert urls(found) == ["https://example.org/?a=1&b=2", "https://example.org/?a=1&b=3"]
    assert "malformed" in found.faults[0]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_sitemap_that_is_cut_short_yields_whole_addresses_alone(look, encoding):
    body = urlset("<loc>/first</loc>", "<loc>/second</loc>", encoding=encoding)
    for end in range(body.index("<url>"), len(body)):
        found = look(SITEMAP, body[:end].encode(encoding))
        assert set(urls(found)) <= {"https://example.org/first", "https://example.org/second"}
        assert found.faults


def test_white_space_before_the_declaration_is_overlooked(look):
    found = look(SITEMAP, "\n  " + urlset("<loc>/a</loc>"))
    assert urls(found) == ["https://example.org/a"]
    assert found.faults == ()


def test_entities_are_not_resolved_and_an_address_with_one_is_left_out(look, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("harbour")
    found = look(
        SITEMAP,
        f'<!DOCTYPE u [<!ENTITY x SYSTEM "{secret.as_uri()}"><!ENTITY y "yy">]><urlset>'
        "<url><loc>https://example.org/&x;</loc></url>"
        "<url><loc>https://example.org/&y;</loc></url>"
        "<url><loc>https://example.org/z</loc></url></urlset>",
    )
    assert urls(found) == ["https://example.org/z"]


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("<!DOCTYPE html><title>Home</title>", "an HTML page came"),
        ("", "no links"),
        (urlset(), "no links"),
        ("not found", "no links"),
        ("<urlset><url><loc>javascript:x</loc></url></urlset>", "no links"),
        ("<urlset>" + "<url>" * 5000, "malformed"),
        (b"<u>\xff\xfe<urlset", "malformed"),
        ("<?xml version='1.0' encoding='nonsense'?><urlset>", "malformed"),
        (b"\x1f\x8bnonsense", "gzip file is broken"),
    ],
)
def test_what_is_no_sitemap_yields_no_link_and_a_fault(look, body, fault):
    found = look(SITEMAP, body)
    assert found.links == ()
    assert fault in " ".join(found.faults)


def index(*children):
    sitemaps = "".join(
        f"<sitemap><loc>/{name}.xml</loc>{f'<lastmod>{when}</lastmod>' if when else ''}</sitemap>"
        for name, when in children
    )
    return f"<sitemapindex {NAMESPACE}>{sitemaps}</sitemapindex>"


def names(found):
    return [url.removeprefix("https://example.org/").removesuffix(".xml") for url in found.more]


def test_an_index_is_followed_from_its_last_change_backwards(look):
    found = look(
        SITEMAP,
        index(
            ("pages", None),
            ("old", "2024-12-31"),
            ("morning", "2026-03-04T08:00:00+09:00"),
            ("night", "2026-03-03T23:30:00Z"),
            ("day", " 2026-03-03 "),
            ("month", "2026-03"),
            ("year", "2025"),
            ("nonsense", "yesterday"),
            ("impossible", "2026-13-41"),
            ("minute", "2026-03-05T10:00"),
        ),
    )
    order = ["minute", "night", "morning", "day", "month", "year", "old"]
    assert names(found) == [*order, "pages", "nonsense", "impossible"]
    assert found.children[0].lastmod == "2026-03-05T10:00"
    assert found.children[3].lastmod == "2026-03-03"
    assert [seed.lastmod for seed in following(seed_of(SITEMAP), found)] == [
        child.lastmod for child in found.children
    ]


def test_without_a_date_the_day_in_a_name_is_one(look):
    children = ["posts-1", "news-2026-03-01", "news-20260304", "news-2026-02", "posts-2"]
    found = look(SITEMAP, index(*((name, None) for name in children)))
    assert names(found) == [
        "news-20260304",
        "news-2026-03-01",
        "news-2026-02",
        "posts-1",
        "posts-2",
    ]


def test_an_index_does_not_lead_back(look, stored):
    seed = seed_of(SITEMAP)
    found = look(SITEMAP, index(("deeper", None)))
    (deeper,) = following(seed, found)
    body = index(("maps/sitemap", None), ("deeper", None), ("new", None)).encode()
    again = find(deeper, stored(body, "text/xml", deeper.url), TargetsConfig())
    assert names(again) == ["new"]


def test_a_gzip_file_in_a_gzip_file_is_unpacked(look):
    body = gzip.compress(gzip.compress(urlset("<loc>/a</loc>").encode()))
    assert urls(look(SITEMAP, body)) == ["https://example.org/a"]


def test_an_address_in_cdata_is_not_mended_in_a_sitemap_that_is_malformed(look):
    body = urlset("<loc><![CDATA[https://example.org/?a=1&b=2]]></loc>", "<loc>/?c&d</loc>")
    assert urls(look(SITEMAP, body)) == ["https://example.org/?a=1&b=2", "https://example.org/?c&d"]


def test_prefixes_that_nobody_declared_are_overlooked(look):
    body = urlset(
        "<image:image><image:loc>/i.png</image:loc></image:image><loc>/a</loc>"
        "<news:news><news:title>Pier</news:title></news:news>"
    )
    (link,) = look(SITEMAP, body).links
    assert (link.url, link.title) == ("https://example.org/a", "Pier")


@pytest.mark.parametrize(
    ("body", "reason", "unread"),
    [
        ("<!doctype html><p>x", "html_instead", "html_instead"),
        ("<br><b>Warning</b>: no tide", "html_instead", "html_instead"),
        (urlset(), "empty", None),
        (gzip.compress(urlset("<loc>/a</loc>").encode(), mtime=0)[:20], "cut_short", "cut_short"),
        ("<urlset><url><loc>/a</lo", "malformed", "malformed"),
        ("<urlset><url><loc>/a</loc></url>", "malformed", None),
        (None, "unreadable", "unreadable"),
    ],
)
def test_nothing_there_is_told_from_not_to_be_read(look, body, reason, unread):
    found = look(SITEMAP, body)
    assert reason in [trouble.reason for trouble in found.troubles]
    assert found.unread == unread


def test_more_links_than_anybody_may_name_are_not_read(look):
    lines = "https://example.org/a\n" * (MOST + 5)
    found = look(SITEMAP, lines)
    assert (found.named, [trouble.reason for trouble in found.troubles]) == (1, ["too_many"])
