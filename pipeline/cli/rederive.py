"""`dateline rederive`: what today's rules read in yesterday's bytes."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli import loop, progress, terminal
from pipeline.cli.options import options_of
from pipeline.errors import FOUND_SOMETHING, NoArchive
from pipeline.ground.clock import SystemClock
from pipeline.sites.register import Register
from pipeline.stories.rederive import Came, Rederiving
from pipeline.writing.opening import is_archive, opened

if TYPE_CHECKING:
    from pipeline.cli.options import Options
    from pipeline.stories.rederive import Rederived

WORDS = {
    Came.OTHER: "read otherwise",
    Came.SAME: "read the same",
    Came.CURRENT: "read by today's rules before",
    Came.NO_TEXT: "with nothing to read",
    Came.NO_BYTES: "without bytes",
    Came.FAILED: "could not be read",
}


def command(
    context: typer.Context,
    site: Annotated[str | None, typer.Argument(help="Only this site's documents.")] = None,
) -> int:
    """Read every document's archived bytes by today's rules.  Alarms nobody; old texts stay."""
    options = options_of(context)
    if not is_archive(options.settings.archive):
        raise NoArchive(options.settings.archive)
    register = Register.read(options.settings.configs, may_be_empty=True)
    counts = loop.run(_run(options, register, site))
    told = ", ".join(f"{counts[came]} {words}" for came, words in WORDS.items() if counts[came])
    terminal.say(f"{counts.total()} documents{': ' if told else ''}{told}")
    return FOUND_SOMETHING if counts[Came.FAILED] else 0


async def _run(options: Options, register: Register, site: str | None) -> Counter[Came]:
    counts: Counter[Came] = Counter()
    with opened(options.settings, verb="rederive", clock=SystemClock()) as archive:
        work = Rederiving(archive, register)
        urls = work.urls(site)
        with progress.shown("reading") as tell:
            async for page in work.run(urls):
                counts.update(one.came for one in page)
                tell(counts.total(), len(urls))
                for one in page:
                    _show(one, as_json=options.as_json)
    return counts


def _show(one: Rederived, *, as_json: bool) -> None:
    if one.came is Came.FAILED:
        terminal.complain(f"{one.url}: {one.detail}")
    if as_json and one.came is not Came.CURRENT:
        terminal.emit(_object(one))
    elif one.came is Came.OTHER and one.kept:
        terminal.line(terminal.mark("technical"), " ", one.url, (f"  {one.kept.path}", "dim"))


def _object(one: Rederived) -> dict[str, Any]:
    return {
        "url": one.url,
        "site": one.site,
        "outcome": str(one.came),
        "detail": one.detail or None,
        "entry": one.entry,
        "text": str(one.kept.text) if one.kept else None,
        "document": str(one.kept.digest) if one.kept else None,
    }
