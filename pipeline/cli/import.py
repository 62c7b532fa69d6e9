"""`dateline import`: other people's WARC files become captures."""

from __future__ import annotations

from collections import Counter
from pathlib import Path  # noqa: TC003 - typer reads it
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.archive.recorded import Recording
from pipeline.cli import loop, progress, terminal
from pipeline.cli.options import options_of
from pipeline.cli.visits import Visits
from pipeline.errors import FOUND_SOMETHING
from pipeline.ground.clock import SystemClock
from pipeline.sites.register import Register
from pipeline.stories.importing import Importing, LeftOut, TakenBefore, warc_files
from pipeline.writing.opening import opened

if TYPE_CHECKING:
    from pipeline.cli.options import Options


def command(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(help="WARC files of any make, or WACZ.")],
) -> int:
    """Take every exchange in foreign WARC files as a capture, marked as imported.

    What was taken before is not taken again.  It writes the archive itself: stop a daemon first.
    """
    options = options_of(context)
    register = Register.read(options.settings.configs, may_be_empty=True)
    with warc_files(files) as unpacked:
        return loop.run(_run(options, register, unpacked))


async def _run(options: Options, register: Register, files: tuple[Path, ...]) -> int:
    visits, others = Visits(as_json=options.as_json, brief=True), Counter[str]()
    with opened(options.settings, verb="import", clock=SystemClock()) as archive:
        with progress.shown("indexing"):
            recording = Recording(files)
        for fault in recording.faults:
            terminal.complain(f"import: {fault}")
        work = Importing(archive, register, recording, agent=options.settings.agent)
        with progress.shown("importing") as tell:
            async for came in work.run():
                if isinstance(came, TakenBefore):
                    others["taken before"] += 1
                elif isinstance(came, LeftOut):
                    others["left out"] += 1
                    terminal.say(f"{terminal.short(came.url)} is left out: {came.why}")
                else:
                    visits.show(came.as_json())
                tell(visits.counts.total() + others.total(), len(recording))
    visits.sum_up()
    for word, number in others.items():
        terminal.say(f"{number} {word}")
    return FOUND_SOMETHING if recording.faults else 0
