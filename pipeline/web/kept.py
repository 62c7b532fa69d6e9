"""Something that costs to read → the same, read anew now and then."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Generic, TypeVar

from pipeline.errors import DatelineError

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

# Reading takes no more than a twentieth of the time, however many ask.
SHARE = 20


class Kept(Generic[T]):
    """What `read` gives, read anew when it is `for_s` old, or twenty times what reading it costs.

    The first one to ask waits for it.  Later nobody does: it is read beside them, and until then
    they take what there is.  Any thread may call.
    """

    def __init__(self, read: Callable[[], T], *, for_s: float) -> None:
        self._read = read
        self._for_s = for_s
        self._until = 0.0
        self._kept: tuple[T] | None = None
        self._reading = threading.Lock()

    def __call__(self) -> T:
        """The value.  Raises what `read` raises, where there is none yet."""
        kept = self._kept
        if kept is None:
            with self._reading:
                return (self._kept or self._anew())[0]
        if time.monotonic() >= self._until and self._reading.acquire(blocking=False):
            threading.Thread(target=self._renew, daemon=True).start()
        return kept[0]

    def _renew(self) -> None:
        try:
            # whoever cannot read it now is told so by what else he asks for
            with suppress(DatelineError):
                self._anew()
        finally:
            self._reading.release()

    def _anew(self) -> tuple[T]:
        began = time.monotonic()
        kept = (self._read(),)
        ended = time.monotonic()
        self._kept = kept
        self._until = ended + max(self._for_s, SHARE * (ended - began))
        return kept
