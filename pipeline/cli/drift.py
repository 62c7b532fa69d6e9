"""`dateline drift`: how often each field was found, month by month and rule by rule."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli import terminal
from pipeline.cli.options import options_of
from pipeline.reading.following import bring_up_to_date
from pipeline.sites.register import Register
from pipeline.writing.opening import looked_into

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.ground.finds import Found

STEPS = "▁▂▃▄▅▆▇█"
NONE = "·"
LONGEST = 24
"""Months that are drawn; all of them are in the JSON."""


def command(
    context: typer.Context,
    site: Annotated[str | None, typer.Argument(metavar="[SITE]", help="Only this site.")] = None,
) -> None:
    """How often each field was found in each site's documents, over the months."""
    options = options_of(context)
    if (why := bring_up_to_date(options.settings)) is not None:
        terminal.say(f"what was archived last may be missing here: {why}")
    reader = looked_into(options.settings)
    read = reader.sites_read()
    if site is not None and site not in read:
        Register.read(options.settings.configs).named(site)
    told = {name: reader.found(name) for name in (read if site is None else (site,))}
    for name, found in told.items():
        if options.as_json:
            for one in found:
                terminal.emit(_object(one))
        else:
            _show(name, found)
    if not any(told.values()):
        terminal.say("no document of a site was read yet")


def _object(found: Found) -> dict[str, Any]:
    return {
        "site": found.site,
        "generation": found.generation,
        "month": found.month,
        "documents": found.documents,
        "found": found.found,
        "length": found.length,
    }


def _show(site: str, found: Sequence[Found]) -> None:
    by_rule = sorted(found, key=lambda one: one.generation)
    for generation, of_rule in groupby(by_rule, key=lambda one: one.generation):
        months = list(of_rule)[-LONGEST:]
        documents = sum(month.documents for month in months)
        told = f"{months[0].month} to {months[-1].month}, {documents} documents"
        terminal.line((site, "bold"), f"  {generation}  ", (told, "dim"))
        for field in months[0].found:
            line = "".join(_step(one.found[field] / one.documents) for one in months)
            share = months[-1].found[field] / months[-1].documents
            terminal.line("  ", field.ljust(10), line, f"  {share:4.0%}")
        most = max(one.length for one in months) or 1
        line = "".join(_step(one.length / most) for one in months)
        terminal.line("  ", "length".ljust(10), line, f"  {months[-1].length}")


def _step(share: float) -> str:
    return STEPS[round(share * (len(STEPS) - 1))] if share else NONE
