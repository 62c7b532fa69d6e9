"""Pages of no site: main text, and what they declare about themselves."""

from __future__ import annotations

import logging

import pytest

from pipeline.extract.derive import derive
from pipeline.extract.rules import Rules

SENTENCE = "The harvest came in late this year and the barns along the river filled only slowly."
PARAGRAPHS = [f"{number}. {SENTENCE} {SENTENCE}" for number in ("One", "Two", "Three", "Four")]
PAGE = f"""<!doctype html><html lang="en-GB"><head><title>Late harvest | The Gazette</title>
<meta property="og:site_name" content="The Gazette">%s</head><body>
<header><div id=clock>January 15, 2026</div><nav><ul><li><a href=/>Home</a><li><a href=/n>News</a>
</ul></nav></header><article>%s
<p>{PARAGRAPHS[0]}</p><h2>A heading between</h2><p>{PARAGRAPHS[1]}</p>
<ul><li>first item of a list</li><li>second item of a list</li></ul>
<blockquote><p>{PARAGRAPHS[2]}</p></blockquote><p>{PARAGRAPHS[3]}</p></article>
<footer><p>All rights reserved by the paper and its owners.</p></footer></body></html>"""


def page(head="", top="<h1>Late harvest</h1>"):
    return PAGE % (head, top)


def test_the_main_text_is_in_paragraphs_without_marks_of_its_own(read):
    assert read(page()).text.split("\n\n") == [
        "Late harvest",
        PARAGRAPHS[0],
        "A heading between",
        PARAGRAPHS[1],
        "first item of a list",
        "second item of a list",
        PARAGRAPHS[2],
        PARAGRAPHS[3] + "\n",
    ]


@pytest.mark.parametrize(
    ("head", "top", "title"),
    [
        ("", "<h1>Late harvest</h1>", "Late harvest"),
        (
            "<meta property='og:title' content='For sharing'>",
            "<h1>Late harvest</h1>",
            "Late harvest",
        ),
        ("<meta property='og:title' content='Shared'>", "", "Shared"),
        ("<meta property='og:title' content='The Gazette - Shared'>", "", "Shared"),
        ("<meta property='og:title' content='The Gazette: Shared'>", "", "Shared"),
        ("", "<h1>The Gazette</h1>", "Late harvest"),
        ("", "<h1>Late harvest</h1><h1>Other</h1>", "Late harvest"),
        ("", "<h1>The village paper</h1><h2>Late harvest</h2>", "Late harvest"),
        ("", "<h1>Late – harvest</h1><h2>Late harvest</h2>", "Late – harvest"),
        ("", "<h1>Harvest is late</h1><h2>Other</h2>", "Harvest is late"),
        ("", "", "Late harvest"),
        ('<script type="application/ld+json">{"headline": "Said"}</script>', "", "Said"),
    ],
)
def test_the_title_is_the_one_heading_or_what_is_declared_without_the_site_s_name(
    read, head, top, title
):
    assert read(page(head, top)).title == title


@pytest.mark.parametrize(
    ("said", "host", "title"),
    [
        ("Late harvest | Gazette", "gazette.example", "Late harvest"),
        ("Late harvest - The Gazette", "www.gazette.example", "Late harvest"),
        ("Late harvest | Tyre House", "tyre.house.example", "Late harvest"),
        ("Late harvest | Gazette.example", "shop.gazette.example", "Late harvest"),
        ("Late harvest | Gazette", "getgazette.example", "Late harvest"),
        ("Late harvest | Sports", "gazette.example", "Late harvest | Sports"),
        ("Gazette", "gazette.example", "Gazette"),
    ],
)
def test_a_title_ends_before_the_name_that_the_site_s_address_is_made_of(read, said, host, title):
    body = f"<html><title>{said}</title><body><p>{'Words of a story. ' * 30}"
    assert read(body, url=f"https://{host}/a").title == title


@pytest.mark.parametrize(
    ("head", "byline"),
    [
        ("<meta name=author content='A. Writer'>", "A. Writer"),
        ("<meta name=Author content='By A. Writer'>", "A. Writer"),
        ("<meta property='article:author' content='https://social.example/w'>", None),
        ('<script type="application/ld+json">{"author": ["A", {"name": "B"}]}</script>', "A, B"),
        ("", None),
    ],
)
def test_the_byline_is_declared_by_name(read, head, byline):
    assert read(page(head)).byline == byline


PUBLISHED = "<meta property='article:published_time' content='%s'>"
ARTICLE = '<script type="application/ld+json">{"@type": "Article", %s}</script>'


@pytest.mark.parametrize(
    ("head", "url", "published"),
    [
        (PUBLISHED % "2020-03-22T10:00:00+09:00", "/a", "2020-03-22T10:00:00+09:00"),
        (PUBLISHED % "2020-03-22 10:00", "/a", "2020-03-22"),
        ("<meta name='DC.date' content='2020-03-22'>", "/2019/01/02/a", "2020-03-22"),
        (ARTICLE % '"datePublished": "2020-03-22"', "/a", "2020-03-22"),
        ("<time itemprop=datePublished datetime='2020-03-22'>x</time>", "/a", "2020-03-22"),
        ("<meta name=date content='0001-01-01T00:00:00'>", "/a", None),
        ("<meta name=date content='yesterday'>", "/2020/3/22/a", "2020-03-22"),
        ("", "/news/2020-03-22/a", "2020-03-22"),
        ("", "/eng/zgxw/202003/t20200322_1777600.htm", "2020-03-22"),
        ("", "/2020/13/22/a", None),
        ("<time datetime='2026-01-15'>January 15, 2026</time>", "/a", None),
        ("", "/a", None),
    ],
)
def test_the_date_is_never_guessed_from_clocks_or_captures(read, head, url, published):
    assert read(page(head), url=f"https://news.example{url}").published == published


@pytest.mark.parametrize(
    ("tag", "language"),
    [("lang=en-GB", "en"), ("xml:lang='ko'", "ko"), ("lang=''", None), ("lang='{{lang}}'", None)],
)
def test_the_language_is_declared(read, tag, language):
    assert read(page().replace('lang="en-GB"', tag)).language == language


def test_there_is_no_source_where_nobody_says_how_to_find_one(read):
    assert read(page()).source is None


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<h1>T</h1><p>Hello</p><p>there</p>", "T\n\nHello\n\nthere\n"),
        (
            "<nav>Home</nav><article><h1>T</h1><p>Short.</p></article><footer>No</footer>",
            "T\n\nShort.\n",
        ),
        ("<title>Only this</title>", "Only this\n"),
        ("<p>one<p>two<table><td>three", "one\n\ntwo\n\nthree\n"),
    ],
)
def test_a_page_with_little_on_it_is_read_all_the_same(read, body, text):
    assert read(body).text == text


@pytest.mark.parametrize("body", ["", " \n ", "<html><body></body></html>", "<script>x</script>"])
def test_a_page_without_a_word_is_no_document(read, body):
    assert read(body) is None


XHTML = "<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'><p>x</p></html>"


@pytest.mark.parametrize(
    ("content_type", "body", "text"),
    [
        ("text/html", "<p>x", "x\n"),
        ("Application/XHTML+XML; charset=utf-8", XHTML, "x\n"),
        ("application/xml", XHTML, "x\n"),
        (None, "<!-- hi --><!DOCTYPE html><p>x", "x\n"),
        (None, "plain\n\ntext", "plain\n\ntext\n"),
        ("application/octet-stream", "<html><p>x", "x\n"),
        ("", "<p>x", "x\n"),
        ("text/plain", "<p>x", "<p>x\n"),
        ("application/xml", "<rss><channel/></rss>", None),
        ("application/rss+xml", "<rss/>", None),
        ("application/pdf", "%PDF-1.4 words", None),
        ("text/html", "%PDF-1.4 words", None),
        ("application/json", '{"a": 1}', None),
        ("image/png", "x", None),
    ],
)
def test_html_and_plain_text_are_read_and_nothing_else(read, content_type, body, text):
    document = read(body, content_type=content_type)
    assert (document.text if document else None) == text


def test_a_broken_content_coding_is_no_document(stored):
    assert derive(stored(None), Rules.generic()) is None


def test_trafilatura_keeps_quiet_about_pages_it_cannot_read(read, caplog, capsys):
    with caplog.at_level(logging.DEBUG):
        read("<html><body><p>x")
        read("x")
    assert not [record for record in caplog.records if record.name.startswith("trafilatura")]
    assert capsys.readouterr() == ("", "")
