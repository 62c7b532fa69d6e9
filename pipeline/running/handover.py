"""Work handed to the process that writes the archive, over a Unix socket (law 7).

Whoever holds the archive's lock serves the socket `<archive>/daemon.sock` (0600); anybody else who
wants something done sends it one line of JSON, an `Errand`, and gets lines of JSON back:
`{"report": {…}}` for each visit, `{"talk": "…"}` for people, and last `{"exit": 0}` or
`{"exit": 3, "error": "…"}`.
"""

from __future__ import annotations

import asyncio
import json
import os
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from pipeline.errors import COULD_NOT, DatelineError
from pipeline.running.errands import errand_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

    from pipeline.running.errands import Errand, Tidings

SOCKET = "daemon.sock"

# An errand names every URL it wants; a list of 100,000 of them is a line of some megabytes.
LONGEST_LINE = 64 * 2**20


class NobodyListens(Exception):
    """No process serves this archive's socket (any more)."""


class HandedBack(Struct, frozen=True):
    """How an errand that was handed over ended."""

    exit_code: int
    error: str | None


class _Reachable:
    """A path to `folder`'s socket that is short enough.

    A socket's address may have 107 octets, an archive's path may have more: Linux reaches the
    folder through an open descriptor.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._descriptor: int | None = None

    def __enter__(self) -> str:
        direct = str(self._folder / SOCKET)
        if len(os.fsencode(direct)) <= 100 or not os.path.isdir("/proc/self/fd"):  # noqa: PTH112, PLR2004
            return direct
        self._descriptor = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
        return f"/proc/self/fd/{self._descriptor}/{SOCKET}"

    def __exit__(self, *_: object) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)


@asynccontextmanager
async def serving(
    archive: Path,
    run: Callable[[Errand, Tidings], Awaitable[int]],
    *,
    patience_s: float | None = None,
) -> AsyncIterator[None]:
    """Serve the socket while the body runs, then finish the errands that came in time.

    They are given `patience_s`, or as long as it takes; who has sent no errand is not waited for.
    Only for the process that holds the archive's lock: a socket left by a crash is replaced.
    """
    at_work: set[asyncio.Task[None]] = set()
    silent: set[asyncio.Task[None]] = set()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a stream's callback always runs in a task
        silent.add(task)
        try:
            line = await reader.readline()
            silent.discard(task)
            at_work.add(task)
            await _answer(line, writer, run)
        except ConnectionError:
            return  # nobody hears the answer any more
        finally:
            silent.discard(task)
            at_work.discard(task)
            writer.close()

    with _Reachable(archive) as path:
        with suppress(FileNotFoundError):
            os.unlink(path)  # noqa: PTH108 - the path goes through a descriptor
        before = os.umask(0o177)
        try:
            server = await asyncio.start_unix_server(answer, path, limit=LONGEST_LINE)
        finally:
            os.umask(before)
        try:
            yield
        finally:
            with suppress(FileNotFoundError):
                os.unlink(path)  # noqa: PTH108
            server.close()
            await _leave(silent, patience_s=0)
            await _leave(at_work, patience_s=patience_s)


async def _leave(tasks: set[asyncio.Task[None]], *, patience_s: float | None) -> None:
    """Wait for `tasks` as long as patience lasts, and give up those that are left."""
    if not tasks:
        return
    _, late = await asyncio.wait(set(tasks), timeout=patience_s)
    for task in late:
        task.cancel()
    if late:
        await asyncio.wait(late)


async def _answer(
    line: bytes,
    writer: asyncio.StreamWriter,
    run: Callable[[Errand, Tidings], Awaitable[int]],
) -> None:
    def tell(message: dict[str, Any]) -> None:
        writer.write(json.dumps(message).encode() + b"\n")

    async def send(message: dict[str, Any]) -> None:
        tell(message)
        await writer.drain()

    if not line:
        return
    try:
        errand = errand_of(json.loads(line))
    except (ValueError, KeyError, TypeError) as error:
        await send({"exit": 2, "error": f"this errand cannot be read: {error}"})
        return
    try:
        tell({"exit": await run(errand, send)})
    except DatelineError as error:
        tell({"exit": error.exit_code, "error": str(error)})
    except ConnectionError:
        raise
    except Exception as error:
        # Without an answer it would be handed over again, as to one that has just ended.
        tell({"exit": COULD_NOT, "error": f"this errand broke off: {error!r}"})
        raise
    await writer.drain()


async def hand_over(archive: Path, errand: Errand, tidings: Tidings) -> HandedBack:
    """Let the process that writes `archive` run `errand`; `tidings` hears what it says meanwhile.

    Raises NobodyListens when nobody serves the socket or the one who did ends without an answer.
    """
    try:
        with _Reachable(archive) as path:
            reader, writer = await asyncio.open_unix_connection(path, limit=LONGEST_LINE)
    except (FileNotFoundError, ConnectionError) as error:
        raise NobodyListens from error
    try:
        writer.write(json.dumps(errand.as_json()).encode() + b"\n")
        # The last words of one that is killed may be half a line.
        while (line := await reader.readline()).endswith(b"\n"):
            message = json.loads(line)
            if "exit" in message:
                return HandedBack(message["exit"], message.get("error"))
            await tidings(message)
    except ConnectionError as error:
        raise NobodyListens from error
    finally:
        writer.close()
    raise NobodyListens
