"""An archive at work → what health and metrics say of it, read beside the daemon."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.errors import CannotError
from pipeline.ground.room import room
from pipeline.ledger.tiles import CHECKPOINT, FOLDER
from pipeline.monitoring.metrics import Remembered, Sources
from pipeline.writing.opening import looked_into

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.catalog import Reader, Vitals
    from pipeline.ground.clock import Clock
    from pipeline.monitoring.pulse import Pulse
    from pipeline.running.reloading import Watched
    from pipeline.settings import Settings


class Observing:
    """Looks at the archive of `settings` from any thread; who writes it is never kept waiting."""

    def __init__(
        self,
        settings: Settings,
        pulse: Pulse,
        clock: Clock,
        *,
        watched: Watched,
        under_way: Callable[[], int],
    ) -> None:
        self._settings = settings
        self._pulse = pulse
        self._clock = clock
        self._watched = watched
        self._under_way = under_way
        self._reader: Reader | None = None

    def sources(self) -> Sources:
        """Where the gauges are asked for."""
        return Sources(
            condition=lambda: self._pulse.condition,
            declared=lambda: sum(1 for _ in self._watched),
            under_way=self._under_way,
            vitals=Remembered(self._vitals),
            free_bytes=lambda: room(self._settings.archive),
            checkpoint_at=self._checkpoint_at,
        )

    def ask_catalog(self) -> None:
        """Return when the catalog has answered.  Raises CatalogAway when it does not."""
        self._catalog().answer()

    def _vitals(self) -> Vitals | None:
        try:
            return self._catalog().vitals(self._clock.now(), among=self._watched)
        except CannotError:
            return None  # what is wrong is on /readyz and in the log

    def _checkpoint_at(self) -> float | None:
        try:
            return (self._settings.archive / FOLDER / CHECKPOINT).stat().st_mtime
        except OSError:
            return None

    def _catalog(self) -> Reader:
        if self._reader is None:
            self._reader = looked_into(self._settings)
        return self._reader
