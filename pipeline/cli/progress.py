"""How far a long verb has come, on stderr, where somebody looks."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from pipeline.cli.terminal import TALK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextmanager
def shown(what: str) -> Iterator[Callable[[int, int], None]]:
    """Tell what is yielded how much is done, and of how much; the bar goes away at the end."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    bar = Progress(
        *columns,
        TimeRemainingColumn(),
        console=TALK,
        transient=True,
        disable=not TALK.is_terminal,
    )
    with bar:
        task = bar.add_task(what, total=None)

        def tell(done: int, of: int) -> None:
            bar.update(task, completed=done, total=of)

        yield tell
