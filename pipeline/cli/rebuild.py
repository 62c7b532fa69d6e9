"""`dateline rebuild`: the catalog from the evidence alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer  # noqa: TC002 - typer reads the annotation

from pipeline.cli import progress, terminal
from pipeline.cli.found import indexed_anew
from pipeline.cli.options import options_of
from pipeline.errors import FOUND_SOMETHING
from pipeline.ground.clock import SystemClock
from pipeline.sites.register import Register
from pipeline.stories.rebuild import rebuild

if TYPE_CHECKING:
    from pipeline.stories.rebuild import Rebuilt


def command(context: typer.Context) -> int:
    """Make the catalog, and texts that are missing, anew from WARC files and ledger alone."""
    options = options_of(context)
    register = Register.read(options.settings.configs, may_be_empty=True)
    with progress.shown("folding") as tell:
        rebuilt = rebuild(options.settings, register, SystemClock(), tell=tell)
    indexed_anew(options.settings)
    if options.as_json:
        terminal.emit(
            {
                "entries": rebuilt.entries,
                "captures": rebuilt.captures,
                "texts": {
                    "kept": rebuilt.kept,
                    "derived": rebuilt.derived,
                    "replaced": list(rebuilt.replaced),
                },
                "lost": [{"entry": one.index, "what": one.what} for one in rebuilt.lost],
                "set_aside": str(rebuilt.aside) if rebuilt.aside else None,
                "planned": rebuilt.planned,
            }
        )
    else:
        _tell(rebuilt)
    return FOUND_SOMETHING if rebuilt.lost else 0


def _tell(rebuilt: Rebuilt) -> None:
    for one in rebuilt.lost:
        terminal.line(terminal.mark("failed"), f" entry {one.index}: {one.what}")
    for name in rebuilt.replaced:
        terminal.line(terminal.mark("technical"), f" {name} was damaged, and made again")
    if rebuilt.aside:
        terminal.say(f"the damaged catalog is {rebuilt.aside}; it may be deleted")
    if rebuilt.planned:
        terminal.say(f"nothing was planned any more: {rebuilt.planned} targets are planned anew")
    terminal.say(
        f"{rebuilt.entries} entries, {rebuilt.captures} captures; texts: {rebuilt.kept} kept,"
        f" {rebuilt.derived} derived anew, {len(rebuilt.lost)} losses"
    )
