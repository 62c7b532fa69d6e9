"""`dateline key`: who signs for the archive."""

from __future__ import annotations

import typer

from pipeline.archive.lock import one_writer
from pipeline.cli import terminal
from pipeline.cli.options import options_of
from pipeline.errors import LedgerBroken
from pipeline.ground.clock import SystemClock
from pipeline.ledger.keys import PUBLISHED, published
from pipeline.writing.keyring import rotate as rotated

app = typer.Typer(help="Show the log's public key, or let a new key sign from here on.")


@app.callback()
def key() -> None:
    """Show the log's public key, or let a new key sign from here on."""


@app.command()
def show(context: typer.Context) -> None:
    """Print the public key, by which outsiders check what the log has signed."""
    options = options_of(context)
    archive = options.settings.archive
    known = published(archive)
    if known is None:
        raise LedgerBroken(archive / PUBLISHED, why="is missing: nothing was archived here yet")
    _tell(str(known), as_json=options.as_json)


@app.command()
def rotate(context: typer.Context) -> None:
    """Make a new key; the old one signs that the new one follows, and nothing more."""
    options = options_of(context)
    with one_writer(options.settings.archive, verb="key rotate", recovers=False):
        fresh = rotated(options.settings, at=SystemClock().now())
    _tell(str(fresh), as_json=options.as_json)
    terminal.say("whoever holds the old key can follow the log to this one; tell them all the same")


def _tell(vkey: str, *, as_json: bool) -> None:
    if as_json:
        terminal.emit({"vkey": vkey})
    else:
        terminal.line(vkey)
