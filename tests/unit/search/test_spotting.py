"""What is passed over unread cannot hold the passage."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.search.aligning import Passage
from pipeline.search.analyzer import terms, units
from pipeline.search.spotting import has_any, stretches

LETTERS = "aé e\u0301AbＢß ﬁ북京ก็が\u00ad\u200d'-.\u0130Σς"


def whole(text, words, may_lack=0):
    counted = Counter(words)
    return list(stretches(text, counted, length=len(text), may_lack=may_lack))


@given(st.text(LETTERS, max_size=80))
def test_a_text_can_hold_its_own_words(text):
    assert whole(text, [word for word, *_ in units(text)]) == [(0, len(text))]
    assert all(has_any(text, [term]) for term in terms(text))


def test_what_lacks_more_words_than_may_differ_is_passed_over():
    words = ["harbour", "goats", "goats", "ferry"]
    assert whole("The ferry at the harbour.", words, may_lack=2) == [(0, 25)]
    assert whole("The ferry at the harbour.", words, may_lack=1) == []


def test_a_word_counts_as_often_as_it_is_wanted():
    words = ["goats"] * 9
    assert whole("Goats, goats and gôats.", words, may_lack=6) == [(0, 23)]
    assert whole("Goats, goats and gôats.", words, may_lack=5) == []
    assert whole("북경북경", ["북"] * 3, may_lack=1) == [(0, 4)]
    assert whole("북경북경", ["북"] * 3) == []


@pytest.mark.parametrize("place", [0, 3_999, 150_001, 1_999_000])
def test_of_a_book_the_page_is_read_that_has_the_passage(place):
    book = "lorem ipsum " * 170_000
    said = "the ferry will carry forty goats to the island on Monday"
    text = book[:place] + " " + said + ". " + book[place:]
    found = Passage(said).align(text)
    assert text[found.start : found.end].strip(" .") == said


def test_a_book_of_nothing_but_the_passage_is_not_read_to_its_end():
    text = "forty goats and a ferry " * 100_000
    found = Passage("and a ferry forty goats and then a ferry").align(text)
    assert found.similarity > 0.8
    assert found.start < 100
