"""When a document is looked at again, by its age since the last edit."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.schedule.config import ScheduleConfig
from pipeline.schedule.revisits import next_revisit

SEEN = datetime(2026, 3, 4, 12, tzinfo=UTC)
AGING = ScheduleConfig()
AGES = ScheduleConfig(revisit=["1h", "6h", "1d", "7d", "30d"])
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def waits(config, age):
    """How long after a look at `age` the next one is."""
    due = next_revisit(config, since=SEEN, last_look=SEEN + age)
    return None if due is None else due - (SEEN + age)


@pytest.mark.parametrize(
    ("age", "wait"),
    [
        (timedelta(0), HOUR / 4),
        (3 * HOUR - HOUR / 60, HOUR / 4),
        (3 * HOUR, HOUR),
        (DAY, 3 * HOUR),
        (7 * DAY, 3 * DAY),
        (30 * DAY, 30 * DAY),
        (359 * DAY, 30 * DAY),
        (360 * DAY, None),
        (4000 * DAY, None),
    ],
)
def test_the_older_a_document_the_rarer_the_looks(age, wait):
    assert waits(AGING, age) == wait


def test_never_is_never():
    assert next_revisit(ScheduleConfig(revisit="never"), since=SEEN, last_look=SEEN) is None


def test_listed_ages_are_looked_at_in_turn_and_then_no_more():
    looks, last = [], SEEN
    while (due := next_revisit(AGES, since=SEEN, last_look=last)) is not None:
        looks.append(due - SEEN)
        last = due
    assert looks == [HOUR, 6 * HOUR, DAY, 7 * DAY, 30 * DAY]


def test_ages_missed_in_a_pause_are_one_look_and_not_several():
    overdue = next_revisit(AGES, since=SEEN, last_look=SEEN)
    assert overdue == SEEN + HOUR
    assert next_revisit(AGES, since=SEEN, last_look=SEEN + 2 * DAY) == SEEN + 7 * DAY


def test_an_edit_starts_the_ages_anew():
    edited = SEEN + 20 * DAY
    assert next_revisit(AGES, since=edited, last_look=edited) == edited + HOUR
    assert next_revisit(AGING, since=edited, last_look=edited) == edited + HOUR / 4


@given(
    st.sampled_from([AGING, AGES]),
    st.timedeltas(timedelta(0), timedelta(days=400)),
    st.timedeltas(timedelta(0), timedelta(days=400)),
)
def test_a_revisit_lies_after_the_last_look_and_later_looks_make_no_earlier_one(config, one, other):
    early, late = sorted([one, other])
    first = next_revisit(config, since=SEEN, last_look=SEEN + early)
    second = next_revisit(config, since=SEEN, last_look=SEEN + late)
    if second is not None:
        assert second > SEEN + late
        assert first is not None
        assert first <= second
