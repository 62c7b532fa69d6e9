"""What Prometheus collects is what happened, and costs what is due."""

from datetime import timedelta

import pytest

from pipeline.catalog import Vitals
from pipeline.ground.clock import SystemClock
from pipeline.model import Capture, Captured, Failed, Look, New, Origin, Role, Step, Target, Visit
from pipeline.monitoring.metrics import LEAST_AGE_S, Metrics, Remembered, Sources
from pipeline.monitoring.pulse import Pulse, State
from pipeline.writing.report import Report

NOW = SystemClock().now()
NOTHING = Vitals(
    due=0, oldest_due_at=None, sites={}, documents=0, hosts_resting=0, alarms={}, stamped_at=None
)


def values(metrics):
    lines = metrics.exposition().decode().splitlines()
    return {key: float(n) for key, n in (line.rsplit(" ", 1) for line in lines if line[0] != "#")}


def report(outcome, *, change=None, role=Role.TARGET, site="harbour"):
    url = "https://harbour.example/1"
    visit = Visit(
        id="v",
        site=site,
        role=role,
        target=Target(url=url, requested=url),
        due_at=NOW,
        origin=Origin.LIVE,
    )
    nothing = dict.fromkeys(("status", "record", "entity", "decoded", "kept"))
    return Report(
        visit=visit,
        site=site,
        url=url,
        observed_at=NOW,
        outcome=outcome,
        change=change,
        attempts=1,
        via=(),
        index=0,
        **nothing,
    )


@pytest.fixture
def metrics():
    return Metrics()


@pytest.fixture
def gauged(metrics, tmp_path):
    """Metrics with gauges of an archive, some of which are given anew."""

    def make(**sources):
        pulse = Pulse(tmp_path, SystemClock())
        pulse.turn(State.WATCHING)
        told = {
            "condition": lambda: pulse.condition,
            "declared": lambda: 3,
            "under_way": lambda: 2,
            "vitals": lambda: NOTHING,
            "free_bytes": lambda: 10**9,
            "checkpoint_at": lambda: NOW.timestamp() - 100,
        }
        metrics.gauge(Sources(**told | sources), SystemClock())
        return values(metrics)

    return make


def test_looks_are_counted_by_role_and_outcome_and_changes_by_kind(metrics):
    for site in ("harbour", "island"):
        metrics.ended(report(Captured(), change=New(), site=site), 0.3)
    metrics.ended(report(Failed("timeout"), role=Role.SEED), 20.0)
    told = values(metrics)
    assert told['dateline_looks_total{outcome="captured",role="target"}'] == 2
    assert told['dateline_looks_total{outcome="failed",role="seed"}'] == 1
    assert told['dateline_changes_total{change="new"}'] == 2
    assert told["dateline_look_seconds_count"] == 3
    assert told['dateline_look_seconds_bucket{le="0.5"}'] == 2


def test_a_thousand_sites_are_no_more_series_than_one(metrics):
    metrics.ended(report(Captured(), change=New()), 0.3)
    before = values(metrics).keys()
    for number in range(1000):
        metrics.ended(report(Captured(), change=New(), site=f"site-{number}"), 0.3)
    assert values(metrics).keys() == before


def test_the_lag_is_from_due_to_begun_and_never_less_than_nothing(metrics):
    metrics.began(NOW - timedelta(seconds=4), NOW)
    metrics.began(NOW + timedelta(seconds=4), NOW)
    told = values(metrics)
    assert told["dateline_look_lag_seconds_sum"] == pytest.approx(4)
    assert told['dateline_look_lag_seconds_bucket{le="0.1"}'] == 1


def test_octets_of_every_exchange_of_a_look_are_counted(metrics):
    step = Step(
        Capture(visit="v", url="u", attempt=1, began_at=NOW, request=b"12345", response=b"123"),
        Captured(),
    )
    metrics.passed(Look((step, step)))
    told = values(metrics)
    assert told['dateline_bytes_total{direction="sent"}'] == 10
    assert told['dateline_bytes_total{direction="received"}'] == 6


def test_gauges_tell_of_this_moment(gauged):
    vitals = Vitals(
        due=7,
        oldest_due_at=NOW - timedelta(minutes=5),
        sites={"ok": 1, "blocked": 1},
        documents=1_000_000,
        hosts_resting=4,
        alarms={"stale": 2},
        stamped_at=NOW - timedelta(hours=1),
    )
    told = gauged(vitals=lambda: vitals)
    assert told['dateline_state{state="watching"}'] == 1
    assert told['dateline_state{state="paused"}'] == 0
    assert (told["dateline_under_way"], told["dateline_due"]) == (2, 7)
    assert told["dateline_oldest_due_age_seconds"] >= 300
    assert told['dateline_sites{state="never"}'] == 1, "declared, and nobody has looked yet"
    assert told["dateline_documents"] == 1_000_000
    assert told["dateline_hosts_resting"] == 4
    assert told['dateline_alarms{kind="stale"}'] == 2
    assert told["dateline_last_anchor_age_seconds"] >= 3600
    assert told["dateline_last_checkpoint_age_seconds"] >= 100


def test_what_nobody_knows_is_left_out_and_never_a_nought(gauged):
    told = gauged(vitals=lambda: None, free_bytes=lambda: None, checkpoint_at=lambda: None)
    absent = ("due", "documents", "archive_free_bytes", "last_checkpoint_age_seconds")
    assert [name for name in absent if f"dateline_{name}" in told] == []
    assert told["dateline_under_way"] == 2


def test_two_processes_worth_of_metrics_share_nothing():
    first, second = Metrics(), Metrics()
    first.began(NOW, NOW)
    assert values(second)["dateline_look_lag_seconds_count"] == 0


def test_vitals_are_read_again_when_they_are_old_enough_and_what_is_away_at_once():
    readings = []

    def read():
        readings.append(1)
        return NOTHING if len(readings) > 1 else None

    remembered = Remembered(read)
    assert [remembered() for _ in range(4)] == [None, NOTHING, NOTHING, NOTHING]
    assert len(readings) == 2
    remembered._until -= LEAST_AGE_S + 1
    remembered()
    assert len(readings) == 3
