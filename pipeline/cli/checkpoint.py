"""`dateline checkpoint`: what an outsider keeps, to hold us to it."""

from __future__ import annotations

import sys

import typer  # noqa: TC002 - typer reads the annotation

from pipeline.cli import terminal
from pipeline.cli.options import options_of
from pipeline.ledger.reader import LogReader


def command(context: typer.Context) -> None:
    """Print the signed checkpoint: keep it elsewhere, and no later audit can be deceived."""
    options = options_of(context)
    log = LogReader.open(options.settings.archive)
    if options.as_json:
        said = {
            "origin": log.checkpoint.origin,
            "size": log.checkpoint.size,
            "root": log.checkpoint.root.hex(),
            "note": log.octets.decode(),
        }
        terminal.emit(said)
        return
    sys.stdout.write(log.octets.decode())
