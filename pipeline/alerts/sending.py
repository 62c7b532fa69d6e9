"""A message and an address → taken, or why not.  The only place that knows apprise.

It is loaded by the first message: it takes half a second and forty megabytes, which an archive
without receivers does without.
"""

from __future__ import annotations

import asyncio
import logging
import re
import threading
import warnings
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.alerts.messages import Message

PATIENCE_S = 30.0
# What may be repeated of apprise's own words: they may name the address, secrets included.
STATUS = re.compile(r"\berror=(\d{3})\b")


def is_address(to: str) -> bool:
    """Whether apprise knows what to do with `to`."""
    return _service(to) is not None


async def send(to: str, message: Message, *, patience_s: float = PATIENCE_S) -> str | None:
    """Send it; None when it was taken, else why not, with nothing secret in it.

    Who has not answered in time may have taken it all the same.
    """
    try:
        return await asyncio.wait_for(_apart(lambda: _send(to, message)), patience_s)
    except TimeoutError:
        return f"no answer within {patience_s:g} s"


def _send(to: str, message: Message) -> str | None:
    service = _service(to)
    if service is None:
        return "not an address that apprise knows"
    said = _Said()
    logger = logging.getLogger("apprise")
    logger.addHandler(said)
    try:
        taken = service.notify(
            title=message.subject, body=message.body, notify_type=message.tone.value
        )
    except Exception as error:  # noqa: BLE001 - a hundred services, each with errors of its own
        return f"a fault in the service: {type(error).__name__}"
    finally:
        logger.removeHandler(said)
    return None if taken else said.why


def _service(to: str) -> Any:
    """Apprise's object for the address, or None."""
    with warnings.catch_warnings():
        # One of its hundred services wants a module that Python is about to drop.
        warnings.simplefilter("ignore", DeprecationWarning)
        from apprise import Apprise  # noqa: PLC0415 - see above

        # Its own log goes to nobody: its lines name addresses.
        logger = logging.getLogger("apprise")
        logger.propagate = False
        if not logger.handlers:
            logger.addHandler(logging.NullHandler())
        return Apprise.instantiate(to)


class _Said(logging.Handler):
    """Hears what apprise says of one message, and keeps an HTTP status alone."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self._thread = threading.get_ident()
        self.why = "not taken"

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the status, if this is of our own message."""
        if record.thread == self._thread and (found := STATUS.search(record.getMessage())):
            self.why = f"answered with status {found[1]}"


def _apart(work: Callable[[], str | None]) -> asyncio.Future[str | None]:
    """Run `work` in a thread that nobody waits for at the end of the process."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[str | None] = loop.create_future()

    def run() -> None:
        result = work()
        # When the loop is closed nobody waits any more.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(_settle, done, result)

    threading.Thread(target=run, name="notice", daemon=True).start()
    return done


def _settle(done: asyncio.Future[str | None], result: str | None) -> None:
    if not done.done():
        done.set_result(result)
