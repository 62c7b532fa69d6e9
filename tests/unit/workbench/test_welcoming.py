"""A site that nobody has described is drafted from whichever of its pages is given.

The site is a fake that answers without a network and knows what it was asked for.
"""

import re
from datetime import UTC, datetime

import pytest

from pipeline.model import (
    Blocked,
    Captured,
    Digest,
    Failed,
    Gone,
    RecordRef,
    Role,
    Skipped,
    StoredBlock,
)
from pipeline.sites.register import generic_site
from pipeline.workbench.peeking import Peeked
from pipeline.workbench.welcoming import NotDrafted, Welcoming

HOME = "https://gazette.example/"
NOUNS = "bridge market council school harbour winter garden library station ferry".split()  # noqa: SIM905
MAP = "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{}</urlset>"


class Town:
    """Pages by path; a redirect is an address, an outcome stands for itself, the rest is gone."""

    def __init__(self, pages):
        self.pages = pages
        self.asked = []

    async def look(self, site, url, role=Role.TARGET):
        path = url.removeprefix(HOME.rstrip("/"))
        self.asked.append(path)
        page = self.pages.get(path, Gone("not_found"))
        if isinstance(page, str) and page.startswith("/"):
            return await self.look(site, HOME.rstrip("/") + page, role)
        if not isinstance(page, str):
            return Peeked(url=url, site=site, outcome=page, stored=None, document=None)
        kind = "application/xml" if page.startswith("<?xml") else "text/html; charset=utf-8"
        stored = block(url, page.encode(), kind)
        return Peeked(url=url, site=site, outcome=Captured(), stored=stored, document=None)


def block(url, octets, kind):
    return StoredBlock(
        record=RecordRef(record_id="urn:uuid:1", type="response", block=Digest.of(octets)),
        url=url,
        observed_at=datetime(2026, 11, 21, tzinfo=UTC),
        status=200,
        headers=(("Content-Type", kind),),
        entity=Digest.of(octets),
        decoded=octets,
        decoded_digest=Digest.of(octets),
    )


def headline(n):
    return f"The {NOUNS[n % 10]} is opened again after {n + 3} years"


def paragraphs(n):
    return [
        f"Officials said on day {n * 7 + part} that the {NOUNS[(n * 3 + part) % 10]} would be"
        f" mended before the {NOUNS[(n + part * 2) % 10]}, at a cost of {n * 31 + part} crowns."
        for part in range(5)
    ]


def path(n):
    return f"/news/{4100 + n}-opened-again.html"


def article(n, body="<div class=story>{}</div>", head=None, after=""):
    text = body.format("".join(f"<p>{one}</p>" for one in paragraphs(n)))
    title = f"{headline(n)} | Gazette"
    head = f"<time class=day datetime=2026-03-1{n % 9}T10:00:00Z></time>" if head is None else head
    return (
        f"<html lang=en><head><title>{title}</title></head><body><nav><a href=/>Gazette</a></nav>"
        f"<h1>{headline(n)}</h1>{head}{text}{after}<footer>All rights kept</footer></body></html>"
    )


def listing(numbers, more="", to=path):
    links = "".join(f"<li><a href='{to(n)}'>{headline(n)}</a></li>" for n in numbers)
    return f"<html><body><ul class=latest>{links}</ul>{more}</body></html>"


def feed(numbers):
    items = "".join(f"<item><link>{HOME[:-1]}{path(n)}</link></item>" for n in numbers)
    return f"<?xml version='1.0'?><rss version='2.0'><channel>{items}</channel></rss>"


def sitemap(numbers):
    urls = "".join(f"<url><loc>{HOME[:-1]}{path(n)}</loc></url>" for n in numbers)
    return f"<?xml version='1.0'?>{MAP.format(urls)}"


def articles(numbers=range(12), **how):
    return {path(n): article(n, **how) for n in numbers}


async def drafted(pages, at="", most=6):
    town = Town(pages)
    welcome = await Welcoming(town, lambda _: None).draft(HOME + at, most, None)
    return welcome.draft, town


def kinds(draft):
    return [(seed.kind, seed.url.removeprefix(HOME)) for seed in draft.seeds]


@pytest.mark.parametrize(
    ("at", "seeds"),
    [
        ("", [("listing", "")]),
        (path(3)[1:], [("listing", "")]),
        ("local.html", [("listing", "local.html")]),
        ("rss", [("feed", "rss")]),
        ("map.xml", [("sitemap", "map.xml")]),
    ],
)
async def test_any_page_of_the_site_will_do_and_leads_to_the_same_rules(at, seeds):
    pages = articles() | {"/": listing(range(8)), "/local.html": listing(range(4, 12))}
    pages |= {"/rss": feed(range(6)), "/map.xml": sitemap(range(12))}
    draft, _ = await drafted(pages, at)
    assert kinds(draft) == seeds
    assert draft.body.value == ["div.story"]
    assert draft.title == ["h1"]
    assert draft.published == ["time@datetime"]


@pytest.mark.parametrize("linked", ["front", "article"])
async def test_an_article_leads_to_the_folder_it_lies_in_whatever_that_is_called(linked):
    link = "<p>Quay Office <a href=/news/>Visits of the office</a> <a href=/papers/>Papers</a></p>"
    after = link if linked == "article" else ""
    pages = {path(n): article(n, after=after) for n in range(9)}
    pages |= {"/": link if linked == "front" else "<p>Quay Office</p>", "/news/": listing(range(9))}
    draft, _ = await drafted(pages, path(3)[1:])
    assert kinds(draft) == [("listing", "news/")]


async def test_a_title_that_is_a_part_of_a_line_is_found_by_what_links_to_the_page_say():
    # every page declares the site's name as its title, and shows its own beside the day
    def page(n):
        head = f"<div><span class=about>{headline(n)}</span> <span class=day>1{n % 9}.3.2026</span>"
        story = "".join(f"<p>{one}</p>" for one in paragraphs(n))
        return f"<title>Gazette</title>{head}</div><div class=story>{story}</div>"

    draft, _ = await drafted({path(n): page(n) for n in range(9)} | {"/": listing(range(8))})
    assert draft.title[0] == "span.about"


@pytest.mark.parametrize(
    ("head", "rule"),
    [
        ("<abbr class=when title='2026-03-1{}T09:20:00+01:00'>09:20</abbr>", "abbr.when@title"),
        ("<div class=when data-published='2026-03-1{}'>today</div>", "div.when@data-published"),
        ("<div class=when data-modified='2026-03-1{}'>today</div>", None),
        ("<span class=updated title='2026-03-1{}'>today</span>", None),
    ],
)
async def test_a_day_is_found_in_any_attribute_that_does_not_date_another_thing(head, rule):
    pages = {path(n): article(n, head=head.format(n)) for n in range(9)} | {"/": listing(range(8))}
    draft, _ = await drafted(pages)
    assert draft.published[:1] == ([rule] if rule else [])


async def test_a_feed_that_the_page_names_goes_before_its_headlines():
    more = "<link rel=alternate type='application/rss+xml' href=/rss>"
    pages = articles() | {"/": listing(range(8), more), "/rss": feed(range(6))}
    assert kinds((await drafted(pages))[0]) == [("feed", "rss")]


async def test_headlines_with_older_articles_than_the_feed_names_are_taken_beside_it():
    more = "<link rel=alternate type='application/rss+xml' href=/rss>"
    pages = articles() | {"/": listing(range(8), more), "/rss": feed(range(3))}
    assert kinds((await drafted(pages))[0]) == [("feed", "rss"), ("listing", "")]
    pages["/"] = listing(range(3), f"{more}<a href='?page=2'>Next</a>")
    pages["/?page=2"] = listing(range(3, 12))
    draft, _ = await drafted(pages)
    assert kinds(draft) == [("feed", "rss"), ("listing", "")]
    assert draft.seeds[1].pages
    tiles = listing(range(6), more, to=lambda n: f"/services/of-the-town-{n}")
    assert kinds((await drafted(pages | {"/": tiles}))[0]) == [("feed", "rss")]
    # what a sitemap names already is not polled twice
    pages["/robots.txt"], pages["/map.xml"] = f"Sitemap: {HOME}map.xml", sitemap(range(12))
    assert kinds((await drafted(pages))[0]) == [("feed", "rss"), ("sitemap", "map.xml")]


async def test_the_section_of_news_is_known_in_the_site_s_own_language():
    more = "<link rel=alternate type='application/rss+xml' href=/rss>"
    front = f"<html><head>{more}</head><body><a href=/ar/list>الأخبار</a></body></html>"
    pages = articles() | {"/": front, "/rss": feed(range(3)), "/ar/list": listing(range(12))}
    assert kinds((await drafted(pages))[0]) == [("feed", "rss"), ("listing", "ar/list")]


async def test_the_sitemap_that_robots_names_is_taken_too_and_none_is_guessed_beside_a_listing():
    pages = articles() | {"/": listing(range(8)), "/sitemap.xml": sitemap(range(12))}
    draft, town = await drafted(pages)
    assert kinds(draft) == [("listing", "")]
    assert "/sitemap.xml" not in town.asked
    pages["/robots.txt"] = f"Sitemap: {HOME}sitemap.xml"
    assert kinds((await drafted(pages))[0]) == [("listing", ""), ("sitemap", "sitemap.xml")]


async def test_where_no_page_lists_anything_the_usual_places_are_tried():
    pages = articles() | {"/": "<p>Hello</p>", "/sitemap.xml": sitemap(range(12))}
    draft, town = await drafted(pages)
    assert kinds(draft) == [("sitemap", "sitemap.xml")]
    assert {"/feed/", "/rss.xml"} <= set(town.asked)


async def test_the_section_that_is_called_news_goes_before_a_front_page_of_services():
    tiles = "".join(
        f"<a href=/services/pay-your-dues-{word}>Pay your dues for the {word}</a>"
        for word in NOUNS[:5]
    )
    front = f"<html><body><a href=/media/>Press releases</a><div class=tiles>{tiles}</div></body>"
    pages = articles() | {"/": front, "/media/": listing(range(9))}
    assert kinds((await drafted(pages))[0]) == [("listing", "media/")]


async def test_the_directory_that_the_articles_lie_in_goes_before_a_front_page_that_lists_few():
    box = listing(range(4), "<a href=/news/>Всё</a>")
    pages = articles() | {"/": box, "/news/": listing(range(10))}
    assert kinds((await drafted(pages))[0]) == [("listing", "news/")]


async def test_a_front_page_that_leads_elsewhere_is_followed():
    pages = articles() | {"/": "/en/", "/en/": listing(range(8))}
    draft, _ = await drafted(pages)
    assert draft.home == f"{HOME}en/"
    assert kinds(draft) == [("listing", "en/")]


async def test_a_page_that_sends_a_browser_on_is_followed_within_the_site():
    refresh = "<html><head><meta http-equiv='refresh' content=\"0; URL='{}'\"></head></html>"
    pages = articles() | {"/": refresh.format("index_e.htm"), "/index_e.htm": listing(range(8))}
    draft, _ = await drafted(pages)
    assert draft.home == f"{HOME}index_e.htm"
    assert kinds(draft) == [("listing", "index_e.htm")]
    assert kinds((await drafted(pages, path(2)[1:]))[0]) == [("listing", "index_e.htm")]
    pages["/"] = refresh.format("https://elsewhere.example/")
    with pytest.raises(NotDrafted, match="the page is empty"):
        await drafted(pages)
    # round and round leads nowhere, and ends
    pages |= {"/": refresh.format("/b"), "/b": refresh.format("/")}
    with pytest.raises(NotDrafted):
        await drafted(pages)


@pytest.mark.parametrize(
    ("pager", "second", "rules"),
    [
        ("<a class=on href='?page=2'>Older posts</a>", "/?page=2", {"next": "a.on", "most": 3}),
        (
            "<p><b>1</b><a href='/?p=1'>2</a><a href='/?p=2'>3</a></p>",
            "/?p=1",
            {"pattern": HOME + "?p={n}", "first": 1, "most": 3},
        ),
        (
            '<script>createPageHTML(4, 0, "index", "html");</script>',
            "/index_1.html",
            {"script": r"createPageHTML\((\d+)", "pattern": "index_{n}.html"}
            | {"first": 1, "most": 3},
        ),
    ],
)
async def test_older_pages_are_declared_where_they_name_what_the_first_does_not(
    pager, second, rules
):
    pages = articles() | {"/": listing(range(6), pager), second: listing(range(6, 12))}
    assert (await drafted(pages))[0].seeds[0].pages == rules
    pages[second] = pages["/"]
    assert (await drafted(pages))[0].seeds[0].pages is None


async def test_a_site_of_one_article_is_drafted_from_it():
    pages = {path(0): article(0), "/": f"<p>Read <a href={path(0)}>{headline(0)}</a></p>"}
    draft, _ = await drafted(pages, path(0)[1:])
    assert draft.body.value == ["div.story"]
    assert kinds(draft) == [("listing", "")]


@pytest.mark.parametrize("many", [1, 2])
async def test_a_front_page_that_leads_to_an_article_or_two_is_enough(many):
    links = "".join(
        f"<div><h2>{headline(n)}</h2><a href={path(n)} aria-label='{headline(n)}'></a></div>"
        for n in range(many)
    )
    pages = articles(range(many)) | {"/": f"<a href=/us/>Who we are</a>{links}"}
    draft, _ = await drafted(pages | {"/us/": "<p>We keep a slipway.</p>"})
    assert draft.body.value == ["div.story"]
    assert kinds(draft) == [("listing", "")]


async def test_a_front_page_whose_few_links_say_nothing_of_news_is_looked_behind():
    menu = "<a href=/contact/>Write to us</a><a href=/x/>Blad</a><a href=/y/>Om os</a>"
    pages = articles() | {"/": menu, "/y/": listing(range(8))}
    draft, town = await drafted(pages)
    assert kinds(draft) == [("listing", "y/")]
    assert "/contact/" not in town.asked
    # but only so far: a front page may have a thousand links
    town = Town({"/": "".join(f"<a href=/{n}/>Part {n}</a>" for n in range(1000))})
    with pytest.raises(NotDrafted, match="nothing that lists articles"):
        await Welcoming(town, lambda _: None).draft(HOME, 6, None)
    assert len(town.asked) < 12


async def test_where_all_pages_have_one_title_the_words_of_links_tell_the_headline():
    pages = {
        path(n): "<html><head><title>Press | Town</title></head><body><h1>Press</h1>"
        f"<table class=board><tr><td class=what>{headline(n)}</td><td>2026-05-{n + 10}</td></tr>"
        f"<tr><td class=text>{'<br><br>'.join(paragraphs(n))}</td></tr></table></body></html>"
        for n in range(6)
    }
    draft, _ = await drafted(pages | {"/": listing(range(6))})
    assert draft.title == ["td.what"]
    assert draft.body.value == ["td.text"]
    assert draft.published[0]["format"] == "%Y-%m-%d"


async def test_teasers_of_other_articles_are_no_part_of_the_body():
    def cards(n):
        return "<section>" + "".join(
            f"<div><a href={path(m)}><h3>{headline(m)}</h3></a><p>{paragraphs(m)[0][:90]}</p></div>"
            for m in range(n + 20, n + 25)
        )

    pages = {path(n): article(n, after=cards(n)) for n in range(8)}
    draft, _ = await drafted(pages | {"/": listing(range(8))})
    assert draft.body.value == ["div.story"]


async def test_a_text_of_several_elements_is_freed_of_what_stands_between_them():
    def chunks(n):
        one, two, *rest = paragraphs(n)
        return (
            f"<main><div class=chunk><p>{one}</p><p>{two}</p></div>"
            f"<div class=ad-slot>Advertisement</div>"
            f"<div class=chunk><p>{'</p><p>'.join(rest)}</p></div></main>"
        )

    pages = {path(n): article(n, body=chunks(n).replace("{}", "")) for n in range(8)}
    welcome = await Welcoming(Town(pages | {"/": listing(range(8))}), lambda _: None).draft(
        HOME, 6, None
    )
    for one in welcome.read:
        n = next(n for n in range(8) if one.title == headline(n))
        assert one.text == "\n\n".join((headline(n), *paragraphs(n))) + "\n"


async def test_a_title_is_found_in_both_layouts_of_a_site():
    pages = {
        path(n): article(n).replace("h1>", "h2>").replace("<h2>", "<h2 class=op>")
        if n % 3 == 2
        else article(n)
        for n in range(9)
    }
    draft, _ = await drafted(pages | {"/": listing(range(9))}, most=9)
    assert draft.title == ["h1", "h2.op"]


async def test_a_page_that_is_read_as_one_line_has_its_title_and_day_outside_the_body():
    def form(n):
        lines = "".join(f"<div class=line>{one}</div>" for one in paragraphs(n))
        number = f"<div class=top>1{n}.05.2026 Notice no. {n + 40} of 2026 of the town</div>"
        head = f"<form><div id=all>{number}<h1>{headline(n)}</h1>"
        return f"<html><body>{head}<div class=rich>{lines}</div></div></form></body></html>"

    pages = {path(n): form(n) for n in range(8)}
    draft, _ = await drafted(pages | {"/": listing(range(8))})
    assert draft.body.value == ["div.rich"]
    assert draft.published[0]["format"] == "%d.%m.%Y"


async def test_what_comes_under_several_addresses_is_learnt_from_once():
    pages = articles() | {"/": listing(range(8))}
    pages |= {path(n): article(0) for n in (1, 2, 3)}
    welcome = await Welcoming(Town(pages), lambda _: None).draft(HOME, 8, None)
    texts = [one.text for one in welcome.read]
    assert len(texts) == len(set(texts)) == 5


@pytest.mark.parametrize(
    ("front", "said"),
    [
        (Blocked("http_403"), "ask its owner"),
        (Skipped("robots"), "ask the site's owner for leave"),
        (Skipped("private_address"), "--allow-private"),
        (Failed("dns"), "is the address right"),
        (Gone("not_found"), "is the address right"),
        ("<div id=root></div><script src=/app.js></script>", "JavaScript"),
        (" ", "the page is empty"),
        ("<a href='#' onclick='go(1)'>One of the headlines</a>" * 6, "JavaScript"),
        (
            "<p>We and our partners store cookies.</p><form><button>Accept</button></form>",
            "it asks about cookies before it shows anything",
        ),
        (Failed("bad_encoding"), "a later look may bring it whole"),
        ("<p>Hello</p>", "there is nothing that lists articles; tried /, /feed/, /rss.xml"),
    ],
)
async def test_what_cannot_be_drafted_is_refused_with_what_to_do(front, said):
    with pytest.raises(NotDrafted, match=said):
        await drafted({"/": front})


async def test_pages_without_text_are_counted_in_the_refusal():
    with pytest.raises(NotDrafted, match="6 pages were looked at"):
        await drafted({"/": listing(range(6))} | {path(n): "<p>Soon</p>" for n in range(6)})


async def test_where_no_page_comes_the_refusal_says_why_as_the_first_page_would():
    with pytest.raises(
        NotDrafted, match=r"6 pages .* none came: skipped: robots; what robots\.txt"
    ):
        await drafted({"/": listing(range(6))} | {path(n): Skipped("robots") for n in range(6)})


async def test_without_a_delay_the_usual_one_holds_and_the_config_says_nothing_of_it():
    draft, _ = await drafted(articles() | {"/": listing(range(8))})
    assert generic_site().declared.fetch.delay.total_seconds() == 2
    assert "fetch:" not in draft.yaml()


async def test_times_without_a_zone_are_placed_by_what_the_feed_says_of_them():
    items = "".join(
        f"<item><link>{HOME[:-1]}{path(n)}</link>"
        f"<pubDate>{10 + n} Mar 2026 05:30:20 +0000</pubDate></item>"
        for n in range(6)
    )
    pages = {
        path(n): article(n, head=f"<p class=when>{10 + n}.03.2026 08:30</p>") for n in range(6)
    }
    pages["/rss"] = f"<?xml version='1.0'?><rss version='2.0'><channel>{items}</channel></rss>"
    draft, _ = await drafted(pages, "rss")
    assert (draft.zone.value, draft.zone.sure) == ("Etc/GMT-3", "likely")


async def test_pages_that_a_sitemap_names_and_are_no_articles_are_left_out():
    parts = ("town", "country", "sport")

    def to(n):
        return f"/{parts[n % 3]}/{5000 + n}-{headline(n).replace(' ', '-').lower()}"

    pages = {to(n): article(n) for n in range(12)}
    helps = ("/help/contact", "/help/terms")
    pages |= dict.fromkeys(helps, "<html><body><h1>Write to us</h1></body></html>")
    named = "".join(f"<url><loc>{HOME[:-1]}{one}</loc></url>" for one in pages)
    pages["/map.xml"] = f"<?xml version='1.0'?>{MAP.format(named)}"
    draft, town = await drafted(pages, "map.xml", 8)
    assert set(helps) & set(town.asked)
    (allow,) = map(re.compile, draft.allow)
    assert all(allow.search(HOME[:-1] + to(n)) for n in range(12))
    assert not any(allow.search(HOME[:-1] + one) for one in helps)


async def test_addresses_that_differ_by_a_ranking_are_one():
    rank = "".join(f"<li><a href='{path(n)}?rank={n}'>{headline(n)}</a></li>" for n in range(4))
    pages = articles() | {"/": listing(range(8), f"<ol>{rank}</ol>")}
    draft, _ = await drafted(pages)
    assert draft.variants == ["rank"]
    assert "rank" in draft.yaml()


async def test_the_pages_that_frames_put_together_are_looked_at():
    frames = "<html><frameset><frame src='menu.htm'><frame src='list.htm'></frameset></html>"
    pages = articles() | {"/": frames, "/menu.htm": "<a href='list.htm'>News</a>"}
    pages["/list.htm"] = listing(range(12))
    draft, _ = await drafted(pages)
    assert kinds(draft) == [("listing", "list.htm")]


async def test_of_the_news_and_the_directory_that_articles_lie_in_the_longer_list_is_taken():
    pages = articles() | {
        "/": listing(range(3), "<a href=/centre/>News</a> <a href=/news/>more of them</a>"),
        "/centre/": listing(range(6)),
        "/news/": listing(range(6), "<a href='?page=2'>Next</a>"),
        "/news/?page=2": listing(range(6, 12)),
    }
    draft, _ = await drafted(pages)
    assert kinds(draft) == [("listing", "news/")]
    assert draft.seeds[0].pages


async def test_a_feed_without_pages_is_called_one():
    with pytest.raises(NotDrafted, match="a feed or sitemap that names no page of its own site"):
        await drafted({"/rss": feed(())}, "rss")


async def test_headlines_that_lead_to_another_host_are_no_articles_and_the_host_is_named():
    page = listing(range(6), to=lambda n: f"https://news.elsewhere.example/{n}/")
    with pytest.raises(
        NotDrafted, match=re.escape("lead to https://news.elsewhere.example/")
    ) as no:
        await drafted({"/": page})
    # one thing to do, and not another beside it
    assert str(no.value).count("give ") == 1


async def test_an_archive_with_more_of_the_same_goes_before_the_front_page():
    more = "<a href=/old/>Archive</a>"
    pages = articles() | {"/": listing(range(4), more), "/old/": listing(range(12))}
    assert kinds((await drafted(pages))[0]) == [("listing", "old/")]
    months = "".join(
        f"<li><a href='/2026-{n}/'>What there was in month {n}</a></li>" for n in range(9)
    )
    pages["/old/"] = f"<html><body><ul>{months}</ul></body></html>"
    assert kinds((await drafted(pages))[0]) == [("listing", "")]
