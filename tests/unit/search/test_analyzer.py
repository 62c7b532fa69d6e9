"""The same terms for what is stored and what is asked, in every script."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.search.analyzer import asked, placed, terms, units


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Kim Jong-un’s U.S. visit", "kim jong un s u s visit"),
        ("Café NAÏVE ﬁne ＡＢＣ m²", "cafe naive fine abc m2"),
        ("soft\u00adhyphen zero\u200bwidth", "softhyphen zerowidth"),
        ("e\u0301clair STRASSE straße", "eclair strasse strasse"),
        ("평양시민", "평양 양시 시민 민"),
        ("北京大学", "北京 京大 大学 学"),
        ("ガラス ｶﾞﾗｽ", "ガラ ラス ス ガラ ラス ス"),
        ("제7차 당대회", "제 7 차 당대 대회 회"),
        ("snake_case a\0b", "snake case a b"),
        ("", ""),
    ],
)
def test_words_are_folded_and_paired_scripts_cut_into_pairs(text: str, expected: str) -> None:
    assert terms(text) == expected.split()


@given(st.text())
def test_places_lie_in_the_text_and_give_the_same_terms(text: str) -> None:
    found = placed(text)
    assert [term for term, *_ in found] == terms(text)
    assert all(0 <= start < end <= len(text) for _, start, end in found)


@given(st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126)))
def test_the_fast_path_for_ascii_gives_what_the_other_one_gives(text: str) -> None:
    assert terms(text) == terms(text + " é")[:-1]


@given(st.text(alphabet="가나다平壤京abz7 .,’é", min_size=1))
def test_what_is_asked_stands_in_the_terms_of_every_text_that_goes_on_from_it(text: str) -> None:
    words, is_prefix = asked(text)
    there = terms(text + "京")
    size = len(words)
    assert size == 0 or any(
        there[at : at + size - 1] == list(words[:-1])
        and (there[at + size - 1].startswith(words[-1]) if is_prefix else True)
        for at in range(len(there) - size + 1)
    )


def test_one_character_of_a_paired_script_is_a_prefix() -> None:
    assert asked("京") == (("京",), True)
    assert asked("北京") == (("北京",), False)
    assert asked("ferry") == (("ferry",), False)


def test_a_paired_scripts_characters_are_compared_singly() -> None:
    assert [word for word, *_ in units("김정은 said")] == ["김", "정", "은", "said"]
