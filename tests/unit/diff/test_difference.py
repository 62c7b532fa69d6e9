"""Two texts → what was added, removed, edited and moved, and what is noise."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.diff import aligning, paragraphs
from pipeline.diff.aligning import aligned
from pipeline.diff.difference import difference
from pipeline.diff.edition import Edition, paragraphs_of, text_of
from pipeline.diff.paragraphs import pieces_between
from pipeline.diff.pieces import (
    Added,
    Changed,
    Kind,
    MovedAway,
    MovedHere,
    Noise,
    Removed,
    Run,
    Same,
    new,
    new_of,
    old,
    old_of,
)
from pipeline.diff.runs import runs_between
from pipeline.diff.words import normal, words_of

BRIDGE = "The bridge over the narrow river was opened to carts and bicycles this morning."
FERRY = "It replaces the rope ferry, which had crossed the water for ninety years."
MASON = "A mason who had laid the first stone was the first to walk across it."
SCRAPS = st.text(st.sampled_from("ab c.'’\u00e9e\u0301한국中 \u00a0\n\u200b-–"), max_size=12)


def told(before, after):
    return pieces_between(before, after)[0]


def changes(before, after):
    runs, _ = runs_between(before, after)
    return [(run.kind.value, run.before or run.after) for run in runs if run.kind is not Kind.SAME]


# --- exact ------------------------------------------------------------------------------------


@given(st.lists(SCRAPS, max_size=8), st.lists(SCRAPS, max_size=8))
def test_the_pieces_give_both_texts_back_to_the_character(before, after):
    pieces = told(before, after)
    assert list(old(pieces)) == before
    assert list(new(pieces)) == after


@given(SCRAPS, SCRAPS)
def test_the_runs_give_both_paragraphs_back_to_the_character(before, after):
    runs, _ = runs_between(before, after)
    assert (old_of(runs), new_of(runs)) == (before, after)
    assert all(normal(run.before) == normal(run.after) for run in runs if run.kind is Kind.NOISE)


@given(st.permutations([f"Paragraph {n} says its own words about thing {n}." for n in range(6)]))
def test_paragraphs_in_another_order_are_moved_and_nothing_else(after):
    before = [f"Paragraph {n} says its own words about thing {n}." for n in range(6)]
    pieces = told(before, after)
    assert list(old(pieces)) == before
    assert list(new(pieces)) == after
    away = [piece.number for piece in pieces if isinstance(piece, MovedAway)]
    here = [piece.number for piece in pieces if isinstance(piece, MovedHere)]
    assert sorted(away) == sorted(here) == list(range(1, len(here) + 1))
    assert all(isinstance(piece, Same | MovedAway | MovedHere) for piece in pieces)


@given(st.text(max_size=60))
def test_words_joined_are_the_text(text):
    assert "".join(words_of(text)) == text


@given(st.lists(st.integers(0, 5), max_size=30), st.lists(st.integers(0, 5), max_size=30))
def test_blocks_are_the_same_in_both_and_rise(before, after):
    at_old = at_new = 0
    for one in aligned(before, after).blocks:
        assert one.old >= at_old
        assert one.new >= at_new
        at_old, at_new = one.old + one.length, one.new + one.length
        assert before[one.old : at_old] == after[one.new : at_new]


@pytest.mark.parametrize("text", ["", "Title\n\nOne.\n", "One.\n", "\n\nOne.\n"])
def test_paragraphs_joined_are_the_clean_text(text):
    assert text_of(paragraphs_of(text)) == text


# --- words ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The U.S. didn't say 35,000.5 words.", "The |U.S|. |didn't |say |35,000.5 |words|."),
        ("김정은 총비서가 연설하였다.", "김정은 |총비서가 |연설하였다|."),
        ("中国驻韩国大使馆", "中|国|驻|韩|国|大|使|馆"),
        ("ニュースを読む", "ニュース|を|読|む"),
        ("नमस्ते दुनिया", "नमस्ते |दुनिया"),
        ("e\u0301te\u0301 est", "e\u0301te\u0301 |est"),
        ("well-known", "well|-|known"),
    ],
)
def test_words_are_what_readers_of_the_script_call_so(text, words):
    assert words_of(text) == words.split("|")


def test_an_edit_is_told_word_by_word():
    assert changes(BRIDGE, BRIDGE.replace("carts and bicycles", "bicycles alone")) == [
        ("removed", "carts and "),
        ("added", "alone "),
    ]


def test_a_korean_edit_is_told_by_eojeol():
    assert changes("총비서는 오늘 함흥시를 방문하였다.", "총비서는 오늘 원산시를 방문하였다.") == [
        ("removed", "함흥시를 "),
        ("added", "원산시를 "),
    ]


def test_korean_in_single_letters_is_the_same_word():
    text = "총비서는 오늘 함흥시를 방문하였다."
    (piece,) = told([unicodedata.normalize("NFD", text)], [text])
    assert isinstance(piece, Noise)
    assert piece.what == ("unicode form",)


def test_a_chinese_edit_is_told_by_character():
    assert changes("大使馆将于五月一日重新开放。", "大使馆将于六月一日重新开放。") == [
        ("removed", "五"),
        ("added", "六"),
    ]


def test_short_words_between_two_changes_are_no_agreement():
    runs, _ = runs_between("the red house of stone", "the old tower of glass")
    assert [run.kind for run in runs] == [Kind.SAME, Kind.REMOVED, Kind.ADDED]


# --- noise ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "what"),
    [
        ("She said “no” twice.", 'She said "no" twice.', ("quotes",)),
        ("Two  words\u00a0here.", "Two words here.", ("white space",)),
        ("A dash – here.", "A dash - here.", ("dashes",)),
        ("And so on…", "And so on...", ("ellipses",)),
        ("Caf\u00e9 open.", "Cafe\u0301 open.", ("unicode form",)),
        ("In\u200bvisible.", "Invisible.", ("invisible characters",)),
        ("“A”  b", '"A" b', ("quotes", "white space")),
    ],
)
def test_noise_is_told_apart_and_named(before, after, what):
    pieces = told([before], [after])
    assert pieces == (Noise(before=before, after=after, what=what),)
    diff = difference(Edition(text=f"{before}\n"), Edition(text=f"{after}\n"))
    assert diff.is_same
    assert diff.noise == what


def test_noise_beside_an_edit_stays_noise():
    runs, _ = runs_between("“Yes”, said the mason.", '"Yes", said the smith.')
    assert Run(Kind.NOISE, "“", '"') in runs
    assert [run.before or run.after for run in runs if run.kind in (Kind.REMOVED, Kind.ADDED)] == [
        "mason",
        "smith",
    ]


def test_what_means_something_else_is_no_noise():
    assert changes("It is 1.5 m", "It is 15 m")
    assert changes("Kim", "kim")


# --- paragraphs -------------------------------------------------------------------------------


def test_a_paragraph_that_was_added_is_added_and_the_rest_stands():
    assert told([BRIDGE, FERRY], [BRIDGE, MASON, FERRY]) == (
        Same(text=BRIDGE),
        Added(text=MASON),
        Same(text=FERRY),
    )


def test_a_paragraph_that_moved_is_not_deleted_and_added():
    assert told([MASON, BRIDGE, FERRY], [BRIDGE, FERRY, MASON]) == (
        MovedAway(text=MASON, number=1),
        Same(text=BRIDGE),
        Same(text=FERRY),
        MovedHere(runs=(Run(Kind.SAME, MASON, MASON),), number=1),
    )


def test_a_paragraph_that_moved_and_was_edited_tells_both():
    edited = MASON.replace("first stone", "last stone")
    pieces = told([MASON, BRIDGE, FERRY], [BRIDGE, FERRY, edited])
    (moved,) = [piece for piece in pieces if isinstance(piece, MovedHere)]
    assert (old_of(moved.runs), new_of(moved.runs)) == (MASON, edited)


def test_a_paragraph_that_is_replaced_is_removed_and_added():
    assert told([BRIDGE, "Nothing else happened."], [BRIDGE, FERRY]) == (
        Same(text=BRIDGE),
        Removed(text="Nothing else happened."),
        Added(text=FERRY),
    )


def test_edited_paragraphs_find_their_own_although_others_came_between():
    edited = [BRIDGE.replace("carts", "lorries"), MASON, FERRY.replace("ninety", "eighty")]
    kinds = [type(piece) for piece in told([BRIDGE, FERRY], edited)]
    assert kinds == [Changed, Added, Changed]


def test_title_byline_and_date_are_told_apart_from_the_text():
    before = Edition(text=f"A bridge\n\n{BRIDGE}\n", title="A bridge", published="2026-03-18")
    after = Edition(text=f"The bridge\n\n{BRIDGE}\n", title="The bridge", byline="staff")
    diff = difference(before, after)
    assert diff.pieces == (Same(text=BRIDGE),)
    assert [(one.field, one.before, one.after) for one in diff.edits] == [
        ("title", "A bridge", "The bridge"),
        ("byline", None, "staff"),
        ("published", "2026-03-18", None),
    ]
    assert not diff.is_same


# --- bounds -----------------------------------------------------------------------------------


def test_what_is_too_long_to_compare_is_told_coarsely_and_still_exactly(monkeypatch):
    """Smaller bounds stand for longer texts."""
    monkeypatch.setattr(aligning, "MOST_CELLS", 16)
    monkeypatch.setattr(paragraphs, "MOST_WEIGHING", 16)
    before = [f"word{n} common {n % 3}" for n in range(40)]
    after = [f"other{n} common {n % 4}" for n in range(40)]
    pieces, coarse = pieces_between(before, after)
    assert coarse
    assert (list(old(pieces)), list(new(pieces))) == (before, after)


def test_what_stands_once_holds_long_texts_together(monkeypatch):
    monkeypatch.setattr(aligning, "MOST_CELLS", 16)
    before = [*range(100), 500, *range(100, 200)]
    after = [*range(50), 600, *range(50, 200)]
    found = aligned(before, after)
    assert not found.coarse
    assert sum(one.length for one in found.blocks) == 200
