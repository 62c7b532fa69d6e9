"""A few sites, lived through for some days: the year that `make soak` lives through, in little."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from fixtures.year.judging import judge
from fixtures.year.lives import BEGAN, DAY, lives
from fixtures.year.living import live
from pipeline.writing.opening import looked_into

DAYS = 21
LAWS = {
    "absences told",
    "change told",
    "daily polls",
    "delays kept",
    "found in time",
    "presence told",
    "returns told",
    "robots obeyed",
    "text told",
}


@pytest.fixture(scope="module")
def chosen():
    return lives(3, sites=6, days=DAYS)


@pytest.fixture(scope="module")
def lived(chosen, tmp_path_factory):
    return live(tmp_path_factory.mktemp("weeks"), chosen, days=DAYS, told=lambda *_: None)


def test_every_look_poll_and_pause_is_as_it_should_be(lived, chosen):
    judgement = judge(lived, chosen, days=DAYS)
    assert judgement.faults == []
    assert set(judgement.counts) >= LAWS, "a law of which nothing was asked cannot fail"
    assert min(judgement.counts[law] for law in LAWS) > 2


def test_the_same_number_gives_the_same_lives(chosen):
    assert lives(3, sites=6, days=DAYS) == chosen


@pytest.mark.parametrize(
    ("told", "law"),
    [
        (lambda one: replace(one, absences=()), "presence told"),
        (lambda one: replace(one, versions=_earlier(one.versions)), "change told"),
        (lambda one: replace(one, versions=_reworded(one.versions)), "text told"),
    ],
)
def test_an_archive_that_tells_another_story_is_found_out(told, law, lived, chosen):
    other = tuple(
        replace(life, articles=tuple(told(one) for one in life.articles)) for life in chosen
    )
    faults = Counter(fault.law for fault in judge(lived, other, days=DAYS).faults)
    assert faults[law]


def test_an_archive_that_is_impolite_is_found_out(lived, chosen):
    slower = tuple(replace(life, crawl_delay_s=life.crawl_delay_s + 3) for life in chosen)
    faults = Counter(fault.law for fault in judge(lived, slower, days=DAYS).faults)
    assert faults["delays kept"]


def test_an_article_that_was_found_late_is_found_out(lived, chosen):
    hasty = tuple(replace(life, longest=timedelta(0)) for life in chosen)
    faults = Counter(fault.law for fault in judge(lived, hasty, days=DAYS).faults)
    assert faults["found in time"]
    assert looked_into(lived.settings).counts().captures > 100


def _earlier(versions):
    return tuple(replace(one, since=max(one.since - 30 * DAY, BEGAN)) for one in versions)


def _reworded(versions):
    return tuple(replace(one, title=f"{one.title} Otherwise") for one in versions)
