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
    from collections.abc import Iterable
    from pathlib import Path

    from pipeline.catalog import Reader, Shown
    from pipeline.reading.provenance import Commitment

NAMES = 12
AGAIN = 5
"""Later captures of a text that are named; each has its own `show`."""


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
    if options.as_json:
        for shown in found:
            committed = commitment(archive, shown, reader, keys=keys)
            terminal.emit(as_object(shown, committed, said_of(archive, shown)))
        return
    for first, *again in _by_text(found):
        _print(archive, first, commitment(archive, first, reader, keys=keys), reader)
        _print_again(again)
    terminal.say(f"This is the archive's own word; dateline audit checks it. {NOT_PROVEN}")


def _print(archive: Path, shown: Shown, committed: Commitment, reader: Reader) -> None:
    digest, heading = shown.entry.certificate, shown.heading
    shown_by = certificate(archive, digest, reader) if digest else None
    terminal.line((terminal.short((heading and heading.title) or shown.entry.url), "bold"))
    for title, told in chapters(shown, committed, shown_by, said_of(archive, shown)):
        terminal.line("")
        terminal.line((f"  {title}", "bold dim"))
        for name, value in told:
            terminal.line((f"    {name.ljust(NAMES)}", "dim"), terminal.short(value))
    terminal.line("")


def _by_text(found: Iterable[Shown]) -> list[list[Shown]]:
    """The captures of each text at each address, in the order of the first of them."""
    captures: dict[tuple[str, object], list[Shown]] = {}
    for shown in found:
        captures.setdefault((shown.entry.url, shown.text or shown.record), []).append(shown)
    return list(captures.values())


def _print_again(again: list[Shown]) -> None:
    """The captures in which nothing but the place differs from the first that was told."""
    if not again:
        return
    terminal.line(("  seen again", "bold dim"))
    for shown in again[:AGAIN]:
        change, seen = shown.entry.change or "", f"{shown.entry.observed_at:%Y-%m-%d %H:%M:%S}"
        terminal.line((f"    {seen}  ", ""), terminal.mark(change), f" {shown.record}")
    if (more := len(again) - AGAIN) > 0:
        terminal.line((f"    and {more} times more: dateline history tells of all", "dim"))
    terminal.line("")
