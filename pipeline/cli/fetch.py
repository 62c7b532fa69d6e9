"""`dateline fetch`: look now, once, at sites or URLs, live or out of WARC files."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli import loop
from pipeline.cli.options import options_of
from pipeline.cli.visits import Visits
from pipeline.errors import NothingToFetch, UnreadableList
from pipeline.running.doing import do
from pipeline.running.errands import Fetching, check_target
from pipeline.sites.register import Register


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
    errand = Fetching(targets=tuple(target for _, target in wanted), replay=recorded)
    visits = Visits(as_json=options.as_json)
    exit_code = loop.run(do(errand, options.settings, register, visits.tell, verb="fetch"))
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
        text = sys.stdin.read() if str(path) == "-" else path.read_text("utf-8")
    except OSError as error:
        raise UnreadableList(path, why=error.strerror or str(error)) from error
    except UnicodeError as error:
        raise UnreadableList(path, why="it is not text in UTF-8") from error
    text = text.removeprefix("\ufeff")
    name = "stdin" if str(path) == "-" else str(path)
    lines = enumerate((line.strip() for line in text.splitlines()), 1)
    return tuple((f"{name}, line {n}", line) for n, line in lines if line and line[0] != "#")
