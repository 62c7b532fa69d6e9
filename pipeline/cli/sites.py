"""`dateline sites`: how every site stands, and whether somebody watches."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer  # noqa: TC002 - typer itself reads the annotation
from msgspec.structs import asdict
from rich.table import Table

from pipeline.cli import terminal
from pipeline.cli.options import options_of
from pipeline.errors import FOUND_SOMETHING
from pipeline.ground.clock import SystemClock, stamp
from pipeline.monitoring.pulse import State, felt
from pipeline.sites.register import config_files, read_all
from pipeline.writing.opening import looked_into

if TYPE_CHECKING:
    from datetime import datetime

    from pipeline.catalog import SiteSummary
    from pipeline.errors import Problem
    from pipeline.monitoring.pulse import Condition

STATES = {"ok": "green", "blocked": "bold red", "failing": "red", "never": "dim"}


def command(context: typer.Context) -> int:
    """Each site: last and next look, state, failures in a row, documents, changes.

    Ends with 1 where a declaration is refused.
    """
    options = options_of(context)
    sites, problems = read_all(config_files(options.settings.configs))
    condition = felt(options.settings.archive, now=SystemClock().now())
    seen = {summary.site: summary for summary in looked_into(options.settings).sites()}
    declared = {site.declared.site for site in sites}
    told = [
        _object(name, seen.get(name), _of(name, problems), condition, declared=name in declared)
        for name in sorted(declared | seen.keys())
    ]
    if options.as_json:
        for one in told:
            terminal.emit(one)
    elif told:
        terminal.DATA.print(_table(told))
    _tell(condition, problems)
    return FOUND_SOMETHING if problems else 0


def _object(
    name: str,
    summary: SiteSummary | None,
    problems: tuple[Problem, ...],
    condition: Condition | None,
    *,
    declared: bool,
) -> dict[str, Any]:
    watched = declared or bool(problems)
    return {
        "site": name,
        "state": summary.state if summary else "never",
        "last_look": _stamp(summary.last_look) if summary else None,
        "next_look": _stamp(summary.next_look) if summary and watched else None,
        "failures": summary.failures if summary else 0,
        "documents": summary.documents if summary else 0,
        "changes": summary.changes if summary else 0,
        "declared": watched,
        "problems": [asdict(problem) for problem in problems],
        "paused": condition.why if condition and condition.state is State.PAUSED else None,
    }


def _table(told: list[dict[str, Any]]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for heading in ("site", "state", "last look", "next look"):
        table.add_column(heading, no_wrap=True)
    for heading in ("failures", "documents", "changes"):
        table.add_column(heading, justify="right", no_wrap=True, min_width=len(heading))
    table.add_column("", no_wrap=True)
    for one in told:
        table.add_row(*_cells(one))
    return table


def _cells(told: dict[str, Any]) -> list[str]:
    state = str(told["state"])
    looks = [str(told[key] or "–")[5:19].replace("T", " ") for key in ("last_look", "next_look")]
    counts = [str(told[key]) for key in ("failures", "documents", "changes")]
    return [str(told["site"]), f"[{STATES.get(state, '')}]{state}[/]", *looks, *counts, _note(told)]


def _note(told: dict[str, Any]) -> str:
    if told["problems"]:
        return "[bold red]config refused[/]"
    return "" if told["declared"] else "[dim]not declared[/]"


def _tell(condition: Condition | None, problems: tuple[Problem, ...]) -> None:
    for problem in problems:
        terminal.complain(str(problem))
    if condition is not None and condition.state is State.PAUSED:
        terminal.complain(f"the daemon is paused since {stamp(condition.since)}: {condition.why}")


def _of(name: str, problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    return tuple(one for one in problems if Path(one.file).stem == name)


def _stamp(moment: datetime | None) -> str | None:
    return stamp(moment) if moment else None
