"""Listings: which links a page of links yields, their dates, and the page behind it."""

import pytest

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


def test_a_document_is_named_once_with_the_first_title_there_is(look):
    picture = "<li><a href='/a'><img src=x></a></li>"
    found = look(LISTING, page(picture, entry("/a#more", "A pier"), entry("/a", "Again")))
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
