"""`dateline tombstone`: take bytes down, and record why."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from pipeline.cli import loop, terminal
from pipeline.cli.options import options_of
from pipeline.errors import NoArchive, NothingToTakeDown
from pipeline.running.doing import do
from pipeline.sites.register import Register
from pipeline.stories.tombstoning import TakingDown
from pipeline.writing.opening import is_archive
from pipeline.writing.takedown import MOST_REASON


def command(
    context: typer.Context,
    what: Annotated[
        str,
        typer.Argument(
            metavar="ID",
            help="A text's digest or file, a record id, a visit, or a URL (all its captures).",
        ),
    ],
    reason: Annotated[str, typer.Option(help="Why; it stands in the ledger for ever.")],
) -> int:
    """Take bytes down for good, and record why.  Beside a running daemon, the daemon does it.

    Every response with these bytes goes, wherever it was captured, and the texts that only they
    gave.  Requests, metadata, revisits and the whole ledger stay.
    """
    options = options_of(context)
    if not is_archive(options.settings.archive):
        raise NoArchive(options.settings.archive)
    why = reason.strip()
    if not 0 < len(why) <= MOST_REASON:
        raise NothingToTakeDown(what, why=f"give a --reason of 1 to {MOST_REASON} characters")
    if why.encode(errors="replace").decode() != why:
        raise NothingToTakeDown(what, why="the --reason is not text in UTF-8")
    register = Register.read(options.settings.configs, may_be_empty=True)

    async def tell(told: dict[str, Any]) -> None:
        if options.as_json:
            terminal.emit(told["tombstone"])
        else:
            _line(told["tombstone"])

    wanted = TakingDown(what=what, reason=why)
    return loop.run(do(wanted, options.settings, register, tell, verb="tombstone"))


def _line(tombstone: dict[str, Any]) -> None:
    entries, revisits = len(tombstone["leaves"]), len(tombstone["revisits"])
    concerned = f"  entry {tombstone['entry']}: {entries} entries, {revisits} revisits refer there"
    terminal.line("taken down  ", tombstone["entity"], (concerned, "dim"))
