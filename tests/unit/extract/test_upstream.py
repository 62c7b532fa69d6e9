"""Where a page of no rules says that its text came from."""

from __future__ import annotations

import pytest

SENTENCE = "The ferry left the island at noon, and the harbour was empty until the evening came. "
TEXT = f"<p>{SENTENCE * 3}</p>" * 3
URL = "https://www.riverpost.example/news/ferry"


@pytest.fixture
def source(read):
    """Name and link of the original of an article, or None."""

    def source(head="", beside="", *, first="", after="", url=URL, name="The River Post"):
        page = (
            f'<html><head><meta property=og:site_name content="{name}">{head}</head><body><article>'
            f"<h1>Ferry returns</h1>{beside}<p>{first}{SENTENCE * 2}</p>{TEXT}{after}</article>"
        )
        found = read(page, url=url).source
        return (found.name, found.url) if found else None

    return source


def data(json):
    return (
        f'<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "F", {json}}}'
        "</script>"
    )


AWAY = "https://wire.example/ferry"


LINK = f"<a href={AWAY}>The Wire</a>"


@pytest.mark.parametrize(
    ("after", "said"),
    [
        (f"<p>This story was originally published by {LINK}.</p>", ("The Wire", AWAY)),
        (f"<p>It first appeared in the <b>{LINK}</b> and is here by leave.</p>",
         ("The Wire", AWAY)),
        (f"<p>Zuerst erschienen bei {LINK}.</p>", ("The Wire", AWAY)),
        (f"<p>The book was first published by {LINK}.</p>", None),
        (f"<p>We thank them. Republished from {LINK} with leave.</p>", ("The Wire", AWAY)),
        (f"<p>Via {LINK}</p>", ("The Wire", AWAY)),
        (f"<p><a href={AWAY}>Read the original article</a></p>", (None, AWAY)),
        (f"<p><a href={AWAY}>阅读原文</a></p>", (None, AWAY)),
        ("<p><a href=/older>Read the original article</a></p>", None),
        (f"<p>They came via {LINK} and told us of it.</p>", None),
        (f"<p>He published by {LINK} what he had seen.</p>", None),
        ("<p>This story was originally published by <a href=/a>The River Post</a>.</p>", None),
        (f"<aside><p><a href={AWAY}>Read the original article</a></aside>", None),
        (f"<p>This was originally published by <a href={AWAY}></a>.</p>", None),
    ],
)  # fmt: skip
def test_a_sentence_or_a_link_s_own_words_name_the_original(source, after, said):
    assert source(after=after) == said


def test_a_source_stands_in_the_cell_behind_its_label(source):
    table = "<table><tr><td>Source</td><td>The Wire</td><td>Date</td><td>3 May 2005</td></table>"
    assert source(beside=table) == ("The Wire", None)
    assert source(beside=table.replace("The Wire", "The River Post")) is None
    assert source(beside=table.replace("The Wire", "Open to everybody who asks")) is None


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ("", None),
        (data(f'"isBasedOn": "{AWAY}"'), (None, AWAY)),
        (data(f'"isBasedOn": {{"name": "The Wire", "url": "{AWAY}"}}'), ("The Wire", AWAY)),
        (data('"isBasedOn": "https://riverpost.example/older"'), None),
        (data('"sourceOrganization": {"name": "The Wire"}'), ("The Wire", None)),
        (data('"sourceOrganization": {"name": "River Post"}'), None),
        (
            data('"publisher": {"name": "House"}, "sourceOrganization": {"name": "House"}'),
            None,
        ),
        (data('"publisher": {"name": "River Holding"}'), None),
        (data('"publisher": {"name": "Reuters"}'), ("Reuters", None)),
        (data('"provider": {"name": "Associated Press"}'), ("Associated Press", None)),
        (data('"provider": {"name": "River Systems"}'), None),
        (f"<meta name=original-source content={AWAY}>", (None, AWAY)),
        (f"<meta name=syndication-source content={AWAY}>", (None, AWAY)),
        (f"<meta name=syndication-source content={URL}>", None),
        ("<meta name=source content='The Wire'>", ("The Wire", None)),
        ("<meta name=ContentSource content=新华社>", ("新华社", None)),
        ("<meta name=source content=web>", None),
        ("<meta name=source content='The River Post'>", None),
        (f"<link rel=canonical href={AWAY}>", (None, AWAY)),
        ("<link rel=canonical href=https://m.riverpost.example/ferry>", None),
        ("<link rel=canonical href=https://riverpost.other/ferry>", None),
        (f"<meta property=og:url content={AWAY}>", None),
    ],
)
def test_what_is_declared_counts_where_it_is_not_the_site_itself(source, head, said):
    assert source(head) == said


@pytest.mark.parametrize(
    ("beside", "said"),
    [
        ("<p>Source: Xinhua</p>", ("Xinhua", None)),
        ("<p>Source: The Wire | May 3, 2024</p>", ("The Wire", None)),
        ("<p>2024-05-03 10:20 来源：新华网 编辑：李小龙</p>", ("新华网", None)),
        ("<p>출처: 연합뉴스</p>", ("연합뉴스", None)),
        ("<p>Quelle: dpa</p>", ("dpa", None)),
        (f"<p>Source: <a href={AWAY}>The Wire</a></p>", ("The Wire", AWAY)),
        ("<p>来源：本站</p>", None),
        ("<p>Source: The River Post</p>", None),
        ("<p>Photo source: Getty Images</p>", None),
        ("<p>Open source: a way of life</p>", None),
        ("<aside class=related><p>Source: Xinhua</p></aside>", None),
    ],
)
def test_a_credit_beside_the_title_names_the_source(source, beside, said):
    assert source(beside=beside) == said


def test_a_credit_at_the_end_counts_where_it_is_all_of_its_line(source):
    assert source(after="<p>Source: Xinhua News</p>") == ("Xinhua News", None)
    assert source(after="<p>(来源：人民日报)</p>") == ("人民日报", None)
    assert source(after=f"<p>Source: according to a man at the harbour, {SENTENCE}</p>") is None


@pytest.mark.parametrize(
    ("first", "name"),
    [
        ("SEOUL, May 3 (Yonhap) -- ", "Yonhap"),
        ("LONDON (Reuters) - ", "Reuters"),
        ("(AP) — ", "AP"),
        ("BEIJING, May 3 (Xinhua) ", None),
        ("Pyongyang, May 3 (KCNA) -- ", "KCNA"),
        ("新华社北京5月3日电 ", "新华社"),
        ("(서울=연합뉴스) ", "연합뉴스"),
        ("The harbour's own record (AP) was lost. ", None),
        ("The port authority (PA) and ", None),
        ("", None),
    ],
)
def test_an_agency_s_dateline_at_the_head_of_the_text_names_it(source, first, name):
    assert source(first=first) == ((name, None) if name else None)


def test_an_agency_s_own_site_has_no_source(source):
    dateline = "LONDON (Reuters) - "
    assert source(first=dateline, url="https://www.reuters.example/a", name="Reuters") is None


@pytest.mark.parametrize(
    ("author", "name"),
    [
        ("Reuters", "Reuters"),
        ("Ana Brook, Associated Press", "Associated Press"),
        ("Ana Brook", None),
        ("Apolonia Brook", None),
    ],
)
def test_a_byline_that_names_an_agency_names_the_source(source, author, name):
    head = f'<meta name=author content="{author}">'
    assert source(head) == ((name, None) if name else None)


def test_a_copy_elsewhere_of_a_site_s_page_has_no_source(source):
    head = "<link rel=canonical href=https://www.riverpost.example/news/ferry>"
    assert source(head, url="http://127.0.0.1:8000/news/ferry") is None
    assert source(f"<link rel=canonical href={AWAY}>", url="http://127.0.0.1:8000/a") == (
        None,
        AWAY,
    )


def test_a_site_s_rules_alone_say_its_source(read):
    page = f"<h1>Ferry</h1><p>Source: Xinhua</p><article>{TEXT}</article>"
    assert read(page, {"title": "h1", "body": "article"}, url=URL).source is None
