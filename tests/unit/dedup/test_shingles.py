"""How much of one text is in another, whatever is only spelled differently."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.dedup.shingles import FEWEST, LEAST, LONGEST, MOST, likeness, shingles, sketch

WORDS = [f"word{n}" for n in range(400)]
ARTICLE = " ".join(WORDS)
HAN = "".join(chr(0x4E00 + 7 * n) for n in range(400))


def alike(one: str, other: str) -> tuple[float, float]:
    how = likeness(shingles(one), shingles(other))
    return how.similarity, how.contained


def test_a_text_is_wholly_like_itself():
    assert alike(ARTICLE, ARTICLE) == (1.0, 1.0)


def test_case_punctuation_width_and_spacing_are_no_difference():
    spelled = alike(f"One, two; three - four. {ARTICLE}", f"ONE TWO three\n\nfour {ARTICLE}")
    assert spelled == (1.0, 1.0)
    assert shingles("ＡＢＣ one two") == shingles("abc one two")


def test_other_words_are_another_text():
    assert alike(ARTICLE, " ".join(reversed(WORDS))) == (0.0, 0.0)


def test_one_changed_word_in_ten_leaves_more_than_half():
    changed = [word if n % 10 else "other" for n, word in enumerate(WORDS)]
    similarity, _ = alike(ARTICLE, " ".join(changed))
    assert 0.5 < similarity < 0.6


def test_an_item_that_stands_in_a_longer_one_is_contained_and_not_similar():
    similarity, contained = alike(" ".join(WORDS[:80]), ARTICLE)
    assert similarity < 0.25
    assert contained == 1.0


def test_a_phrase_is_contained_in_nothing():
    assert alike(" ".join(WORDS[:20]), ARTICLE)[1] == 0.0


def test_what_is_too_short_to_tell_is_like_nothing_and_has_no_sketch():
    few = " ".join(WORDS[: FEWEST + 1])
    assert sketch(shingles(few)) == ()
    assert alike(few, few) == (0.0, 0.0)


def test_han_and_hangul_are_told_apart_by_characters():
    assert alike(HAN, HAN[:200] + HAN[203:])[0] > 0.9
    spaced, close = (
        "기상 관측소가 눈이 그친 뒤 다시 문을 열었다",
        "기상관측소가 눈이그친 뒤 다시 문을 열었다",
    )
    assert shingles(spaced) == shingles(close)


def test_a_word_of_letters_counts_the_same_among_han_as_alone():
    """So a text that quotes three words of English shares them with an English one."""
    assert shingles("one two three") & shingles(HAN[:9] + " one two three " + HAN[9:20])


@given(st.text(max_size=300))
def test_any_text_has_a_sketch_that_is_part_of_its_shingles(text):
    whole = shingles(text.encode("utf-8", "replace").decode())
    part = sketch(whole)
    assert set(part) <= whole
    assert list(part) == sorted(part)
    assert len(part) <= MOST


def test_a_short_text_keeps_enough_to_be_found_and_a_book_no_more_than_it_needs():
    assert len(sketch(shingles(" ".join(WORDS[:40])))) >= LEAST
    assert len(sketch(shingles(" ".join(f"w{n}" for n in range(20_000))))) == MOST


def test_of_a_text_without_end_the_beginning_stands_for_it():
    endless = "no end " * LONGEST
    assert shingles(endless) == shingles(endless[:LONGEST])


def test_texts_that_share_most_share_most_of_their_sketches():
    changed = [word if n % 20 else "other" for n, word in enumerate(WORDS)]
    one, other = (sketch(shingles(text)) for text in (ARTICLE, " ".join(changed)))
    assert len({*one} & {*other}) > len(one) / 2


def test_the_numbers_are_the_same_for_ever():
    """An index outlives the program that made it."""
    assert sorted(shingles("one two three four")) == [-2011628620505640270, 7461690065558329746]
