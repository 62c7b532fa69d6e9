"""What a `schedule:` part may say, and what it says when it says nothing."""

from datetime import timedelta

import pytest
from pydantic import TypeAdapter, ValidationError

from pipeline.schedule.config import ScheduleConfig


def refusal(**given):
    with pytest.raises(ValidationError) as refused:
        ScheduleConfig(**given)
    return str(refused.value)


def test_a_site_that_says_nothing_is_polled_every_hour_and_revisited_by_age():
    config = ScheduleConfig()
    assert (config.every, config.cron) == (timedelta(hours=1), None)
    assert (config.jitter, config.adapt, config.revisit) == (timedelta(0), None, "aging")


def test_cron_leaves_no_interval():
    assert ScheduleConfig(cron="*/15 6-23 * * *").every is None


def test_every_and_cron_exclude_each_other():
    assert "not both" in refusal(every="1h", cron="0 * * * *")


@pytest.mark.parametrize("every", ["0s", "10ms", "1000d", "soon", 15, "-1h"])
def test_an_interval_is_a_duration_that_a_daemon_can_keep(every):
    assert "a duration" in refusal(every=every)


def test_a_crontab_line_is_checked_when_it_is_read():
    assert "five fields" in refusal(cron="0 3 * *")


def test_bounds_of_adapting_must_rise_and_hold_the_interval():
    assert "min at most max" in refusal(every="1h", adapt={"min": "6h", "max": "5m"})
    assert "is not between" in refusal(every="1m", adapt={"min": "5m", "max": "6h"})
    assert ScheduleConfig(every="15m", adapt={"min": "5m", "max": "6h"}).adapt is not None


def test_a_crontab_line_does_not_adapt():
    assert "goes with every" in refusal(cron="0 * * * *", adapt={"min": "5m", "max": "6h"})


def test_ages_are_sorted_and_told_once():
    config = ScheduleConfig(revisit=["7d", "1h", "60m"])
    assert config.revisit == (timedelta(hours=1), timedelta(days=7))


@pytest.mark.parametrize("revisit", [[], "agin", 3, ["0s"], ["1h", "9999w"], ["soon"], None, True])
def test_other_words_for_revisits_are_refused(revisit):
    assert "revisit" in refusal(revisit=revisit)


def test_an_unknown_key_is_refused():
    assert "evry" in refusal(evry="1h")


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"cron": "0 3 * * 1", "jitter": "5m"},
        {
            "every": "15m",
            "adapt": {"min": "5m", "max": "6h"},
            "jitter": "30s",
            "revisit": ["1h", "7d"],
        },
        {"every": "90m", "revisit": "never"},
    ],
)
def test_a_schedule_reads_back_as_it_was_written(given):
    config = ScheduleConfig(**given)
    assert ScheduleConfig(**config.model_dump(mode="json")) == config


def test_the_json_schema_can_be_made():
    schema = TypeAdapter(ScheduleConfig).json_schema()
    assert schema["properties"]["revisit"]["anyOf"][0] == {"enum": ["aging", "never"]}
