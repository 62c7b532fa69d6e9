"""When a page that is missing counts as removed, and when it is looked for to be sure."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.schedule.removal import SOONEST, confirmed_at, is_removed

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("looks", "hours", "removed"), [(1, 99, False), (2, 23, False), (2, 24, True), (9, 30, True)]
)
def test_a_removal_takes_enough_looks_and_enough_time(looks, hours, removed):
    last = NOON + hours * HOUR
    assert is_removed(NOON, looks, last_look=last, needed=2, over=24 * HOUR) is removed


def test_one_look_over_no_time_is_enough_where_the_site_says_so():
    assert is_removed(NOON, 1, last_look=NOON, needed=1, over=timedelta(0))
    assert confirmed_at(NOON, 1, last_look=NOON, needed=1, over=timedelta(0)) is None


@given(
    st.integers(1, 30),
    st.timedeltas(timedelta(0), timedelta(days=60)),
    st.lists(st.timedeltas(timedelta(0), timedelta(hours=9)), max_size=40),
)
def test_who_looks_when_told_is_certain_as_soon_as_the_rule_allows(needed, over, delays):
    """Whether looks come in time or late, there are as many as needed, or one more."""
    last, looks = NOON, 1
    late = iter(delays)
    while not is_removed(NOON, looks, last_look=last, needed=needed, over=over):
        due = confirmed_at(NOON, looks, last_look=last, needed=needed, over=over)
        assert due - last >= SOONEST
        last, looks = due + next(late, timedelta(0)), looks + 1
        assert looks <= needed + 1
    assert confirmed_at(NOON, looks, last_look=last, needed=needed, over=over) is None
