"""`dateline anchor`: since when, by somebody else's clock."""

from __future__ import annotations

from typing import Any

import typer  # noqa: TC002 - typer reads the annotation

from pipeline.cli import loop, terminal
from pipeline.cli.options import options_of
from pipeline.running.doing import do
from pipeline.running.errands import Stamping
from pipeline.sites.register import Register


def command(context: typer.Context) -> int:
    """Have the checkpoint stamped now by the time stamp authority that dateline.yaml names."""
    options = options_of(context)
    register = Register.read(options.settings.configs, may_be_empty=True)

    async def tell(told: dict[str, Any]) -> None:
        if options.as_json:
            terminal.emit(told["stamped"])
        else:
            terminal.line(_in_words(told["stamped"]))

    return loop.run(do(Stamping(), options.settings, register, tell, verb="anchor"))


def _in_words(stamped: dict[str, Any]) -> str:
    match stamped:
        case {"outcome": "stamped", "size": size, "at": at}:
            return f"stamped at {at}: the first {size} entries are older than that"
        case {"outcome": "standing", "size": size}:
            return f"nothing has come since the last stamp: {size} entries, all older than it"
        case {"outcome": why, "detail": detail}:
            return f"not stamped: {why}: {detail}"
    raise ValueError(f"an anchor cannot end in {stamped!r}")
