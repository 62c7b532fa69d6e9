"""`dateline sites`: how every site stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer  # noqa: TC002 - typer itself reads the annotation
from rich.table import Table

from pipeline.cli import terminal
from pipeline.cli.options import options_of
from pipeline.clock import stamp
from pipeline.opening import looked_into
from pipeline.sites.register import Register

if TYPE_CHECKING:
    from datetime import datetime

    from pipeline.catalog import SiteSummary

STATES = {"ok": "green", "blocked": "bold red", "failing": "red", "never": "dim"}


def command(context: typer.Context) -> None:
    """Each site: last and next look, state, failures in a row, documents, changes."""
    options = options_of(context)
    register = Register.read(options.settings.configs)
    seen = {summary.site: summary for summary in looked_into(options.settings).sites()}
    names = sorted(register.sites.keys() | seen.keys())
    if options.as_json:
        for name in names:
            terminal.emit(_object(name, seen.get(name)))
        return
    table = Table(box=None, pad_edge=False, header_style="dim")
    for heading in ("site", "state", "last look", "next look"):
        table.add_column(heading, no_wrap=True)
    for heading in ("failures", "documents", "changes"):
        table.add_column(heading, justify="right", no_wrap=True, min_width=len(heading))
    for name in names:
        table.add_row(*_cells(_object(name, seen.get(name))))
    terminal.DATA.print(table)


def _object(name: str, summary: SiteSummary | None) -> dict[str, str | int | None]:
    return {
        "site": name,
        "state": summary.state if summary else "never",
        "last_look": _stamp(summary.last_look) if summary else None,
        "next_look": _stamp(summary.next_look) if summary else None,
        "failures": summary.failures if summary else 0,
        "documents": summary.documents if summary else 0,
        "changes": summary.changes if summary else 0,
    }


def _cells(told: dict[str, str | int | None]) -> list[str]:
    state = str(told["state"])
    looks = [str(told[key] or "–")[5:19].replace("T", " ") for key in ("last_look", "next_look")]
    counts = [str(told[key]) for key in ("failures", "documents", "changes")]
    return [str(told["site"]), f"[{STATES.get(state, '')}]{state}[/]", *looks, *counts]


def _stamp(moment: datetime | None) -> str | None:
    return stamp(moment) if moment else None
