from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.ground.clock import HastyClock, SystemClock, moment, stamp

zones = st.integers(-14 * 60, 14 * 60).map(lambda n: timezone(timedelta(minutes=n)))
moments = st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29), timezones=zones)  # noqa: DTZ001


@given(moments)
def test_what_is_stamped_reads_back(when):
    assert moment(stamp(when)) == when


@given(moments, moments)
def test_stamps_sort_as_the_moments_do(one, other):
    assert (stamp(one) < stamp(other)) == (one < other)


@given(moments)
def test_a_stamp_has_microseconds_and_says_that_it_is_utc(when):
    assert len(stamp(when)) == len("2026-11-21T10:00:00.123456Z")
    assert stamp(when).endswith("Z")


@pytest.mark.parametrize(
    ("text", "microsecond"),
    [("2020-03-22T10:00:00Z", 0), ("2020-03-22T10:00:00.5Z", 500000)],
)
def test_warc_dates_with_fewer_digits_are_read(text, microsecond):
    assert moment(text) == datetime(2020, 3, 22, 10, microsecond=microsecond, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    ["", "2020-03-22T10:00:00", "yesterday", "2020-13-01T00:00:00Z", "0001-01-01T00:00:00+01:00"],
)
def test_what_has_no_place_on_the_time_line_is_refused(text):
    with pytest.raises(ValueError, match=r"."):
        moment(text)


def test_a_naive_datetime_is_refused():
    with pytest.raises(ValueError, match="naive"):
        stamp(datetime(2020, 3, 22))  # noqa: DTZ001 - that is what is refused


@pytest.mark.parametrize("clock", [SystemClock(), HastyClock()])
def test_a_clock_tells_aware_utc_and_never_runs_backwards(clock):
    first, second = clock.now(), clock.now()
    assert first.tzinfo is second.tzinfo is UTC
    assert first <= second


async def test_a_hasty_clock_waits_for_nothing():
    await HastyClock().sleep(10**9)
