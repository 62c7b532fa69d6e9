"""However patterns are asked, the answer is `re.search`'s."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.extract.marks import Marks, at_the_beginning

PATTERNS = (
    "^More ",
    "^(?:Home|Start) > ",
    "^a|b",
    r"^\|b",
    "^[|]a",
    "^[^]|]b",
    r"^(a)\1",
    "(?i)^MORE",
    "^(?P<x>a)b",
    "b$",
    "^(?!a)b",
    "^(?<=x)?b",
    "^",
    "a.*b",
    r"^a\)|b",
)


@given(
    patterns=st.lists(st.sampled_from(PATTERNS), max_size=5),
    line=st.text(alphabet="ab|)> MorexHome", max_size=12),
)
def test_a_line_is_marked_when_one_of_the_patterns_is_found_in_it(patterns, line):
    assert Marks(*patterns)(line) is any(re.search(pattern, line) for pattern in patterns)


@pytest.mark.parametrize(
    ("pattern", "joined"),
    [
        ("^More", True),
        ("^(?:a|b)$", True),
        (r"^a\|b", True),
        ("^[|]", True),
        ("^[]|]", True),
        ("^a|b", False),
        ("More", False),
        (r"^(a)\1", False),
        ("^(?i:a)", False),
        ("^(?P<name>a)", False),
    ],
)
def test_only_what_looks_at_the_beginning_alone_is_asked_together(pattern, joined):
    assert at_the_beginning(pattern) is joined
