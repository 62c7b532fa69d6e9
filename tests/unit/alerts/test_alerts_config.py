from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from pipeline.alerts.config import Absence, AlertsConfig

absences = st.builds(
    Absence,
    looks=st.integers(1, 9999),
    over=st.integers(0, 10**9).map(lambda n: timedelta(seconds=n)),
)


@given(absences)
def test_an_absence_reads_what_it_prints(absence):
    assert Absence.read(str(absence)) == absence
    assert Absence.read(absence) is absence


@given(absences)
def test_the_config_prints_what_it_reads(absence):
    config = AlertsConfig.model_validate({"gone_after": str(absence)})
    assert config.gone_after == absence
    assert AlertsConfig.model_validate(config.model_dump(mode="json")) == config


def test_one_look_is_no_looks():
    assert str(Absence.read("1 look over 1d")) == "1 look over 1d"
    assert str(Absence.read("1 looks over 24h")) == "1 look over 1d"


def test_two_looks_over_a_day_and_three_silent_days_unless_told_otherwise():
    config = AlertsConfig()
    assert config.stale_after == timedelta(days=3)
    assert config.gone_after == Absence(looks=2, over=timedelta(days=1))


@pytest.mark.parametrize(
    "given",
    [
        *("often", "2", "24h", "2 looks", "0 looks over 1d", "-1 looks over 1d", "2 looks over"),
        *("2 looks over 1d ", "2 looks over often", "2.5 looks over 1d", "two looks over 1d"),
        "2 looks over 9999w",
        *(f"{'9' * 5000} looks over 1d", 2, None, True, {"looks": 2, "over": "1d"}, ["2"]),
    ],
    ids=lambda given: str(given)[:30],
)
def test_what_is_no_absence_is_refused_with_an_example(given):
    with pytest.raises(ValidationError, match=r"as in"):
        AlertsConfig.model_validate({"gone_after": given})


def test_a_site_cannot_be_stale_at_once():
    with pytest.raises(ValidationError, match="stale_after"):
        AlertsConfig.model_validate({"stale_after": "0s"})


def test_nothing_is_waited_for_beyond_the_years_that_a_calendar_has():
    with pytest.raises(ValidationError, match="stale_after"):
        AlertsConfig.model_validate({"stale_after": "9999w"})
