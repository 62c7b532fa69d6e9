"""`dateline fetch`: look now, once, at sites or URLs, live or out of WARC files."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli import loop
from pipeline.cli.options import options_of
from pipeline.cli.visits import Visits
from pipeline.errands import Errand, Tidings, check_target
from pipeline.errors import ArchiveLocked, HandedOverFailed, NothingToFetch, UnreadableList
from pipeline.handover import HandedBack, NobodyListens, hand_over
from pipeline.sites.register import Register
from pipeline.working import at_work

if TYPE_CHECKING:
    from pipeline.settings import Settings

# How long to wait for a process that holds the lock and does not listen: it is starting or ending.
PATIENCE_S = 15.0
PAUSE_S = 0.1


def command(
    context: typer.Context,
    targets: Annotated[
        list[str] | None,
        typer.Argument(help="A site's name (discover, and fetch what is new) or a URL."),
    ] = None,
    listed: Annotated[
        Path | None,
        typer.Option("--from", help="A file of URLs, one a line; - is stdin.", metavar="FILE"),
    ] = None,
    replay: Annotated[
        list[Path] | None,
        typer.Option(
            help="Answer every request from these WARC files and touch no network;"
            " without a TARGET, take every response in them.",
            metavar="FILE…",
        ),
    ] = None,
) -> int:
    """Look now, once, at sites or URLs.  Beside a running daemon, the daemon does the work."""
    options = options_of(context)
    given, recorded = _sorted_out(targets or [], replay or [])
    lines = _lines_of(listed) if listed else ()
    wanted = (*((f"target {n}", target) for n, target in enumerate(given, 1)), *lines)
    if not wanted and not recorded:
        raise NothingToFetch
    register = Register.read(options.settings.configs, may_be_empty=True)
    for where, target in wanted:
        check_target(target, register, where=where)
    errand = Errand(targets=tuple(target for _, target in wanted), replay=recorded)
    visits = Visits(as_json=options.as_json)
    exit_code = loop.run(_run(errand, options.settings, register, visits.tell))
    if not options.as_json:
        visits.sum_up()
    return exit_code


def _sorted_out(targets: list[str], replay: list[Path]) -> tuple[tuple[str, ...], tuple[Path, ...]]:
    """Targets and replay files: `--replay a b` leaves b among the targets."""
    files = [target for target in targets if replay and os.path.isfile(target)]  # noqa: PTH113 - a URL may be too long for Path
    named = tuple(target for target in targets if target not in files)
    return named, tuple(path.absolute() for path in (*replay, *map(Path, files)))


def _lines_of(path: Path) -> tuple[tuple[str, str], ...]:
    """Where each URL in `path` stands, and the URL; empty lines and those after # are none.

    Raises UnreadableList.
    """
    try:
        text = sys.stdin.read() if str(path) == "-" else path.read_text("utf-8-sig")
    except OSError as error:
        raise UnreadableList(path, why=error.strerror or str(error)) from error
    except UnicodeError as error:
        raise UnreadableList(path, why="it is not text in UTF-8") from error
    name = "stdin" if str(path) == "-" else str(path)
    lines = enumerate((line.strip() for line in text.splitlines()), 1)
    return tuple((f"{name}, line {n}", line) for n, line in lines if line and line[0] != "#")


async def _run(errand: Errand, settings: Settings, register: Register, tidings: Tidings) -> int:
    """Do the errand here, or hand it to the process that has the archive."""
    for _ in range(round(PATIENCE_S / PAUSE_S)):
        try:
            async with at_work(settings, lambda: register, verb="fetch") as work:
                return await work.errands.run(errand, tidings)
        except ArchiveLocked as held:
            locked = held
        try:
            return _ended(await hand_over(settings.archive, errand, tidings))
        except NobodyListens:
            await asyncio.sleep(PAUSE_S)
    raise locked


def _ended(back: HandedBack) -> int:
    if back.error is not None:
        raise HandedOverFailed(back.error, exit_code=back.exit_code)
    return back.exit_code
