"""`dateline run`: the daemon."""

from __future__ import annotations

import asyncio
import signal
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli import loop, terminal
from pipeline.cli.options import options_of
from pipeline.cli.visits import Visits
from pipeline.errors import FOUND_SOMETHING
from pipeline.sites.register import Register
from pipeline.working import at_work

if TYPE_CHECKING:
    from pipeline.report import Report
    from pipeline.settings import Settings

# After the daemon's own drain: SIGTERM to the end takes 10 s at most.
ERRANDS_DRAIN_S = 1.5


def command(
    context: typer.Context,
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[SITE]...", help="Only these sites.")
    ] = None,
    *,
    once: Annotated[
        bool, typer.Option("--once", help="Poll what is due, look at what that brings, and end.")
    ] = False,
) -> int:
    """Poll every site on its schedule until SIGTERM, which ends it cleanly within 10 s."""
    options = options_of(context)
    register = Register.read(options.settings.configs)
    only = frozenset(register.named(name).declared.site for name in names or register.sites)
    visits = Visits(as_json=options.as_json, brief=not once)
    loop.run(_run(options.settings, register, only, visits, once=once))
    if once and not options.as_json:
        visits.sum_up()
    trouble = visits.counts["failed"] + visits.counts["blocked"]
    return FOUND_SOMETHING if once and trouble else 0


async def _run(
    settings: Settings, register: Register, only: frozenset[str], visits: Visits, *, once: bool
) -> None:
    from pipeline.daemon import Daemon  # noqa: PLC0415 - no other verb needs a scheduler

    async def hear(report: Report) -> None:
        visits.show(report.as_json())

    async with at_work(settings, lambda: register, verb="run", patience_s=ERRANDS_DRAIN_S) as work:
        daemon = Daemon(
            work.archive,
            work.flow,
            register=lambda: register,
            only=only,
            clock=work.clock,
            hear=hear,
            beside=(*work.attesting.timers(), *work.alarming.timers()),
        )
        here = asyncio.get_running_loop()
        for ending in (signal.SIGTERM, signal.SIGINT):
            here.add_signal_handler(ending, daemon.stop)
        terminal.say(f"archive {settings.archive}: watching {', '.join(sorted(only))}")
        await work.alarming.watch(only)
        await (daemon.run_once() if once else daemon.run())
        if once:
            await work.alarming.telling.tell_everything()
