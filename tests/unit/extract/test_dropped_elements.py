"""Where a page is looked through for what is dropped makes no difference to what is read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.extract import dropped
from pipeline.extract.page import Page
from pipeline.extract.paragraphs import paragraphs

TAGS = ("div", "p", "nav", "b", "section")
CLASSES = ("", "story", "more", "Story more", 'more" id="own')
SELECTORS = (
    *("nav", ".more", "div.story", "section .more", "nav + p", "p:has(b)", "div > b"),
    *("SECTION", ".MORE.story", "#Own", "nav#own > b.more", "b, .more"),
)


@st.composite
def markup(draw, depth=4):
    tag, name = draw(st.sampled_from(TAGS)), draw(st.sampled_from(CLASSES))
    inside = draw(st.lists(markup(depth - 1), max_size=3)) if depth else []
    word = draw(st.sampled_from(("one", "two", "")))
    return f'<{tag} class="{name}">{word}{"".join(inside)}</{tag}>'


def read(html, css, drop):
    page = Page(html)
    left_out = page.dropped(drop)
    nodes = page.outermost(css, left_out)
    return [paragraphs(node, left_out.within(node)) for node in nodes]


@given(
    html=st.lists(markup(), max_size=4).map("".join),
    doctype=st.sampled_from(("", "<!doctype html>")),
    css=st.sampled_from(("div", ".story", "p", "section.more")),
    drop=st.lists(st.sampled_from(SELECTORS), max_size=3, unique=True).map(tuple),
)
def test_the_same_is_read_however_it_is_looked_for(html, doctype, css, drop):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dropped, "MANY", 0)
        whole = read(doctype + html, css, drop)
        patch.setattr(dropped, "SMALL", -1)
        patch.setattr(dropped, "MANY", 10**9)
        assert read(doctype + html, css, drop) == whole
