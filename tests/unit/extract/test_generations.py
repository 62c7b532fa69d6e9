"""Which generation of rules reads a page, and what happens when none does."""

from __future__ import annotations

import json

import pytest

from pipeline.extract.derive import derive
from pipeline.extract.rules import Rules
from pipeline.extract.signature import is_current

LONG = "Sentences that go on for long enough to be taken for running text by anybody. " * 2
STRAY = (
    "<body><h1>Title</h1><p class=d>Date: 22/03/2020</p><div class=story>"
    + "".join(f"<p>{number}. {LONG}</p>" for number in range(6))
    + "</div><div class=more><p>More From the Paper</p>"
    + f"<p>Teaser. {LONG}</p></div></body>"
)


def test_the_newest_generation_that_holds_wins_and_ordinals_count_from_the_oldest(read):
    oldest, middle, newest = {"body": ".a"}, {"body": ".b"}, {"body": ".c"}
    assert read("<p class=a>1<p class=b>2", newest, middle, oldest).generation == "2"
    assert read("<p class=a>1<p class=b>2", middle, oldest).generation == "2"
    assert read("<p class=a>1", newest, middle, oldest).text == "1\n"


@pytest.mark.parametrize(
    "require", [{"min_chars": 5}, {"has": "#mark"}, {"min_chars": 1, "has": "i"}]
)
def test_a_generation_whose_demands_are_not_met_leaves_the_page_to_an_older_one(read, require):
    document = read(
        "<p class=a>long enough<p class=b>four", {"body": ".b", "require": require}, {"body": ".a"}
    )
    assert document.text == "long enough\n"


def test_demands_that_are_met_hold(read):
    page = "<p class=b>four<i id=mark></i>"
    generation = {"body": ".b", "require": {"min_chars": 4, "has": "#mark"}}
    assert read(page, generation).generation == "1"


def test_until_excludes_captures_after_its_day_in_the_site_s_zone(read):
    """12:00 UTC is 21:00 in Seoul, and already the next day in Auckland."""
    rules = {"body": ".b", "until": "2026-01-15"}, {"body": ".a"}
    page = "<p class=a>old<p class=b>new"
    assert read(page, *rules, at="2026-01-15").text == "new\n"
    assert read(page, *rules, at="2026-01-16").text == "old\n"
    assert read(page, *rules, at="2026-01-15", zone="Pacific/Auckland").text == "old\n"


def test_when_excludes_other_urls(read):
    rules = {"body": ".b", "when": r"/\d{4}/"}, {"body": ".a"}
    page = "<p class=a>old<p class=b>new"
    assert read(page, *rules, url="https://x.example/2020/1").text == "new\n"
    assert read(page, *rules, url="https://x.example/n/1").text == "old\n"


def test_a_body_is_all_that_its_selector_matches_in_the_page_s_order(read):
    page = "<div class=b><p>1</p><h2>2</h2><div class=b><p>3</p></div></div><div class=b>4</div>"
    assert read(page, {"body": ".b"}).text == "1\n\n2\n\n3\n\n4\n"
    assert read(page, {"body": ".b > :is(p, h2)"}).text == "1\n\n2\n\n3\n"


def test_of_several_bodies_the_first_that_yields_is_taken(read):
    page = "<div class=a> </div><div class=b>two</div><div class=c>three and more</div>"
    assert read(page, {"body": ".none, .a, .b, .c"}).text == "two\n"
    assert read(page, {"body": [".none", ".a", ".b"]}).text == "two\n"


def test_the_longest_body_is_one_element_with_most_text(read):
    page = "<p class=a>one<p class=a>much more text<p class=b>some text<p class=c>much more text"
    assert read(page, {"body": {"longest": [".none", ".b", ".a", ".c"]}}).text == "much more text\n"


def test_dropped_elements_are_not_in_the_text_wherever_they_stand(read):
    page = (
        "<main>one<aside>no</aside>two<div class=x><p>no</p></div>"
        "<p>three <i class=y>no</i>four</p>"
        "</main><p class=x>no"
    )
    assert read(page, {"body": "main", "drop": ["aside, .x", ".y"]}).text == (
        "one\n\ntwo\n\nthree four\n"
    )
    assert read(page, {"body": "p", "drop": [".x", ".y"]}).text == "three four\n"


def test_dropping_for_one_generation_leaves_the_page_whole_for_the_next(read):
    page = "<main><div class=x>text</div></main>"
    assert read(page, {"body": "main", "drop": [".x"]}, {"body": "main"}).text == "text\n"


def test_unwanted_paragraphs_are_known_by_their_words(read):
    page = "<main><p>Home > News</p><p>one</p><p>print it</p><p>two</p><p>More From us</p><p>no</p>"
    generation = {"body": "main", "drop_text": ["^Home > ", "print"], "end_at": ["^More From "]}
    assert read(page, generation).text == "one\n\ntwo\n"


def test_what_is_left_behind_an_end_mark_does_not_count_as_text(read):
    page = "<main><p>More From us</p><p>no</p></main><p class=a>text"
    assert read(page, {"body": "main", "end_at": ["^More"]}, {"body": ".a"}).generation == "1"


def test_a_page_of_no_known_layout_is_read_by_the_generic_rules_and_says_so(read):
    document = read(
        STRAY,
        {"body": ".gone", "drop": [".more"]},
        {
            "body": ".gone",
            "published": {"css": "body", "pattern": "Date: (.*)", "format": "%d/%m/%Y"},
        },
    )
    assert (document.generation, document.degraded) == ("generic", True)
    assert document.published == "2020-03-22"
    assert document.title == "Title"
    assert document.text.count("Sentences") == 12
    assert "Teaser" not in document.text


def test_widgets_known_by_words_stay_out_of_a_degraded_text(read):
    page = STRAY.replace("class=more", "")
    document = read(page, {"body": ".gone", "end_at": ["^More From "], "drop_text": ["^3"]})
    assert document.degraded
    assert "Teaser" not in document.text
    assert document.text.count("Sentences") == 10


def test_a_site_without_rules_is_generic_and_not_degraded(stored, rules):
    document = derive(stored(STRAY), rules(language="ko"))
    assert (document.generation, document.degraded, document.language) == ("generic", False, "ko")


def test_the_site_s_language_goes_before_the_page_s(read):
    page = "<html lang='en-GB'><main>text</main>"
    assert read(page, {"body": "main"}).language == "en"
    assert read(page, {"body": "main"}, language="de").language == "de"


def test_the_declaration_is_plain_json_and_says_all_that_the_text_depends_on(rules):
    made = rules(
        {
            "body": {"longest": [".a", ".b"]},
            "until": "2020-01-01",
            "end_at": ["^More"],
            "title": None,
        },
        {"body": "main"},
        language="en",
    )
    assert json.loads(json.dumps(made.declaration())) == {
        "extract": [
            {"body": {"longest": [".a", ".b"]}, "until": "2020-01-01", "end_at": ["^More"]},
            {"body": "main"},
        ],
        "zone": "Asia/Seoul",
        "language": "en",
    }


def test_the_generic_rules_declare_that_there_are_none():
    assert Rules.generic().declaration() == {"extract": [], "zone": None, "language": None}


def test_rules_that_say_the_same_are_declared_the_same(rules):
    spelled = {"body": "main", "until": None, "drop": [], "require": {"min_chars": 0}}
    assert rules(spelled).declaration() == rules({"body": "main"}).declaration()


@pytest.mark.parametrize("generations", [[], [{"body": "main"}], [{"body": ".gone"}]])
def test_every_document_is_signed_by_today_s_software(read, generations):
    assert is_current(read(f"<main>{LONG}</main>", *generations).extractor)


def test_other_software_is_not_today_s():
    assert not is_current("dateline-rules/0 selectolax/0.3.21")


def test_the_same_block_and_rules_give_the_same_document(read):
    generation = {"body": ".story", "title": "h1", "drop": [".more"]}
    assert read(STRAY, generation) == read(STRAY, generation)
    assert read(STRAY) == read(STRAY)


def test_text_follows_the_block_s_decoded_bytes_and_their_charset(read):
    document = read("<main>한국</main>".encode("cp949"), {"body": "main"}, content_type="text/html")
    assert (document.text, document.charset, document.charset_why) == (
        "한국\n",
        "euc-kr",
        "detected",
    )


def test_what_is_cut_out_leaves_the_rest_of_its_paragraph(read):
    page = (
        "<main>Day: 4 | Port<b>Harbour</b> opened<p>Day: 5 |</p><p>A Day: 6 |</p>Late  word</main>"
    )
    generation = {"body": "main", "cut_text": ["^Day: \\d \\| ?(?:Port)?"], "drop_text": ["^Late"]}
    assert read(page, generation).text == "Harbour opened\n\nA Day: 6 |\n"
