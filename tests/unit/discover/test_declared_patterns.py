"""A pattern is refused when it is read, and compiled no sooner than it must be."""

from __future__ import annotations

import re

import pytest

from pipeline.discover.pattern import CERTAIN, Pattern


@pytest.mark.parametrize("text", ["(", "[a", "*x", "a{2}{3}", "(?P<n>a)(?P<n>b)", "\\"])
def test_what_is_no_regular_expression_is_refused_at_once(text):
    with pytest.raises(re.error):
        Pattern(text)


@pytest.mark.parametrize(
    "text", ["", "/news/", "^https://a.example/x$", "/a-b_c/2026/", r"/\d+/", "(a|b)", "뉴스"]
)
def test_it_finds_what_the_compiled_one_finds(text):
    for url in ("https://a.example/x", "/news/1", "/a-b_c/2026/", "/12/", "b", "뉴스"):
        found, meant = Pattern(text).search(url), re.search(text, url)
        assert (found and found.span()) == (meant and meant.span())


def test_what_counts_as_certain_can_always_be_compiled():
    """Every character that may stand in one, beside every other."""
    plain = [chr(code) for code in range(128) if CERTAIN.fullmatch(chr(code))]
    assert {"a", "Z", "7", "/", "-", "."} <= set(plain)
    assert not set("()[]{}*+?|\\") & set(plain)
    for one in plain:
        for other in plain:
            if CERTAIN.fullmatch(one + other):
                re.compile(one + other)


def test_two_of_one_text_are_equal():
    assert Pattern("/a/") == Pattern("/a/")
    assert hash(Pattern("/a/")) == hash(Pattern("/a/"))
    assert Pattern("/a/") != Pattern("/b/")
