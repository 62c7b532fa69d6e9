"""A selector's text, and what a config may say with it."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from pipeline.extract.config import ExtractConfig
from pipeline.extract.selector import Element, JsonLd, Meta, alternatives

READER = TypeAdapter(ExtractConfig)


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("h1", [Element("h1")]),
        ("h1, .b > p", [Element("h1"), Element(".b > p")]),
        ("meta[property='og:title']@content", [Element("meta[property='og:title']", "content")]),
        ("a @HREF ,b", [Element("a", "href"), Element("b")]),
        ("a[title='x, y'], b", [Element("a[title='x, y']"), Element("b")]),
        ('a[title="it\'s, so"]', [Element('a[title="it\'s, so"]')]),
        (":is(h1, h2), p", [Element(":is(h1, h2)"), Element("p")]),
        ("a[href='me@x']", [Element("a[href='me@x']")]),
        ("json-ld:author.name, h1", [JsonLd(("author", "name")), Element("h1")]),
        ("og:title, h1", [Meta("og:title"), Element("h1")]),
        ("meta:Author", [Meta("author")]),
        ("meta:article:published_time", [Meta("article:published_time")]),
        ("meta:og:title,meta:dc.date", [Meta("og:title"), Meta("dc.date")]),
        ("meta:first-child@content", [Element("meta:first-child", "content")]),
        ("html@xml:lang", [Element("html", "xml:lang")]),
    ],
)
def test_alternatives_are_parted_by_commas_outside_of_quotes_and_brackets(text, places):
    assert alternatives(text) == tuple(places)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "div >",
        "h1,",
        "p:nosuch",
        "a[",
        "@href",
        "//div",
        "json-ld:",
        "og:",
        "meta:",
        "meta:a b",
        "og:title@content",
    ],
)
def test_what_cannot_be_read_is_named(text):
    with pytest.raises(ValueError, match="cannot be read; allowed: CSS selectors"):
        alternatives(text)


@pytest.mark.parametrize(
    ("generation", "at", "says"),
    [
        ({"body": "div >"}, ("body", "<text>"), "cannot be read"),
        ({"body": 5}, ("body",), "must be a selector, a list of selectors, or {longest"),
        ({"body": {"longest": []}}, ("body", "<parts>", "longest"), "at least 1"),
        ({"title": "h1"}, ("body",), "required"),
        ({"body": "p", "titel": "h1"}, ("titel",), "not permitted"),
        ({"body": "p", "title": ["h1", "h2["]}, ("title", "<list>", 1, "<text>"), "h2["),
        ({"body": "p", "drop": ["a:b"]}, ("drop", 0), "not a CSS selector"),
        ({"body": "p", "drop_text": ["("]}, ("drop_text", 0), "not a regular expression"),
        ({"body": "p", "end_at": ["[z-a]"]}, ("end_at", 0), "not a regular expression"),
        ({"body": "p", "drop_text": ["^(?:Ad)?"]}, ("drop_text", 0), "found in every paragraph"),
        ({"body": "p", "end_at": [".*"]}, ("end_at", 0), "found in every paragraph"),
        ({"body": "p", "when": "*"}, ("when",), "not a regular expression"),
        ({"body": "p", "until": 20200322}, ("until",), "write it as 2020-03-22"),
        ({"body": "p", "until": "2020-13-01"}, ("until",), "date"),
        (
            {"body": "p", "published": {"css": "p", "format": "%d %q"}},
            ("published", "<parts>", "format", "<text>"),
            "%q in the format",
        ),
        (
            {"body": "p", "title": {"css": "p", "format": "%d"}},
            ("title", "<parts>", "format"),
            "not permitted",
        ),
        (
            {"body": "p", "byline": {"css": "p", "pattern": "("}},
            ("byline", "<parts>", "pattern"),
            "not a regular expression",
        ),
        ({"body": "p", "require": {"min_chars": -1}}, ("require", "min_chars"), "greater"),
    ],
)
def test_a_fault_of_a_config_is_found_when_it_is_read_and_told_once(generation, at, says):
    with pytest.raises(ValidationError) as refused:
        READER.validate_python([generation])
    (fault,) = refused.value.errors()
    assert fault["loc"] == (0, *at)
    assert says in fault["msg"]


def test_null_is_the_same_as_nothing():
    keys = (
        "until",
        "when",
        "title",
        "drop",
        "cut_text",
        "drop_text",
        "end_at",
        "published",
        "source",
        "require",
    )
    assert READER.validate_python([{"body": "p"}]) == READER.validate_python(
        [{"body": "p", **dict.fromkeys(keys)}]
    )


def test_the_schema_can_be_written_down():
    assert READER.json_schema()["type"] == "array"


@pytest.mark.parametrize(
    ("field", "title"),
    [
        ("h1", "First"),
        ("h5, h2@class, h2", "k"),
        (["h5", "h2"], "Second"),
        ("p.none, h3", "Third"),
        ({"css": "h1, h2", "pattern": "S.*"}, "Second"),
        ({"css": ["h1", "h2"], "pattern": "(ec)o"}, "ec"),
        ({"css": "h1", "pattern": "(x)|(st)"}, "st"),
        ([{"css": "h1", "pattern": "x"}, "h2"], "Second"),
        ({"css": "h2@class", "pattern": "."}, "k"),
        ("h4", "last one"),
        ("img@alt", None),
    ],
)
def test_the_first_place_that_yields_text_gives_the_field(read, field, title):
    page = (
        "<h1>First</h1><h2 class=k>Second</h2><h3> </h3><h3>Third</h3><h4></h4>"
        "<h4>last<br>one</h4><img alt=' '><p>text"
    )
    assert read(page, {"body": "p:last-of-type", "title": field}).title == title


def test_a_pattern_sees_a_line_that_is_split_over_elements(read):
    page = (
        "<main>text</main><div><span>Date:&nbsp;22/03/2020</span> |\n Source: <a href=#>The"
        " <b>Paper</b></a>\t| <a href='/orig?a=1&amp;b=2'>Read original</a></div>"
        "<p>Date: 01/01/2021</p>"
    )
    document = read(
        page,
        {
            "body": "main",
            "published": {
                "css": "body",
                "pattern": r"Date: ([\d/]+) \|",
                "format": "%d/%m/%Y",
            },
            "source": {
                "name": {"css": "body", "pattern": r"Source: ([^|]+?) *\|"},
                "url": "a:lexbor-contains('Read original')@href",
            },
        },
    )
    assert document.published == "2020-03-22"
    assert document.source.name == "The Paper"
    assert document.source.url == "https://news.example/orig?a=1&b=2"


@pytest.mark.parametrize("href", ["javascript:void(0)", "mailto:a@b", "http://[", ""])
def test_a_source_without_a_web_address_has_none(read, href):
    page = f"<main>text</main><a href='{href}'>x</a>"
    assert read(page, {"body": "main", "source": {"url": "a@href"}}).source is None


def test_dropped_elements_are_no_part_of_a_field_but_patterns_see_them(read):
    page = "<main>text</main><address>A. Writer <a class=n>1,024</a></address>"
    plain = {"body": "main", "byline": "address", "drop": [".n"]}
    assert read(page, plain).byline == "A. Writer"
    cut = {"body": "main", "byline": {"css": "address", "pattern": r"\d.*"}, "drop": [".n"]}
    assert read(page, cut).byline == "1,024"


def test_structured_data_of_an_article_goes_before_other_data(read):
    page = """
        <script type="application/ld+json">{"@graph": [{"@type": "WebSite", "name": "Site",
          "headline": "no"}, {"@type": ["NewsArticle"], "headline": "Rice &amp; coal",
          "author": [{"name": "A"}, {"name": "B"}, "C"], "datePublished": "2020-03-23T16:03:17Z"}]}
        </script><script type="application/ld+json">{broken</script><main>text</main>"""
    document = read(
        page,
        {
            "body": "main",
            "title": "json-ld:headline",
            "byline": "json-ld:author.name",
            "published": "json-ld:datePublished",
        },
    )
    assert (document.title, document.byline) == ("Rice & coal", "A, B, C")
    assert document.published == "2020-03-23T16:03:17+00:00"


@pytest.mark.parametrize(
    "wrapped", ["<!-- %s -->", "//<![CDATA[\n%s\n//]]>", "/*<![CDATA[*/%s/*]]>*/"]
)
def test_structured_data_is_found_between_the_marks_that_once_hid_scripts(read, wrapped):
    script = wrapped % '{"@type": "Article", "headline": "Hidden"}'
    page = f"<script type='application/ld+json'>{script}</script><main>text"
    assert read(page, {"body": "main", "title": "json-ld:headline"}).title == "Hidden"


def test_structured_data_may_hold_the_body(read):
    page = '<script type="application/ld+json">{"articleBody": "One.\\n\\nTwo.\\nThree."}</script>'
    assert read(page, {"body": "article p, json-ld:articleBody"}).text == "One.\n\nTwo.\n\nThree.\n"


def test_what_meta_elements_declare_can_be_named(read):
    page = (
        "<meta name=Author content='A. Writer'><meta property=og:title content=' '>"
        "<meta property='OG:Title' content='Rice &amp;amp; coal'><meta itemprop=datePublished"
        " content=2020-03-22T10:00:00Z><meta property=og:url content='/a'><main>text"
    )
    document = read(
        page,
        {
            "body": "meta:none, main",
            "title": "og:title, h1",
            "byline": "meta:author",
            "published": "meta:article:published_time, meta:datePublished",
            "source": {"name": {"css": "og:title", "pattern": "co.l"}, "url": "og:url"},
        },
    )
    assert (document.title, document.byline) == ("Rice &amp; coal", "A. Writer")
    assert document.published == "2020-03-22T10:00:00+00:00"
    assert (document.source.name, document.source.url) == ("coal", "https://news.example/a")
    assert document.text == "Rice &amp; coal\n\ntext\n"


def test_a_body_may_be_what_the_page_declares(read):
    assert read(
        "<meta property=og:description content='One.'>", {"body": "og:description"}
    ).text == ("One.\n")
