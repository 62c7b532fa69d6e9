"""Listings: which links a page of links yields, their dates, and the page behind it."""

from urllib.parse import quote

import pytest
from pydantic import TypeAdapter

from pipeline.discover.config import DiscoverConfig, TargetsConfig
from pipeline.discover.find import Found, find, following
from pipeline.discover.seeds import seeds

LISTING = {"listing": "https://example.org/list/", "links": "ul a"}


def page(*items, head=""):
    body = f"<a href='/home'>Home</a><ul>{''.join(items)}</ul>"
    return f"<!doctype html><html><head>{head}</head><body>{body}</body></html>"


def entry(href, title="Dredging", date="4 March"):
    return f"<li><a href='{href}'>{title}</a><span class=when>{date}</span></li>"


def urls(found):
    return [link.url for link in found.links]


def test_the_selected_links_come_in_page_order(look):
    found = look(LISTING, page(entry("b", " Dredging\n <b>begins</b> "), entry("/a?x=1&amp;y=2")))
    assert urls(found) == ["https://example.org/list/b", "https://example.org/a?x=1&y=2"]
    assert found.links[0].title == "Dredging begins"
    assert found.next_page is None
    assert found.faults == ()


def test_a_document_is_named_once_with_the_longest_title_there_is(look):
    picture = "<li><a href='/a'><img src=x></a></li>"
    more = entry("/a#more", "More")
    found = look(LISTING, page(picture, more, entry("/a", "A pier"), entry("/a", "Again")))
    assert found.named == 1
    assert [(link.url, link.title) for link in found.links] == [("https://example.org/a", "A pier")]


def test_links_that_lead_to_no_page_are_left_out(look):
    hrefs = ["javascript:void(0)", "mailto:a@b.example", "#top", "", "tel:1", "http://[", "/a"]
    assert urls(look(LISTING, page(*map(entry, hrefs)))) == ["https://example.org/a"]


@pytest.mark.parametrize(
    ("base", "absolute"),
    [
        ("<base href='/other/'>", "https://example.org/other/b"),
        ("<base href='https://cdn.example/x/y'>", "https://cdn.example/x/b"),
        ("<base target=_top><base href='/1/'><base href='/2/'>", "https://example.org/1/b"),
        ("<base href='javascript:x'>", "https://example.org/list/b"),
        ("", "https://example.org/list/b"),
    ],
)
def test_relative_links_start_at_the_base(look, base, absolute):
    assert urls(look(LISTING, page(entry("b"), head=base))) == [absolute]


def test_a_link_may_lie_in_what_is_selected_or_in_another_attribute(look):
    body = page(entry("/a"), "<li data-go='/b'></li>", "<li>none</li>")
    assert urls(look({**LISTING, "links": "ul li"}, body)) == ["https://example.org/a"]
    assert urls(look({**LISTING, "links": "ul li@data-go"}, body)) == ["https://example.org/b"]


def test_a_comma_gathers_in_page_order_and_a_list_takes_the_first_that_yields(look):
    body = page("<li><a class=y href=1>x</a></li>", "<li><a class=x href=2>x</a></li>")
    both = look({**LISTING, "links": "a.x, a.y, ul a"}, body)
    assert urls(both) == ["https://example.org/list/1", "https://example.org/list/2"]
    first = look({**LISTING, "links": ["a.z", "a.x", "a.y"]}, body)
    assert urls(first) == ["https://example.org/list/2"]


def dated(found):
    return [link.dated for link in found.links]


def test_a_date_belongs_to_the_link_beside_it(look):
    rules = {**LISTING, "dates": ".when"}
    body = page(entry("/a", date="3 March"), "<li><a href=/b>b</a></li>", entry("/c", date="1 May"))
    assert dated(look(rules, body)) == ["3 March", None, "1 May"]


def test_dates_among_their_links_are_taken_in_turn_when_they_are_as_many(look):
    rules = {**LISTING, "dates": "i"}
    flat = "<a href=/a>a</a><i>1 May</i><a href=/b>b</a><i>2 May</i>"
    assert dated(look(rules, page(flat))) == ["1 May", "2 May"]
    assert dated(look(rules, page(flat, "<i>3 May</i>"))) == [None, None]


def test_a_date_may_be_an_attribute_or_lie_in_the_link(look):
    rules = {**LISTING, "dates": "time@datetime"}
    body = page("<li><a href=/a>a <time datetime=2026-03-04>Wed</time></a></li>")
    assert dated(look(rules, body)) == ["2026-03-04"]


def test_charsets_are_read_and_addresses_leave_as_ascii(look):
    body = page(entry("/항구", "항구 소식"), head="<meta charset=euc-kr>").encode("euc-kr")
    (link,) = look(LISTING, body, content_type="text/html").links
    assert (link.url, link.title) == ("https://example.org/%ED%95%AD%EA%B5%AC", "항구 소식")


def test_the_next_page_is_what_its_link_says_and_no_rule_touches_it(look):
    rules = {**LISTING, "pages": {"next": "a.next", "most": 3}}
    body = page(entry("/a")) + "<a class=next href='?t=2#x'>older</a>"
    found = look(rules, body, canonical={"drop_query": ["*"]})
    assert found.next_page == "https://example.org/list/?t=2"
    assert look(rules, body, page=2).next_page is not None
    assert look(rules, body, page=3).next_page is None
    assert look(rules, page(entry("/a"))).next_page is None


def test_numbered_pages_start_at_the_listing_whatever_page_was_read(look):
    rules = {**LISTING, "pages": {"pattern": "page/{n}/", "most": 3}}
    body = page(entry("/a"))
    assert look(rules, body).next_page == "https://example.org/list/page/2/"
    second = look(rules, body, page=2, url="https://example.org/list/page/2/")
    assert second.next_page == "https://example.org/list/page/3/"
    assert look(rules, body, page=3).next_page is None


def test_a_script_says_how_many_pages_there_are(look):
    rules = {
        **LISTING,
        "pages": {"script": r"countPage\s*=\s*(\d+)", "pattern": "index_{n}.htm", "most": 9},
    }
    body = page(entry("/a")) + "<script>var countPage = 3; createPageHTML(countPage)</script>"
    assert look(rules, body).next_page == "https://example.org/list/index_1.htm"
    assert look(rules, body, page=2).next_page == "https://example.org/list/index_2.htm"
    assert look(rules, body, page=3).next_page is None


@pytest.mark.parametrize("count", ["", "many", "9" * 5000])
def test_a_script_that_says_no_number_is_a_fault_and_the_links_stay(look, count):
    rules = {**LISTING, "pages": {"script": "countPage = ?(.*);", "pattern": "index_{n}.htm"}}
    found = look(rules, page(entry("/a")) + f"<script>countPage ={count};</script>")
    assert len(found.links) == 1
    assert found.next_page is None
    assert "no number of pages" in found.faults[0]


def test_a_page_that_yields_nothing_says_so_and_leads_no_further(look):
    rules = {**LISTING, "pages": {"pattern": "page/{n}/", "most": 3}}
    found = look(rules, "<html><body><p>Nothing here")
    assert (found.links, found.next_page) == ((), None)
    assert found.faults == ("nothing that links matches 'ul a'",)


@pytest.mark.parametrize("body", [b"\x89PNG\r\n\x1a\n" + bytes(range(256)), b"\x00" * 100])
def test_what_is_no_text_is_a_fault(look, body):
    assert look(LISTING, body).links == ()
    assert look(LISTING, body).faults


NEXT = {**LISTING, "pages": {"next": ".pager a", "most": 9}}


@pytest.mark.parametrize(
    ("pager", "ahead"),
    [
        ("<a href='?p=2'>2</a>", "https://example.org/list/?p=2"),
        ("<a href='/list/'>1</a><a href='?p=2'>2</a>", "https://example.org/list/?p=2"),
        ("<a href='/list/#x'>1</a><a href='#'>2</a>", None),
        ("<a href='javascript:next()'>2</a>", None),
        ("<a href='https://u:p@example.org/list/?p=2'>2</a>", "https://example.org/list/?p=2"),
    ],
)
def test_no_page_is_next_to_itself(look, pager, ahead):
    found = look(NEXT, page(entry("/a")) + f"<div class=pager>{pager}</div>")
    assert found.next_page == ahead


def test_pages_that_lead_back_end(stored):
    first = seeds(TypeAdapter(DiscoverConfig).validate_python([NEXT]))[0]
    (second,) = following(first, Found(next_page="https://example.org/list/?p=2"))
    body = page(entry("/b")) + "<div class=pager><a href='/list/'>1</a><a href='?p=3'>3</a></div>"
    found = find(second, stored(body.encode(), "text/html", second.url), TargetsConfig())
    assert found.next_page == "https://example.org/list/?p=3"
    (third,) = following(second, found)
    back = body.replace("?p=3", "?p=2")
    found = find(third, stored(back.encode(), "text/html", third.url), TargetsConfig())
    assert (found.named, found.next_page) == (1, None)


@pytest.mark.parametrize(
    ("encoding", "word", "sent"),
    [
        ("euc-kr", "항구", "%C7%D7%B1%B8"),
        ("gb2312", "港口", "%B8%DB%BF%DA"),
        ("utf-8", "é", "%C3%A9"),
    ],
)
def test_a_query_is_sent_in_the_charset_of_its_page_and_a_path_is_not(look, encoding, word, sent):
    head = f"<meta charset={encoding}>"
    pager = f"<div class=pager><a href='/list/?s={word}&p=2#{word}'>2</a></div>"
    body = page(entry(f"/{word}?q={word}"), head=head) + pager
    found = look(NEXT, body.encode(encoding))
    assert found.next_page == f"https://example.org/list/?s={sent}&p=2"
    assert urls(found)[0].endswith(f"?q={sent}")
    assert found.links[0].url.startswith(f"https://example.org/{quote(word)}")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("<p>Nothing", "no_match"),
        ("", "no_match"),
        (b"\x00\x01" * 50, "unreadable"),
        (None, "unreadable"),
    ],
)
def test_a_listing_without_links_says_why(look, body, reason):
    found = look(LISTING, body)
    assert [trouble.reason for trouble in found.troubles] == [reason]
    assert found.unread == (reason if reason == "unreadable" else None)
