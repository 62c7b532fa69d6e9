"""What waits to be told → messages that receivers have taken.

A receiver is told apart from all others and beside the fetching.  What waits for it stays in the
catalog until it has taken it, so that everything is told at least once.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog

from pipeline.alerts.messages import LISTED, message, trial
from pipeline.alerts.retrying import again
from pipeline.alerts.sending import PATIENCE_S, is_address, send
from pipeline.errors import CannotError, ConfigInvalid, NotConfigured, Problem
from pipeline.ground.clock import stamp
from pipeline.settings import WHOLE
from pipeline.writing.attesting import Timer

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterable, Iterator

    from pipeline.alerts.messages import Message
    from pipeline.alerts.receivers import ReceiverConfig
    from pipeline.catalog import Waiting
    from pipeline.ground.clock import Clock
    from pipeline.settings import Settings
    from pipeline.writing.opening import OpenArchive

log = structlog.get_logger()

# No shorter `every` has an effect.
LOOKS_EVERY = timedelta(seconds=10)

# What is being sent when the process ends gets so long; it is sent again after the next start.
# SIGTERM to the end takes 10 s at most, of which looks get most.
LEAVING_S = 0.5


class Telling:
    """Tells receivers what waits for them in the catalog of an open archive."""

    def __init__(
        self,
        archive: OpenArchive,
        settings: Settings,
        clock: Clock,
        *,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._archive = archive
        self._settings = settings
        self._clock = clock
        self._patience_s = patience_s
        self._reader = archive.catalog.reader()
        self._under_way: dict[str, asyncio.Task[None]] = {}

    @property
    def receivers(self) -> tuple[ReceiverConfig, ...]:
        """Everybody whom `dateline.yaml` names."""
        return self._settings.whole.alarms.receivers

    def timers(self) -> tuple[Timer, ...]:
        """What is to be done beside the fetching, and how often."""
        return (Timer("tell", LOOKS_EVERY, self._begin_due),) if self.receivers else ()

    async def tell_everything(self) -> None:
        """Send what waits, however short a time; return when each was taken or refused."""
        self._begin(at_once=True)
        await self.settled()

    async def settled(self) -> None:
        """Return when nothing is being sent any more."""
        await asyncio.gather(*self._under_way.values(), return_exceptions=True)

    def tell_apart(self, receivers: Iterable[str], told: Message) -> None:
        """Begin to send `told`, once, of which the catalog cannot know."""
        names = {*receivers}
        for receiver in self.receivers:
            if receiver.name in names:
                self._start(f"{receiver.name} apart", self._tell_once(receiver, told))

    async def aclose(self) -> None:
        """Give up what is being sent, after a moment; it stays to be told."""
        tasks = tuple(self._under_way.values())
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=LEAVING_S)
            for task in late:
                task.cancel()
            with suppress(asyncio.CancelledError):
                await asyncio.gather(*late, return_exceptions=True)
        self._reader.close()

    async def _begin_due(self) -> None:
        self._begin(at_once=False)

    def _begin(self, *, at_once: bool) -> None:
        for receiver in self.receivers:
            if receiver.name not in self._under_way:
                self._start(receiver.name, self._tell(receiver, at_once=at_once))

    def _start(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._under_way[name] = task
        task.add_done_callback(partial(self._ended, name))

    def _ended(self, name: str, task: asyncio.Task[None]) -> None:
        del self._under_way[name]
        if not task.cancelled() and (error := task.exception()) is not None:
            # The scribe tells its own faults to those who fetch; what was sent is sent again.
            log.error("not told", receiver=name, why=repr(error))

    async def _tell(self, receiver: ReceiverConfig, *, at_once: bool) -> None:
        now = self._clock.now()
        by = now if at_once else now - receiver.every
        try:
            waiting = await asyncio.to_thread(
                self._reader.waiting, receiver.name, by=by, now=now, most=LISTED
            )
        except CannotError as away:
            log.warning("not told", receiver=receiver.name, why=str(away))
            return
        if waiting is not None:
            why = await self._sent(receiver, message(waiting.counts, waiting.first))
            await self._noted(waiting, why)

    async def _tell_once(self, receiver: ReceiverConfig, told: Message) -> None:
        if why := await self._sent(receiver, told):
            log.warning("not told", receiver=receiver.name, why=why)

    async def _sent(self, receiver: ReceiverConfig, told: Message) -> str | None:
        try:
            to = address(receiver, self._settings)
        except ConfigInvalid as invalid:
            return str(invalid)
        return await send(to, told, patience_s=self._patience_s)

    async def _noted(self, waiting: Waiting, why: str | None) -> None:
        """Write down how it went."""
        submit, name = self._archive.scribe.submit, waiting.receiver
        if why is None:
            await submit(lambda batch: batch.alarms.forget(waiting))
            return
        refusing = again(waiting.refusing, self._clock.now())
        if refusing is None:
            many = sum(count for _, _, count in waiting.counts)
            await submit(lambda batch: batch.alarms.forget(waiting))
            log.error("given up telling", receiver=name, notices=many, why=why)
            return
        await submit(lambda batch: batch.alarms.refused(name, refusing))
        at = stamp(refusing.next_try_at)
        log.warning("not told", receiver=name, why=why, failures=refusing.failures, next_try=at)


def address(receiver: ReceiverConfig, settings: Settings) -> str:
    """Where `receiver` is, secrets included.  Raises ConfigInvalid for a variable that is unset."""
    return settings.expanded(receiver.to.get_secret_value(), key=_key(receiver, settings))


def unreachable(settings: Settings) -> Iterator[Problem]:
    """Receivers that could be told nothing: a variable that is not set, a service unknown."""
    for receiver in settings.whole.alarms.receivers:
        try:
            if not is_address(address(receiver, settings)):
                yield Problem(
                    file=str(settings.beside(Path(WHOLE))),
                    key=_key(receiver, settings),
                    value="(not shown)",
                    allowed="an address of a service that apprise knows, as in mailto:// or json://",
                )
        except ConfigInvalid as invalid:
            yield from invalid.problems


async def try_out(name: str, settings: Settings, clock: Clock) -> str | None:
    """Send a test message to the receiver called `name`: None when it was taken, else why not.

    Raises NotConfigured where no receiver is called so, and ConfigInvalid.
    """
    receivers = {each.name: each for each in settings.whole.alarms.receivers}
    if name not in receivers:
        there = ", ".join(receivers) or "none"
        raise NotConfigured("alarms.receivers", f"a receiver called {name!r} (there: {there})")
    return await send(address(receivers[name], settings), trial(name, clock.now()))


def _key(receiver: ReceiverConfig, settings: Settings) -> str:
    return f"alarms.receivers[{settings.whole.alarms.receivers.index(receiver)}].to"
