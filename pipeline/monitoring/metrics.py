"""Looks and the state of the daemon → Prometheus' text.

Counters are told of every look; gauges are asked for when somebody collects them.  Nothing is told
apart by site: ten thousand sites would be as many series of each metric, and the log and
`dateline sites` have them.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from msgspec import Struct
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from pipeline.monitoring.pulse import State
from pipeline.settings import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from prometheus_client.core import Metric

    from pipeline.catalog import Vitals
    from pipeline.ground.clock import Clock
    from pipeline.model import Look
    from pipeline.monitoring.pulse import Condition
    from pipeline.writing.report import Report

CONTENT_TYPE = CONTENT_TYPE_LATEST

# A look is begun within a tick of a second when all is well; a day late is an outage.
LAGS_S = (0.1, 0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3600, 4 * 3600, 24 * 3600)
# From a page on loopback to the longest deadline that a site may declare.
LOOKS_S = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 600, 3600)

# Counting a million documents takes a moment: collecting may cost a twentieth of the time between
# two countings, and a quarter of a minute is as new as a graph needs it.
LEAST_AGE_S = 15.0
SHARE = 20


class Sources(Struct, frozen=True, kw_only=True):
    """Where the gauges are asked for; each answers at once, `vitals` after one reading.

    `vitals` is None while the catalog cannot be read, `free_bytes` and `checkpoint_at` (seconds
    since 1970) where there is no archive yet.
    """

    condition: Callable[[], Condition]
    declared: Callable[[], int]
    under_way: Callable[[], int]
    vitals: Callable[[], Vitals | None]
    free_bytes: Callable[[], int | None]
    checkpoint_at: Callable[[], float | None]


class Metrics:
    """The metrics of one process, in a registry of their own.

    Told of looks by the loop's thread; collected by any one thread at a time.
    """

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._looks = Counter(
            "dateline_looks",
            "Looks that have ended and are durable.",
            ("role", "outcome"),
            registry=self._registry,
        )
        self._changes = Counter(
            "dateline_changes",
            "Captures of documents, by what was new about them.",
            ("change",),
            registry=self._registry,
        )
        self._bytes = Counter(
            "dateline_bytes",
            "Octets of HTTP that went over the wire.",
            ("direction",),
            registry=self._registry,
        )
        self._lag = Histogram(
            "dateline_look_lag_seconds",
            "From when a look was due to when it was begun.",
            buckets=LAGS_S,
            registry=self._registry,
        )
        self._seconds = Histogram(
            "dateline_look_seconds",
            "From when a look was begun until it was durable, waiting for its turn included.",
            buckets=LOOKS_S,
            registry=self._registry,
        )
        Gauge(
            "dateline_build_info", "Which Dateline this is.", ("version",), registry=self._registry
        ).labels(VERSION).set(1)
        ProcessCollector(registry=self._registry)

    def began(self, due_at: datetime, now: datetime) -> None:
        """A look that was due at `due_at` is begun."""
        self._lag.observe(max(0.0, (now - due_at).total_seconds()))

    def ended(self, report: Report, seconds: float) -> None:
        """A look has ended, `seconds` after it was begun."""
        self._looks.labels(str(report.visit.role), report.outcome.name).inc()
        if report.change is not None:
            self._changes.labels(report.change.name).inc()
        self._seconds.observe(seconds)

    def passed(self, look: Look) -> None:
        """These exchanges went over the wire."""
        self._bytes.labels("sent").inc(sum(len(step.capture.request) for step in look.steps))
        self._bytes.labels("received").inc(sum(len(step.capture.response) for step in look.steps))

    def gauge(self, sources: Sources, clock: Clock) -> None:
        """Collect the gauges from `sources` from now on.  Call once."""
        self._registry.register(_Gauges(sources, clock))

    def exposition(self) -> bytes:
        """All of it in Prometheus' text format; takes a reading of the catalog at most."""
        return generate_latest(self._registry)


class Remembered:
    """Vitals that are read anew when they are old enough for what reading them has cost."""

    def __init__(self, read: Callable[[], Vitals | None]) -> None:
        self._read = read
        self._kept: Vitals | None = None
        self._until = 0.0

    def __call__(self) -> Vitals | None:
        """The vitals; at most a quarter of a minute old, or twenty times what they cost."""
        began = time.monotonic()
        if self._kept is None or began >= self._until:
            self._kept = self._read()
            ended = time.monotonic()
            self._until = ended + max(LEAST_AGE_S, SHARE * (ended - began))
        return self._kept


class _Gauges(Collector):
    def __init__(self, sources: Sources, clock: Clock) -> None:
        self._sources = sources
        self._clock = clock

    def describe(self) -> Iterable[Metric]:
        """Nothing: else the registry would read the catalog to learn our names."""
        return ()

    def collect(self) -> Iterable[Metric]:
        sources, now = self._sources, self._clock.now()
        condition = sources.condition()
        yield _by(
            "dateline_state",
            "1 for the state that the daemon is in.",
            "state",
            {str(state): float(state is condition.state) for state in State},
        )
        refused = len({problem.file for problem in condition.refused})
        yield _one("dateline_configs_refused", "Declarations that are not in force.", refused)
        yield _one("dateline_under_way", "Looks that are begun and not ended.", sources.under_way())
        if (free := sources.free_bytes()) is not None:
            yield _one("dateline_archive_free_bytes", "Room left where the archive lies.", free)
        if (at := sources.checkpoint_at()) is not None:
            age = max(0.0, now.timestamp() - at)
            yield _one(
                "dateline_last_checkpoint_age_seconds", "Since the log was last signed.", age
            )
        if (vitals := sources.vitals()) is not None:
            yield from _of_catalog(vitals, sources.declared(), now)


def _of_catalog(vitals: Vitals, declared: int, now: datetime) -> Iterable[Metric]:
    yield _one("dateline_due", "Seeds and targets whose time has come.", vitals.due)
    yield _one(
        "dateline_oldest_due_age_seconds",
        "Since when the one that has waited longest is due; 0 when nothing is.",
        _age(vitals.oldest_due_at, now),
    )
    states = {"ok": 0, "blocked": 0, "failing": 0, **vitals.sites}
    states["never"] = max(0, declared - sum(n for state, n in states.items() if state != "never"))
    yield _by("dateline_sites", "Sites that are watched, by their last look.", "state", states)
    yield _one("dateline_documents", "Pages that were captured at least once.", vitals.documents)
    yield _one(
        "dateline_hosts_resting", "Hosts that are left alone for a while.", vitals.hosts_resting
    )
    yield _by("dateline_alarms", "Alarms that hold, by kind.", "kind", vitals.alarms)
    if vitals.stamped_at is not None:
        yield _one(
            "dateline_last_anchor_age_seconds",
            "Since the log was last time-stamped.",
            _age(vitals.stamped_at, now),
        )


def _age(since: datetime | None, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds()) if since else 0.0


def _one(name: str, told: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, told, value=value)


def _by(name: str, told: str, label: str, values: Mapping[str, float]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, told, labels=(label,))
    for key, value in values.items():
        family.add_metric((key,), value)
    return family
