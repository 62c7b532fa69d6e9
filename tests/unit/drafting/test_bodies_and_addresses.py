"""What is guessed from several pages of a site that nobody has described."""

import base64
import re

import pytest
from msgspec import structs

from pipeline.drafting.bodies import body_of
from pipeline.drafting.choosing import of_makes
from pipeline.drafting.drops import dropped_of
from pipeline.drafting.feeds import declared_feeds, sitemaps_in
from pipeline.drafting.listings import is_near, listing_of
from pipeline.drafting.naming import file_name, hosts
from pipeline.drafting.page import Page
from pipeline.drafting.paging import paging_of
from pipeline.drafting.sample import Sample, Samples
from pipeline.drafting.targets import patterns, unlike, variants
from pipeline.drafting.written import SeedDraft
from pipeline.ground.yaml_text import read_yaml
from tests.unit.drafting.reading import read_as

URL = "https://gazette.example/news/{}"
STORIES = (
    (
        "Ferry returns to the old pier",
        (
            "The ferry came back to the pier at dawn, with forty goats.",
            "Nobody had ordered goats, said the harbour office in a short note.",
        ),
    ),
    (
        "Clock tower strikes thirteen",
        (
            "At noon the tower clock struck thirteen times.",
            "A committee will count again tomorrow, slowly and in public.",
        ),
    ),
    (
        "Lake freezes from below",
        (
            "Divers found ice on the bottom of the lake, under warm water.",
            "The ice is said to taste of peppermint, which is being looked into.",
        ),
    ),
)
FRAME = (
    "<html lang=en><head><title>{title} | Gazette</title></head><body><nav><a href=/>Home</a></nav>"
    "{before}<h1>{title}</h1>{open}{text}<div class='share-bar'>Share this with a friend</div>"
    "<p>Printed on paper that was a tree once.</p>{close}"
    "<footer>All rights kept</footer></body></html>"
)
SHAPES = {
    "div.story-text": ("<div class='story-text'>", "</div>"),
    "[itemprop='articleBody']": ("<section itemprop=articleBody>", "</section>"),
    "#bodytext": ("<table><tr><td id=bodytext>", "</td></tr></table>"),
    "article": ("<article class='post-{n} x1lliihq'>", "</article>"),
}


def samples_of(opens, close):
    made = []
    for n, (title, lines) in enumerate(STORIES):
        text = "".join(f"<p>{line}</p>" for line in lines)
        html = FRAME.format(
            title=title, before="", open=opens.replace("{n}", f"77{n}1"), text=text, close=close
        )
        made.append(Sample(Page.parse(URL.format(n), html), read_as(title, lines)))
    return Samples(made)


@pytest.mark.parametrize("css", SHAPES)
def test_the_body_is_the_element_that_holds_what_differs_by_a_name_that_lasts(css):
    guess = body_of(samples_of(*SHAPES[css]))
    assert guess.value == [css]
    assert guess.sure == "sure"


@pytest.mark.parametrize("css", SHAPES)
def test_what_repeats_in_the_body_is_dropped_by_its_place_or_else_by_its_words(css):
    samples = samples_of(*SHAPES[css])
    dropped = dropped_of(samples, [css], tuple(title for title, _ in STORIES))
    assert "div.share-bar" in dropped.drop
    assert len(dropped.drop_text) == 1
    assert "tree" in dropped.drop_text[0]


# what a site of North Korea has behind its question marks: ordinal, day, number, in base64
TOKENS = [
    base64.b64encode(f"12@2026-11-{day}-0{n}@15@1@@0@{n}".encode()).decode()
    for day, n in ((20, 1), (21, 17), (3, 4))
]


@pytest.mark.parametrize(
    ("urls", "matches", "not_these"),
    [
        (
            ["https://a.example/2026/05/14/a-goat-in-town/", "https://a.example/2025/11/02/b-c-d/"],
            "https://a.example/2024/01/30/more-of-the-same/",
            "https://a.example/about/us/",
        ),
        (
            ["http://b.example/view.php?id=17&s=1", "http://b.example/view.php?id=18&s=1"],
            "http://b.example/view.php?s=1&id=99",
            "http://b.example/view.php?s=1",
        ),
        (
            ["http://c.example/eng/t20260514_11.htm", "http://c.example/eng/t20250102_94.htm"],
            "http://c.example/eng/t20230102_7.htm",
            "http://c.example/eng/index.htm",
        ),
        (
            [
                f"http://d.example/ko/index.php?{TOKENS[0]}",
                f"http://d.example/ko/index.php?{TOKENS[1]}",
            ],
            f"http://d.example/ko/index.php?{TOKENS[2]}",
            "http://d.example/ko/index.php?MUAx",
        ),
        (
            ["http://e.example/read.asp?1207", "http://e.example/read.asp?1311"],
            "http://e.example/read.asp?99",
            "http://e.example/read.asp?list",
        ),
    ],
)
def test_a_pattern_generalises_the_numbers_and_keeps_what_all_addresses_share(
    urls, matches, not_these
):
    found = [re.compile(pattern) for pattern in patterns(urls)]
    assert all(any(one.search(url) for one in found) for url in (*urls, matches))
    assert not any(one.search(not_these) for one in found)


def test_a_listing_is_the_links_that_look_like_headlines_and_not_the_menu():
    menu = "".join(f"<li><a href=/section-of-the-paper-{n}/>Section {n}</a>" for n in range(9))
    items = "".join(
        f"<li class=item><h3><a href=/news/{n}>{title} once more</a></h3>"
        for n, (title, _) in enumerate(STORIES)
    )
    page = Page.parse("https://a.example/", f"<nav>{menu}</nav><ul class=latest>{items}</ul>")
    found = listing_of(page)
    assert found.urls == tuple(f"https://a.example/news/{n}" for n in range(3))
    assert found.others == 0


def test_a_card_that_is_one_link_is_headed_by_its_heading():
    cards = "".join(
        f"<a class=card href=/news/{n}><h3>{title} once more</h3><p>{lines[0]}</p></a>"
        for n, (title, lines) in enumerate(STORIES)
    )
    found = listing_of(Page.parse("https://a.example/", f"<div class=row>{cards}</div>"))
    assert list(found.headlines.values()) == [f"{title} once more" for title, _ in STORIES]


def test_feeds_of_comments_are_none_and_sitemaps_of_news_come_first():
    head = (
        "<link rel=alternate type=application/rss+xml href=/comments/feed/>"
        "<link rel=alternate type=application/rss+xml href=/feed/>"
    )
    assert declared_feeds(Page.parse("https://a.example/", head)) == ["https://a.example/feed/"]
    robots = "Sitemap: https://a.example/all.xml\nsitemap: https://a.example/news.xml\n"
    assert sitemaps_in(robots, "https://a.example/")[0] == "https://a.example/news.xml"


def test_a_site_is_called_as_its_host_is_and_a_bare_address_as_the_site_calls_itself():
    assert file_name("https://www.gazette.co.uk/x", "The Gazette") == "gazette"
    assert file_name("http://127.0.0.1:8080/", "The Gazette") == "the-gazette"
    assert hosts(["http://127.0.0.1:8080/"]) == ["127.0.0.1:8080"]


def test_a_base_that_is_no_address_is_none():
    links = "".join(f"<li><a href=/news/{n}>{title}</a>" for n, (title, _) in enumerate(STORIES))
    found = listing_of(Page.parse(URL.format(""), f"<base href='http://[x'><ul>{links}</ul>"))
    assert found.urls == tuple(URL.format(n) for n in range(len(STORIES)))


@pytest.mark.parametrize(
    "html",
    [
        f"<script>createPageHTML({'9' * 5000}, 0, 'index', 'htm')</script>",
        f"<a href='?p=1{'0' * 5000}'>2</a><a href='?p=2{'0' * 5000}'>3</a>",
        "<a href='/1²'>2</a><a href='/1³'>3</a>",
    ],
    ids=["script", "long", "raised"],
)
def test_what_counts_no_pages_is_no_paging(html):
    assert paging_of(Page.parse(URL.format(""), html)) is None


def test_a_draft_says_whatever_pages_say_in_yaml():
    said = "https://gazette.example/a\x7f\x92\ufffe"
    (line,) = SeedDraft(kind="feed", url=said).lines()
    assert read_yaml(line) == [{"feed": said}]


NUMBERS = "<a href='?start=8'>2</a><a href='?start=16'>3</a>"
ITSELF = (
    "<ul><li class='page-item active'><a href='?start=0'>1</a></li>"
    "<li class=page-item><a href='?start=8'>2</a></li></ul>"
)


@pytest.mark.parametrize(
    ("html", "css"),
    [
        (f"{NUMBERS}<a href='?start=8' aria-label='Go to next page'><i></i></a>", "aria-label"),
        (f"<strong>1</strong> {NUMBERS}", "strong + a"),
        (f"<ul><li class=active><span>1</span></li> <li>{NUMBERS}</li></ul>", "li.active + li a"),
        (f"{NUMBERS}<a href='?start=8'>Página siguiente</a>", "siguiente"),
        (ITSELF, "li.active + li a"),
    ],
    ids=["label", "mark", "item", "words", "itself"],
)
def test_older_pages_are_behind_a_link_that_is_named_as_such_or_stands_next(html, css):
    paging = paging_of(Page.parse(URL.format(""), html))
    assert css in str(paging.rules["next"])
    assert paging.second == URL.format("?start=8")


def test_a_number_behind_another_link_is_not_the_next_page_s():
    html = f"<a class=one href='?start=0'>1</a>{NUMBERS}"
    assert paging_of(Page.parse(URL.format(""), html)) is None


AUTHORS = ("Ada Quill", "Ada Quill", "Cleo Marsh")


def signed_samples(box):
    """The articles, each with a box that tells of its author at the end of the text."""
    made = []
    for sample, name in zip(
        samples_of("<div class=story-text>", "</div>").all, AUTHORS, strict=True
    ):
        html = sample.page.tree.html.replace("</div></body>", "</div>")
        html = html.replace("<p>Printed", f"{box.format(name=name)}<p>Printed")
        page = Page.parse(sample.url, html)
        made.append(Sample(page, structs.replace(sample.read, byline=name)))
    return Samples(made)


@pytest.mark.parametrize("named", ["abh", "box-autor"])
def test_a_box_that_differs_by_its_author_alone_is_dropped_by_its_place(named):
    box = "<div class=NAMED><p>About {name}</p><p>{name} has told of the coast for years.</p></div>"
    samples = signed_samples(box.replace("NAMED", named))
    dropped = dropped_of(samples, ["div.story-text"], tuple(t for t, _ in STORIES))
    assert f"div.{named}" in dropped.drop
    assert not any(name in line for line in dropped.drop_text for name in AUTHORS)


def test_no_author_s_name_becomes_a_line_that_is_dropped():
    dropped = dropped_of(
        signed_samples("<p>{name} has told of the coast for years.</p>"),
        ["div.story-text"],
        tuple(title for title, _ in STORIES),
    )
    assert not any(name in line for line in dropped.drop_text for name in AUTHORS)


def test_parameters_that_lead_to_the_same_article_are_dropped_from_addresses():
    articles = ["https://a.example/view?id=17", "https://a.example/view?id=18"]
    links = [f"{articles[0]}&print=1", f"{articles[1]}&ref=top&page=2", "https://a.example/?x=1"]
    assert variants(articles, links) == ["print", "ref"]
    assert variants(["https://a.example/5", "https://a.example/6?rank=1"], links) == []
    assert variants(["https://a.example/5"], ["https://a.example/5?rank=3"]) == ["rank"]
    numbers = [f"https://a.example/{n}" for n in range(3)]
    assert variants([*numbers, "https://a.example/6?rank=1"], ()) == ["rank"]


def test_addresses_made_as_pages_that_are_no_articles_are_left_out_where_that_can_be_told():
    articles = [f"https://a.example/{part}/{5000 + n}-a-goat" for n, part in enumerate("abcdefgh")]
    helps = ["https://a.example/help/contact", "https://a.example/help/terms"]
    assert unlike([*articles, *helps], articles[:4], helps[:1]) == articles
    alike = ["https://a.example/z/5009-a-goat"]
    assert unlike([*articles, *alike], articles[:4], alike) == [*articles, *alike]
    assert unlike([*articles[:3], *helps], articles[:3], helps) == [*articles[:3], *helps]


def test_a_link_to_the_next_page_is_named_by_what_no_link_back_is_called():
    html = "<div class=page><a href='index_1.html'>下一页</a></div>"
    paging = paging_of(Page.parse(URL.format(""), html))
    assert paging.rules["next"] == "a:lexbor-contains('下一页')"


def test_a_front_page_that_is_asked_for_articles_is_of_one_make_with_these_alone():
    of_articles = [f"https://a.example/?p={n}" for n in range(4)]
    others = ["https://a.example/?cat=1", "https://a.example/about/"]
    assert of_makes([*others, *of_articles], of_articles[:1]) == of_articles
    links = "".join(f"<h2><a href='{url}'>{url} opens again</a></h2>" for url in of_articles)
    menu = "<ul><li><a href='?cat=1'>Council and its committees</a></li></ul>"
    found = listing_of(Page.parse("https://a.example/", links + menu))
    assert list(found.urls) == of_articles


@pytest.mark.parametrize(
    ("home", "url", "near"),
    [
        ("https://www.a.example/", "https://news.a.example/1", True),
        ("http://www.a.example:8000/", "http://news.a.example:8000/1", True),
        ("http://www.a.example:8000/", "http://news.a.example:9000/1", False),
        ("https://news.a.co.uk/", "https://news.b.co.uk/1", False),
        ("http://127.0.0.1:8000/", "http://127.0.0.2:8000/1", False),
        ("http://10.1.0.1/", "http://10.2.0.1/1", False),
    ],
)
def test_hosts_under_one_name_and_at_one_port_are_of_one_site(home, url, near):
    assert is_near(url, home) is near


def test_parameters_of_visits_and_those_that_pages_leave_out_of_their_own_address_are_dropped():
    urls = [f"http://d.example/view.do;jsessionid=0A{n}?id={n}&PHPSESSID=f{n}" for n in range(4)]
    assert variants(urls, ()) == ["jsessionid", "PHPSESSID"]
    assert patterns(urls)[0].endswith(r"/view\.do\?(?:.*&)?id=\d+")
    own = [f"http://d.example/story-{n}" for n in range(4)]
    declared = [(f"{url}?pos={n}&id={n}", url) for n, url in enumerate(own)]
    assert variants([url for url, _ in declared], (), declared) == ["pos"]
    # a template that says the same of all pages is not believed, nor a page alone, nor another's
    template = [
        (f"http://d.example/view.php?no={n}", "http://d.example/view.php") for n in range(4)
    ]
    assert variants([url for url, _ in template], (), template) == []
    assert variants([template[0][0]], (), template[:1]) == []
    elsewhere = [(f"{url}?pos={n}", f"http://d.example/{n}") for n, url in enumerate(own)]
    assert variants([url for url, _ in elsewhere], (), elsewhere) == []


def test_a_token_behind_the_question_mark_tells_articles_apart_and_is_no_parameter():
    urls = [f"http://d.example/ko/index.php?{token}" for token in TOKENS]
    front = "http://d.example/ko/index.php"
    assert variants(urls, [front, *urls]) == []
    assert variants([front, *urls], urls) == []
    assert (
        variants(["http://d.example/a1", "http://d.example/a2"], ["http://d.example/a1?p1"]) == []
    )


def test_programs_of_other_names_are_of_other_makes():
    of_articles = [f"https://a.example/show.aspx?n=1&s={n}" for n in range(4)]
    others = ["https://a.example/list.aspx?n=1", "https://a.example/about.aspx?n=3"]
    assert of_makes([*others, *of_articles], of_articles[:1]) == of_articles


def test_a_box_of_authors_whom_only_a_line_of_the_page_names_is_dropped_too():
    made = [
        Sample(
            Page.parse(one.url, one.page.tree.html.replace("<h1>", f"<p>By {name}</p><h1>")),
            structs.replace(one.read, byline=None),
        )
        for one, name in zip(
            signed_samples("<div class=abh><p>{name} has told of the coast.</p></div>").all,
            AUTHORS,
            strict=True,
        )
    ]
    dropped = dropped_of(Samples(made), ["div.story-text"], tuple(title for title, _ in STORIES))
    assert "div.abh" in dropped.drop
