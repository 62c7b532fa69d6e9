"""Text from outside is shown with nothing hidden in it, and has an end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.web.legible import (
    HIDDEN,
    MOST_IN_ALL,
    MOST_SHOWN,
    address,
    language,
    legible,
    shown,
    spelled,
)


@given(st.text())
def test_no_mark_up_and_no_hidden_mark_is_left(text):
    said = str(legible(text))
    inside = said.removeprefix("<bdi>").removesuffix("</bdi>")
    without = inside.replace('<span class="hidden-mark">', "").replace("</span>", "")
    assert "<" not in without
    assert not HIDDEN.search(said)


@pytest.mark.parametrize(
    "mark", ["\u202e", "\u2066", "\0", "\x1b", "\ufeff", "\U000e0041", "\ud800"]
)
def test_a_hidden_mark_is_spelled_out(mark):
    assert f"U+{ord(mark):04X}" in spelled(f"a{mark}b")


@pytest.mark.parametrize("text", ["나라", "क्‍ष", "می‌خواهم", "👩‍🚒", "a\tb\nc"])
def test_what_scripts_need_is_left_alone(text):
    assert str(spelled(text)) == text


def test_a_line_of_ten_megabytes_is_cut_and_says_so():
    made = shown("Title\n\n" + "x" * 10**7 + "\n\nafter\n", title="Title")
    assert made.title == "Title"
    assert [len(one.text) for one in made.paragraphs] == [MOST_SHOWN, 5]
    assert made.paragraphs[0].left_out == 10**7 - MOST_SHOWN


def test_paragraphs_of_a_letter_each_are_no_page_without_end():
    made = shown("x\n\n" * 300_000, title=None)
    assert len(made.paragraphs) < MOST_IN_ALL // 40
    assert len(made.paragraphs) + made.left_out == 300_000


def test_paragraphs_without_end_are_left_out_and_counted():
    made = shown("\n\n".join(["y" * 1000] * 1000), title=None)
    assert sum(len(one.text) for one in made.paragraphs) <= MOST_IN_ALL + MOST_SHOWN
    assert made.left_out + len(made.paragraphs) == 1000


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        " javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "//elsewhere.example/",
        "http:///x",
        "http://[::1",
        "https://a.example/\u202e",
        "java\nscript:alert(1)",
        "",
        None,
    ],
)
def test_nothing_but_the_web_becomes_a_link(url):
    assert address(url) is None


def test_the_web_does():
    assert address("https://a.example/?q=1") == "https://a.example/?q=1"


@pytest.mark.parametrize("tag", ['en" onload=x', "", None, "e", "<b>", "en-"])
def test_what_is_no_language_is_none(tag):
    assert language(tag) is None


def test_a_language_is_one():
    assert language("zh-Hans") == "zh-Hans"
