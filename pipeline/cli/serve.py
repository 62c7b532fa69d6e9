"""`dateline serve`: the web page alone, beside a daemon or without one."""

from __future__ import annotations

import asyncio
import signal
from contextlib import closing
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli import loop, terminal
from pipeline.cli.address import address
from pipeline.cli.options import options_of
from pipeline.cli.run import LISTEN
from pipeline.errors import NoArchive
from pipeline.ground.clock import SystemClock
from pipeline.writing.opening import is_archive

if TYPE_CHECKING:
    from pipeline.settings import Settings


def command(
    context: typer.Context,
    listen: Annotated[
        str, typer.Option(metavar="HOST:PORT", help="Where the web page is served.")
    ] = LISTEN,
) -> None:
    """The web page alone, read only, until SIGTERM; beside a daemon or without one."""
    settings = options_of(context).settings
    if not is_archive(settings.archive):
        raise NoArchive(settings.archive)
    loop.run(_serve(settings, listen))


async def _serve(settings: Settings, listen: str) -> None:
    from pipeline.web.admission import admission  # noqa: PLC0415 - slow to load
    from pipeline.web.application import application, room  # noqa: PLC0415 - as above
    from pipeline.web.desk import Desk  # noqa: PLC0415 - as above
    from pipeline.web.downloads import Bundles  # noqa: PLC0415 - as above
    from pipeline.web.serving import Listening, served  # noqa: PLC0415 - as above

    host, port = address(listen)
    admitted = admission(settings, host)
    ended = asyncio.Event()
    for ending in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(ending, ended.set)
    at = Listening.at(host, port)
    with closing(Desk(settings, SystemClock())) as desk, closing(Bundles()) as bundles:
        async with served(at, application(room(desk, bundles), admitted)):
            asyncio.get_running_loop().run_in_executor(None, desk.warm)
            terminal.say(f"archive {settings.archive}: read it at {at.url}")
            await ended.wait()
