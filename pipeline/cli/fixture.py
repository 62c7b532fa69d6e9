"""`dateline fixture`: captures kept beside the configs, with what should come of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli import loop, terminal
from pipeline.cli.expected import failures, show_expectation, summed_up, tell_failure
from pipeline.cli.options import options_of
from pipeline.errors import FOUND_SOMETHING, FixtureUnfit
from pipeline.sites.register import Register

if TYPE_CHECKING:
    from pipeline.settings import Settings

app = typer.Typer(help="Keep captures beside the configs, with what should come of them.")
Folder = Annotated[
    Path | None,
    typer.Option("--fixtures", help="Where they are.  \\[default: fixtures, beside the configs]"),
]


@app.callback()
def fixture() -> None:
    """Keep captures beside the configs, with what should come of them."""


@app.command()
def add(
    context: typer.Context,
    captures: Annotated[
        list[str],
        typer.Argument(
            metavar="CAPTURE…",
            help="A record id, an entry, a visit, a text's digest, or a URL: its last capture.",
        ),
    ],
    slug: Annotated[
        str | None, typer.Option(help="What the file is called, behind its date.")
    ] = None,
    note: Annotated[str | None, typer.Option(help="A line that is kept in the file.")] = None,
    folder: Folder = None,
) -> None:
    """Make fixtures of archived captures.  Read what is printed: it is demanded from now on."""
    from pipeline.cli.fixed import fixed  # noqa: PLC0415 - reads the archive, which check does not

    options = options_of(context)
    if slug and len(captures) > 1:
        raise FixtureUnfit(", ".join(captures), why="--slug names one; add them one by one")
    for one in fixed(captures, options.settings, _place(options.settings, folder), slug, note):
        show_expectation(one, as_json=options.as_json)


@app.command()
def check(
    context: typer.Context,
    site: Annotated[str | None, typer.Argument(help="Only this site's fixtures.")] = None,
    folder: Folder = None,
) -> int:
    """Read every fixture by today's rules, offline, and compare with what is expected of it.

    Where nothing is expected yet, what came is written down, and the check fails once.
    """
    options = options_of(context)
    register = Register.read(options.settings.configs)
    place = _place(options.settings, folder)
    count, failed = loop.run(failures(place, site, register, options.settings))
    for one in failed:
        tell_failure(one, as_json=options.as_json)
    terminal.say(summed_up(count, len(failed), place))
    return FOUND_SOMETHING if failed else 0


def _place(settings: Settings, folder: Path | None) -> Path:
    return folder or settings.configs.absolute().parent / "fixtures"
