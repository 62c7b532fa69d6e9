"""`dateline history`: every look at a document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli import looks, terminal
from pipeline.cli.options import options_of
from pipeline.errors import NotRecorded
from pipeline.reading.versions import looks_of, versions_of
from pipeline.sites.register import Register
from pipeline.writing.opening import looked_into

if TYPE_CHECKING:
    from pipeline.catalog import HistoryRow
    from pipeline.schedule.config import ScheduleConfig
    from pipeline.settings import Settings


def command(
    context: typer.Context,
    url: Annotated[str, typer.Argument(help="Any variant of its URL.")],
    *,
    every: Annotated[
        bool, typer.Option("--all", help="A line for each look; else, what is the same is folded.")
    ] = False,
) -> None:
    """Every look at a document: new, changed, same, gone, blocked, failed; versions.

    Versions are numbered for dateline diff.  Where nobody looked for long, that is said.
    """
    options = options_of(context)
    rows = looks_at(url, options.settings)
    if not rows:
        raise NotRecorded(url, archive=options.settings.archive)
    told = looks_of(rows, _schedule(url, options.settings))
    if options.as_json:
        for look in told:
            terminal.emit(looks.as_object(look))
        return
    for stretch in looks.stretches(told, fold=not every):
        looks.show(stretch)
    count = len(versions_of(rows))
    if count > 1:
        terminal.say(f"{count} versions: dateline diff shows what is between them")


def looks_at(url: str, settings: Settings) -> tuple[HistoryRow, ...]:
    """The looks at the document that `url` is a variant of, or at that very address."""
    register = Register.read(settings.configs, may_be_empty=True)
    reader = looked_into(settings)
    return reader.history(register.document(url)) or reader.history(url)


def _schedule(url: str, settings: Settings) -> ScheduleConfig | None:
    site = Register.read(settings.configs, may_be_empty=True).owner(url)
    return site.declared.schedule if site.name else None
