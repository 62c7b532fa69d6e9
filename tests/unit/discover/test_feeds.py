"""Feeds as publishers send them: well-formed, broken, or no feeds at all."""

import pytest

FEED = {"feed": "https://example.org/news/feed/"}


def rss(*items):
    channel = f"<channel><title>Harbour Post</title>{''.join(items)}</channel>"
    return f'<?xml version="1.0"?><rss version="2.0">{channel}</rss>'


def item(link, title="Tide tables", date="Tue, 03 Mar 2026 09:00:00 +0900"):
    return f"<item><title>{title}</title><link>{link}</link><pubDate>{date}</pubDate></item>"


def urls(found):
    return [link.url for link in found.links]


def test_links_come_in_the_order_of_the_feed_with_title_and_date_as_printed(look):
    found = look(FEED, rss(item("https://example.org/b"), item("https://example.org/a", "Ferry")))
    assert urls(found) == ["https://example.org/b", "https://example.org/a"]
    assert [link.title for link in found.links] == ["Tide tables", "Ferry"]
    assert found.links[0].dated == "Tue, 03 Mar 2026 09:00:00 +0900"
    assert found.faults == ()


def test_atom_takes_the_alternate_link_and_its_base(look):
    found = look(
        FEED,
        """<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://cdn.example/x/">
        <title>t</title><entry><title type="html">Locks &amp;amp; &lt;i&gt;weirs&lt;/i&gt;</title>
        <link rel="self" href="self"/><link rel="alternate" href="1"/>
        <updated>2026-03-03T00:00:00Z</updated></entry></feed>""",
    )
    assert urls(found) == ["https://cdn.example/x/1"]
    assert (found.links[0].title, found.links[0].dated) == ("Locks & weirs", "2026-03-03T00:00:00Z")


def test_relative_links_start_where_the_feed_was_found(look):
    found = look(FEED, rss(item("../a"), item("/b")), url="https://mirror.example/x/y/")
    assert urls(found) == ["https://mirror.example/x/a", "https://mirror.example/b"]


def test_a_permalink_guid_stands_for_a_missing_link(look):
    found = look(FEED, rss('<item><guid isPermaLink="true">https://example.org/g</guid></item>'))
    assert urls(found) == ["https://example.org/g"]


def test_rdf_feeds_are_feeds(look):
    found = look(
        FEED,
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
        ' xmlns="http://purl.org/rss/1.0/"><item><title>t</title>'
        "<link>https://example.org/r</link></item></rdf:RDF>",
    )
    assert urls(found) == ["https://example.org/r"]


def test_the_charset_of_the_declaration_is_used(look):
    text = rss(item("https://example.org/k", "항구 소식")).replace(
        '"1.0"?', '"1.0" encoding="euc-kr"?'
    )
    assert look(FEED, text.encode("euc-kr")).links[0].title == "항구 소식"


def test_links_are_canonical_distinct_and_filtered(look):
    found = look(
        FEED,
        rss(
            item("https://example.org/news/1?t=5"),
            item("http://www.example.org/news/1/"),
            item("https://example.org/sport/2"),
            item("https://example.org/news/3#x"),
            item("https://example.org/news/4/live"),
        ),
        allow=["/news/"],
        deny=["/live"],
        canonical={
            "drop_query": ["t"],
            "scheme": "https",
            "trailing_slash": "remove",
            "host": "example.org",
        },
    )
    assert urls(found) == ["https://example.org/news/1", "https://example.org/news/3"]
    assert [link.requested for link in found.links] == urls(found)


def test_links_that_lead_to_no_page_are_told_and_left_out(look):
    found = look(
        FEED, rss(item("mailto:desk@example.org"), item("https://example.org/a"), item(""))
    )
    assert urls(found) == ["https://example.org/a"]
    assert found.faults == ("2 of its entries have no usable link",)


def test_a_malformed_feed_is_read_as_far_as_it_goes(look):
    broken = rss(item("https://example.org/a", "Salt &nbsp; wind & rain"))[:-20]
    found = look(FEED, "\n\n" + broken)
    assert urls(found) == ["https://example.org/a"]
    assert "malformed" in found.faults[0]


def test_a_feed_that_is_cut_short_yields_whole_addresses_alone(look):
    body = rss(item("https://example.org/first"), item("https://example.org/second"))
    for end in range(body.index("<item>"), len(body), 3):
        found = look(FEED, body[:end])
        assert set(urls(found)) <= {"https://example.org/first", "https://example.org/second"}


def test_half_an_emoji_does_not_cost_the_feed(look):
    found = look(FEED, rss(item("https://example.org/a", "Gulls &#55357; again")))
    assert urls(found) == ["https://example.org/a"]
    assert found.links[0].title == "Gulls again"


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("<!doctype html><html><body><a href='/x'>x</a>", "an HTML page came"),
        ("<!-- busy --><HTML><body>Please wait", "an HTML page came"),
        ("<urlset><url><loc>https://example.org/a</loc></url></urlset>", "document of <urlset>"),
        ('{"version": "x"}', "JSON that is no feed came"),
        ("", "no XML came"),
        (b"\x00" * 64, "no XML came"),
        (rss(), "no entries"),
        ('<?xml version="1.0" encoding="\u00ff"?><rss/>'.encode("latin-1"), "no entries"),
    ],
)
def test_what_is_no_feed_yields_no_link_and_a_fault(look, body, fault):
    found = look(FEED, body)
    assert found.links == ()
    assert fault in " ".join(found.faults)


def test_a_body_that_could_not_be_decoded_is_a_fault(look):
    assert look(FEED, None).faults == ("the body cannot be read: its gzip is broken",)


def test_no_file_and_no_address_is_opened_for_a_feed(look, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("harbour master")
    found = look(
        FEED,
        f'<!DOCTYPE r [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
        + rss(item("https://example.org/a", "&x;")).removeprefix('<?xml version="1.0"?>'),
    )
    assert "harbour" not in repr(found)
    assert look(FEED, str(secret)).links == ()
    assert look(FEED, "http://127.0.0.1:9/feed").links == ()


def test_when_the_patterns_leave_nothing_that_is_said(look):
    found = look(FEED, rss(item("https://example.org/a")), allow=["/news/"])
    assert found.faults == ("allow and deny leave none of 1 links",)
