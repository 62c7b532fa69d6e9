"""When a site is polled next: laws of intervals, wall clocks, jitter and floors."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.schedule.cadence import Cadence, adapt, next_poll
from pipeline.schedule.config import ScheduleConfig

SEOUL = ZoneInfo("Asia/Seoul")
BERLIN = ZoneInfo("Europe/Berlin")
LOS_ANGELES = ZoneInfo("America/Los_Angeles")
NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)

moments = st.timedeltas(timedelta(0), timedelta(days=15 * 365)).map(
    lambda span: datetime(2020, 1, 1, tzinfo=UTC) + span
)
lines = st.sampled_from(
    ["*/15 * * * *", "*/15 6-23 * * *", "30 2 * * *", "30 1 * * 0", "0 3 13 * 5", "7 */5 * * *"]
)
zones = st.sampled_from([SEOUL, BERLIN, LOS_ANGELES, ZoneInfo("Australia/Lord_Howe")])


def polls(line, zone, began, count, **more):
    """The next `count` polls after `began`, in UTC."""
    cadence = Cadence.of(ScheduleConfig(cron=line, **more), zone)
    found = []
    for _ in range(count):
        began = cadence.next_poll(after=began, key="site")
        found.append(began)
    return found


def local(zone, *parts, fold=0):
    return datetime(*parts, tzinfo=zone, fold=fold).astimezone(UTC)


def test_an_interval_is_counted_from_the_last_look():
    config = ScheduleConfig(every="15m")
    assert next_poll(config, SEOUL, after=NOON, key="a") == NOON + timedelta(minutes=15)


def test_an_interval_is_elapsed_time_whatever_the_clocks_do():
    config = ScheduleConfig(every="1d")
    began = local(BERLIN, 2026, 3, 28, 12)
    assert next_poll(config, BERLIN, after=began, key="a") - began == timedelta(days=1)


def test_a_crontab_line_means_the_clocks_of_the_site():
    found = polls("*/15 6-23 * * *", SEOUL, local(SEOUL, 2026, 3, 4, 23, 45), 1)
    assert found == [local(SEOUL, 2026, 3, 5, 6)]


def test_a_poll_is_never_due_at_the_moment_it_is_counted_from():
    began = local(SEOUL, 2026, 3, 4, 10, 15)
    assert polls("*/15 * * * *", SEOUL, began, 1) == [began + timedelta(minutes=15)]


@pytest.mark.parametrize(
    ("zone", "line", "changes", "hour"),
    [
        (BERLIN, "30 2 * * *", (2026, 10, 25), 2),
        (LOS_ANGELES, "30 1 * * *", (2026, 11, 1), 1),
    ],
)
def test_a_time_that_comes_twice_when_summer_ends_is_polled_once(zone, line, changes, hour):
    first = local(zone, *changes, hour, 30, fold=0)
    found = polls(line, zone, local(zone, *changes, 0), 2)
    assert found[0] == first
    assert found[1] - first == timedelta(hours=25)


@pytest.mark.parametrize(
    ("zone", "changes"), [(BERLIN, (2026, 3, 29)), (LOS_ANGELES, (2026, 3, 8))]
)
def test_a_time_that_is_skipped_when_summer_begins_comes_an_hour_later_that_day(zone, changes):
    found = polls("30 2 * * *", zone, local(zone, *changes, 0), 2)
    assert found[0] == local(zone, *changes, 3, 30)
    assert found[1] - found[0] == timedelta(hours=23)


@pytest.mark.parametrize("zone", [SEOUL, BERLIN, LOS_ANGELES])
def test_a_daily_line_comes_once_each_local_day_of_a_year(zone):
    found = polls("30 2 * * *", zone, local(zone, 2026, 1, 1), 365)
    days = [moment.astimezone(zone).date() for moment in found]
    assert days == [days[0] + timedelta(days=day) for day in range(365)]


@pytest.mark.parametrize("zone", [BERLIN, LOS_ANGELES])
@pytest.mark.parametrize("changes", [(2026, 3, 7, 20), (2026, 3, 28, 20)])
def test_a_line_for_every_hour_leaves_no_gap_when_summer_begins(zone, changes):
    began = datetime(*changes, tzinfo=UTC)
    found = polls("*/15 * * * *", zone, began, 60)
    assert found == [began + timedelta(minutes=15 * step) for step in range(1, 61)]


@pytest.mark.parametrize("began", [(2026, 10, 24, 20), (2026, 10, 31, 20)])
@pytest.mark.parametrize("zone", [BERLIN, LOS_ANGELES])
@pytest.mark.parametrize("hours", ["*", "*/1", "0-23", "0-11,12-23", "0-22/2,1-23/2"])
def test_a_line_for_every_hour_leaves_no_gap_when_summer_ends(hours, zone, began):
    began = datetime(*began, tzinfo=UTC)
    found = polls(f"*/15 {hours} * * *", zone, began, 60)
    assert found == [began + timedelta(minutes=15 * step) for step in range(1, 61)]


def test_a_day_is_not_lost_to_a_look_within_the_hour_that_comes_twice():
    began = local(LOS_ANGELES, 2026, 11, 1, 1, 40, fold=1)
    assert polls("30 2 * * *", LOS_ANGELES, began, 1) == [local(LOS_ANGELES, 2026, 11, 1, 2, 30)]


def test_jitter_can_be_repeated_and_differs_between_sites():
    config = ScheduleConfig(every="1h", jitter="10m")
    first, again = (next_poll(config, SEOUL, after=NOON, key="kcna") for _ in range(2))
    others = {next_poll(config, SEOUL, after=NOON, key=f"site{n}") for n in range(50)}
    assert first == again
    assert len(others) == 50


@given(lines, zones, moments, st.integers(1, 3600))
@settings(max_examples=60, deadline=None)
def test_jitter_only_puts_off_and_never_by_more_than_it_may(line, zone, after, jitter_s):
    plain = Cadence.of(ScheduleConfig(cron=line), zone)
    put_off = Cadence.of(ScheduleConfig(cron=line, jitter=f"{jitter_s}s"), zone)
    span = timedelta(seconds=jitter_s)
    due = put_off.next_poll(after=after, key="a")
    assert due > after
    assert due <= plain.next_poll(after=after, key="a") + span
    assert due >= plain.next_poll(after=after - span, key="a")


@given(lines, zones, moments, moments, st.sampled_from(["0s", "20m"]))
@settings(max_examples=60, deadline=None)
def test_a_later_look_never_makes_an_earlier_poll(line, zone, one, other, jitter):
    cadence = Cadence.of(ScheduleConfig(cron=line, jitter=jitter), zone)
    early, late = sorted([one, other])
    assert cadence.next_poll(after=early, key="a") <= cadence.next_poll(after=late, key="a")


@given(lines, zones, moments, st.sampled_from(["0s", "20m"]))
@settings(max_examples=60, deadline=None)
def test_asking_again_before_the_poll_is_due_gives_the_same_poll(line, zone, after, jitter):
    cadence = Cadence.of(ScheduleConfig(cron=line, jitter=jitter), zone)
    due = cadence.next_poll(after=after, key="a")
    between = after + (due - after) / 2
    assert cadence.next_poll(after=between, key="a") == due


@given(
    st.sampled_from(
        [{"cron": "*/15 6-23 * * *"}, {"every": "15m"}, {"every": "15m", "jitter": "5m"}]
    ),
    moments,
    st.timedeltas(timedelta(0), timedelta(days=3)),
)
@settings(max_examples=60, deadline=None)
def test_nothing_is_due_before_the_floor(given_schedule, after, span):
    config = ScheduleConfig(**given_schedule)
    due = next_poll(config, SEOUL, after=after, key="a", not_before=after + span)
    assert due >= after + span
    assert due > after


def test_a_floor_delays_an_interval_to_itself_and_a_crontab_line_to_its_next_time():
    floor = local(SEOUL, 2026, 3, 5, 2)
    every = ScheduleConfig(every="15m")
    hours = ScheduleConfig(cron="*/15 6-23 * * *")
    assert next_poll(every, SEOUL, after=NOON, key="a", not_before=floor) == floor
    found = next_poll(hours, SEOUL, after=NOON, key="a", not_before=floor)
    assert found == local(SEOUL, 2026, 3, 5, 6)


def test_a_floor_that_is_itself_a_time_of_the_line_is_kept():
    floor = local(SEOUL, 2026, 3, 5, 6)
    config = ScheduleConfig(cron="0 6 * * *")
    assert next_poll(config, SEOUL, after=NOON, key="a", not_before=floor) == floor


def test_naive_datetimes_are_refused():
    with pytest.raises(ValueError, match="naive"):
        next_poll(ScheduleConfig(), SEOUL, after=datetime(2026, 3, 4), key="a")  # noqa: DTZ001 - the fault


ADAPTS = ScheduleConfig(every="1h", adapt={"min": "10m", "max": "6h"})


def test_mostly_news_polls_sooner_and_mostly_known_later():
    assert adapt(3600, ADAPTS, share_new=0.68) < 3600
    assert adapt(3600, ADAPTS, share_new=0.5) == 3600
    assert adapt(3600, ADAPTS, share_new=0.32) > 3600


@pytest.mark.parametrize(("share", "bound"), [(1.0, 600), (0.0, 21600)])
def test_adapting_comes_near_its_bound_and_never_over_it(share, bound):
    interval = 3600.0
    for _ in range(60):
        interval = adapt(interval, ADAPTS, share_new=share)
        assert 600 <= interval <= 21600
    assert interval == pytest.approx(bound)


@given(st.floats(1, 1e6), st.floats(0, 1), st.floats(0, 1))
def test_more_news_never_means_a_longer_interval(interval_s, one, other):
    less, more = sorted([one, other])
    assert adapt(interval_s, ADAPTS, share_new=more) <= adapt(interval_s, ADAPTS, share_new=less)


def test_an_adapted_interval_counts_only_where_the_config_adapts_and_within_its_bounds():
    plain = ScheduleConfig(every="1h")
    asked = {"after": NOON, "key": "a", "interval_s": 60.0}
    assert next_poll(plain, SEOUL, **asked) == NOON + timedelta(hours=1)
    assert next_poll(ADAPTS, SEOUL, **asked) == NOON + timedelta(minutes=10)
    assert adapt(60, plain, share_new=1) == 3600
