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
from pipeline.sites.register import Register, listed

if TYPE_CHECKING:
    from pipeline.settings import Settings
    from pipeline.writing.report import Report

LISTEN = "127.0.0.1:8484"


def command(
    context: typer.Context,
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[SITE]...", help="Only these sites.")
    ] = None,
    *,
    once: Annotated[
        bool, typer.Option("--once", help="Poll what is due, look at what that brings, and end.")
    ] = False,
    listen: Annotated[
        str, typer.Option(metavar="HOST:PORT", help="Where the web page is served.")
    ] = LISTEN,
    no_web: Annotated[bool, typer.Option("--no-web", help="Serve nothing over HTTP.")] = False,
) -> int:
    """Poll every site on its schedule until SIGTERM, which ends it cleanly within 10 s."""
    options = options_of(context)
    visits = Visits(as_json=options.as_json, brief=not once)
    if not once:
        from pipeline.cli.watching import watch  # noqa: PLC0415 - web and metrics, for months alone

        loop.run(watch(options.settings, names or [], visits, None if no_web else listen))
        return 0
    register = Register.read(options.settings.configs)
    only = frozenset(register.named(name).declared.site for name in names or register.sites)
    loop.run(_once(options.settings, register, only, visits))
    if not options.as_json:
        visits.sum_up()
    return FOUND_SOMETHING if visits.counts["failed"] + visits.counts["blocked"] else 0


async def _once(
    settings: Settings, register: Register, only: frozenset[str], visits: Visits
) -> None:
    from pipeline.daemon import Daemon  # noqa: PLC0415 - no other verb needs a scheduler
    from pipeline.running.working import at_work  # noqa: PLC0415 - as above

    async def hear(report: Report) -> None:
        visits.show(report.as_json())

    async with at_work(settings, lambda: register, verb="run") as work:
        daemon = Daemon(
            work.archive,
            work.flow,
            register=lambda: register,
            only=only,
            clock=work.clock,
            hear=hear,
        )
        await work.alarming.watch(only)
        for ending in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(ending, daemon.stop)
        terminal.say(f"archive {settings.archive}: watching {listed(sorted(only))}")
        await daemon.run_once()
        await work.catch_up()
        await work.alarming.telling.tell_everything()
