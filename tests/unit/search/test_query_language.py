"""What is typed, and how it is understood; what cannot be, and where."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import BadQuery
from pipeline.ground.query import All, Among, AnyOf, Days, Query, Stands, Words
from pipeline.search.parsing import parse


def words(*terms: str, **more: bool) -> Words:
    return Words(terms=terms, **more)


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("ferry", words("ferry")),
        ("ferry harbour", All((words("ferry"), words("harbour")))),
        ("ferry AND harbour", All((words("ferry"), words("harbour")))),
        ('"Kim Jong-un"', words("kim", "jong", "un")),
        ("“curly quotes”", words("curly", "quotes")),
        ("Jong-un", words("jong", "un")),
        ("harb*", words("harb", is_prefix=True)),
        ("a OR b c", AnyOf((words("a"), All((words("b"), words("c")))))),
        ("(a OR b) c", All((AnyOf((words("a"), words("b"))), words("c")))),
        ("a -b -(c d)", All((words("a"),), (words("b"), All((words("c"), words("d")))))),
        ("a NOT b", All((words("a"),), (words("b"),))),
        ("title:bridge", words("bridge", in_title=True)),
        ('title:"new bridge" x', All((words("new", "bridge", in_title=True), words("x")))),
        ("평양", words("평양")),
        ('"北京"', words("北京")),
        ("京", words("京", is_prefix=True)),
        ("NEAR(a b)", All((words("near"), All((words("a"), words("b")))))),
        ("10:30 http://x.org/", All((words("10", "30"), words("http", "x", "org")))),
        ("- a &", words("a")),
    ],
)
def test_words_phrases_and_alternatives(typed: str, wanted: object) -> None:
    assert parse(typed).wanted == wanted


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ("site:a,b -site:x.org", Query(sites=Among(("a", "b"), ("x.org",)))),
        ("lang:KO", Query(languages=Among(("ko",)))),
        ("state:removed", Query(states=Among(("gone",)))),
        ("published:2020-02", Query(published=Days(date(2020, 2, 1), date(2020, 3, 1)))),
        ("published:2020..2021", Query(published=Days(date(2020, 1, 1), date(2022, 1, 1)))),
        ("after:2020-03-22", Query(published=Days(since=date(2020, 3, 22)))),
        ("before:2020", Query(published=Days(until=date(2020, 1, 1)))),
        ("seen:2026-12-31", Query(seen=Days(date(2026, 12, 31), date(2027, 1, 1)))),
        ("seen:..2026", Query(seen=Days(until=date(2027, 1, 1)))),
        ("a OR b site:x", Query(wanted=AnyOf((words("a"), words("b"))), sites=Among(("x",)))),
        ("a in:earlier", Query(wanted=words("a"), stands=Stands.EARLIER)),
    ],
)
def test_fields_are_asked_of_the_whole_document(typed: str, query: Query) -> None:
    assert parse(typed) == query


@pytest.mark.parametrize(
    ("typed", "position", "why"),
    [
        ("", 1, "nothing to look for"),
        ("-- &", 1, "nothing to look for"),
        ('ferry "harbour', 7, "never closed"),
        ("ferry (a", 7, "never closed"),
        ("ferry )", 7, "closes nothing"),
        ("*", 1, "beginning of a word"),
        ("a* b", 1, "2 letters"),
        ("fer*ry", 4, "end of a word only"),
        ("a OR", 3, "between two words"),
        ("OR a", 1, "between two words"),
        ("a OR site:x", 3, "between words"),
        ("a (site:x)", 4, "outside of brackets"),
        ("ferry sites:x", 7, "did you mean site:"),
        ("site: x", 1, "needs a value"),
        ("state:odd", 1, "there are present, gone"),
        ("published:2020-13", 1, "no day, month or year"),
        ("published:2021..2020", 1, "ends before it begins"),
        ("before:10000-01-01", 1, "no day, month or year"),
        ("after:9999 published:9999", 1, "no day, month or year"),
        ("in:future x", 1, "neither"),
        ('site:"two words"', 1, "name of a site"),
        ("a\0b", 2, "U+0000"),
        ("x" * 10_000, 2001, "10000 characters"),
        ("(" * 30 + "a", 21, "brackets deep"),
        ("a " * 80, 1, "more than 64 words"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_place(typed: str, position: int, why: str) -> None:
    with pytest.raises(BadQuery) as refused:
        parse(typed)
    assert (refused.value.position, refused.value.exit_code) == (position, 2)
    assert why in str(refused.value)


@given(st.text(alphabet='ab"*()-: ORNTsite\0京|^{}+,.;/\\', max_size=60))
def test_whatever_is_typed_is_read_or_refused(typed: str) -> None:
    refused = None
    try:
        read = parse(typed)
    except BadQuery as error:
        refused, read = error, None
    assert read != Query()
    assert refused is None or 1 <= refused.position <= max(len(typed), 1)
