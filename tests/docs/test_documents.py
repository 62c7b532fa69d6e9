"""What the documents say is what the program does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipeline.alerts.receivers import ReceiverConfig
from pipeline.catalog import Vitals
from pipeline.cli.main import VERBS
from pipeline.cli.watching import LAST_S
from pipeline.ground.alarm import Kind
from pipeline.ground.checking import check
from pipeline.ground.clock import SystemClock
from pipeline.monitoring.metrics import Metrics, Sources
from pipeline.monitoring.pulse import Pulse
from pipeline.settings import Whole
from pipeline.sites.declaration import Declaration

ROOT = Path(__file__).parents[2]
FENCED = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINKED = re.compile(r"\]\(([^)#:]+)\)")
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("fixtures/*.md")])

OPERATIONS = (ROOT / "docs/operations.md").read_text("utf-8")


def examples(path: Path, language: str) -> list[str]:
    return [body for kind, body in FENCED.findall(path.read_text("utf-8")) if kind == language]


def test_the_example_of_a_site_is_valid() -> None:
    site, _ = examples(ROOT / "docs/configs.md", "yaml")
    assert check(Declaration, site.encode(), file="docs/configs.md").site == "example"


def test_the_example_of_the_whole_archive_is_valid() -> None:
    _, whole = examples(ROOT / "docs/configs.md", "yaml")
    assert check(Whole, whole.encode(), file="docs/configs.md").contact


def test_every_alarm_and_every_key_of_a_receiver_is_in_the_tables() -> None:
    tables = (ROOT / "docs/configs.md").read_text("utf-8")
    alarms = {kind.value for kind in Kind} - {Kind.FIRST_CRAWL.value}
    assert {name for name in alarms if f"| `{name}` |" not in tables} == set()
    assert {key for key in ReceiverConfig.model_fields if f"| `{key}` |" not in tables} == set()


def test_the_part_of_the_whole_archive_for_operators_is_valid() -> None:
    (whole,) = examples(ROOT / "docs/operations.md", "yaml")
    assert check(Whole, whole.encode(), file="docs/operations.md").least_free == 2 * 10**9


def test_the_example_of_a_service_calls_what_there_is() -> None:
    (unit,) = examples(ROOT / "docs/operations.md", "ini")
    service = dict(
        line.split("=", 1) for line in unit.splitlines() if line.startswith(("Exec", "Timeout"))
    )
    assert service["ExecStart"].endswith("/dateline run")
    assert service["ExecStartPre"].endswith("/dateline check")
    assert {"run", "check"} <= {*VERBS}
    assert int(service["TimeoutStopSec"].removesuffix("s")) > LAST_S


def test_every_metric_is_in_the_docs_and_every_one_in_the_docs_is_there(tmp_path: Path) -> None:
    told = re.findall(r"^\| `(dateline_\w+)` \|", OPERATIONS, re.MULTILINE)
    assert sorted(told) == sorted(metrics_there_are(tmp_path))


def metrics_there_are(folder: Path) -> set[str]:
    """The names that are exposed where everything has a value."""
    clock = SystemClock()
    vitals = Vitals(
        due=1,
        oldest_due_at=clock.now(),
        sites={"ok": 1},
        documents=1,
        hosts_resting=1,
        alarms={"stale": 1},
        stamped_at=clock.now(),
    )
    pulse, metrics = Pulse(folder, clock), Metrics()
    sources = Sources(
        condition=lambda: pulse.condition,
        declared=lambda: 1,
        under_way=lambda: 1,
        vitals=lambda: vitals,
        free_bytes=lambda: 1,
        checkpoint_at=lambda: 1.0,
    )
    metrics.gauge(sources, clock)
    kinds = re.findall(r"^# TYPE (dateline_\w+) \w+$", metrics.exposition().decode(), re.MULTILINE)
    return {name for name in kinds if not name.endswith("_created")}


def test_the_expressions_for_alarms_name_metrics_that_there_are(tmp_path: Path) -> None:
    named = set(re.findall(r"\b(dateline_\w+)", OPERATIONS))
    assert named <= metrics_there_are(tmp_path)


def test_every_event_of_the_log_in_the_docs_is_logged_somewhere() -> None:
    table = OPERATIONS.partition("| event | when |")[2].partition("\n\n")[0]
    events = [
        event
        for line in table.splitlines()[2:]
        for event in re.findall(r"`([^`]+)`", line[: line.find("|", 1)])
    ]
    source = "".join(path.read_text("utf-8") for path in (ROOT / "pipeline").rglob("*.py"))
    logged = set(re.findall(r'log(?:_book)?\.\w+\(\s*"([^"]+)"', source))
    assert set(events) <= logged
    assert "paused" in events


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_between_documents_leads_somewhere(path: Path) -> None:
    broken = [
        to for to in LINKED.findall(path.read_text("utf-8")) if not (path.parent / to).exists()
    ]
    assert broken == []


def test_every_verb_is_named_in_the_readme() -> None:
    verbs = set(VERBS)
    readme = (ROOT / "README.md").read_text("utf-8")
    assert {verb for verb in verbs if f"dateline {verb}" not in readme} == set()
    assert "fetch" in verbs


def test_every_decision_stands_in_the_list_of_decisions() -> None:
    decisions = {path.name for path in (ROOT / "docs/decisions").glob("0*.md")}
    assert decisions == set(LINKED.findall((ROOT / "docs/decisions/README.md").read_text("utf-8")))
