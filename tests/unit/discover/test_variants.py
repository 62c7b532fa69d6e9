"""The addresses that a page gives for itself, in its head and in its `Link` header."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from pipeline.discover.variants import Variants, variants_of
from pipeline.model import Digest, RecordRef, StoredBlock

URL = "https://example.org/news/pier?t=5"
PAGE = StoredBlock(
    record=RecordRef(record_id="urn:uuid:0", type="response", block=Digest.of(b"")),
    url=URL,
    observed_at=datetime(2026, 3, 4, tzinfo=UTC),
    status=200,
    headers=(("Content-Type", "text/html"),),
    entity=Digest.of(b""),
    decoded=b"",
    decoded_digest=None,
)
LINK = "<link rel=canonical href=/news/pier>"
PIER = "https://example.org/news/pier"


def said(head="", *, rest="<body><p>x", headers=(), encoding="utf-8"):
    body = f"<!doctype html><html><head><title>x</title>{head}</head>{rest}".encode(encoding)
    return variants_of(replace(PAGE, decoded=body, headers=(*PAGE.headers, *headers)))


@pytest.mark.parametrize(
    ("head", "url"),
    [
        (LINK, PIER),
        ("<link href='/news/pier' rel='canonical'/>", PIER),
        ('<LINK REL="CANONICAL" HREF="/news/pier">', PIER),
        ('<link\n  rel = "nofollow Canonical"\n  href\t=\n"/news/pier"\n>', PIER),
        ("<link data-x='a>b' rel=canonical href=/news/pier>", PIER),
        ("<link rel=canonical href='/news/pier?a=1&amp;b=2#c'>", f"{PIER}?a=1&b=2"),
        ("<link rel=canonical href='//www.example.org/x'>", "https://www.example.org/x"),
        ("<link rel=canonical href='/부두'>", "https://example.org/%EB%B6%80%EB%91%90"),
        ("<base href=/x/><link rel=canonical href=pier>", "https://example.org/x/pier"),
        (f"{LINK}{LINK}<link rel=canonical href='{PIER}#top'>", PIER),
        (f"<!-- x --><!--[if IE]><![endif]--><!--><!-->{LINK}<!-- y -->", PIER),
        (f"<script>var a = '<p>'</script><style>a</style>{LINK}", PIER),
        (f"<script>{'x' * 70_000}</script>{LINK}", PIER),
    ],
)
def test_the_head_names_the_page(head, url):
    assert said(head) == Variants(canonical=url)


@pytest.mark.parametrize(
    "head",
    [
        "",
        "<link rel=canonical>",
        "<link rel=canonical href=''>",
        "<link rel=canonical href='#top'>",
        "<link rel=canonical href='javascript:x'>",
        "<link rel=canonical href='http://['>",
        "<link rel=canonicals href=/x>",
        "<link rel=alternate title=canonical href=/x>",
        "<linkrel=canonical href=/x>",
        "<meta name=canonical content=/x>",
        f"<!-- {LINK} -->",
        f"<!-- {LINK}",
        f"<script>document.write('{LINK}')</script>",
        f"<style>/* {LINK} */</style>",
        f"<template>{LINK}</template>",
        f"{LINK}<link rel=canonical href=/other>",
        f"</head><body>{LINK}",
        f"<body>{LINK}",
    ],
)
def test_what_is_no_link_of_the_head_and_what_contradicts_itself_names_nothing(head):
    assert said(head) == Variants()
    assert said(rest=f"<body>{LINK}") == Variants()


def test_without_tags_around_it_a_head_ends_where_the_text_begins():
    assert variants_of(replace(PAGE, decoded=LINK.encode())).canonical == PIER
    assert variants_of(replace(PAGE, decoded=f"<div>{LINK}".encode())) == Variants()


def test_the_amp_form_is_named_beside_it():
    found = said(f"{LINK}<link rel=amphtml href=/news/pier/amp>")
    assert found == Variants(canonical=PIER, amp=f"{PIER}/amp")
    assert said("<link rel=amphtml href=/a><link rel=amphtml href=/b>") == Variants()


@pytest.mark.parametrize(
    ("value", "url"),
    [
        ("</news/pier>; rel=canonical", PIER),
        ('</style.css>; rel=preload; as=style, </news/pier>; rel="canonical"', PIER),
        ('<https://example.org/a,b;c>;title="a, \\"b\\"; c";rel="next Canonical"', None),
        ("</news/pier>; rel=canonical; rel=next", PIER),
        ("</news/pier>; rel=next; rel=canonical", None),
        ("</news/pier>; rel=canonical; anchor='/other'", None),
        ("</news/pier>", None),
        ("news/pier; rel=canonical", None),
        ("<", None),
        ("<a>;;;;=,,,", None),
    ],
)
def test_a_header_names_it_too(value, url):
    found = said(headers=(("LINK", value),)).canonical
    assert found == (url or ("https://example.org/a,b;c" if "a,b;c" in value else None))


def test_header_and_head_may_agree_and_several_headers_count():
    link = ("Link", f"<{PIER}>; rel=canonical")
    assert said(LINK, headers=(link, ("Link", "</a>; rel=amphtml"))) == Variants(
        canonical=PIER, amp="https://example.org/a"
    )
    assert said("<link rel=canonical href=/other>", headers=(link,)) == Variants()


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "euc-kr"])
def test_other_charsets_are_read(encoding):
    head = f"<meta charset=euc-kr>{'<!-- 항구 소식이 오늘도 전해진다 -->'}"
    link = "<link rel=canonical href='/부두'>"
    found = said(head + link, encoding=encoding)
    assert found.canonical == "https://example.org/%EB%B6%80%EB%91%90"


def test_a_body_that_cannot_be_read_says_nothing():
    assert variants_of(replace(PAGE, decoded=None)) == Variants()


PIECES = ["<link", " rel=", "canonical", "amphtml", "'", '"', ">", "/", " href=", "/x", "<!--", "<"]
PIECES += ["-->", "<script>", "</script>", "<base href=", "\0", "한", "&amp;", "</head", "<body"]
pieces = st.sampled_from([*PIECES, ";", ","])


@given(st.lists(pieces, max_size=40).map("".join), st.lists(pieces, max_size=20).map("".join))
def test_nothing_that_a_page_says_is_an_error(body, header):
    block = replace(PAGE, decoded=body.encode(), headers=(("Link", header),))
    found = variants_of(block)
    for url in (found.canonical, found.amp):
        assert url is None or url.startswith(("http://", "https://"))


def test_an_address_is_read_in_what_the_site_is_configured_to_be_read_in():
    body = "<head><link rel=canonical href='/новости'></head>".encode("koi8-r")
    page = replace(PAGE, decoded=body)
    named = variants_of(page, "koi8-r").canonical
    assert named == "https://example.org/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8"


@pytest.mark.parametrize("octets", [b"a\0\0\xff", b"\xff\0"])
def test_an_address_that_is_no_text_names_no_page(octets):
    """Behind so much else that the page itself counts as text."""
    head = b"<head>" + b" " * 5000 + b"<link rel=canonical href='" + octets + b"'>"
    assert variants_of(replace(PAGE, decoded=head)).amp is None


@pytest.mark.parametrize(
    "head",
    ["<link rel=canonical href='/é'>" * 7000, LINK + "<!--" + "<base href=/é>" * 18_000],
    ids=["links", "bases"],
)
def test_a_head_full_of_addresses_is_not_read_for_minutes(head):
    assert said(head, encoding="latin-1").canonical.startswith("https://example.org/")
