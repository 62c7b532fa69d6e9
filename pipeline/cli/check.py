"""`dateline check`: are the configs valid, and can all who are named be told?."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads it
from typing import Annotated

import typer
from msgspec.structs import asdict

from pipeline.cli import terminal
from pipeline.cli.options import options_of
from pipeline.errors import FOUND_SOMETHING
from pipeline.monitoring.telling import unreachable
from pipeline.sites.register import config_files, read_all


def command(
    context: typer.Context,
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[FILE]...", help="Config files; without any, all of --configs."),
    ] = None,
) -> int:
    """Name every problem of the configs: file, key path, value, and what is allowed.

    Without FILE, dateline.yaml beside them is one of them.
    """
    options = options_of(context)
    settings = options.settings
    sites, problems = read_all(tuple(files) if files else config_files(settings.configs))
    if not files:
        problems = (*problems, *settings.problems, *unreachable(settings))
    if options.as_json:
        for problem in problems:
            terminal.emit(asdict(problem))
        return FOUND_SOMETHING if problems else 0
    for problem in problems:
        terminal.line((problem.file, "bold"), ": ", (problem.key, "bold"), ": ", problem.value)
        terminal.line("    ", ("allowed: ", "dim"), problem.allowed)
    broken = len({problem.file for problem in problems})
    terminal.say(f"{len(sites)} valid, {broken} invalid")
    return FOUND_SOMETHING if problems else 0
