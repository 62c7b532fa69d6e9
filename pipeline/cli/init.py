"""`dateline init`: a first set-up, or a drafted config of a site that nobody has described."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli import loop, terminal
from pipeline.cli.options import options_of
from pipeline.clock import SystemClock
from pipeline.durable import unwritable
from pipeline.errors import FOUND_SOMETHING, UsageError
from pipeline.sites.register import Register

if TYPE_CHECKING:
    from datetime import timedelta
    from pathlib import Path

    from pipeline.cli.options import Options
    from pipeline.welcoming import Welcome

SETTINGS = """\
# What is true of the whole archive.  Every key may be left out.
least_free: 200MB    # with less room than this the daemon pauses
# contact: https://www.example.org/who-we-are    # named in the User-Agent
# audit: {every: 1d}                             # the daemon audits its own archive
# web: {token: "${DATELINE_WEB_TOKEN}"}          # to listen where others reach it
"""
SHOWN = 100


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
    from pipeline.founding import found  # noqa: PLC0415 - start-up

    options = options_of(context)
    folder = options.settings.configs
    if site is not None and not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", site):
        raise UsageError(f"--site {site!r} is no name: lower-case letters, digits and hyphens")
    span = _span(delay)
    if url is None:
        _write(folder.absolute().parent / "dateline.yaml", SETTINGS, force=force)
        folder.mkdir(parents=True, exist_ok=True)
        terminal.say("next: dateline init URL")
        return 0
    welcome = loop.run(_welcomed(options, url, pages, site, force=force, delay=span))
    at = SystemClock().now()
    founding = found(welcome, options.settings, at=at, force=force, keep=not no_fixtures)
    founded = loop.run(founding)
    _show(options, welcome, [str(path) for path in (founded.config, *founded.fixtures)])
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
    from pipeline.errands import check_target  # noqa: PLC0415
    from pipeline.fetch.fetcher import Fetcher  # noqa: PLC0415
    from pipeline.founding import refuse_taken  # noqa: PLC0415
    from pipeline.peeking import Peeking  # noqa: PLC0415
    from pipeline.welcoming import Welcoming  # noqa: PLC0415

    settings, clock = options.settings, SystemClock()
    register = Register.read(settings.configs, may_be_empty=True)
    check_target(url, register, where="URL")
    refuse_taken(settings.configs / f"{site or file_name(url, '')}.yaml", force=force)
    fetcher = Fetcher(agent=settings.agent, clock=clock, allow_private=settings.allow_private)
    try:
        peeking = Peeking(register, fetcher, clock, agent=settings.agent)
        return await Welcoming(peeking, terminal.say, delay).draft(url, pages, site)
    finally:
        await fetcher.aclose()


def _span(text: str) -> timedelta | None:
    from pipeline.declaration import duration  # noqa: PLC0415 - start-up

    try:
        return duration(text) if text else None
    except ValueError as error:
        raise UsageError(f"--delay {text!r} is no {str(error).removeprefix('a ')}") from error


def _show(options: Options, welcome: Welcome, files: list[str]) -> None:
    draft = welcome.draft
    read = next((one for one in welcome.read if one is not None), None)
    if options.as_json:
        seeds = [{"kind": seed.kind, "url": seed.url} for seed in draft.seeds]
        told = {"site": draft.site, "seeds": seeds, "body": draft.body.value, "files": files}
        terminal.emit({**told, "pages": len(welcome.pages), "read": welcome.well})
        return
    for seed in draft.seeds:
        terminal.line((f"{seed.kind:<9}", "bold"), seed.url)
    terminal.line(("body     ", "bold"), f"{', '.join(draft.body.value)}: {draft.body.why}")
    terminal.line(("read     ", "bold"), f"{welcome.well} of {len(welcome.pages)} pages")
    if read is not None:
        lines = read.text.strip().split("\n\n")[1 if read.title else 0 :]
        terminal.line(("title    ", "bold"), read.title or "none")
        terminal.line(("date     ", "bold"), read.published or "none")
        terminal.line(("byline   ", "bold"), read.byline or "none")
        terminal.line(("text     ", "bold"), f"{len(lines)} paragraphs")
        terminal.line("         ", (f"first: {lines[0][:SHOWN]}" if lines else "", "dim"))
        terminal.line("         ", (f"last:  {lines[-1][:SHOWN]}" if lines else "", "dim"))
    for file in files:
        terminal.line(("written  ", "bold green"), file)
    terminal.say(f"next: dateline check, then dateline probe {draft.site}")


def _write(path: Path, text: str, *, force: bool) -> None:
    from pipeline.founding import refuse_taken  # noqa: PLC0415 - start-up

    refuse_taken(path, force=force)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise unwritable(path, error) from error
