"""Work units → their results in order, on all cores or, where that would not pay, on this one."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from concurrent.futures import Future, ProcessPoolExecutor
from typing import TYPE_CHECKING, Any, Self, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from types import TracebackType

T = TypeVar("T")
Call = tuple["Callable[[Any], T]", Any]

SELDOM = 100_000
AHEAD = 4
"""Units a process that are waiting while their results are not yet asked for."""


def cores() -> int:
    """How many processes may run at once."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Pool:
    """`workers` processes, started when they are first needed; none for one worker.

    They are forked where nothing else runs in this process, which takes no time; else they are
    started afresh, because a thread may hold a lock that its copy would wait for.
    """

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._executor: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        if self._executor is not None:
            self._executor.shutdown(wait=True, cancel_futures=True)

    def each(self, calls: Iterable[Call[T]], *, small: bool) -> Iterator[T]:
        """The result of each call, in order; here and now where the work is `small`."""
        if small or self._workers < 2:  # noqa: PLR2004 - one would only stand between
            for function, unit in calls:
                yield function(unit)
            return
        waiting: deque[Future[T]] = deque()
        for function, unit in calls:
            waiting.append(self._started().submit(function, unit))
            if len(waiting) > self._workers * AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()

    def _started(self) -> ProcessPoolExecutor:
        if self._executor is None:
            self._executor = ProcessPoolExecutor(
                self._workers,
                mp_context=multiprocessing.get_context(_way()),
                initializer=_settle,
            )
        return self._executor


def _way() -> str:
    return "fork" if sys.platform == "linux" and threading.active_count() == 1 else "spawn"


def _settle() -> None:
    """Leave interrupts to who started us, and look for cycles seldom: our work makes none."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.freeze()
    gc.set_threshold(SELDOM)
