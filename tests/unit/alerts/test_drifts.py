"""A break is told, and what is ordinary is not."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.alerts.drifts import NEEDED, drifts
from pipeline.ground.alarm import Kind
from pipeline.ground.finds import Find
from pipeline.ground.finds import Reading as Read
from pipeline.model import Digest

BEGAN = datetime(2026, 3, 1, tzinfo=UTC)
ALL = int(sum(Find))
NAME = -1
RULES = Digest.of(b"rules")


def reading(number, *, without=0, length=2000, title=None, text=None, rules=RULES):
    return Read(
        entry=number,
        url=f"https://port.example/{number}",
        seen_at=BEGAN + timedelta(minutes=number),
        generation="1",
        rules=rules,
        text=Digest.of(f"{number if text is None else text}".encode()),
        finds=ALL & ~int(without),
        length=length,
        title=number if title is None else title,
    )


class Watch:
    """A site's alarms, judged after each of its documents."""

    def __init__(self):
        self.seen, self.standing, self.turns = [], {}, []

    def see(self, count, **how):
        for _ in range(count):
            self.seen.append(reading(len(self.seen), **how))
            newest = self.seen[: -NEEDED - 1 : -1]
            for sign in drifts("port", newest, standing=self.standing, names={NAME}):
                state = (sign.kind, sign.subject)
                self.turns.append((sign.kind, sign.subject, sign.bad))
                if sign.bad:
                    self.standing[state] = newest
                    self.detail = sign.detail
                else:
                    del self.standing[state]
        return self


@pytest.fixture
def watch():
    return Watch().see(100)


def test_what_is_as_ever_is_not_told(watch):
    assert watch.see(300).turns == []


def test_a_site_of_which_little_is_known_is_not_told_of():
    assert Watch().see(30).see(25, without=Find.BYLINE).turns == []


@pytest.mark.parametrize("find", [Find.TITLE, Find.BYLINE, Find.PUBLISHED, Find.SOURCE])
def test_a_field_that_is_not_found_any_more_is_told_once_until_it_is_found_again(watch, find):
    lost = (Kind.FIELD_LOST, f"port {find.name.lower()}")
    watch.see(500, without=find)
    assert watch.turns == [(*lost, True)]
    assert "of the last" in watch.detail
    watch.see(20)
    assert watch.turns == [(*lost, True), (*lost, False)]


def test_a_few_documents_without_it_are_no_news(watch):
    watch.see(8, without=Find.BYLINE).see(40)
    assert watch.turns == []


def test_a_field_that_was_never_there_is_not_missed():
    assert Watch().see(400, without=Find.SOURCE).turns == []


def test_a_change_of_rules_ends_what_it_was_to_mend_and_begins_nothing(watch):
    watch.see(40, without=Find.BYLINE)
    watch.see(200, without=Find.BYLINE, rules=Digest.of(b"others"))
    assert [bad for *_, bad in watch.turns] == [True, False]


def test_texts_of_less_than_half_the_length_are_told(watch):
    watch.see(60, length=300)
    assert watch.turns == [(Kind.SHORT_TEXT, "port", True)]
    watch.see(20)
    assert watch.turns[1:] == [(Kind.SHORT_TEXT, "port", False)]


def test_texts_of_very_different_lengths_are_no_drift():
    watch, chance = Watch(), random.Random(1)  # noqa: S311 - nothing secret
    for _ in range(600):
        watch.see(1, length=round(chance.lognormvariate(7, 0.8)))
    assert watch.turns == []


def test_the_same_text_at_three_addresses_is_told_until_it_is_gone():
    watch = Watch().see(10)
    watch.see(2, text="wall")
    assert watch.turns == []
    watch.see(1, text="wall")
    assert watch.turns == [(Kind.SAME_TEXT, "port", True)]
    watch.see(10)
    assert watch.turns[1:] == [(Kind.SAME_TEXT, "port", False)]


def test_a_text_that_a_site_has_always_repeated_is_no_news():
    watch = Watch()
    for _ in range(20):
        watch.see(8).see(2, text="no longer available here")
    before = len(watch.turns)
    for _ in range(20):
        watch.see(8).see(2, text="no longer available here")
    assert watch.turns[before:] == []


def test_the_sites_name_for_a_title_is_told_of_a_new_site_too():
    watch = Watch().see(10, title=NAME)
    assert watch.turns == [(Kind.SAME_TITLE, "port", True)]
    assert "the site's name" in watch.detail


def test_a_column_is_not_a_fault_and_one_title_everywhere_is(watch):
    for _ in range(20):
        watch.see(7).see(3, title=7)
    assert watch.turns == []
    watch.see(20, title=8)
    assert watch.turns == [(Kind.SAME_TITLE, "port", True)]
