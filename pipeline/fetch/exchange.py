"""One request and what came back, whatever that was."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import httpx
from msgspec import Struct

from pipeline.fetch.asking import compose
from pipeline.fetch.faults import Fault, Late, fault
from pipeline.fetch.tape import Tape
from pipeline.fetch.verdict import Answer
from pipeline.model import Capture

if TYPE_CHECKING:
    from datetime import datetime

    from pipeline.fetch.asking import Asked
    from pipeline.fetch.config import FetchConfig

# Heads, interim responses and chunk framing come on top of a body: enough for any honest one.
FRAMING_ROOM = 512 * 1024


class Exchange(Struct, frozen=True, kw_only=True):
    """A capture, and the answer in it or why there is no whole one."""

    capture: Capture
    seen: Answer | Fault


async def exchange(
    transport: httpx.AsyncBaseTransport,
    asked: Asked,
    headers: dict[str, str],
    config: FetchConfig,
    *,
    visit: str,
    attempt: int,
    began_at: datetime,
) -> Exchange:
    """Ask for `asked` and read the answer to its end, or to where the config's limits are.

    Raises nothing for what the network or the server does.
    """
    tape = Tape(room=2 * config.max_bytes + FRAMING_ROOM)
    seen = await _answer(transport, compose(asked, headers, config, tape), tape, config)
    return Exchange(capture=_capture(tape, seen, asked.url, visit, attempt, began_at), seen=seen)


async def _answer(
    transport: httpx.AsyncBaseTransport, request: httpx.Request, tape: Tape, config: FetchConfig
) -> Answer | Fault:
    deadline_s = config.deadline.total_seconds()
    try:
        async with asyncio.timeout(deadline_s):
            response = await transport.handle_async_request(request)
    except httpx.TransportError as error:
        return fault(error, ended=tape.ended)
    except TimeoutError:
        return Late(deadline_s).fault
    return Answer(status=response.status_code, headers=response.headers.raw)


def _capture(
    tape: Tape, seen: Answer | Fault, url: str, visit: str, attempt: int, began_at: datetime
) -> Capture:
    received, played = tape.received, tape.played
    truncated = seen.truncated if isinstance(seen, Fault) and received else None
    return Capture(
        visit=visit,
        url=url,
        attempt=attempt,
        began_at=played.observed_at if played else began_at,
        request=tape.sent,
        response=received,
        truncated=truncated,
        peer=tape.peer,
        source=played.source if played else None,
    )
