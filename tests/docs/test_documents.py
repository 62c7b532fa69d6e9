"""What the documents say is what the program does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipeline.checking import check
from pipeline.cli.main import GROUPS, VERBS
from pipeline.settings import Whole
from pipeline.sites.declaration import Declaration

ROOT = Path(__file__).parents[2]
FENCED = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINKED = re.compile(r"\]\(([^)#:]+)\)")
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("fixtures/*.md")])


def examples(path: Path, language: str) -> list[str]:
    return [body for kind, body in FENCED.findall(path.read_text("utf-8")) if kind == language]


def test_the_example_of_a_site_is_valid() -> None:
    site, _ = examples(ROOT / "docs/configs.md", "yaml")
    assert check(Declaration, site.encode(), file="docs/configs.md").site == "example"


def test_the_example_of_the_whole_archive_is_valid() -> None:
    _, whole = examples(ROOT / "docs/configs.md", "yaml")
    assert check(Whole, whole.encode(), file="docs/configs.md").contact


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_between_documents_leads_somewhere(path: Path) -> None:
    broken = [
        to for to in LINKED.findall(path.read_text("utf-8")) if not (path.parent / to).exists()
    ]
    assert broken == []


def test_every_verb_is_named_in_the_readme() -> None:
    verbs = {*VERBS, *GROUPS}
    readme = (ROOT / "README.md").read_text("utf-8")
    assert {verb for verb in verbs if f"dateline {verb}" not in readme} == set()
    assert "fetch" in verbs


def test_every_decision_stands_in_the_list_of_decisions() -> None:
    decisions = {path.name for path in (ROOT / "docs/decisions").glob("0*.md")}
    assert decisions == set(LINKED.findall((ROOT / "docs/decisions/README.md").read_text("utf-8")))
