"""`dateline`: global options, the verbs, and the one place where errors become exit codes."""

from __future__ import annotations

import errno
import os
import sys
from importlib import import_module
from pathlib import Path  # noqa: TC003 - typer reads it
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from typer.exceptions import TyperException

from pipeline.cli import logs, terminal
from pipeline.cli.options import Options, in_front, verb_of
from pipeline.errors import COULD_NOT, WRONG_USE, DatelineError
from pipeline.settings import VERSION, LogFormat, LogLevel, Settings, asked_format, asked_level

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

INTERRUPTED = 130

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
"""Of stdout or a file that was asked for: what the archive meets is told as its own fault."""

PANELS = {
    "Watch": ("init", "check", "run", "fetch", "sites", "alarms", "import"),
    "Read": ("serve", "history", "diff", "search", "trace", "similar", "export"),
    "Prove": ("show", "audit", "checkpoint", "anchor", "prove", "verify", "key"),
    "Work on rules": ("try", "probe", "fixture", "drift", "rederive"),
    "Mend": ("rebuild", "tombstone"),
}
"""In the order of the help.  Each is a file of this folder: a `command`, or an `app` of several."""
PANEL_OF = {verb: panel for panel, verbs in PANELS.items() for verb in verbs}
VERBS = tuple(PANEL_OF)

Format = Annotated[
    LogFormat | None,
    typer.Option(
        metavar="FORMAT",
        help="How log lines are written: console or json.  \\[env: DATELINE_LOG_FORMAT;"
        " default: console on a terminal, else json]",
    ),
]
Level = Annotated[
    LogLevel | None,
    typer.Option(
        metavar="LEVEL",
        help="The least that is logged: debug, info, warning or error."
        "  \\[env: DATELINE_LOG_LEVEL; default: info on a console, debug as json]",
    ),
]


def program(verbs: Iterable[str] = VERBS) -> typer.Typer:
    """The command with these verbs alone: no verb should wait for the others to be loaded."""
    app = typer.Typer(
        name="dateline",
        help="Polls news and government sites, keeps the bytes, and tells what is new, edited,"
        " gone or blocked.",
        epilog="The options above may stand behind the verb as well.  Data goes to stdout, talk"
        " to stderr.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(dateline)
    for verb in verbs:
        said = import_module(f"pipeline.cli.{verb}")
        if hasattr(said, "app"):
            app.add_typer(said.app, name=verb, rich_help_panel=PANEL_OF[verb])
        else:
            app.command(name=verb, rich_help_panel=PANEL_OF[verb])(said.command)
    return app


def _version(asked: bool) -> None:  # noqa: FBT001 - typer's callback
    if asked:
        sys.stdout.write(f"dateline {VERSION}\n")
        raise typer.Exit


def dateline(
    context: typer.Context,
    archive: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Where everything is kept.  \\[env: DATELINE_ARCHIVE; default: archive]",
        ),
    ] = None,
    configs: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="The site declarations.  \\[env: DATELINE_CONFIGS; default: configs]",
        ),
    ] = None,
    database: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="The catalog.  \\[env: DATELINE_DATABASE; default: SQLite in the archive]",
        ),
    ] = None,
    *,
    allow_private: Annotated[
        bool,
        typer.Option(
            "--allow-private",
            help="May fetch from loopback and private addresses."
            "  \\[env: DATELINE_ALLOW_PRIVATE=1]",
        ),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="JSON Lines on stdout.")] = False,
    log_format: Format = None,
    log_level: Level = None,
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """Read the global options."""
    logs.configure(asked_format(log_format), asked_level(log_level))
    settings = Settings.read(
        archive=archive,
        configs=configs,
        database=database,
        allow_private=allow_private,
        may_be_broken=context.invoked_subcommand == "check",
    )
    context.obj = Options(settings=settings, as_json=as_json)


def main() -> None:
    """Run the command and end the process with its exit code; never a traceback."""
    ready()()


def ready() -> Callable[[], NoReturn]:
    """The command that was given, loaded with all that it needs: `main`, but for the running."""
    logs.configure()
    arguments = sys.argv[1:]
    app = _asked_for(arguments)
    return lambda: sys.exit(_outcome(arguments, app))


def _asked_for(arguments: list[str]) -> typer.Typer:
    """The verb that is named alone, or all of them for the help and for what is none."""
    verb = verb_of(in_front(arguments))
    if verb in VERBS:
        return program((verb,))
    # told before any verb is looked for, so that the one that loads soonest will do
    return program(("check",)) if "--version" in arguments else program()


def _outcome(arguments: list[str], app: typer.Typer | None = None) -> int:
    app = app or _asked_for(arguments)
    try:
        ended = app(in_front(arguments), standalone_mode=False)
    except TyperException as error:
        # Where the help stood in for a missing verb there is no message.
        if error.format_message():
            terminal.complain(f"{error.format_message().rstrip('.')}; dateline --help tells more")
        return WRONG_USE
    except DatelineError as error:
        terminal.complain(str(error))
        return error.exit_code
    except SystemExit as leaving:
        if not isinstance(leaving.__context__, BrokenPipeError):
            raise
        # typer and rich leave with 1, but whoever read us has seen enough (head): no failure.
        terminal.silence()
        return 0
    except OSError as error:
        _complain_of_the_system(error)
        return COULD_NOT
    except Exception as error:  # noqa: BLE001 - the outermost edge: a fault of ours, said in one line
        return _unforeseen(error, arguments)
    if ended == INTERRUPTED:  # what typer makes of KeyboardInterrupt
        terminal.complain("interrupted; everything told so far is durable")
    return ended if isinstance(ended, int) else 0


def _unforeseen(error: Exception, arguments: list[str]) -> int:
    odd = next((given for given in arguments if not _is_text(given)), None)
    if odd is not None and isinstance(error, UnicodeError):
        terminal.complain(f"{os.fsencode(odd)!r} is not text in UTF-8, as names have to be here")
        return WRONG_USE
    terminal.complain_of_ourselves(error)
    return COULD_NOT


def _is_text(given: str) -> bool:
    """Whether the octets of an argument are UTF-8: a file may be called by any."""
    try:
        given.encode()
    except UnicodeEncodeError:
        return False
    return True


def _complain_of_the_system(error: OSError) -> None:
    if error.errno not in FULL:
        terminal.complain_of_ourselves(error)
        return
    why = error.strerror or str(error)
    terminal.complain(f"cannot write what was asked for: {why}; free space, then call it again")
    terminal.silence()
