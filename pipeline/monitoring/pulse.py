"""What the daemon says of itself ↔ the file `heartbeat`, which other processes read.

Its time says that the daemon lives, its octets what state it is in.
"""

from __future__ import annotations

import json
import os
import time
from contextlib import suppress
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Self

from msgspec import Struct
from msgspec.structs import asdict, replace

from pipeline.errors import ArchiveUnwritable, Problem
from pipeline.ground.clock import moment, stamp

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from pipeline.ground.clock import Clock

HEARTBEAT = "heartbeat"

# It beats every second, and waits at most half a minute for a database that somebody else writes.
SILENT_S = 60.0


class State(StrEnum):
    """What a daemon does: it opens the archive, watches, waits for a fault to pass, or ends."""

    OPENING = "opening"
    WATCHING = "watching"
    PAUSED = "paused"
    ENDING = "ending"


class Condition(Struct, frozen=True, kw_only=True):
    """A state since when, why if it is not a good one, and which declarations were refused."""

    state: State
    since: datetime
    why: str | None = None
    refused: tuple[Problem, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """For `/readyz` and the heartbeat."""
        return {
            "state": str(self.state),
            "since": stamp(self.since),
            "why": self.why,
            "refused": [asdict(problem) for problem in self.refused],
        }

    @classmethod
    def from_json(cls, said: dict[str, Any]) -> Self:
        """The inverse of `as_json`.  Raises KeyError, TypeError and ValueError."""
        return cls(
            state=State(said["state"]),
            since=moment(said["since"]),
            why=said["why"],
            refused=tuple(Problem(**problem) for problem in said["refused"]),
        )


class Pulse:
    """The present condition of a daemon that writes archive `folder`.

    A heartbeat that cannot be written is no fault of its own: whatever keeps it from the disk
    keeps the archive from it too, and pauses the daemon.
    """

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._path = folder / HEARTBEAT
        self._clock = clock
        self._told: Condition | None = None
        self._beat_at = time.monotonic()
        self.condition = Condition(state=State.OPENING, since=clock.now())

    def turn(self, state: State, why: str | None = None) -> None:
        """Be in another state from now on."""
        since = self._clock.now()
        self.condition = replace(self.condition, state=state, since=since, why=why)
        self.beat()

    def refuse(self, problems: tuple[Problem, ...]) -> None:
        """Let these be the problems of declarations that are not in force."""
        self.condition = replace(self.condition, refused=problems)

    def beat(self) -> None:
        """Say that we live, and what has become of us."""
        self._beat_at = time.monotonic()
        try:
            if self._told != self.condition:
                self._write(json.dumps(self.condition.as_json(), ensure_ascii=False).encode())
                self._told = self.condition
            else:
                os.utime(self._path)
        except OSError:
            self._told = None

    @property
    def silent_s(self) -> float:
        """For how long it has not beaten."""
        return time.monotonic() - self._beat_at

    def end(self) -> None:
        """Take the heartbeat away."""
        with suppress(OSError):
            self._path.unlink(missing_ok=True)

    def _write(self, said: bytes) -> None:
        """In place: on a full disk a few octets more fit into a file that is there."""
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            os.pwrite(descriptor, said, 0)
            os.ftruncate(descriptor, len(said))
        finally:
            os.close(descriptor)


def felt(folder: Path, *, now: datetime) -> Condition | None:
    """What the daemon of archive `folder` says of itself; None where none lives."""
    path = folder / HEARTBEAT
    try:
        age = now.timestamp() - path.stat().st_mtime
        said = path.read_bytes()
    except OSError:
        return None
    if age > SILENT_S:
        return None
    try:
        return Condition.from_json(json.loads(said))
    except (KeyError, TypeError, ValueError):
        return None  # read while it was written


def in_short(error: Exception) -> str:
    """What keeps the daemon from writing, without what to do about it."""
    match error:
        case ArchiveUnwritable(path=path, why=why):
            return f"cannot write {path}: {why}"
        case OSError(filename=path, strerror=why):
            return f"cannot write {os.fspath(path or '')}: {why}"
        case _:
            return str(error)
