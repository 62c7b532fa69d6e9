"""What a person names → fixtures of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.cli import loop
from pipeline.cli.chosen import capture_of
from pipeline.ground.clock import SystemClock
from pipeline.sites.register import Register
from pipeline.workbench.fixing import archived, fix
from pipeline.writing.opening import looked_into

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pipeline.settings import Settings
    from pipeline.workbench.fixing import Fixed


def fixed(
    captures: Sequence[str], settings: Settings, folder: Path, slug: str | None, note: str | None
) -> tuple[Fixed, ...]:
    """The fixtures that were made under `folder`; the archive is only read."""
    register, reader = Register.read(settings.configs), looked_into(settings)
    shown = [capture_of(one, settings) for one in dict.fromkeys(captures)]
    said = (("note", note),) if note else ()
    wanted = [archived(one, reader, settings, register, slug=slug, said=said) for one in shown]
    return loop.run(fix(wanted, folder, register, settings, at=SystemClock().now()))
