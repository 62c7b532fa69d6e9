"""`dateline export`: the archive's documents and captures as files that other tools read."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli import progress, terminal
from pipeline.cli.options import options_of
from pipeline.errors import FOUND_SOMETHING
from pipeline.exports import jsonl
from pipeline.ground.clock import SystemClock
from pipeline.reading.exporting import Exporting, Kind, Left, Wanted
from pipeline.sites.register import Register
from pipeline.writing.opening import looked_into

if TYPE_CHECKING:
    from pipeline.catalog import SiteSummary
    from pipeline.settings import Settings

STDOUT = Path("-")


def command(
    context: typer.Context,
    kind: Annotated[Kind, typer.Argument(help="The kind of file.")],
    output: Annotated[
        Path,
        typer.Option("-o", "--output", help="The file; for text a folder; for jsonl - is stdout."),
    ],
    site: Annotated[str | None, typer.Option(help="Only of this site.")] = None,
    *,
    every: Annotated[
        bool, typer.Option("--all-versions", help="Every text that a document had.")
    ] = False,
) -> int:
    """Write documents (text, jsonl, parquet) or captures (warc, wacz) into files.

    An export that was broken off goes on where it was, when it is called the same way again.
    """
    settings = options_of(context).settings
    left: list[Left] = []
    wanted = Wanted(kind=kind, output=output, site=site, every=every)
    of_site: list[SiteSummary] = []
    if site is not None:
        of_site = [one for one in looked_into(settings).sites() if one.site == site]
        if not of_site:
            Register.read(settings.configs, may_be_empty=True).named(site)
    with progress.shown("exporting") as tell:
        total = _expected(settings, wanted, of_site)
        work = Exporting(settings, wanted, tell=lambda done: tell(done, total), leave=left.append)
        if output == STDOUT and kind is Kind.JSONL:
            for _, row in work.rows():
                sys.stdout.buffer.write(jsonl.lines([row]))
            sys.stdout.flush()
            done = None
        else:
            done = work.run(SystemClock().now())
    lost = [one for one in left if not one.taken_down]
    for one in left:
        (terminal.say if one.taken_down else terminal.complain)(f"{one.url}: {one.why}")
    if done is not None:
        resumed = f", {done.resumed} of them from before the break" if done.resumed else ""
        noun = "captures" if kind in {Kind.WARC, Kind.WACZ} else "texts"
        damaged = f", {len(lost)} could not be read" if lost else ""
        terminal.say(f"{done.items} {noun} in {output}{resumed}{damaged}")
    return FOUND_SOMETHING if lost else 0


def _expected(settings: Settings, wanted: Wanted, of_site: list[SiteSummary]) -> int:
    """About how many things there will be, for the bar."""
    counts = looked_into(settings).counts()
    if wanted.kind in {Kind.WARC, Kind.WACZ}:
        return counts.captures
    if wanted.every:
        return counts.extractions
    if wanted.site is None:
        return counts.documents
    return sum(one.documents for one in of_site)
