"""Where a passage stands, exactly and nearly, and where it does not."""

from __future__ import annotations

import random

import pytest

from pipeline.search.aligning import Passage
from pipeline.search.sentences import sentences

OTHERWISE = (
    "“the old FERRY will cross — the bay — again,” said Kim Jong-un,"
    " because the bridge is not yet open"
)
SAID = (
    "The old ferry will cross the bay again, said Kim Jong Un, because the bridge is not yet open."
)


@pytest.mark.parametrize(
    ("there", "changes"),
    [
        (SAID, 0),
        (OTHERWISE, 0),
        (SAID.replace("old", "small"), 1),
        (SAID.replace("because", "he said, because"), 2),
        (SAID.replace("the bay ", ""), 2),
    ],
)
def test_it_stands_where_little_is_changed(there: str, changes: int) -> None:
    text = f"Something before.\n\n{there}\n\nSomething behind."
    found = Passage(SAID).align(text)
    assert found is not None
    assert found.similarity == round(1 - changes / 19, 4)
    assert text[found.start : found.end].strip("“”.,") == there.strip("“”.,")


@pytest.mark.parametrize(
    "there",
    [
        "",
        "The old ferry will cross the bay again.",
        "because the bridge is not yet open, said Kim Jong Un, the old ferry will cross the bay",
        SAID.replace("old ferry", "new tram").replace("bay again", "town today"),
    ],
)
def test_it_does_not_stand_where_too_much_is_changed(there: str) -> None:
    assert Passage(SAID).align(there) is None


def test_the_first_of_several_is_taken() -> None:
    found = Passage(SAID).align(f"{SAID} {SAID}")
    assert (found.start, found.end) == (0, len(SAID))


def test_chinese_is_compared_by_characters() -> None:
    found = Passage("两国领导人在首都举行了会谈").align("昨天，两国领导人在平壤举行了会谈。")
    assert found.similarity == round(11 / 13, 4)


def test_of_its_pieces_one_survives_as_many_changes_as_there_may_be() -> None:
    chance = random.Random(5)  # noqa: S311 - the same ones every time
    for length in range(5, 60):
        words = [f"w{number}" for number in range(length)]
        passage = Passage(" ".join(words))
        changed = list(words)
        for number in chance.sample(range(length), passage.most_changes):
            changed[number] = "other"
        there = f" {' '.join(changed)} "
        assert any(f" {' '.join(piece)} " in there for piece in passage.pieces)
        assert passage.align(there).similarity >= 0.8


def test_sentences_end_where_they_end() -> None:
    text = "He met U.S. President Lee. “It is good.” Then he left!\n\n他来了。她走了。"
    assert sentences(text) == (
        "He met U.S. President Lee.",
        "“It is good.”",
        "Then he left!",
        "他来了。",
        "她走了。",
    )
