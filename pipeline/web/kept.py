"""Something that costs to read → the same, read anew now and then."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

# Reading takes no more than a twentieth of the time, however many ask.
SHARE = 20


class Kept(Generic[T]):
    """What `read` gives, at most `for_s` old, or twenty times what reading it has cost.

    Where somebody reads it anew already, others take what there is.  Any thread may call.
    """

    def __init__(self, read: Callable[[], T], *, for_s: float) -> None:
        self._read = read
        self._for_s = for_s
        self._until = 0.0
        self._kept: tuple[T] | None = None
        self._one_at_a_time = threading.Lock()

    def __call__(self) -> T:
        """The value.  Raises what `read` raises."""
        kept = self._kept
        if kept is not None and time.monotonic() < self._until:
            return kept[0]
        if not self._one_at_a_time.acquire(blocking=kept is None):
            assert kept is not None  # noqa: S101 - else it would have waited
            return kept[0]
        try:
            return self._anew()
        finally:
            self._one_at_a_time.release()

    def _anew(self) -> T:
        if self._kept is not None and time.monotonic() < self._until:
            return self._kept[0]
        began = time.monotonic()
        value = self._read()
        ended = time.monotonic()
        self._kept = (value,)
        self._until = ended + max(self._for_s, SHARE * (ended - began))
        return value
