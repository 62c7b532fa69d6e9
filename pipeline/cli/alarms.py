"""`dateline alarms`: what is the matter now; and does a receiver hear of it?."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli import loop, terminal
from pipeline.cli.options import options_of
from pipeline.errors import COULD_NOT, FOUND_SOMETHING
from pipeline.ground.clock import SystemClock, stamp
from pipeline.monitoring.telling import try_out
from pipeline.writing.opening import looked_into

if TYPE_CHECKING:
    from pipeline.cli.options import Options
    from pipeline.ground.alarm import Alarm


def command(
    context: typer.Context,
    test: Annotated[
        str | None,
        typer.Option("--test", metavar="NAME", help="Send a test message to that receiver."),
    ] = None,
) -> int:
    """List the alarms that hold: what, about what, since when.  The exit code is 1 if any does."""
    options = options_of(context)
    if test is not None:
        return _try_out(test, options)
    found = looked_into(options.settings).alarms()
    for alarm in found:
        if options.as_json:
            terminal.emit(_object(alarm))
        else:
            _line(alarm)
    terminal.say(f"{len(found) or 'no'} alarm{'' if len(found) == 1 else 's'}")
    return FOUND_SOMETHING if found else 0


def _try_out(name: str, options: Options) -> int:
    why = loop.run(try_out(name, options.settings, SystemClock()))
    if options.as_json:
        terminal.emit({"receiver": name, "taken": why is None, "detail": why})
    elif why is None:
        terminal.line(f"{name} has taken the message")
    if why is not None:
        terminal.complain(f"receiver {name} has not taken the message: {why}")
    return 0 if why is None else COULD_NOT


def _object(alarm: Alarm) -> dict[str, str | None]:
    return {
        "kind": alarm.kind.value,
        "subject": alarm.subject,
        "site": alarm.site,
        "since": stamp(alarm.since),
        "raised_at": stamp(alarm.raised_at),
        "detail": alarm.detail,
    }


def _line(alarm: Alarm) -> None:
    since = f"{alarm.since:%Y-%m-%d %H:%M:%S}"
    kind = alarm.kind.value.replace("_", " ").ljust(14)
    site = "" if alarm.site in (None, alarm.subject) else f" [{alarm.site}]"
    terminal.line(since, "  ", (kind, "bold red"), " ", alarm.subject, (site, "dim"))
    if alarm.detail:
        terminal.line(" " * 21, (alarm.detail, "dim"))
