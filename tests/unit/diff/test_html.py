"""A Diff → a fragment of HTML in which nothing of the texts runs or is lost."""

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from pipeline.diff.difference import difference
from pipeline.diff.edition import Edition
from pipeline.diff.html import fragment

WORDS = st.text(st.sampled_from("ab <>&\"'\u202e\x00\x1bé한中script/=\u2066"), max_size=40)
ALLOWED = {"div", "dl", "dt", "dd", "p", "ins", "del", "span"}


class Elements(HTMLParser):
    def __init__(self):
        super().__init__()
        self.opened, self.names, self.attributes = [], set(), set()

    def handle_starttag(self, tag, attrs):
        self.opened.append(tag)
        self.names.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_endtag(self, tag):
        assert self.opened.pop() == tag


@given(WORDS, WORDS, WORDS)
def test_whatever_the_texts_say_only_our_own_elements_stand_in_it(before, after, title):
    diff = difference(
        Edition(text=f"{before}\n"), Edition(text=f"{title}\n\n{after}\n", title=title)
    )
    seen = Elements()
    seen.feed(fragment(diff))
    seen.close()
    assert seen.opened == []
    assert seen.names <= ALLOWED
    assert seen.attributes <= {"class", "dir", "title", "data-move"}
    assert not set(fragment(diff)) & set("\u202e\x00\x1b\u2066")


def test_moves_additions_and_removals_are_marked():
    one, two = "The first paragraph has some words.", "Another one says other things."
    diff = difference(Edition(text=f"{one}\n\n{two}\n"), Edition(text=f"{two}\n\n{one}\n\nNew.\n"))
    html = fragment(diff)
    assert html.count('data-move="1"') == 2
    assert "<ins>New.</ins>" in html
    assert f"<del>{one}</del>" in html or f"<del>{two}</del>" in html


def test_the_space_behind_a_word_is_not_struck_out_with_it():
    before, after = "It weighs about 900 pounds.\n", "It weighs about 1,100 pounds.\n"
    html = fragment(difference(Edition(text=before), Edition(text=after)))
    assert "<del>900</del> <ins>1,100</ins> pounds" in html
