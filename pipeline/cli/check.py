"""`dateline check`: are the configs valid?."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path  # noqa: TC003 - typer reads it
from typing import Annotated

import typer

from pipeline.cli import terminal
from pipeline.cli.options import options_of
from pipeline.errors import FOUND_SOMETHING
from pipeline.sites.register import config_files, read_all


def command(
    context: typer.Context,
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[FILE]...", help="Config files; without any, all of --configs."),
    ] = None,
) -> int:
    """Name every problem of the configs: file, key path, value, and what is allowed."""
    options = options_of(context)
    paths = tuple(files) if files else config_files(options.settings.configs)
    sites, problems = read_all(paths)
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
