"""What lies in folders of the log and of the key that is neither."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.audit.files import Unreadable, troubled, under
from pipeline.ground.claims import Claim, Verdict, failed
from pipeline.ground.durable import NEW
from pipeline.ledger import anchors, witness
from pipeline.ledger.keys import PUBLISHED
from pipeline.ledger.tiles import CHECKPOINT, FOLDER, TILES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ELSEWHERE = tuple(f"{folder}/" for folder in (f"{FOLDER}/{TILES}", anchors.FOLDER, witness.FOLDER))
"""Folders that checks of their own look into."""
OURS = {f"{FOLDER}/{CHECKPOINT}", PUBLISHED.as_posix()}


def strays(archive: Path) -> Iterator[Claim]:
    """Files beside the checkpoint and beside the key."""
    for folder in (FOLDER, PUBLISHED.parent.as_posix()):
        for below, entry in under(archive / folder):
            file = f"{folder}/{below}"
            if file in OURS or file.startswith(ELSEWHERE):
                continue
            if isinstance(entry, Unreadable):
                yield troubled("files", "folder", file, entry)
            elif file.endswith(NEW) and file.removesuffix(NEW) in OURS:
                yield Claim(
                    check="files",
                    subject="unfinished file",
                    verdict=Verdict.NOT_CHECKED,
                    actual="left by a crash, or under way",
                    file=file,
                )
            else:
                actual = "it is neither of the log nor a public key"
                yield failed("unexpected", f"file in {folder}/", actual=actual, file=file)
