"""`dateline show`: where a text came from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli import terminal
from pipeline.cli.chosen import captures_of
from pipeline.cli.options import options_of
from pipeline.errors import NotRecorded
from pipeline.ground.claims import NOT_PROVEN
from pipeline.reading.provenance import certificate, commitment, said_of
from pipeline.reading.shown import as_object, chapters
from pipeline.reading.witnessing import known_witnesses
from pipeline.writing.opening import looked_into

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.catalog import Reader, Shown
    from pipeline.reading.provenance import Commitment

NAMES = 12


def command(
    context: typer.Context,
    what: Annotated[
        str,
        typer.Argument(
            metavar="ID",
            help="A text's digest or file, a record id, a visit, or a URL (its last capture).",
        ),
    ],
) -> None:
    """Provenance: who fetched what, when, from where, how it was read, and what is proven."""
    options = options_of(context)
    archive, reader = options.settings.archive, looked_into(options.settings)
    found = captures_of(what, options.settings)
    if not found:
        raise NotRecorded(what, archive=archive)
    keys = known_witnesses(options.settings.whole.ledger.witnesses)
    told = [(shown, commitment(archive, shown, reader, keys=keys)) for shown in found]
    if options.as_json:
        for shown, committed in told:
            terminal.emit(as_object(shown, committed, said_of(archive, shown)))
        return
    for shown, committed in told:
        _print(archive, shown, committed, reader)
    terminal.say(f"This is the archive's own word; dateline audit checks it. {NOT_PROVEN}")


def _print(archive: Path, shown: Shown, committed: Commitment, reader: Reader) -> None:
    digest, heading = shown.entry.certificate, shown.heading
    shown_by = certificate(archive, digest, reader) if digest else None
    terminal.line(((heading.title if heading else None) or shown.entry.url, "bold"))
    for title, told in chapters(shown, committed, shown_by, said_of(archive, shown)):
        terminal.line("")
        terminal.line((f"  {title}", "bold dim"))
        for name, value in told:
            terminal.line((f"    {name.ljust(NAMES)}", "dim"), value)
    terminal.line("")
