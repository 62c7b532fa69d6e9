"""`dateline try`: what would be read, by today's rules or a draft's; nothing is written."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli import loop
from pipeline.cli.options import options_of
from pipeline.cli.tried import Told
from pipeline.errors import FOUND_SOMETHING, UsageError
from pipeline.running.errands import check_target
from pipeline.sites.register import Register
from pipeline.sites.site import drafted
from pipeline.workbench.trying import Trying

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.sites.site import Site

LAST = 20
EMPTY = "{0} holds no page of {1}: dateline fetch {1} archives some; or name a URL to read now"


def command(
    context: typer.Context,
    site: Annotated[str, typer.Argument(help="Whose rules.")],
    urls: Annotated[
        list[str] | None,
        typer.Argument(help="Pages to fetch now, politely; without any, archived captures."),
    ] = None,
    config: Annotated[
        Path | None, typer.Option(help="A draft to read by, in place of the site's own config.")
    ] = None,
    last: Annotated[
        int | None,
        typer.Option(min=1, help="So many archived documents, the last ones.  \\[default: 20]"),
    ] = None,
    replay: Annotated[
        list[Path] | None, typer.Option(help="Read from these WARC files.", metavar="FILE…")
    ] = None,
    *,
    full: Annotated[bool, typer.Option("--full", help="The whole text.")] = False,
) -> int:
    """What would be read, which rule yielded it, and how it differs from what is archived.

    Nothing is written.  Ends with 1 where the site's own rules found no body.
    """
    options = options_of(context)
    files = [Path(one) for one in urls or () if replay and os.path.isfile(one)]  # noqa: PTH113 - a URL may be too long for Path
    pages = [one for one in urls or () if Path(one) not in files]
    register = Register.read(options.settings.configs, may_be_empty=config is not None)
    told = Told(as_json=options.as_json, full=full, brief=not pages)
    trying = Trying(_site(site, config, register), register, options.settings)
    for number, url in enumerate(pages, 1):
        check_target(url, register, where=f"target {number}")
    if pages or replay:
        loop.run(_show(trying, told, pages, [*(replay or ()), *files]))
    if last or not (pages or replay):
        for one in trying.archived(last or LAST):
            told.show(one)
    if not told.count:
        raise UsageError(EMPTY.format(replay[0] if replay else options.settings.archive, site))
    told.sum_up()
    return FOUND_SOMETHING if told.troubles else 0


async def _show(trying: Trying, told: Told, pages: Sequence[str], files: Sequence[Path]) -> None:
    async for one in trying.recorded(files, pages) if files else trying.live(pages):
        told.show(one)


def _site(name: str, config: Path | None, register: Register) -> Site:
    """The site as it is declared, or as a draft would have it.  Raises ConfigInvalid."""
    return register.named(name) if config is None else drafted(config, name=name)
