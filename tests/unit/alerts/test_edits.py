"""A few words on an edit: what is counted, and what is shown."""

from hypothesis import given
from hypothesis import strategies as st

from pipeline.alerts.edits import LONGEST_SENTENCE, edit

texts = st.text(alphabet="ab .\n!?港湾,", max_size=80)


def test_words_are_counted_as_often_as_they_stand_there():
    told = edit("The ferry runs. Two boats came.", "The ferry runs again. Two boats, two came.")
    assert (told.added, told.removed) == (2, 0)
    assert told.was == "The ferry runs."
    assert told.now == "The ferry runs again."


def test_han_characters_count_one_by_one_and_end_their_sentences_without_a_space():
    told = edit("港湾再开放。船队归来。", "港湾再开放。船队未归来。")
    assert (told.added, told.removed) == (1, 0)
    assert (told.was, told.now) == ("船队归来。", "船队未归来。")


def test_what_only_moved_changes_no_word():
    told = edit("One. Two. Three.", "Three. One. Two.")
    assert (told.added, told.removed, told.was, told.now) == (0, 0, None, None)


def test_a_sentence_without_end_is_cut():
    told = edit("", "word " * 10_000)
    assert len(told.now) == LONGEST_SENTENCE


@given(texts, texts)
def test_forth_and_back_are_mirrored(one, other):
    forth, back = edit(one, other), edit(other, one)
    assert (forth.added, forth.removed) == (back.removed, back.added)
    assert (forth.was, forth.now) == (back.now, back.was)


@given(texts)
def test_the_same_is_no_edit(text):
    told = edit(text, text)
    assert (told.added, told.removed, told.was, told.now) == (0, 0, None, None)
