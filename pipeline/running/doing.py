"""An errand → done here, or by the process that has the archive."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from pipeline.errors import ArchiveLocked, HandedOverFailed
from pipeline.running.handover import HandedBack, NobodyListens, hand_over
from pipeline.running.working import at_work

if TYPE_CHECKING:
    from pipeline.running.errands import Errand, Tidings
    from pipeline.settings import Settings
    from pipeline.sites.register import Register

# How long to wait for a process that holds the lock and does not listen: it is starting or ending.
PATIENCE_S = 15.0
PAUSE_S = 0.1


async def do(
    errand: Errand, settings: Settings, register: Register, tidings: Tidings, *, verb: str
) -> int:
    """Do `errand` for `dateline <verb>`; the exit code that the command ends with.

    Raises ArchiveLocked where another process has the archive and takes no errands, and
    HandedOverFailed with the words of the one that could not do it.
    """
    for _ in range(round(PATIENCE_S / PAUSE_S)):
        try:
            async with at_work(settings, lambda: register, verb=verb) as work:
                exit_code = await work.errands.run(errand, tidings)
                await work.catch_up()
                return exit_code
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
