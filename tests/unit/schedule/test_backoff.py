"""A failing source is slowed and never killed."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.schedule.backoff import LONGEST_ASKED, LONGEST_PAUSE, not_before, pause

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
MINUTES = timedelta(minutes=15)


def test_each_failure_in_a_row_doubles_what_is_added():
    pauses = [pause(failures, interval=MINUTES) // MINUTES for failures in range(5)]
    assert pauses == [0, 1, 3, 7, 15]


@given(
    st.integers(0, 10**6), st.integers(0, 10**6), st.timedeltas(timedelta(0), timedelta(days=366))
)
def test_more_failures_never_mean_a_shorter_pause_and_every_pause_ends(one, other, interval):
    fewer, more = sorted([one, other])
    assert pause(fewer, interval=interval) <= pause(more, interval=interval) <= LONGEST_PAUSE


def test_a_source_that_answers_is_left_alone_no_longer():
    assert not_before(NOW, failures=0, interval=MINUTES) == NOW


def test_what_the_server_asked_for_is_kept():
    assert not_before(NOW, failures=1, interval=MINUTES, retry_after_s=7200) == NOW + timedelta(
        hours=2
    )
    assert not_before(NOW, failures=1, interval=MINUTES, retry_after_s=5) == NOW + 2 * MINUTES


@pytest.mark.parametrize("asked", [1e300, float("inf"), 10**12])
def test_a_server_cannot_send_us_away_for_ever(asked):
    found = not_before(NOW, failures=1, interval=MINUTES, retry_after_s=asked)
    assert found == NOW + LONGEST_ASKED


@pytest.mark.parametrize("asked", [float("nan"), -1.0, None])
def test_nonsense_asks_for_nothing(asked):
    assert not_before(NOW, failures=0, interval=MINUTES, retry_after_s=asked) == NOW
