"""Feeds and sitemaps of every dialect, charset and mistake, made here: each leads to its page."""

from __future__ import annotations

import gzip
import json
from itertools import product

import pytest

URL = "https://example.org/news/seed"
PAGE = "https://example.org/a"
ATOM = 'xmlns="http://www.w3.org/2005/Atom"'
RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"


def rss(inside, version="2.0", before=""):
    return f'{before}<rss version="{version}"><channel><title>G</title>{inside}</channel></rss>'


def item(title="Tide", link=PAGE, more=""):
    return f"<item><title>{title}</title><link>{link}</link>{more}</item>"


def json_feed(version="https://jsonfeed.org/version/1.1", **entry):
    return json.dumps({"version": version, "items": [None, 7, [], entry]})


# Each names PAGE, under the title `Tide`, and nothing else.
FEEDS = {
    **{f"rss {v}": rss(item(), v) for v in ("0.91", "0.92", "0.94", "2.0.1", "3", "")},
    "rss 0.9": (
        f'<rdf:RDF {RDF} xmlns="http://my.netscape.com/rdf/simple/0.9/">{item()}</rdf:RDF>'
    ),
    "rss 1.0": f'<rdf:RDF {RDF} xmlns="http://purl.org/rss/1.0/">{item()}</rdf:RDF>',
    "atom 0.3": (
        '<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry><title mode="escaped">Tide'
        '</title><link rel="alternate" type="text/html" href="/a"/></entry></feed>'
    ),
    "atom 1.0": f'<feed {ATOM}><entry><title>Tide</title><link href="/a"/></entry></feed>',
    "atom by a prefix": (
        '<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:entry><a:title>Tide</a:title>'
        '<a:link href="/a"/></a:entry></a:feed>'
    ),
    "atom by a prefix of nobody's": (
        '<a:feed><a:entry><a:title>Tide</a:title><a:link href="/a"/></a:entry></a:feed>'
    ),
    "many relations": (
        f'<feed {ATOM}><entry><title>Tide</title><link rel="replies" href="/r"/><link rel="edit"'
        ' href="/e"/><link rel="via" href="/v"/><link rel="alternate" href="/a"/></entry></feed>'
    ),
    "json 1": json_feed("https://jsonfeed.org/version/1", id="1", url=PAGE, title="Tide"),
    "json 1.1": json_feed(id=PAGE, title="Tide"),
    "json, not secure": json_feed("http://jsonfeed.org/version/1", url="/a", title="Tide"),
    "a picture's title first": rss(f"<item><media:title>Gull</media:title>{item()[6:]}"),
    "the same, declared": rss(
        f'<item xmlns:m="http://search.yahoo.com/mrss/"><m:title>Gull</m:title>{item()[6:]}'
    ),
    "an attribute without quotes": rss(item(more="<guid isPermaLink=false>12</guid>")),
    "a guid that is no address": rss(item(more="<guid isPermaLink='true'>/other</guid>")),
    "a nested item in CDATA": rss(
        item(more="<c:encoded><![CDATA[<item><link>/no</link></item>]]></c:encoded>")
    ),
    "html in its description": rss(item(more="<description><p>a<br>b & <img src=x>")),
    "a channel's picture": rss(f"<image><title>G</title><link>/home</link></image>{item()}"),
    "an odd namespace": rss(item(more='<m:x xmlns:m="no address at all" m:y="1"/>')),
    "capitals": rss(item()).upper().replace("TIDE", "Tide").replace("HTTPS://EXAMPLE.ORG/A", PAGE),
    "two declarations": rss(item(), before='<?xml version="1.0"?><?xml version="1.0"?>'),
    "blanks and breaks in its link": rss(item(link="\n<![CDATA[ https://example.org/\ta ]]>\n")),
    "the same page twice": rss(item() + item()),
}
# What is printed in place of a date is no reason to lose the page.
DATES = ("yesterday", "Tue, 32 Feb 2026 25:61:00 XYZ", "0000-00-00", "9999999999999", "")

CHARSETS = [
    *(("euc-kr", "항구", "euc-kr"), ("cp949", "항구", "ks_c_5601-1987")),
    *(("gb18030", "港口", "gb2312"), ("gbk", "港口", "GBK"), ("big5", "港口", "big5")),
    *(("shift_jis", "港", "Shift_JIS"), ("euc_jp", "港", "EUC-JP"), ("koi8-r", "порт", "koi8-r")),
    *(("cp1251", "порт", "windows-1251"), ("latin-1", "café", "iso-8859-1")),
    *(("utf-16", "항구", "utf-16"), ("utf-8", "항구", "utf8")),
]


def urls(found):
    return [link.url for link in found.links]


@pytest.mark.parametrize("name", FEEDS)
def test_a_feed_of_any_dialect_leads_to_its_page(name, look):
    (link,) = look({"feed": URL}, FEEDS[name]).links
    assert (link.url, link.title) == (PAGE, "Tide")


@pytest.mark.parametrize("date", DATES)
def test_a_date_that_is_none_costs_no_page(date, look):
    found = look({"feed": URL}, rss(item(more=f"<pubDate>{date}</pubDate>")))
    assert urls(found) == [PAGE]
    assert found.links[0].dated == (date or None)


@pytest.mark.parametrize(("encoding", "title", "label"), CHARSETS, ids=[c[2] for c in CHARSETS])
def test_a_feed_is_read_in_the_charset_that_it_or_its_header_names(encoding, title, label, look):
    declared = rss(item(title), before=f'<?xml version="1.0" encoding="{label}"?>')
    assert look({"feed": URL}, declared.encode(encoding)).links[0].title == title
    if not encoding.startswith("utf"):
        sent = look(
            {"feed": URL}, rss(item(title)).encode(encoding), content_type=f"a/b; charset={label}"
        )
        assert sent.links[0].title == title


def test_the_names_of_an_old_document_type_are_characters(look):
    kind = '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://x/y.dtd">'
    found = look({"feed": URL}, rss(item("Caf&eacute; &amp; ferry"), "0.91", kind))
    assert found.links[0].title == "Café & ferry"


LAUGHS = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))


@pytest.mark.parametrize("kind", ["feed", "sitemap"])
@pytest.mark.parametrize("where", ["title", "link", "loc"])
def test_entities_that_grow_do_not(kind, where, look):
    inside = f"<item><url><{where}>&l9;</{where}></url></item>"
    body = f'<!DOCTYPE r [<!ENTITY l0 "ha">{LAUGHS}]>{rss(inside)}'
    found = look({kind: URL}, body)
    assert found.links == ()
    assert found.faults


def urlset(inside, space=SITEMAP):
    return f'<urlset xmlns="{space}">{inside}</urlset>'


ENTRY = f"<url><loc>{PAGE}</loc></url>"
SPACES = ("http://www.google.com/schemas/sitemap/0.84", f"{SITEMAP}/", "urn:x", "")
SITEMAPS = {
    **{f"space {space}": urlset(ENTRY, space) for space in SPACES},
    "a prefix": f'<s:urlset xmlns:s="{SITEMAP}"><s:url><s:loc>/a</s:loc></s:url></s:urlset>',
    "capitals": urlset(ENTRY).upper().replace("HTTPS://EXAMPLE.ORG/A", PAGE),
    "pictures and films": urlset(
        f"<url><loc>{PAGE}</loc><image:image><image:loc>/i.jpg</image:loc></image:image>"
        "<video:video><video:content_loc>/v.mp4</video:content_loc></video:video></url>"
    ),
    "other languages": urlset(
        f'<url><loc>{PAGE}</loc><xhtml:link rel="alternate" href="/ko/a"/></url>'
    ),
    "two addresses": urlset("<url><loc>/a</loc><loc>/b</loc></url>"),
    "an address within": urlset("<url><x><loc>/b</loc></x><loc>/a</loc></url>"),
    "no end": urlset(ENTRY)[:-9],
    "a feed": rss(item()),
    "plain text": f"{PAGE}\r\n# b\r\n",
    "plain text, marked": f"\ufeff{PAGE}",
}


@pytest.mark.parametrize(("name", "times"), [*product(SITEMAPS, range(3))])
def test_a_sitemap_of_any_dialect_leads_to_its_page_however_often_it_is_gzipped(name, times, look):
    body = SITEMAPS[name].encode()
    for _ in range(times):
        body = gzip.compress(body, mtime=0)
    assert urls(look({"sitemap": URL}, body)) == [PAGE]


def test_pages_on_other_hosts_are_named_and_left_to_the_sites_patterns(look):
    body = urlset(ENTRY + "<url><loc>https://elsewhere.example/a</loc></url>")
    assert look({"sitemap": URL}, body).named == 2
    assert urls(look({"sitemap": URL}, body, allow=["//example.org/"])) == [PAGE]


def test_a_sitemap_that_is_cut_short_yields_whole_addresses_alone(look):
    there = {f"https://example.org/{n}" for n in range(100)}
    body = urlset("".join(f"<url><loc>{one}</loc></url>" for one in sorted(there)))
    packed = gzip.compress(body.encode(), mtime=0)
    for end in range(20, len(packed), 41):
        assert set(urls(look({"sitemap": URL}, packed[:end]))) <= there
    assert look({"sitemap": URL}, packed[:-20]).named > 50
