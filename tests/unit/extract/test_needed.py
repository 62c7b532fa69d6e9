"""Letters without which a pattern is not found, however it is written."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.extract.needed import needed

PATTERNS = (
    r"\bPublished:\s*(\d{1,2} [A-Z][a-z]{2,8})",
    r"(?m)^\s*B[Yy] (\S+)$",
    r"(?s)ab.c",
    r"Dates?: x",
    "colou?r",
    "ab*c",
    "ab+c",
    "ab{0,2}c",
    "ab{2}?c",
    "ab|c",
    "x(ab|c)y",
    r"\(by\) [|]?z",
    r"a\nb",
    r"(?:ab)?c",
    r"(?<=a)b(?!c)",
    r"(a)\1b",
    "[]ab]c",
    r"[^\]a]b|",
    "a{b",
)


@given(st.data())
def test_every_text_in_which_a_pattern_is_found_has_them(data):
    pattern = data.draw(st.sampled_from(PATTERNS))
    found = data.draw(st.from_regex(pattern))
    assert re.search(pattern, found)
    assert needed(pattern) in found


@pytest.mark.parametrize(
    ("pattern", "letters"),
    [
        (r"\bPublished:\s*(\d{1,2})", "Published:"),
        (r"Date\s*:\s*", "Date"),
        (r"/news/(\d{4})/", "/news/"),
        ("colou?r", "colo"),
        ("ab+cd", "ab"),
        (r"\[by\]", "[by]"),
    ],
)
def test_they_are_the_longest_run_that_is_sure(pattern, letters):
    assert needed(pattern) == letters


@pytest.mark.parametrize("pattern", ["(?i)by", "(?x) b y", "a|b", "(?:By|Von)", "(?#a|)b|c", ""])
def test_where_nobody_can_be_sure_there_are_none(pattern):
    assert needed(pattern) == ""
