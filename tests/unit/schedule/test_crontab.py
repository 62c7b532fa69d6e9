"""Crontab lines mean what crontab(5) says, whatever APScheduler would make of them."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.schedule.crontab import crontab

SUNDAY = datetime(2026, 3, 1, tzinfo=UTC)
MONTH = [SUNDAY + timedelta(days=day) for day in range(31)]


def fired(line, days=31):
    """The moments of `line` in the days from Sunday, 1 March 2026."""
    times = set()
    for trigger in crontab(line, UTC).triggers:
        at = SUNDAY - timedelta(microseconds=1)
        while (at := trigger.get_next_fire_time(None, at + timedelta(microseconds=1))) is not None:
            if at >= SUNDAY + timedelta(days=days):
                break
            times.add(at)
    return sorted(times)


def weekdays(line):
    return [moment.strftime("%a") for moment in fired(line, days=7)]


def test_weekday_one_is_monday():
    assert weekdays("0 3 * * 1") == ["Mon"]


def test_sunday_is_both_zero_and_seven():
    assert weekdays("0 3 * * 0") == weekdays("0 3 * * 7") == weekdays("0 3 * * sun") == ["Sun"]
    assert weekdays("0 3 * * 0,7") == ["Sun"]


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("1-5", "Mon Tue Wed Thu Fri"),
        ("mon-fri", "Mon Tue Wed Thu Fri"),
        ("Mon-FRI", "Mon Tue Wed Thu Fri"),
        ("5-7", "Sun Fri Sat"),
        ("sat-sun", "Sun Sat"),
        ("0-6", "Sun Mon Tue Wed Thu Fri Sat"),
        ("*/2", "Sun Tue Thu Sat"),
        ("1-5/2", "Mon Wed Fri"),
        ("2/2", "Tue Thu Sat"),
        ("mon,3,sat", "Mon Wed Sat"),
        ("*", "Sun Mon Tue Wed Thu Fri Sat"),
    ],
)
def test_weekday_fields_count_from_sunday(field, expected):
    assert weekdays(f"0 3 * * {field}") == expected.split()


def test_a_day_and_a_weekday_together_mean_either():
    """crontab(5): where both are restricted, the line runs when one of them matches."""
    days = [moment.day for moment in fired("0 3 13 * fri")]
    assert days == [6, 13, 20, 27]
    assert [moment.day for moment in fired("0 3 4 * fri")] == [4, 6, 13, 20, 27]


def test_a_starred_day_beside_a_weekday_means_both():
    """As cron has it: a field that begins with a star restricts nothing by itself."""
    assert [moment.day for moment in fired("0 3 */2 * fri")] == [13, 27]


def test_month_names_may_be_stepped():
    assert fired("0 0 1 jan-dec/2 *") == [SUNDAY]
    assert fired("0 0 1 feb-dec/2 *") == []


@given(st.sets(st.integers(0, 6), min_size=1))
def test_any_list_of_weekdays_is_those_days(days):
    line = f"0 0 * * {','.join(map(str, days))}"
    assert {moment.isoweekday() % 7 for moment in fired(line)} == days


@pytest.mark.parametrize(
    "line",
    [
        "",
        "* * * *",
        "0 0 * * * *",
        "@daily",
        "60 * * * *",
        "* 24 * * *",
        "* * 0 * *",
        "* * * 13 *",
        "* * * * 8",
        "* * * * 5-1",
        "* * * * fri-mon",
        "*/0 * * * *",
        "* * * * */0",
        "30-10 * * * *",
        "0 0 last * *",
        "0 0 L * *",
        "0 0 ? * *",
        "0 0 * janx *",
        "0 0 * jan-feb-mar *",
        "0 0 mon * *",
        "0 0 * mon *",
        "a b c d e",
        "1,,2 * * * *",
        "-5 * * * *",
        "٣ * * * *",
    ],
)
def test_what_is_no_crontab_line_is_refused_with_what_is_allowed(line):
    with pytest.raises(ValueError, match="five fields"):
        crontab(line, UTC)


def test_a_day_that_no_calendar_has_is_refused():
    with pytest.raises(ValueError, match="never does"):
        crontab("0 0 30 2 *", UTC)


def test_the_leap_day_is_a_day():
    trigger = crontab("0 0 29 2 *", UTC).triggers[0]
    assert trigger.get_next_fire_time(None, SUNDAY) == datetime(2028, 2, 29, tzinfo=UTC)
