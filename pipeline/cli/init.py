"""`dateline init`: a first set-up, or a drafted config of a site that nobody has described."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli import loop, terminal
from pipeline.cli.options import options_of
from pipeline.errors import FOUND_SOMETHING, UsageError
from pipeline.ground.clock import SystemClock
from pipeline.sites.register import Register

if TYPE_CHECKING:
    from pipeline.cli.options import Options
    from pipeline.workbench.welcoming import Welcome

LONGEST = timedelta(days=1)
"""What `fetch.delay` may be in a config, at most."""


def command(
    context: typer.Context,
    url: Annotated[str | None, typer.Argument(help="A page or feed of the site.")] = None,
    site: Annotated[str | None, typer.Option(help="The config's name.")] = None,
    pages: Annotated[int, typer.Option(min=1, max=50, help="Articles to learn from.")] = 8,
    *,
    force: Annotated[bool, typer.Option("--force", help="Overwrite a config.")] = False,
    delay: Annotated[str, typer.Option(help="Time between requests; 2s, unless said.")] = "",
    no_fixtures: Annotated[bool, typer.Option("--no-fixtures", help="Keep no pages.")] = False,
) -> int:
    """Draft a site's config from a URL: its feeds, selectors and fixtures, tried before written."""
    from pipeline.cli.welcomed import as_object, show  # noqa: PLC0415 - start-up
    from pipeline.workbench.founding import begin, found  # noqa: PLC0415

    options = options_of(context)
    if site is not None and not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", site):
        raise UsageError(f"--site {site!r} is no name: lower-case letters, digits and hyphens")
    span = _span(delay)
    if url is None:
        begin(options.settings, force=force)
        terminal.say("next: dateline init URL")
        return 0
    welcome = loop.run(_welcomed(options, url, pages, site, force=force, delay=span))
    at = SystemClock().now()
    founding = found(welcome, options.settings, at=at, force=force, keep=not no_fixtures)
    founded = loop.run(founding)
    if options.as_json:
        terminal.emit(as_object(welcome, founded))
    else:
        show(welcome, founded)
    return 0 if 2 * welcome.well > len(welcome.pages) else FOUND_SOMETHING


async def _welcomed(
    options: Options,
    url: str,
    pages: int,
    site: str | None,
    *,
    force: bool,
    delay: timedelta | None,
) -> Welcome:
    from pipeline.drafting.naming import file_name  # noqa: PLC0415 - start-up
    from pipeline.fetch.fetcher import Fetcher  # noqa: PLC0415
    from pipeline.running.errands import check_target  # noqa: PLC0415
    from pipeline.workbench.founding import refuse_taken, refuse_unwritable  # noqa: PLC0415
    from pipeline.workbench.peeking import Peeking  # noqa: PLC0415
    from pipeline.workbench.welcoming import Welcoming  # noqa: PLC0415

    settings, clock = options.settings, SystemClock()
    register = Register.read(settings.configs, may_be_empty=True)
    if "://" not in url:
        raise UsageError(f"{url!r} is no address: it begins with https://, as in https://{url}")
    check_target(url, register, where="URL")
    refuse_unwritable(settings)
    refuse_taken(settings.configs / f"{site or file_name(url, '')}.yaml", force=force)
    fetcher = Fetcher(agent=settings.agent, clock=clock, allow_private=settings.allow_private)
    try:
        peeking = Peeking(register, fetcher, clock, agent=settings.agent)
        return await Welcoming(peeking, terminal.say, delay).draft(url, pages, site)
    finally:
        await fetcher.aclose()


def _span(text: str) -> timedelta | None:
    from pipeline.ground.declaration import duration, spell  # noqa: PLC0415 - start-up

    try:
        span = duration(text) if text else None
    except ValueError as error:
        raise UsageError(f"--delay {text!r} is no {str(error).removeprefix('a ')}") from error
    if span is not None and span > LONGEST:
        raise UsageError(f"--delay {text!r} is too long: {spell(LONGEST)} at most")
    return span
