"""Who a page of no rules says wrote it: people, and never the site."""

from __future__ import annotations

import pytest

SENTENCE = "The ferry left the island at noon, and the harbour was empty until the evening came. "
TEXT = f"<p>{SENTENCE * 3}</p>" * 3
URL = "https://www.riverpost.example/news/ferry"


@pytest.fixture
def byline(read):
    """The byline of an article with some head and something beside its title."""

    def byline(head="", beside="", *, after=""):
        page = (
            '<html><head><meta property=og:site_name content="The River Post">'
            f"{head}</head><body><article><h1>Ferry returns</h1>{beside}{TEXT}{after}</article>"
        )
        return read(page, url=URL).byline

    return byline


def data(json):
    return f'<script type="application/ld+json">{json}</script>'


GRAPH = """{"@graph": [{"@type": "NewsArticle", "author": {"@id": "#ana"}},
 {"@type": "Person", "@id": "#ana", "name": "Ana Brook"}]}"""
CIRCLE = """{"@graph": [{"@type": "NewsArticle", "@id": "#a", "author": {"@id": "#b"}},
 {"@id": "#b", "author": {"@id": "#a"}}]}"""


@pytest.mark.parametrize(
    ("json", "names"),
    [
        ('{"@type": "NewsArticle", "author": "Ana Brook"}', "Ana Brook"),
        ('{"@type": "NewsArticle", "author": ["Ana Brook", "Ben Ford"]}', "Ana Brook, Ben Ford"),
        (
            '{"@type": "Article", "author": [{"name": "Ana Brook"}, {"name": "The River Post"}]}',
            "Ana Brook",
        ),
        (GRAPH, "Ana Brook"),
        (CIRCLE, None),
        ('{"@type": "NewsArticle", "author": {"@type": "Person", "name": "The River Post"}}', None),
        ('{"@type": "NewsArticle", "author": {"name": "River Post Inc."}}', None),
        ('{"@type": "NewsArticle", "author": {"name": "admin"}}', None),
        ('{"@type": "NewsArticle", "author": {"name": "https://a.example/ana"}}', None),
        ('{"@type": "NewsArticle", "author": {"name": "{{ author }}"}}', None),
        ('{"@type": "NewsArticle", "author": null}', None),
        ('{"@type": "NewsArticle", "author": {"@id": "#nobody"}}', None),
        ('{"@type": "NewsArticle", "author": "By Ana Brook and Ben Ford | Staff"}',
         "Ana Brook and Ben Ford"),
        ('{"@type": "NewsArticle", "author": "Ana Brook, The River Post"}', "Ana Brook"),
    ],
)  # fmt: skip
def test_declared_authors_are_all_named_and_the_site_is_none_of_them(byline, json, names):
    assert byline(data(json)) == names


@pytest.mark.parametrize(
    ("head", "beside", "names"),
    [
        ('<meta name=author content="Ana Brook">', "", "Ana Brook"),
        ('<meta name=author content="The River Post">', "<p class=byline>By Ana Brook</p>",
         "Ana Brook"),
        ('<meta name=author content="riverpost.example">', "", None),
        ('<meta name=author content="page.author.name">', "", None),
        ("<meta name=twitter:label1 content='Written by'><meta name=twitter:data1 content='Ana B'>",
         "", "Ana B"),
        ("<meta name=citation_author content='Ana B'><meta name=citation_author content='Bo F'>",
         "", "Ana B, Bo F"),
        ("", "<p>By Ana Brook</p>", "Ana Brook"),
        ("", "<p>By <a href=/ana>Ana Brook</a> and <a href=/ben>Ben Ford</a> | Staff</p>",
         "Ana Brook and Ben Ford"),
        ("", "<p>By Ana Brook, The River Post</p>", "Ana Brook"),
        ("", "<p>By Ana Brook • Updated May 3, 2024</p>", "Ana Brook"),
        ("", "<div>Von Jana Bachmann</div>", "Jana Bachmann"),
        ("<meta name=author content='Von Miller'>", "", "Von Miller"),
        ("", "<p class=byline>Von Miller</p>", "Von Miller"),
        ("", "<div>Par Anne Rivière et Luc Pont</div>", "Anne Rivière et Luc Pont"),
        ("", "<div>작성자: 홍길동</div>", "홍길동"),
        ("", "<div>홍길동 기자 gildong@riverpost.example</div>", "홍길동"),
        ("", "<div>作者：李小龙</div>", "李小龙"),
        ("", "<span class=author-name>Ana Brook</span>", "Ana Brook"),
        ("", "<p class=authors><a rel=author>Ana Brook</a> <a rel=author>Ben Ford</a></p>",
         "Ana Brook, Ben Ford"),
        ("", "<p>By noon the ferry had left</p>", None),
        ("", "<p>By Monday Morning, Officials Said</p>", None),
        ("", "<p>By The River Post Staff</p>", None),
        ("", "<p class=byline>Read more articles</p>", None),
        ("", "<p class=byline>The River Post</p>", None),
        ("", "<aside class=related><p class=byline>By Ana Brook</p></aside>", None),
        ("", "<div class=comments><p class=author>Ana Brook</p></div>", None),
        ("", "", None),
    ],
)  # fmt: skip
def test_what_is_plainly_a_name_is_a_byline_and_nothing_else(byline, head, beside, names):
    assert byline(head, beside) == names


def cells(*texts):
    return f"<table><tr>{''.join(f'<td>{text}</td>' for text in texts)}</tr></table>"


@pytest.mark.parametrize(
    ("beside", "names"),
    [
        (cells("By Ana Brook", "3 May 2005"), "Ana Brook"),
        (cells("Author", "Ana Brook"), "Ana Brook"),
        (cells("Date", "3 May 2005", "Written by:", "Ana Brook and Ben Ford"),
         "Ana Brook and Ben Ford"),
        (cells("작성자", "홍길동", "작성일", "2005-05-03"), "홍길동"),
        (cells("담당부서", "항만과"), None),
        (cells("作者：", "李小龙"), "李小龙"),
        (cells("Автор:", "Анна Лесная"), "Анна Лесная"),
        (cells("Author", "Message"), None),
        (cells("Author", "Publication Year"), None),
        ("<dl><dt>Author<dd>Ana Brook<dt>Date<dd>3 May 2005</dl>", "Ana Brook"),
        ("<p>By Ana Brook, Political Editor</p>", "Ana Brook"),
        ("<p>By Ana Brook ana@riverpost.example</p>", "Ana Brook"),
        ("<p>By Ana Brook in Port Town</p>", "Ana Brook"),
        ("<p>Par Anne Rivière, le 3 mai 2005</p>", "Anne Rivière"),
        ("<p>Posted on May 3, 2005 by Ana Brook</p>", "Ana Brook"),
        ("<p>3 May 2005 | By Ana Brook</p>", "Ana Brook"),
        ("<p>3 May 2005 | Port Town</p>", None),
        ("<p>2005-05-03 10:00　来源：山报　作者：李小龙</p>", "李小龙"),
        ("<p>记者 李小龙</p>", "李小龙"),
        ("<p>Yazar: Deniz Kaya</p>", "Deniz Kaya"),
        ("<p>Tác giả: Nguyễn Văn Hải</p>", "Nguyễn Văn Hải"),
        ("<p>लेखक: अनिल वर्मा</p>", "अनिल वर्मा"),
        ("<p>홍길동 기자 | 승인 2005.05.03 10:00</p>", "홍길동"),
        ("<p>By Web Desk</p>", None),
        ("<p>Photo by Ana Brook</p>", None),
    ],
)  # fmt: skip
def test_a_name_stands_behind_its_label_in_a_line_or_in_the_next_cell(byline, beside, names):
    assert byline(beside=beside) == names


@pytest.mark.parametrize(
    "rows",
    [
        "<tr><td><b>Ferry returns</b><tr><td>By Ana Brook",
        "<tr><td><b>Ferry returns</b><br>By Ana Brook<br>3 May 2005",
        "<tr><td class=headline>Ferry\n returns<tr><td>By Ana Brook<td>3 May 2005",
    ],
)
def test_a_title_in_a_cell_is_what_a_byline_stands_beside(read, rows):
    page = f"<html><title>Ferry returns</title><body><table>{rows}<tr><td>{TEXT}</table>"
    assert read(page, url=URL).byline == "Ana Brook"


def test_a_note_at_the_end_names_who_wrote_it(byline):
    assert byline(after="<h3>Written by Ana Brook</h3>") == "Ana Brook"
    assert byline(after="<p>By Ana Brook</p>") is None


def test_a_page_s_own_name_is_a_person_s_only_where_the_site_is_theirs(read):
    json = '{"@type": "BlogPosting", "author": {"@type": "Person", "name": "Ana Brook"}}'
    page = f"<html><head>{data(json)}</head><body><h1>Ferry</h1><article>{TEXT}</article></body>"
    assert read(page, url="https://anabrook.example/ferry").byline == "Ana Brook"
    paper = page.replace("Ana Brook", "River Times")
    assert read(paper, url="https://rivertimes.example/ferry").byline is None


def test_the_many_names_of_a_list_are_nobody_s(byline):
    names = ("Ana Brook", "Ben Ford", "Cleo Marsh", "Dan Weir", "Eve Lock")
    cards = "".join(f"<span class=author>{name}</span>" for name in names)
    assert byline(beside=f"<div>{cards}</div>") is None
