"""What a snippet shows: the words, as they are spelled where they stand."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.ground.query import leaves
from pipeline.search.parsing import parse
from pipeline.search.snippets import Piece, marked, plain, snippet

LONG = "Filler about tides and ropes. " * 40


def asked(query):
    return leaves(parse(query).wanted)


def test_the_original_spelling_is_marked() -> None:
    assert marked("The CAFÉ’s ferry", asked("cafe")) == (
        Piece("The "),
        Piece("CAFÉ", is_match=True),
        Piece("’s ferry"),
    )


def test_it_shows_where_most_of_the_words_stand_close_together() -> None:
    text = f"A ferry. {LONG}The ferry met the harbour pilot. {LONG}"
    pieces = snippet(text, asked("ferry harbour"))
    assert [piece.text for piece in pieces if piece.is_match] == ["ferry", "harbour"]
    assert plain(pieces).startswith("… ")
    assert plain(pieces).endswith(" …")
    assert len(plain(pieces)) < 260


def test_a_phrase_is_marked_as_a_whole_and_its_words_alone_are_not() -> None:
    pieces = marked("Jong met Kim Jong-un", asked('"kim jong un"'))
    assert [piece.text for piece in pieces if piece.is_match] == ["Kim Jong-un"]


def test_pairs_of_characters_mark_the_word_and_not_more() -> None:
    pieces = marked("어제 평양시에서 열렸다", asked("평양"))
    assert [piece.text for piece in pieces if piece.is_match] == ["평양"]
    pieces = marked("在北京大学", asked('"北京大学"'))
    assert [piece.text for piece in pieces if piece.is_match] == ["北京大学"]


def test_without_a_match_it_is_the_beginning() -> None:
    assert plain(snippet("One line.\n\nTwo", asked("absent"))) == "One line. Two"


@given(st.text(alphabet="ab 京평’\n.\u202e\0", max_size=400))
def test_pieces_are_all_of_the_text_whatever_it_is(text: str) -> None:
    pieces = marked(text, asked("a OR 京 OR ab"))
    assert plain(pieces).split() == text.split()
