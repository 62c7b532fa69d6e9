"""An entry of the log → which witnesses cosigned a checkpoint that covers it, and when first.

A cosignature is held against the keys that `dateline.yaml` names; of another witness it is said
that its key is not known here, because a name alone says nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from pipeline.errors import ArchiveUnwritable
from pipeline.ledger import witness
from pipeline.ledger.cosignatures import cosignature_of, witness_key
from pipeline.ledger.filing import read
from pipeline.ledger.notes import read_note

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from pipeline.ledger.config import WitnessesConfig
    from pipeline.ledger.notes import Note, VerifyKey

MOST_NOTES = 32
"""Cosigned notes that are looked through for a witness that may never have answered."""


class Witnessed(Struct, frozen=True, kw_only=True):
    """Witness `name` cosigned the first `size` entries; `at` is None where its key is not known."""

    name: str
    size: int
    at: datetime | None


def known_witnesses(asked: WitnessesConfig | None) -> tuple[VerifyKey, ...]:
    """The keys of the witnesses that are asked."""
    return tuple(witness_key(one.vkey) for one in asked.ask) if asked else ()


def witnesses(
    archive: Path, *, index: int, upto: int, origin: str, keys: Sequence[VerifyKey]
) -> tuple[Witnessed, ...]:
    """Who cosigned entry `index` of a log of `upto` entries, each witness once, the first first.

    What cannot be read or does not fit is the audit's business, and left out here.
    """
    found: dict[str, Witnessed] = {}
    try:
        covering = [size for size in witness.stored(archive) if index < size <= upto]
        for size in covering[:MOST_NOTES]:
            for one in _signed(archive, size, origin, keys):
                if one.name not in found or (found[one.name].at is None and one.at is not None):
                    found[one.name] = one
            if keys and all(key.name in found and found[key.name].at for key in keys):
                break
    except ArchiveUnwritable:
        return ()
    return tuple(found.values())


def _signed(
    archive: Path, size: int, origin: str, keys: Sequence[VerifyKey]
) -> Iterator[Witnessed]:
    try:
        note = read_note(read(witness.place(archive, size)) or b"")
        times = {key.name: cosignature_of(key, note) for key in keys}
    except ValueError:
        return
    if note.text.partition("\n")[0] != origin:
        return
    for name in _outsiders(note, origin):
        yield Witnessed(name=name, size=size, at=times.get(name))


def _outsiders(note: Note, origin: str) -> tuple[str, ...]:
    """Who signed besides the log itself."""
    return tuple(dict.fromkeys(one.name for one in note.signatures if one.name != origin))
