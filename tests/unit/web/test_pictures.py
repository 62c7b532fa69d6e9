"""What the pictures are made of: where a day, a look, and a span without one stand."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from pipeline.catalog import DayOf, Glimpse, Tally
from pipeline.web.calendar import FEWEST_DAYS, MOST_DAYS, calendar, span
from pipeline.web.sighting import LEFT, WIDTH, sighting

START = datetime(2026, 3, 1, tzinfo=UTC)


def look(minutes, outcome="captured", change="same_bytes"):
    return Glimpse(
        entry=0,
        at=START + timedelta(minutes=minutes),
        visit="",
        outcome=outcome,
        reason=None,
        change=change,
        status=200,
        origin="live",
        record=None,
        text=None,
        score=None,
    )


def days(*counts):
    return [
        DayOf(day=date(2026, 3, 1) + timedelta(days=number), tally=Tally(looks=count, new=1))
        for number, count in enumerate(counts)
        if count
    ]


def test_a_day_stands_at_its_place_and_the_highest_fills_the_row():
    made = calendar(days(5, 0, 10), date(2026, 3, 1), date(2026, 3, 3))
    looks = made.rows[0]
    assert [bar.count for bar in looks.bars] == [5, 10]
    assert looks.bars[1].height == 2 * looks.bars[0].height
    assert (looks.most, looks.total) == (10, 15)
    first, third = looks.bars
    assert round((third.x - first.x) / 2, 1) == round(first.width / 0.8, 1)


def test_one_look_among_thousands_is_still_seen():
    made = calendar(days(10_000, 1), date(2026, 3, 1), date(2026, 3, 2))
    assert made.rows[0].bars[1].height >= 2


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 9000), st.integers(0, 900))
def test_the_days_that_are_shown_are_some_weeks_and_never_too_many(first, known, silent):
    last = first + timedelta(days=known)
    begin, end = span((first, last), last + timedelta(days=silent))
    assert FEWEST_DAYS <= (end - begin).days + 1 <= MOST_DAYS
    assert begin <= last <= end


def test_an_archive_without_a_look_has_a_picture_too():
    begin, end = span(None, date(2026, 3, 1))
    assert calendar([], begin, end).rows[0].bars == ()


def test_a_look_that_says_more_hides_those_at_its_place_and_counts_them():
    made = sighting([look(0), look(1), look(2, change="changed"), look(90_000)], now=START)
    dots = [dot for dot in made.dots if dot.x < LEFT + 20]
    assert [(dot.kind, dot.looks) for dot in dots] == [("changed", 3)]


def test_spans_in_which_nobody_looked_lie_between_the_looks_and_behind_the_last():
    looks = [look(0), look(1000), look(1001), look(1002)]
    made = sighting(looks, now=START + timedelta(minutes=2000))
    assert [(one.since, one.until) for one in made.unseen] == [
        (looks[0].at, looks[1].at),
        (looks[3].at, START + timedelta(minutes=2000)),
    ]


def test_blocks_and_absences_have_lanes_of_their_own():
    made = sighting([look(0), look(1, "blocked", None), look(2, "gone", None)], now=START)
    assert [name for name, _ in made.lanes] == ["seen", "not shown", "gone"]
    assert len({dot.y for dot in made.dots}) == 3


@given(st.lists(st.integers(0, 10**6), max_size=40), st.integers(0, 2 * 10**6))
def test_nothing_stands_outside_of_the_picture(minutes, now):
    made = sighting([look(one) for one in sorted(minutes)], now=START + timedelta(minutes=now))
    assert all(LEFT <= dot.x <= WIDTH for dot in made.dots)
    assert all(one.x >= LEFT and one.x + one.width <= WIDTH for one in made.unseen)
    assert sum(dot.looks for dot in made.dots) == len(minutes)
