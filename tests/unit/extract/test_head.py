"""What a page's head gives as its own addresses and its site's name."""

from __future__ import annotations

import pytest

SITE = "https://www.river.example"
BODY = "<h1>Ferry returns</h1><article><p>The ferry came back at dawn, empty.</p></article>"
RULES = {"title": "h1", "body": "article"}
URL = f"{SITE}/news/ferry?ref=home"
REFERRING = """{"@graph": [{"@type": "NewsArticle", "publisher": {"@id": "#o"}},
 {"@id": "#o", "@type": "Organization", "name": "The River"}]}"""


def head_of(read, head, *, body=BODY, rules=(RULES,)):
    page = f"<html><head><title>Ferry</title>{head}</head><body>{body}</body></html>"
    document = read(page, *rules, url=URL)
    return document.canonical, document.amp, document.site_name


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ("", (None, None, None)),
        ("<link rel=canonical href=/news/ferry>", (f"{SITE}/news/ferry", None, None)),
        ("<link REL=Canonical href='ferry'>", (f"{SITE}/news/ferry", None, None)),
        (
            "<link rel='canonical nofollow' href='https://other.example/ferry'>",
            ("https://other.example/ferry", None, None),
        ),
        (
            "<link rel=canonical href=''><link rel=canonical href=/1><link rel=canonical href=/2>",
            (f"{SITE}/1", None, None),
        ),
        (
            "<meta property=og:url content=https://river.example/og>",
            ("https://river.example/og", None, None),
        ),
        (
            "<meta property=og:url content=/og><link rel=canonical href=/ferry>",
            (f"{SITE}/ferry", None, None),
        ),
        ("<base href=https://river.example/en/><link rel=canonical href=ferry>",
         ("https://river.example/en/ferry", None, None)),
        ("<base href=/de/><link rel=amphtml href=ferry>", (None, f"{SITE}/de/ferry", None)),
        ("<base href='https://[broken/'><link rel=canonical href=/1>", (f"{SITE}/1", None, None)),
        ("<link rel=amphtml href=/ferry/amp>", (None, f"{SITE}/ferry/amp", None)),
        ("<meta property=og:site_name content=' The&nbsp; River '>", (None, None, "The River")),
        ("<meta name=application-name content=River>", (None, None, "River")),
        ("<meta name=application-name content=App><meta property='og:site_name' content=River>",
         (None, None, "River")),
        ("<link rel=canonical href='javascript:alert(1)'>", (None, None, None)),
        ("<link rel=canonical href='https://[broken/'>", (None, None, None)),
        (f"<link rel=canonical href='/{'a' * 3000}'>", (None, None, None)),
        (f"<meta property=og:site_name content='{'long ' * 60}'>", (None, None, None)),
        (
            "<noscript><img src=/pixel></noscript><link rel=canonical href=/after>",
            (f"{SITE}/after", None, None),
        ),
    ],
)  # fmt: skip
@pytest.mark.parametrize("rules", [(RULES,), ()], ids=["rules", "generic"])
def test_a_head_s_addresses_are_absolute_and_its_first_words_count(read, head, said, rules):
    assert head_of(read, head, rules=rules) == said


def test_a_comment_in_the_body_cannot_rename_the_page(read):
    comment = (
        "<link rel=canonical href=https://evil.example/><meta property=og:site_name content=E>"
    )
    assert head_of(read, "", body=BODY + comment) == (None, None, None)


@pytest.mark.parametrize(
    ("data", "name"),
    [
        ('{"@type": "NewsArticle", "publisher": {"name": "The River"}}', "The River"),
        ('{"@type": "NewsArticle", "isPartOf": {"@type": "WebSite", "name": "River"}}', "River"),
        ('{"@type": "WebSite", "name": "The River"}', "The River"),
        ('{"@type": "Product", "name": "A boat"}', None),
        (REFERRING, "The River"),
    ],
)
def test_a_page_of_no_rules_is_asked_for_its_publisher_too(read, data, name):
    head = f'<script type="application/ld+json">{data}</script>'
    assert head_of(read, head, rules=())[2] == name
