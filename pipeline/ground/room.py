"""How much room is left where an archive lies, and whether that is enough to go on."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from pipeline.errors import ArchiveUnwritable

if TYPE_CHECKING:
    from pathlib import Path

# More has to come free than was missing, or it would stop again at once.
AGAIN = 1.25


def room(folder: Path) -> int | None:
    """The octets that are free for us in `folder`; None where nobody can tell."""
    try:
        found = os.statvfs(folder)
    except OSError:
        return None
    return found.f_bavail * found.f_frsize


def demand_room(folder: Path, least: int, *, again: bool = False) -> None:
    """Raise ArchiveUnwritable where less than `least` octets are free, or than it takes `again`.

    A folder that is not there yet is made where the next one above it lies.
    """
    absolute = folder.absolute()
    there = next((one for one in (absolute, *absolute.parents) if one.is_dir()), absolute)
    needed = int(least * AGAIN) if again else least
    free = room(there)
    if free is not None and free < needed:
        why = f"{_spelt(free)} are free there, and dateline.yaml demands {_spelt(needed)}"
        raise ArchiveUnwritable(folder, why=f"{why} (least_free)")


def _spelt(octets: int) -> str:
    return f"{octets / 10**6:.0f} MB" if octets >= 10**6 else f"{octets / 10**3:.0f} kB"
