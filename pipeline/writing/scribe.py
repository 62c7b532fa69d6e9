"""The one thread that writes: works queue up and are committed together.

Each work is a function of a catalog batch.  All that wait are done in order inside one catalog
transaction; then WARC files and texts are made durable, then the transaction is committed, and
only then does anybody hear of a result (law 1: nothing is told before it is durable).
"""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from pipeline.catalog import Batch

T = TypeVar("T")

# A batch's results wait for its slowest work; beyond this nothing is gained from one fsync.
MOST_WORKS_A_BATCH = 200
# Group commit: whoever comes within the first of these times shares the batch's fsyncs, which cost
# more than all the rest of a small page; the others are waited for as long as more keep coming.
GATHERING_S = (0.025, 0.015, 0.015, 0.015)


class _Work(Struct, frozen=True):
    """One function to run, and who waits for its result."""

    run: Callable[[Batch], Any]
    loop: asyncio.AbstractEventLoop
    result: asyncio.Future[Any]


class Scribe:
    """Runs works in one thread of its own.

    A work that raises fails its whole batch: every waiter of that batch gets the error, nothing of
    it is in the catalog, and the scribe takes no further work, because after a failed write to the
    archive nobody knows what the files hold until recovery has looked (style: a failed write stops
    the daemon).

    `make_durable` returns when everything that the works of a batch have written is on disk.
    """

    def __init__(
        self,
        open_batch: Callable[[], AbstractContextManager[Batch]],
        make_durable: Callable[[Batch], object],
        *,
        gathering_s: tuple[float, ...] = GATHERING_S,
    ) -> None:
        self._open_batch = open_batch
        self._make_durable = make_durable
        self._gathering_s = gathering_s
        self._works: queue.SimpleQueue[_Work | None] = queue.SimpleQueue()
        self._failed: BaseException | None = None
        self._thread = threading.Thread(target=self._serve, name="scribe", daemon=True)
        self._thread.start()

    def submit(self, run: Callable[[Batch], T]) -> asyncio.Future[T]:
        """Queue `run`; the future is done when its effects are durable."""
        loop = asyncio.get_running_loop()
        work = _Work(run, loop, loop.create_future())
        self._works.put(work)
        return work.result

    @property
    def has_failed(self) -> bool:
        """Whether a batch could not be written."""
        return self._failed is not None

    def close(self) -> None:
        """Finish what is queued, then end the thread.  Call once, from outside the thread."""
        self._works.put(None)
        self._thread.join()

    def _serve(self) -> None:
        ending = False
        while not ending:
            works = self._waiting()
            ending = works[-1] is None
            batch = [work for work in works if work is not None]
            if batch:
                self._do(batch)

    def _waiting(self) -> list[_Work | None]:
        """At least one work, and as many more as come shortly after; None is the last of all."""
        works = [self._works.get()]
        for pause_s in self._gathering_s:
            if works[-1] is None:
                break
            time.sleep(pause_s)
            if not self._gather(works):
                break
        return works

    def _gather(self, works: list[_Work | None]) -> bool:
        """Add those that wait to `works`; whether there were any."""
        before = len(works)
        while works[-1] is not None and len(works) < MOST_WORKS_A_BATCH:
            try:
                works.append(self._works.get_nowait())
            except queue.Empty:
                break
        return len(works) > before

    def _do(self, works: list[_Work]) -> None:
        if self._failed is not None:
            _tell(works, error=self._failed)
            return
        try:
            with self._open_batch() as batch:
                results = [work.run(batch) for work in works]
                self._make_durable(batch)
        except BaseException as error:  # noqa: BLE001 - it is not swallowed: every waiter gets it
            self._failed = error
            _tell(works, error=error)
        else:
            _tell(works, results=results)


def _tell(
    works: list[_Work], *, results: list[Any] | None = None, error: BaseException | None = None
) -> None:
    """Give every waiter its result, or all of them the error; one wake-up for each loop."""
    outcomes = tuple(zip(works, results or [None] * len(works), strict=True))

    def settle(loop: asyncio.AbstractEventLoop) -> None:
        for work, result in outcomes:
            if work.loop is not loop or work.result.cancelled():
                continue
            if error is None:
                work.result.set_result(result)
            else:
                work.result.set_exception(error)

    for loop in {work.loop for work in works}:
        # When the loop is closed nobody waits any more, and what was done is durable all the same.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(settle, loop)
