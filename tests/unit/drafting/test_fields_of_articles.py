"""Where dates, signatures and languages stand on several pages, and when nothing is believed."""

import re
from collections import Counter
from zoneinfo import ZoneInfo

import pytest

from pipeline.drafting.choosing import chosen, of_makes
from pipeline.drafting.kinds import is_front, is_index
from pipeline.drafting.languages import language_of
from pipeline.drafting.page import Page
from pipeline.drafting.places import shown
from pipeline.drafting.printed import dated_line, is_dated, printed_date
from pipeline.drafting.sections import sections_of
from pipeline.drafting.selectors import is_steady
from pipeline.drafting.signed import SIGNED, told_apart
from pipeline.drafting.teasers import teasers_of
from pipeline.extract.tried import Tried
from pipeline.model import Digest, RecordRef, StoredBlock

URL = "https://gazette.example/news/{}"


def stored(n, html):
    octets = html.encode()
    return StoredBlock(
        record=RecordRef(record_id="urn:uuid:1", type="response", block=Digest.of(octets)),
        url=URL.format(n),
        observed_at=None,
        status=200,
        headers=(("Content-Type", "text/html; charset=utf-8"),),
        entity=Digest.of(octets),
        decoded=octets,
        decoded_digest=Digest.of(octets),
    )


def dated(lines, known=None, markup="<p class=when>{}</p>"):
    """What is guessed of pages that print each of `lines`, and what that yields on them."""
    blocks = [stored(n, markup.format(line)) for n, line in enumerate(lines)]
    tries = Tried(blocks)

    def dates(rule):
        return tries.dates(rule, None)

    rule = printed_date(list(map(Page.of, blocks)), known or [None] * len(lines), dates)
    return rule and dates(rule)


@pytest.mark.parametrize(
    ("lines", "days"),
    [
        (["Published: 20 November 2026", "Published: 3 May 2025"], ["2026-11-20", "2025-05-03"]),
        (["November 20, 2026", "May 3, 2025"], ["2026-11-20", "2025-05-03"]),
        (["작성일 2026.11.20", "작성일 2025.5.3"], ["2026-11-20", "2025-05-03"]),
        (["2026年11月20日 10時30分", "2025年5月3日 9時05分"], ["2026-11-20", "2025-05-03"]),
        (["20 de noviembre de 2026", "3 de mayo de 2025"], ["2026-11-20", "2025-05-03"]),
        (["20 ноября 2026 | 10:00", "3 мая 2025 | 09:00"], ["2026-11-20", "2025-05-03"]),
        (["20. Oktober 2026", "3. März 2025"], ["2026-10-20", "2025-03-03"]),
        (["3/20/2026", "12/3/2025"], ["2026-03-20", "2025-12-03"]),
        (["20/3/2026", "3/12/2025"], ["2026-03-20", "2025-12-03"]),
    ],
)
def test_a_printed_date_is_found_in_the_order_that_all_pages_can_be_read_in(lines, days):
    assert dated(lines) == days


@pytest.mark.parametrize(
    "lines",
    [
        ["3/4/2026", "5/6/2026"],
        ["2026-11-20", "2026-11-20"],
        ["tomorrow", "next week"],
        ["20 floors 2026", "3 goats 2025"],
    ],
)
def test_what_may_be_read_in_two_ways_or_is_the_same_everywhere_is_no_date(lines):
    assert dated(lines) is None


@pytest.mark.parametrize(
    "markup",
    [
        "<table width=760><td><font size=2>FOR RELEASE<br>{}<br><br>The quay is open.</table>",
        "<table><td>FOR RELEASE<br>{}<br><br>The quay is open again.</table>",
        "<div class=date>{}<br>Office of the coast</div><p>The quay is open again.",
        "<main>{}<p>The quay is open again.</main>",
    ],
)
@pytest.mark.parametrize(
    ("lines", "days"),
    [
        (["November 20, 2026", "May 3, 2025"], ["2026-11-20", "2025-05-03"]),
        (["令和8年11月20日", "令和7年5月3日"], ["2026-11-20", "2025-05-03"]),
        (["2026.11.20 10:30", "2025.5.3 9:05"], ["2026-11-20", "2025-05-03"]),
    ],
)
def test_a_date_is_found_in_a_line_of_its_own_among_others(markup, lines, days):
    assert [one[:10] for one in dated(lines, markup=markup)] == days


def test_a_date_in_a_sentence_among_others_is_none():
    markup = "<table><td>Berths<br>The fair was held on {}<br><br>The quay is open.</table>"
    assert dated(["20 November 2026", "3 May 2025"], markup=markup) is None


def test_a_printed_date_never_contradicts_what_is_known():
    assert dated(["2026-11-20", "2025-05-03"], ["2024-01-01", "2024-01-02"]) is None


@pytest.mark.parametrize(
    ("line", "dates_it"),
    [
        ("20.11.2026, 10:00", True),
        ("发布时间：2026-11-20 来源：海港", True),
        (
            "The treaty of 20 November 2026 says that both sides keep the bridge open to carts.",
            False,
        ),
        ("The bridge", False),
    ],
)
def test_a_line_is_dated_where_it_tells_next_to_nothing_else(line, dates_it):
    assert is_dated(line) is dates_it


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("By Ann Example", "Ann Example"),
        ("Von Ann Example | Stand: 20.11.2026", "Ann Example"),
        ("Friday, 20 November 2026 | Written by Ann Example | Print", "Ann Example"),
        ("Enviado por Ann de Example el 20 de noviembre", "Ann de Example"),
        ("20 May 2026 · By Ann Example", "Ann Example"),
        ("By the time they came", None),
        ("A man killed by Ann Example, they said", None),
    ],
)
def test_a_signature_is_a_name_behind_the_word_for_it(line, name):
    found = SIGNED.match(line)
    assert (found and found[1]) == name


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The bridge was opened by the council on the day that the ferry was sold.", "en"),
        ("Die Brücke wurde von dem Rat der Stadt mit einem Fest für die Leute eröffnet.", "de"),
        ("Мост был открыт, и на нём стояли люди из города, как это было и раньше.", "ru"),
        ("Goats goats goats.", None),
    ],
)
def test_a_language_is_told_by_its_commonest_words_or_not_at_all(text, language):
    assert language_of([text * 3]) == language


def test_articles_are_chosen_of_every_make_and_age():
    news = [f"https://a.example/news/{n}.html" for n in range(40)]
    films = [f"https://a.example/films/{n}-a-film/" for n in range(20)]
    taken = chosen([*news, *films, "https://a.example/about"], 8)
    assert Counter("films" in url for url in taken) == {True: 4, False: 4}
    assert taken[:2] == [news[0], films[0]]
    places = sorted(news.index(url) for url in taken if "news" in url)
    assert places[0] == 0
    assert places[-1] >= 25
    assert len({place % 2 for place in places}) == 2
    assert of_makes(taken, news[:1]) == [url for url in taken if "news" in url]


@pytest.mark.parametrize(
    ("name", "steady"),
    [
        *(
            (name, True)
            for name in ("story", "content1", "title02", "col-md-8", "v2-body", "h1tit")
        ),
        *((name, False) for name in ("post-4711", "css-1q2w3e", "x1lliihq", "_10pdwo80")),
        *(
            (name, False)
            for name in ("body-n0vxv", "element-b7e6d2f", "sc-bdVaJa", "Text_a__3xK9a")
        ),
    ],
)
def test_a_name_with_a_number_or_a_hash_in_it_will_not_last(name, steady):
    assert is_steady(name) is steady


def test_words_that_all_values_have_are_of_the_page():
    assert told_apart(["By Ann A", "By Bo B", None, "By Cy C"]) == ("Ann A", "Bo B", None, "Cy C")
    assert told_apart(["Sea Post Join in", "Sun Join in", "Air Join in"]) == (
        "Sea Post",
        "Sun",
        "Air",
    )
    assert told_apart(["Ann Moor", "Bo Moor"]) == ("Ann Moor", "Bo Moor")


def test_what_stands_around_a_value_is_whole_words():
    blocks = [
        stored(n, f"<div class=meta>{name} staff x{n}@a.example</div>")
        for n, name in enumerate(("Ann", "Bo", "Cy"))
    ]
    place = shown(list(map(Page.of, blocks)), ["Ann", "Bo", "Cy"], Tried(blocks).texts)
    assert place.rule == {"css": "div.meta", "pattern": "^(.+?) staff "}


@pytest.mark.parametrize(
    ("line", "others"),
    [
        ("2026-11-20", "2025-01-03"),
        ("20 November 2026 10:00", "3 May 2025 09:30"),
        ("2026年11月20日 10時30分", "2025年5月3日 9時05分"),
    ],
)
def test_a_line_that_is_a_date_has_a_pattern_for_others_of_its_make(line, others):
    assert re.search(dated_line(line), others)
    assert dated_line(f"Since {line}") is None


def test_a_value_is_cut_out_of_the_line_that_shows_it():
    blocks = [
        stored(n, f"<div class=meta>Text: {name} | Print</div>")
        for n, name in enumerate(("Ann", "Bo", "Cy"))
    ]
    place = shown(list(map(Page.of, blocks)), ["Ann", "Bo", "Cy"], Tried(blocks).texts)
    assert place.rule == {"css": "div.meta", "pattern": r"^Text: (.+?) \| Print$"}
    assert (place.right, place.wrong) == (3, 0)


@pytest.mark.parametrize(
    ("cards", "teasers"),
    [
        ("<div><h3><a href=/a>Goats on the pier</a></h3><p>They came at dawn.</p></div>" * 2, 4),
        ("<div><h3><a href=/a>Goats on the pier</a></h3><p>They came at dawn.</p></div>", 0),
        ("<div><h3><a href=#note>Goats on the pier</a></h3><p>They came.</p></div>" * 2, 0),
        (f"<div><h3><a href=/a>Goats</a></h3><p>{'They came. ' * 60}</p></div>" * 2, 0),
    ],
)
def test_teasers_are_cards_side_by_side_that_lead_to_other_pages(cards, teasers):
    page = Page.parse(URL, f"<main><p>Nobody had ordered goats.</p></main><section>{cards}")
    assert len(teasers_of(page)) == teasers


def test_sections_are_what_is_called_news_and_where_most_articles_lie():
    page = Page.parse(
        "https://a.example/",
        "<a href=/x/>About us</a><a href=/press/>Press releases</a><a href=/d/>More</a>",
    )
    articles = ["https://a.example/d/1.html", "https://a.example/d/2.html"]
    assert sections_of(page, articles) == ["https://a.example/press/", "https://a.example/d/"]
    assert sections_of(page, ()) == ["https://a.example/press/"]


def test_a_feed_is_known_by_how_it_begins():
    assert is_index(stored(1, "\ufeff <?xml version='1.0'?><rss></rss>"))
    assert is_index(stored(1, '{"version": "https://jsonfeed.org/version/1.1"}'))
    assert not is_index(stored(1, "<?xml version='1.0'?><!DOCTYPE html><html></html>"))
    assert is_front("https://a.example")
    assert not is_front("https://a.example/en/")


@pytest.mark.parametrize(
    ("lines", "known", "days"),
    [
        (["令和8年11月20日", "令和元年5月3日"], None, ["2026-11-20", "2019-05-03"]),
        (["۲۹ آبان ۱۴۰۵", "۱۳ اردیبهشت ۱۴۰۴"], None, ["2026-11-20", "2025-05-03"]),
        (
            ["Friday, 20 November 2026 9:33 PM AEST", "Saturday, 3 May 2025 9:05 AM AEST"],
            ["2026-11-20T21:33:00+10:00", "2025-05-03T09:05:00+10:00"],
            ["2026-11-20T21:33:00+10:00", "2025-05-03T09:05:00+10:00"],
        ),
    ],
    ids=["era", "persian", "zone"],
)
def test_a_date_that_no_format_spells_is_found_where_it_stands(lines, known, days):
    assert dated(lines, known) == days


@pytest.mark.parametrize(
    "line",
    [
        "20 November 2026 9:33 PM",
        "Por Ana Vilar, 20/11/2026 às 21h33",
        "Le 20 novembre 2026 à 21h33",
        "2026年11月20日（金）21時33分",
    ],
)
def test_a_clock_is_read_as_people_print_it(line):
    blocks = [stored(1, f"<p class=when>{line}</p>")]
    rule = printed_date([Page.of(blocks[0])], ["2026-11-20"], lambda rule: clocked(blocks, rule))
    assert clocked(blocks, rule) == ["2026-11-20T21:33:00+00:00"]


def clocked(blocks, rule):
    return Tried(blocks).dates(rule, ZoneInfo("UTC"))
