"""Feeds as publishers send them: well-formed, broken, or no feeds at all."""

import gzip
import itertools
import json
from datetime import timedelta

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


ATOM = 'xmlns="http://www.w3.org/2005/Atom"'


def atom(entry, attributes=""):
    return (
        f"<feed {ATOM} {attributes}><title>t</title><entry><title>x</title>{entry}</entry></feed>"
    )


@pytest.mark.parametrize(
    ("entry", "url"),
    [
        ('<link href="/a"/>', "https://example.org/a"),
        ('<link rel="enclosure" href="/a.mp3"/><link href="/a"/>', "https://example.org/a"),
        ('<link rel="self" href="/s"/><link rel="ALTERNATE" href="/a"/>', "https://example.org/a"),
        (
            '<link rel="http://www.iana.org/assignments/relation/alternate" href="/a"/>',
            "https://example.org/a",
        ),
        (
            '<link type="application/pdf" href="/a.pdf"/><link type="text/html" href="/a"/>',
            "https://example.org/a",
        ),
        ('<content type="text/html" src="/a"/>', "https://example.org/a"),
        ('<link xml:base="/x/" href="a"/>', "https://example.org/x/a"),
        ('<source><link href="/other"/></source><link href="/a"/>', "https://example.org/a"),
        ('<link rel="enclosure" href="/a.mp3"/><link rel="self" href="/s"/>', None),
        ("<id>https://example.org/id</id>", None),
    ],
)
def test_an_atom_entry_leads_to_its_page_and_not_to_what_hangs_on_it(look, entry, url):
    assert urls(look(FEED, atom(entry))) == ([url] if url else [])


def test_every_base_around_a_link_counts_from_without(look):
    entry = '<link href="c"/>'
    body = atom(entry, 'xml:base="https://cdn.example/a/"').replace(
        "<entry>", '<entry xml:base="b/">'
    )
    assert urls(look(FEED, body)) == ["https://cdn.example/a/b/c"]


@pytest.mark.parametrize(
    ("inside", "url"),
    [
        ("<link> \n https://example.org/a\n</link>", "https://example.org/a"),
        ("<link><![CDATA[https://example.org/?a=1&b=2]]></link>", "https://example.org/?a=1&b=2"),
        ("<link>https://example.org/?a=1&amp;b=2</link>", "https://example.org/?a=1&b=2"),
        ("<link>https://example.org/<!-- x -->a</link>", "https://example.org/a"),
        ("<guid isPermaLink='false'>https://example.org/g</guid>", None),
        ("<guid>https://example.org/g</guid>", "https://example.org/g"),
        ("<guid>12345</guid>", None),
        ("<guid>https://example.org/g</guid><link>/a</link>", "https://example.org/a"),
        ("<link/><guid>https://example.org/g</guid>", "https://example.org/g"),
        ("<link>javascript:x</link><guid>https://example.org/g</guid>", "https://example.org/g"),
        ("<enclosure url='https://example.org/a.mp3'/>", None),
        (
            (
                "<link>https://click.example/1</link><f:origLink"
                " xmlns:f='http://rssnamespace.org/feedburner/ext/1.0'>/a</f:origLink>"
            ),
            "https://example.org/a",
        ),
        (f"<link {ATOM} rel='self' href='/s'/><link>/a</link>", "https://example.org/a"),
        (f"<link {ATOM} href='/a'/>", "https://example.org/a"),
    ],
)
def test_an_rss_item_leads_to_its_page(look, inside, url):
    assert urls(look(FEED, rss(f"<item><title>x</title>{inside}</item>"))) == ([url] if url else [])


def test_an_old_rdf_feed_names_a_page_by_what_it_is_about(look):
    body = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
        ' xmlns="http://my.netscape.com/rdf/simple/0.9/">'
        '<item rdf:about="https://example.org/r"><title>t</title></item></rdf:RDF>'
    )
    assert urls(look(FEED, body)) == ["https://example.org/r"]


GOOD = rss(item("https://example.org/?a=1&amp;b=2", "Tides &amp; locks"))


@pytest.mark.parametrize(
    "body",
    [
        GOOD,
        f"\ufeff{GOOD}",
        f"\n\n  {GOOD}",
        f"<br />\n<b>Warning</b>: too many gulls in <b>/tide.php</b><br />\n{GOOD}",
        "<!-- cached -->" + GOOD.removeprefix('<?xml version="1.0"?>'),
        f"{GOOD}<!-- served in 3 s --><script>track()</script>",
        GOOD.replace("1.0", "1.1", 1),
        GOOD.replace("?>", ' encoding="UTF-16"?>', 1),
        GOOD.replace("?>", ' encoding="nonsense"?>', 1),
        GOOD.replace("&amp;b", "&b").replace("&amp; locks", "& locks"),
        GOOD.replace("</title><link>", "\x0b\x00</title><link>"),
        GOOD.replace("<title>Tides", "<media:thumb url='x'/><title>Tides"),
        GOOD.replace("</item>", "<body><p>one<br>two<img src=x></body></item>"),
        GOOD.replace("<item>", "<ITEM>").replace("</item>", "</ITEM>"),
        GOOD.replace("Tides &amp;", "Tides<![CDATA[ & ]]>"),
        GOOD.replace("&amp;b=2", "&#38;b=2"),
        GOOD.replace("Tides &amp;", "&ldquo;Tides&rdquo; &amp;").replace("&ldquo;", ""),
        GOOD.encode("utf-16"),
        GOOD.encode("utf-16-be"),
        gzip.compress(GOOD.encode(), mtime=0),
        gzip.compress(gzip.compress(GOOD.encode(), mtime=0), mtime=0),
    ],
)
def test_what_is_wrong_around_an_entry_does_not_change_it(look, body):
    (link,) = look(FEED, body).links
    assert link.url == "https://example.org/?a=1&b=2"
    assert "Tides" in link.title


def test_addresses_in_cdata_are_not_mended_in_a_feed_that_is_malformed(look):
    body = rss("<item><link><![CDATA[https://example.org/?a=1&b=2]]></link></item><b>&</a>")
    found = look(FEED, body)
    assert urls(found) == ["https://example.org/?a=1&b=2"]
    assert found.troubles[0].reason == "malformed"


def test_entities_of_html_are_characters(look):
    found = look(FEED, rss(item("https://example.org/a", "Caf&eacute; &ndash; tides &nope; x")))
    assert found.links[0].title == "Café – tides &nope; x"


@pytest.mark.parametrize("declared", ["utf-8", "us-ascii", "euc-kr"])
def test_a_charset_that_does_not_fit_is_not_believed(look, declared):
    text = rss(item("https://example.org/a", "항구 소식이 오늘도 전해진다"))
    body = text.replace("?>", f' encoding="{declared}"?>', 1)
    assert look(FEED, body.encode("utf-8")).links[0].title == "항구 소식이 오늘도 전해진다"


JSON_FEED = {"version": "https://jsonfeed.org/version/1.1", "title": "Harbour Post"}


def json_feed(*items, **more):
    return json.dumps({**JSON_FEED, "items": items, **more})


@pytest.mark.parametrize("content_type", ["application/feed+json", "text/xml", None])
@pytest.mark.parametrize("version", ["1", "1.1"])
def test_a_json_feed_is_known_by_its_content(look, content_type, version):
    body = "\ufeff\n" + json_feed(
        {"id": "2", "url": "../b", "title": "Tides\n low", "date_published": "2026-03-03"},
        {"id": "1", "url": "https://example.org/a", "date_modified": "2026-03-02"},
        version=f"https://jsonfeed.org/version/{version}",
    )
    found = look(FEED, body, content_type=content_type)
    assert urls(found) == ["https://example.org/news/b", "https://example.org/a"]
    assert (found.links[0].title, found.links[0].dated) == ("Tides low", "2026-03-03")
    assert found.links[1].dated == "2026-03-02"
    assert found.troubles == ()


@pytest.mark.parametrize(
    ("entry", "url"),
    [
        ({"id": "https://example.org/a"}, "https://example.org/a"),
        ({"id": "1", "external_url": "https://other.example/x"}, "https://other.example/x"),
        ({"url": 7, "id": 8}, None),
        ({"id": "1"}, None),
        ("https://example.org/a", None),
        (None, None),
    ],
)
def test_an_item_without_an_address_of_its_own(look, entry, url):
    found = look(FEED, json_feed(entry))
    assert urls(found) == ([url] if url else [])
    assert [one.reason for one in found.troubles] == ([] if url else ["no_link"])


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (json_feed(), "empty"),
        ('{"version": "https://jsonfeed.org/version/1", "items": [', "malformed"),
        ('{"items": ' + "[" * 100_000, "malformed"),
        ('{"version": ' + "9" * 10_000 + "}", "malformed"),
        ('{"posts": [{"url": "https://example.org/a"}]}', "other_document"),
        ('{"version": "https://jsonfeed.org/version/1", "items": {}}', "other_document"),
        ("<html><body>x", "html_instead"),
        ("<script>location='/'</script>", "html_instead"),
        ("<urlset/>", "other_document"),
        ("", "other_document"),
        (rss(), "empty"),
        ("<rss><channel><item>", "malformed"),
        (gzip.compress(GOOD.encode(), mtime=0)[:30], "cut_short"),
        (None, "unreadable"),
    ],
)
def test_a_reason_stays_whatever_the_words_are(look, body, reason):
    found = look(FEED, body)
    assert found.links == ()
    assert reason in {trouble.reason for trouble in found.troubles}
    assert found.unread == (None if reason == "empty" else reason)


def test_what_was_named_is_told_from_what_is_wanted(look):
    body = rss(item("https://example.org/news/1"), item("/news/1#x"), item("https://example.org/2"))
    found = look(FEED, body, url="https://example.org/", allow=["/news/"])
    assert (found.named, found.wanted, found.unread) == (2, 1, None)
    none = look(FEED, body, allow=["/nowhere/"])
    assert (none.named, none.wanted, none.unread) == (2, 0, None)
    assert [trouble.reason for trouble in none.troubles] == ["not_wanted"]


SY = 'xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"'


@pytest.mark.parametrize(
    ("said", "ttl"),
    [
        ("<ttl>60</ttl>", timedelta(hours=1)),
        ("<ttl> 15 </ttl>", timedelta(minutes=15)),
        ("<ttl>0</ttl>", None),
        ("<ttl>-5</ttl>", None),
        ("<ttl>soon</ttl>", None),
        ("<ttl>999999</ttl>", timedelta(days=1)),
        ("<ttl>99999999999999999999</ttl>", None),
        (f"<sy:updatePeriod {SY}>\n daily </sy:updatePeriod>", timedelta(days=1)),
        (f"<sy:updatePeriod {SY}>hourly</sy:updatePeriod>", None),  # WordPress says it of all
        (
            (
                f"<sy:updatePeriod {SY}>hourly</sy:updatePeriod>"
                f"<sy:updateFrequency {SY}>4</sy:updateFrequency>"
            ),
            timedelta(minutes=15),
        ),
        (f"<sy:updatePeriod {SY}>weekly</sy:updatePeriod>", timedelta(days=1)),
        (
            (
                f"<sy:updatePeriod {SY}>hourly</sy:updatePeriod>"
                f"<sy:updateFrequency {SY}>9999</sy:updateFrequency>"
            ),
            timedelta(minutes=1),
        ),
        (f"<sy:updatePeriod {SY}>seldom</sy:updatePeriod>", None),
        ("<item><ttl>60</ttl></item>", None),
        ("", None),
    ],
)
def test_a_feed_says_how_long_it_stays_the_same_within_bounds(look, said, ttl):
    assert look(FEED, rss(said, item("https://example.org/a"))).ttl == ttl


def test_entities_that_multiply_are_not_expanded(look):
    names = "abcdefghij"
    bomb = "".join(
        "<!ENTITY {} '{}'>".format(name, f"&{inner};" * 20)
        for inner, name in itertools.pairwise(names)
    )
    body = f'<!DOCTYPE rss [<!ENTITY a "gull">{bomb}]>' + rss(
        item("https://example.org/a", "&j;"), item("https://example.org/&a;")
    ).removeprefix('<?xml version="1.0"?>')
    found = look(FEED, body)
    assert (found.links, found.unread) == ((), "malformed")
    assert "gull" not in repr(found)
