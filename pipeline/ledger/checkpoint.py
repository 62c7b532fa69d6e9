"""A log's size and root ↔ the text that is signed (C2SP tlog-checkpoint)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from msgspec import Struct

from pipeline.ledger.notes import NoteInvalid, open_note
from pipeline.ledger.spelling import read_hash, read_number, spell_octets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.ledger.notes import Note, VerifyKey


class Checkpoint(Struct, frozen=True, kw_only=True):
    """The log `origin` held `size` entries whose tree has this `root` (32 bytes)."""

    origin: str
    size: int
    root: bytes

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the text of a checkpoint's note.  Raises ValueError for what is none.

        Extension lines are refused: no log of ours has any, and nobody could audit them.
        """
        lines = text.split("\n")
        if len(lines) != len(("origin", "size", "root", "end")) or lines[-1] or not lines[0]:
            raise ValueError("no checkpoint: three lines, origin, size and root, were expected")
        origin, size, root, _ = lines
        return cls(origin=origin, size=read_number(size), root=read_hash(root))

    @property
    def text(self) -> str:
        """What is signed."""
        return f"{self.origin}\n{self.size}\n{spell_octets(self.root)}\n"


def open_checkpoint(octets: bytes, keys: Sequence[VerifyKey]) -> tuple[Checkpoint, Note]:
    """The checkpoint in note `octets`, signed by at least one of `keys` that bears its origin.

    Raises NoteInvalid for everything else.
    """
    note = open_note(octets, keys)
    try:
        checkpoint = Checkpoint.parse(note.text)
    except ValueError as error:
        raise NoteInvalid(str(error)) from error
    if not any(key.name == checkpoint.origin for key in note.signed_by):
        signers = ", ".join(key.name for key in note.signed_by)
        raise NoteInvalid(f"a checkpoint of {checkpoint.origin!r}, but signed by {signers}")
    return checkpoint, note
