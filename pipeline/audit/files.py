"""A path in an archive → its octets, or why there are none; whatever stands there."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from msgspec import Struct

from pipeline.ground.claims import Claim, Verdict

if TYPE_CHECKING:
    from collections.abc import Container, Iterator
    from pathlib import Path

CANNOT_READ = "cannot read it"
READING = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK
"""How a file is opened: a pipe that nobody writes to must not stop us."""


class Missing(Struct, frozen=True):
    """Nothing stands there."""

    why: str = "missing"


class Unreadable(Struct, frozen=True):
    """Something may stand there, but we are not let: nothing is known of it."""

    why: str


class Foreign(Struct, frozen=True):
    """Something stands there that no file of ours can be."""

    why: str


Trouble = Missing | Unreadable | Foreign


def octets_at(path: Path | str, *, most: int) -> bytes | Trouble:
    """The octets of the file at `path`, which has `most` at the most."""
    try:
        descriptor = os.open(path, READING)
    except (FileNotFoundError, NotADirectoryError):
        return Missing()
    except (OSError, ValueError) as error:
        return Unreadable(why(error))
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            return Foreign("it is no file")
        if status.st_size > most:
            return Foreign(f"it has {status.st_size} octets, {most} at the most are possible")
        return _read(descriptor, status.st_size)
    except OSError as error:
        return Unreadable(why(error))
    finally:
        os.close(descriptor)


def under(
    folder: Path, *, without: Container[str] = ()
) -> Iterator[tuple[str, os.DirEntry[str]] | tuple[str, Unreadable]]:
    """Everything below `folder` that is no folder, by its path relative to it, in order.

    Links to folders are not followed, and so are told.  The folders `without` are left out.
    """
    waiting = [""]
    while waiting:
        below = waiting.pop()
        try:
            with os.scandir(folder / below) as scanned:
                entries = sorted(scanned, key=lambda entry: entry.name, reverse=True)
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:
            yield below or ".", Unreadable(why(error))
            continue
        for entry in reversed(entries):
            path = f"{below}/{entry.name}" if below else entry.name
            if entry.is_dir(follow_symlinks=False):
                if path not in without:
                    waiting.append(path)
            else:
                yield path, entry


def why(error: OSError | ValueError) -> str:
    """The machine's own word."""
    return getattr(error, "strerror", None) or str(error)


def troubled(check: str, subject: str, file: str, trouble: Trouble) -> Claim:
    """The claim that a file's trouble makes: the missing failed, what we may not see is open."""
    open_ = isinstance(trouble, Unreadable)
    return Claim(
        check=check,
        subject=subject,
        verdict=Verdict.NOT_CHECKED if open_ else Verdict.FAILED,
        expected=None if open_ else "a file of this archive",
        actual=f"{CANNOT_READ}: {trouble.why}" if open_ else trouble.why,
        file=file,
    )


def could_not(claim: Claim) -> bool:
    """Whether the claim is open because something could not be read."""
    return claim.verdict is Verdict.NOT_CHECKED and (claim.actual or "").startswith(CANNOT_READ)


def _read(descriptor: int, size: int) -> bytes:
    octets = os.read(descriptor, size + 1)
    while len(octets) < size:
        more = os.read(descriptor, size - len(octets))
        if not more:
            break
        octets += more
    return octets
