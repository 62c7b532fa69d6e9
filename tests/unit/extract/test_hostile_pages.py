"""Pages that nobody meant to be read."""

from __future__ import annotations

import pytest

from pipeline.extract.page import LEAST_SIZE, READINGS, Page
from pipeline.extract.selector import alternatives

SENTENCE = "A sentence that is long enough to be kept by those who count the characters in it. "
TEXT = f"<p>{SENTENCE * 4}</p>"
CLEAN = (SENTENCE * 4).strip() + "\n"


@pytest.mark.parametrize(
    "opened", ["<div>", "<ul><li>", "<blockquote>", "<font>", "<b><i>", "<pre>"]
)
@pytest.mark.parametrize("generations", [[], [{"body": "body"}], [{"body": ".gone"}]])
def test_ten_thousand_levels_are_not_too_deep(read, opened, generations):
    assert (
        read("<body>" + opened * (10_000 // opened.count("<")) + TEXT, *generations).text == CLEAN
    )


def test_nested_tables_are_not_too_deep(read):
    assert read("<table><tr><td>" * 3000 + TEXT, {"body": "body"}).text == CLEAN


@pytest.mark.parametrize(
    "body",
    ["<div>" * 200_000 + TEXT, "<p " + " ".join(f"a{n}=1" for n in range(60_000)) + f">{TEXT}"],
)
def test_what_would_take_for_ever_is_not_read(read, body):
    assert read(body, {"body": "body"}) is None


def test_a_long_page_of_unclosed_paragraphs_is_not_deep(read):
    body = "<div>" + "<p>a<br>b" * 30_000
    assert read(body, {"body": "div"}).text.count("a") == 30_000


@pytest.mark.parametrize("generations", [[], [{"body": "body"}]])
def test_a_line_of_five_megabytes_is_one_paragraph(read, generations):
    document = read("<body><p>" + "word " * 1_000_000, *generations)
    assert len(document.text) == 5_000_000


@pytest.mark.parametrize("generations", [[], [{"body": "body"}]])
def test_null_bytes_are_no_text(read, generations):
    page = f"<html><bo\0dy><body><p>nu\0ll and &#0; void. {SENTENCE}</p>{TEXT}"
    assert "null and \ufffd void." in read(page, *generations).text


def test_bidirectional_overrides_stay_inside_their_paragraph_as_the_page_has_them(read):
    page = "<main><p>a\u202eb</p><p>c\u2066d</p></main>"
    assert read(page, {"body": "main"}).text == "a\u202eb\n\nc\u2066d\n"


@pytest.mark.parametrize(
    "body",
    [
        "<" * 100_000,
        "<a " * 100_000,
        "<!--" * 50_000,
        "<![CDATA[" * 10_000,
        "</p>" * 50_000,
        "<script type='application/ld+json'>" + "[" * 50_000,
        "<script type='application/ld+json'>" + '{"author":' * 900 + "1" + "}" * 900,
        '<script type="application/ld+json">{"@type": 5, "headline": {"name": [[["x"]]]}}',
        "<svg><foreignObject>" * 2000,
        "<template>" * 2000,
        "<select><option>" * 2000,
        "<frameset><frame src=x>",
        "<plaintext><p>x",
        "<math><mi>" * 1000,
        "<table><tr><table><td></table></tr>" * 500,
        "&" * 50_000,
        "&#x110000;&#xD800;&#-1;&bogus;",
        "<html lang='" + "x" * 100_000 + "'>",
        "<title>" + "t" * 100_000,
        "\ufeff\ufeff<p>x",
        "<?xml version='1.0' encoding='bogus'?><html><p>x</p></html>",
    ],
)
@pytest.mark.parametrize("generations", [[], [{"body": "main", "title": "json-ld:headline"}]])
def test_every_page_is_a_document_or_none(read, body, generations):
    document = read(body + TEXT, *generations)
    assert document is None or document.text.endswith("\n")


@pytest.mark.parametrize("content_type", [None, "application/xml"])
@pytest.mark.parametrize("before", ["<!---->" * 250, " " * 2000, "<?x?>" * 300, "<!--" * 400])
def test_sniffing_ends(read, before, content_type):
    read(before + "x", content_type=content_type)


def test_structured_data_of_mere_space_is_read_through(read):
    page = "<script type='application/ld+json'>" + " \n" * 500_000 + "x</script><main>text"
    assert read(page, {"body": "main", "title": "json-ld:headline"}).text == "text\n"


def test_elements_in_each_other_are_read_so_often_and_no_more_for_fields():
    (place,) = alternatives("div:lexbor-contains('Source')")
    page = Page("<div>Source: nobody" * 2000)
    read = sum(len(line) + 1 for lines in page.lines_at(place) for line in lines)
    assert read <= READINGS * LEAST_SIZE + LEAST_SIZE
    assert not list(page.lines_at(place))
    assert not list(page.texts(place))


@pytest.mark.parametrize(
    ("piece", "times"),
    [
        ("<p>7", 20_000),
        ("<div>7</div>", 20_000),
        ("<span>7</span>", 20_000),
        ("7<br>", 20_000),
        ("<table><tr><td>7", 3_000),
        ("<ul><li>7", 5_000),
    ],
)
def test_every_word_of_a_monotonous_page_is_read_once(read, piece, times):
    body = {"longest": ["div:has(> p ~ p ~ p)", "div:has(> br ~ br)", "main"]}
    page = f"<main><div>{piece * times}"
    assert read(page, {"body": body, "drop": [":has(> nav)"]}).text.count("7") == times
