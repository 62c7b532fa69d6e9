"""`dateline run` for months: shifts of the daemon, its web page, and the signals that it heeds."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

import structlog

from pipeline.archive.lock import one_writer
from pipeline.cli import terminal
from pipeline.cli.address import address
from pipeline.errors import COULD_NOT, CannotListen
from pipeline.ground.clock import SystemClock
from pipeline.monitoring.metrics import CONTENT_TYPE, Metrics
from pipeline.monitoring.pulse import Pulse
from pipeline.running.observing import Observing
from pipeline.running.reloading import Declarations
from pipeline.running.shifts import Shifts
from pipeline.writing.opening import is_archive

if TYPE_CHECKING:
    from pipeline.cli.visits import Visits
    from pipeline.settings import Settings
    from pipeline.web.serving import Listening
    from pipeline.writing.report import Report

log = structlog.get_logger()

# SIGTERM to the end takes 10 s at most, whatever hangs: a network file system, a locked catalog.
LAST_S = 9.5


async def watch(settings: Settings, names: list[str], visits: Visits, listen: str | None) -> None:
    """Watch the sites called `names`, or all; serve health and metrics at `listen`, if any.

    Raises what `Declarations.read`, `Listening.at` and `Shifts.run` raise, and NoSuchSite.
    """
    declarations = Declarations.read(settings.configs)
    named = frozenset(declarations.register.named(name).declared.site for name in names)
    clock = SystemClock()
    pulse, metrics = Pulse(settings.archive, clock), Metrics()

    async def hear(report: Report) -> None:
        visits.show(report.as_json())

    shifts = Shifts(
        settings,
        declarations,
        named=named,
        pulse=pulse,
        metrics=metrics,
        clock=clock,
        hear=hear,
        say=terminal.say,
    )
    observing = Observing(
        settings, pulse, clock, watched=shifts.watched, under_way=lambda: shifts.under_way
    )
    metrics.gauge(observing.sources(), clock)
    async with AsyncExitStack() as stack:
        if listen is not None:
            await _serve(stack, settings, listen, pulse, metrics, observing)
        _heed_signals(shifts)
        await shifts.run()


async def _serve(
    stack: AsyncExitStack,
    settings: Settings,
    listen: str,
    pulse: Pulse,
    metrics: Metrics,
    observing: Observing,
) -> None:
    from pipeline.web.admission import admission  # noqa: PLC0415 - not with --no-web
    from pipeline.web.application import application, daemons, room  # noqa: PLC0415 - as above
    from pipeline.web.desk import Desk  # noqa: PLC0415 - as above
    from pipeline.web.downloads import Bundles  # noqa: PLC0415 - as above
    from pipeline.web.exposition import Exposition  # noqa: PLC0415 - as above
    from pipeline.web.health import Health  # noqa: PLC0415 - as above
    from pipeline.web.serving import served  # noqa: PLC0415 - as above

    admitted = admission(settings, address(listen)[0])
    at = _listening(settings, listen)
    health = Health(pulse, observing.ask_catalog)
    exposition = Exposition(metrics.exposition, content_type=CONTENT_TYPE)
    desk, bundles = Desk(settings, SystemClock()), Bundles()
    stack.callback(bundles.close)
    stack.callback(desk.close)
    routes = (*daemons(health, exposition), *room(desk, bundles))
    await stack.enter_async_context(served(at, application(routes, admitted)))
    asyncio.get_running_loop().run_in_executor(None, desk.warm)
    log.info("listening", url=at.url, pages=["/", "/healthz", "/readyz", "/metrics"])


def _listening(settings: Settings, listen: str) -> Listening:
    """The open socket.

    Where two daemons want one archive, that is what is wrong, and not that they want one port.
    """
    from pipeline.web.serving import Listening  # noqa: PLC0415 - not with --no-web

    try:
        return Listening.at(*address(listen))
    except CannotListen:
        if is_archive(settings.archive):
            with one_writer(settings.archive, verb="run", recovers=False):
                pass
        raise


def _heed_signals(shifts: Shifts) -> None:
    here = asyncio.get_running_loop()

    def end() -> None:
        latest = threading.Timer(LAST_S, _give_up)
        latest.daemon = True
        latest.start()
        shifts.stop()

    for ending in (signal.SIGTERM, signal.SIGINT):
        here.add_signal_handler(ending, end)
    here.add_signal_handler(signal.SIGHUP, shifts.reload)


def _give_up() -> None:
    terminal.complain(
        f"something hangs and keeps the archive from being closed within {LAST_S} s;"
        " what was told is durable, the rest stays due, and the next start recovers the archive"
    )
    os._exit(COULD_NOT)
