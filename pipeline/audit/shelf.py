"""The folder of the WARC files → which may be such, and claims about all else that lies there."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

from msgspec import Struct, field

from pipeline.archive.rewriting import NEW
from pipeline.archive.writer import FOLDER, OPEN
from pipeline.audit.files import Unreadable, troubled, under, why
from pipeline.ground.claims import Claim, Verdict, failed

if TYPE_CHECKING:
    import os
    from pathlib import Path

FILES = "files"
WARC = ".warc.gz"


class WarcFile(Struct, frozen=True, kw_only=True):
    """A file in warc/: `name` as it stands there, `size` when it was first looked at."""

    name: str
    size: int

    @property
    def sealed_name(self) -> str:
        """What it is called when it is closed."""
        return self.name.removesuffix(OPEN)

    @property
    def is_open(self) -> bool:
        """Whether it bears the name of a file that is being written."""
        return self.name.endswith(OPEN)


class Shelf(Struct, kw_only=True):
    """What lies in warc/: files that may be WARC files, and claims about all else."""

    files: list[WarcFile] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)


def look_at(archive: Path) -> Shelf:
    """What lies in warc/, by name."""
    shelf = Shelf()
    for below, entry in under(archive / FOLDER):
        file = f"{FOLDER}/{below}"
        if isinstance(entry, Unreadable):
            shelf.claims.append(troubled(FILES, "folder", file, entry))
        elif below.endswith(NEW) and "/" not in below:
            shelf.claims.append(
                Claim(
                    check=FILES,
                    subject=f"unfinished file in {FOLDER}/",
                    verdict=Verdict.NOT_CHECKED,
                    actual="left by a takedown that a crash cut short, or under way",
                    file=file,
                )
            )
        elif "/" in below or not below.removesuffix(OPEN).endswith(WARC):
            shelf.claims.append(
                failed("unexpected", f"file in {FOLDER}/", actual="no WARC file", file=file)
            )
        else:
            _take(shelf, below, entry, file)
    return shelf


def _take(shelf: Shelf, name: str, entry: os.DirEntry[str], file: str) -> None:
    try:
        status = entry.stat()
    except FileNotFoundError:  # sealed, or a link to nowhere
        shelf.files.append(WarcFile(name=name, size=0))
        return
    except OSError as error:
        shelf.claims.append(troubled(FILES, "file", file, Unreadable(why(error))))
        return
    if stat.S_ISREG(status.st_mode):
        shelf.files.append(WarcFile(name=name, size=status.st_size))
    else:
        shelf.claims.append(failed("unexpected", "file", actual="it is no file", file=file))
