"""What the daemon says of itself is what others feel, as long as it lives."""

import os
from datetime import timedelta

import pytest

from pipeline.errors import Problem
from pipeline.ground.clock import SystemClock
from pipeline.monitoring.pulse import SILENT_S, Condition, Pulse, State, felt

PROBLEM = Problem(file="a.yaml", key="nam", value="unknown key", allowed="name: 북")


@pytest.fixture
def now():
    return SystemClock().now()


@pytest.fixture
def pulse(tmp_path):
    return Pulse(tmp_path, SystemClock())


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("why", [None, "no space left"])
def test_a_condition_reads_back_as_it_was_written(state, why, now):
    condition = Condition(state=state, since=now, why=why, refused=(PROBLEM,))
    assert Condition.from_json(condition.as_json()) == condition


def test_another_process_feels_each_turn_and_nothing_after_the_end(pulse, tmp_path, now):
    assert felt(tmp_path, now=now) is None
    pulse.turn(State.PAUSED, "a long reason " * 20)
    assert felt(tmp_path, now=now) == pulse.condition
    pulse.turn(State.WATCHING)
    pulse.refuse((PROBLEM,))
    pulse.beat()
    assert felt(tmp_path, now=now) == pulse.condition
    pulse.end()
    assert felt(tmp_path, now=now) is None


def test_a_beat_without_news_moves_the_time_alone(pulse, tmp_path):
    pulse.turn(State.WATCHING)
    path = tmp_path / "heartbeat"
    os.utime(path, (1, 1))
    before = path.read_bytes()
    pulse.beat()
    assert (path.stat().st_mtime > 1, path.read_bytes()) == (True, before)


def test_a_heartbeat_that_has_stopped_is_not_felt(pulse, tmp_path, now):
    pulse.turn(State.WATCHING)
    assert felt(tmp_path, now=now + timedelta(seconds=SILENT_S / 2)) is not None
    assert felt(tmp_path, now=now + timedelta(seconds=SILENT_S * 2)) is None


@pytest.mark.parametrize("said", [b"", b"{", b"[]", b"{}", b'{"state": "dancing"}', b"\xff"])
def test_what_is_half_written_is_not_felt(tmp_path, said):
    (tmp_path / "heartbeat").write_bytes(said)
    assert felt(tmp_path, now=SystemClock().now()) is None


def test_a_heartbeat_that_cannot_be_written_is_no_fault_and_comes_back(tmp_path, now):
    pulse = Pulse(tmp_path / "nowhere", SystemClock())
    pulse.turn(State.WATCHING)
    pulse.end()
    (tmp_path / "nowhere").mkdir()
    pulse.beat()
    assert felt(tmp_path / "nowhere", now=now) == pulse.condition
    (tmp_path / "nowhere" / "heartbeat").unlink()
    pulse.beat()
    pulse.beat()
    assert felt(tmp_path / "nowhere", now=now) == pulse.condition
