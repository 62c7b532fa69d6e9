"""Two pages on how the daemon is.

`/healthz`: does the process live?  `/readyz`: does it watch, and can it write down what it sees?
Both say why not, as JSON, with 503.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from starlette.responses import JSONResponse

from pipeline.errors import DatelineError
from pipeline.monitoring.pulse import SILENT_S, State

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

    from pipeline.monitoring.pulse import Condition, Pulse

# Whoever asks for our health waits no longer for us than we for the catalog.
PATIENCE_S = 2.0


class Health:
    """Two pages on the health of the daemon that has this `pulse`.

    `ask_catalog` returns when the catalog has answered, or raises what a catalog raises.
    """

    def __init__(self, pulse: Pulse, ask_catalog: Callable[[], None]) -> None:
        self._pulse = pulse
        self._ask_catalog = ask_catalog
        self._asking: asyncio.Task[str | None] | None = None

    async def healthz(self, _request: Request) -> JSONResponse:
        """Alive while it beats, in a pause as well: starting it anew would mend nothing."""
        silent_s = self._pulse.silent_s
        alive = silent_s <= SILENT_S
        why = None if alive else f"no beat for {silent_s:.0f} s; {SILENT_S:.0f} s are too long"
        return _said({"alive": alive, "why": why}, good=alive)

    async def readyz(self, _request: Request) -> JSONResponse:
        """Ready while it watches and the catalog answers; it also says what configs are refused."""
        condition = self._pulse.condition
        why = condition.why if condition.state is State.WATCHING else _told(condition)
        why = why or await self._catalog()
        return _said({"ready": why is None, **condition.as_json(), "why": why}, good=why is None)

    async def _catalog(self) -> str | None:
        """Why the catalog does not answer; it is asked once at a time, however many ask us."""
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._asked())
        done, _ = await asyncio.wait((self._asking,), timeout=PATIENCE_S)
        return self._asking.result() if done else f"no answer from the catalog in {PATIENCE_S} s"

    async def _asked(self) -> str | None:
        try:
            await asyncio.to_thread(self._ask_catalog)
        except DatelineError as error:
            return str(error)
        return None


def _told(condition: Condition) -> str:
    return condition.why or str(condition.state)


def _said(said: dict[str, object], *, good: bool) -> JSONResponse:
    return JSONResponse(said, status_code=200 if good else 503)
