"""An archive's lock → whether somebody is writing it right now; the lock itself is left alone.

Trying the lock, even to share it, could turn away a writer that starts in that very moment.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from pipeline.archive.lock import LOCK, MOST_HOLDER

HELD = Path("/proc/locks")
PID = re.compile(r"\(pid ([0-9]{1,10})\)")


def writer_of(archive: Path) -> str | None:
    """Who is writing `archive` now, as far as can be seen from here; None for nobody."""
    path = archive / LOCK
    try:
        status = path.stat()
        with path.open("rb") as file:
            said = file.read(MOST_HOLDER).decode("utf-8", "replace").strip()
    except OSError:
        return None
    held = _is_held(status.st_dev, status.st_ino)
    if held is None:
        held = _is_alive(said)
    return (said if said.isprintable() and said else "another process") if held else None


def _is_held(device: int, inode: int) -> bool | None:
    """Whether the kernel lists a lock on that file; None where it does not tell."""
    file = f"{os.major(device):02x}:{os.minor(device):02x}:{inode}"
    try:
        lines = HELD.read_text("ascii", "replace").splitlines()
    except OSError:
        return None
    return any(f" {file} " in line and "FLOCK" in line for line in lines)


def _is_alive(said: str) -> bool:
    named = PID.search(said)
    if named is None:
        return False
    try:
        os.kill(int(named[1]), 0)
    except PermissionError:
        return True
    except (OSError, OverflowError):
        return False
    return True
