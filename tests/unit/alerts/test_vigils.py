"""Told once when it begins, once when it ends, and not at all when it was nothing."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.alerts import vigils
from pipeline.ground.alarm import ARCHIVE, Kind, Sign, Turn

BEGAN = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAYS = timedelta(days=3)


def after(**span):
    return BEGAN + timedelta(**span)


def sign(kind=Kind.FAILING, *, bad=True, mark=None, detail="failed: timeout"):
    subject = "https://port.example/feed" if mark is None else "port"
    return Sign(kind=kind, subject=subject, site="port", bad=bad, mark=mark, detail=detail)


def judged(signs):
    """The turns that come of (minutes, sign) one after another, and the last vigil."""
    vigil, turns = None, []
    for minutes, each in signs:
        moved = vigils.judge(vigil, each, after(minutes=minutes))
        vigil = moved.vigil
        if moved.transition is not None:
            turns.append((minutes, moved.transition.turn.value))
    return turns, vigil


def row(letters, *, every=15, kind=Kind.FAILING):
    return [(n * every, sign(kind, bad=letter == "x")) for n, letter in enumerate(letters)]


def test_one_lost_poll_or_two_are_no_news():
    assert judged(row("x.xx.x"))[0] == []
    assert judged(row("xx..")) == ([], None)


def test_three_in_a_row_over_half_an_hour_are_told_once_however_long_they_go_on():
    turns, vigil = judged(row("x" * 500))
    assert turns == [(30, "raised")]
    assert vigil.since == BEGAN


def test_three_within_a_second_are_a_server_that_starts_anew():
    assert judged(row("xxx", every=0))[0] == []


def test_it_is_over_after_two_good_polls_and_told_once():
    assert judged(row("xxx....")) == ([(30, "raised"), (60, "cleared")], None)


def test_what_flaps_is_told_once():
    assert judged(row("xxx" + ".xx.x.xxx" * 50))[0] == [(30, "raised")]


def test_while_a_seed_fails_nothing_is_written_again():
    _, vigil = judged(row("xxx"))
    assert vigils.judge(vigil, sign(detail="failed: another"), after(days=9)).vigil == vigil


@given(
    st.lists(
        st.tuples(
            st.integers(0, 100), st.booleans(), st.sampled_from(["a", "b", "c", "d", "e", None])
        )
    ),
    st.sampled_from(list(Kind)),
)
def test_turns_come_by_turns(steps, kind):
    """Raised, cleared, raised …: nothing is told twice, and nothing ends that did not begin."""
    for windowed in (False, True):
        at, signs = 0, []
        for wait, bad, mark in steps:
            at += wait
            if (mark is not None) is windowed:
                signs.append((at, sign(kind, bad=bad, mark=mark)))
        turns = [turn for _, turn in judged(signs)[0]]
        assert turns == ["raised", "cleared"] * (len(turns) // 2) + ["raised"] * (len(turns) % 2)


@pytest.mark.parametrize("kind", [Kind.AUDIT_FAILED, Kind.CONFIG_INVALID])
def test_what_cannot_flap_is_told_at_once(kind):
    moved = vigils.judge(None, Sign(kind=kind, subject=ARCHIVE, site=None, bad=True), BEGAN)
    assert moved.transition.turn is Turn.RAISED
    ended = vigils.judge(moved.vigil, Sign(kind=kind, subject=ARCHIVE, site=None, bad=False), BEGAN)
    assert (ended.vigil, ended.transition.turn) == (None, Turn.CLEARED)


# --- a site's documents together ---------------------------------------------------------------


def window(letters, *, kind=Kind.BLOCKED, every=5):
    """A dot is a good look, a letter a bad one at the document of that name."""
    return [(n * every, sign(kind, bad=c != ".", mark=c)) for n, c in enumerate(letters)]


def test_one_blocked_article_of_a_healthy_site_is_no_alarm_however_often_it_is_tried():
    assert judged(window("aaaaaaaaaaaaaaaaaaaaaaaa"))[0] == []
    assert judged(window("a..a.a..aa.a" * 20))[0] == []


def test_a_site_that_blocks_many_documents_is_told_of_once_and_once_when_it_is_over():
    turns, vigil = judged(window("abcdefghij" + "." * 12))
    assert turns == [(30, "raised"), (90, "cleared")]
    assert vigil is None


def test_a_burst_that_is_refused_within_a_second_is_not_told():
    _, vigil = judged(window("abcdefghij", every=0))
    assert vigil.raised_at is None
    assert vigil.judge_at == BEGAN + vigils.LASTING


def test_where_no_look_follows_time_itself_raises_it():
    _, vigil = judged(window("abcdefghij", every=0))
    moved = vigils.overdue(vigil, vigil.judge_at)
    assert moved.transition.turn is Turn.RAISED
    assert moved.vigil.judge_at is None


def test_a_healthy_site_costs_no_row():
    assert vigils.judge(None, sign(Kind.RULES, bad=False, mark="a"), BEGAN).vigil is None


# --- silence -----------------------------------------------------------------------------------


def test_silence_is_told_when_the_sites_own_time_is_up_and_ends_with_the_next_document():
    vigil = vigils.silence("port", since=BEGAN, after=DAYS)
    assert DAYS <= vigil.judge_at - BEGAN <= DAYS * 1.02
    told = vigils.overdue(vigil, vigil.judge_at)
    assert told.transition.turn is Turn.RAISED
    assert "2026-03-01 12:00Z" in told.transition.detail
    ended = vigils.broken(told.vigil, "port", after(days=9), after=DAYS)
    assert ended.transition.turn is Turn.CLEARED
    assert ended.vigil.judge_at > after(days=12)


def test_of_a_thousand_documents_in_a_minute_one_is_written_down():
    vigil = vigils.silence("port", since=BEGAN, after=DAYS)
    for second in range(60):
        assert vigils.broken(vigil, "port", after(seconds=second), after=DAYS).vigil is vigil
    assert vigils.broken(vigil, "port", after(hours=2), after=DAYS).vigil.since == after(hours=2)


def test_while_nobody_looked_the_site_was_not_silent():
    before = vigils.silence("port", since=BEGAN, after=DAYS)
    back = after(days=30)
    anew = vigils.resumed(before, "port", back, after=DAYS, looked_at=BEGAN)
    assert anew.vigil.since == back
    meanwhile = vigils.resumed(before, "port", after(hours=5), after=DAYS, looked_at=after(hours=4))
    assert meanwhile.vigil == before


def test_another_time_in_the_config_counts_from_the_last_document():
    before = vigils.silence("port", since=BEGAN, after=DAYS)
    now = after(hours=5)
    sooner = vigils.resumed(before, "port", now, after=timedelta(hours=6), looked_at=now)
    assert sooner.vigil.since == BEGAN
    assert sooner.vigil.judge_at < before.judge_at
    told = vigils.overdue(before, before.judge_at).vigil
    longer = vigils.resumed(told, "port", after(days=4), after=timedelta(days=9), looked_at=now)
    assert longer.transition.turn is Turn.CLEARED


def test_what_is_declared_no_longer_is_no_trouble():
    told = vigils.overdue(vigils.silence("port", since=BEGAN, after=DAYS), after(days=4)).vigil
    assert vigils.undeclared(told, after(days=5)).transition.turn is Turn.CLEARED
    assert vigils.undeclared(vigils.crawl("port", BEGAN), BEGAN) == vigils.Moved(None)


def test_a_first_crawl_ends_an_hour_after_its_last_document_and_after_a_day_at_most():
    crawl = vigils.crawl("port", BEGAN)
    crawl = vigils.crawled(crawl, after(minutes=5))
    assert (crawl.signs, crawl.judge_at) == (1, after(minutes=65))
    crawl = vigils.crawled(crawl, after(hours=23, minutes=30))
    assert (crawl.signs, crawl.judge_at) == (2, after(days=1))
