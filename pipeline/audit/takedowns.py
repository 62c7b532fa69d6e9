"""Tombstones → what may be missing, and what must be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from msgspec import Struct, field

from pipeline.audit.files import Trouble
from pipeline.audit.logged import entries_of
from pipeline.audit.rows import RESPONSE, id_octets
from pipeline.ground.claims import Claim, failed, verified
from pipeline.ground.evidence import CaptureEntry, TombstoneEntry
from pipeline.ledger.entries import decode
from pipeline.ledger.tiles import WIDTH

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from pipeline.audit.stretches import Read

CHECK = "tombstones"


class Takedowns(Struct, frozen=True, kw_only=True):
    """`leaves` are the entries whose bytes were taken down, by entity; `revisits` by record id."""

    entries: tuple[tuple[int, TombstoneEntry], ...] = ()
    leaves: dict[str, set[int]] = field(default_factory=dict)
    revisits: frozenset[str] = frozenset()

    @classmethod
    def of(cls, entries: Sequence[tuple[int, TombstoneEntry]]) -> Self:
        """What `entries` took down."""
        leaves: dict[str, set[int]] = {}
        for _, entry in entries:
            leaves.setdefault(str(entry.entity), set()).update(entry.leaves)
        revisits = frozenset(one for _, entry in entries for one in entry.revisits)
        return cls(entries=tuple(entries), leaves=leaves, revisits=revisits)

    def excuse(self, index: int | None, entity: str | None = None) -> bool:
        """Whether what entry `index` commits to may be missing."""
        if index is None:
            return False
        if entity is not None:
            return index in self.leaves.get(entity, ())
        return any(index in leaves for leaves in self.leaves.values())


def claims(
    archive: Path, size: int, takedowns: Takedowns, reads: Sequence[Read]
) -> Iterator[Claim]:
    """What was taken down is gone: no response of the entries that a tombstone names is there."""
    if not takedowns.entries:
        return
    there = {row[0] for read in reads for row in RESPONSE.iter_unpack(bytes(read.responses))}
    for index, tombstone in takedowns.entries:
        left = [
            record
            for leaf in tombstone.leaves
            for record in _responses(archive, size, leaf)
            if id_octets(record) in there
        ]
        for record in left:
            yield failed(
                CHECK,
                f"entry {index}: what it took down",
                expected="gone",
                actual="still there",
                record=record,
            )
        if not left:
            yield verified(CHECK, f"entry {index}: {tombstone.entity} was taken down")


def _responses(archive: Path, size: int, index: int) -> list[str]:
    entry = entry_at(archive, size, index)
    if not isinstance(entry, CaptureEntry):
        return []
    return [ref.record_id for ref in entry.records if ref.type == "response"]


def entry_at(archive: Path, size: int, index: int):  # type: ignore[no-untyped-def] # noqa: ANN201
    """The entry at `index` of a log of `size`; None where none can be read."""
    if not 0 <= index < size:
        return None
    _, entries = entries_of(archive, size, index // WIDTH)
    if isinstance(entries, Trouble):
        return None
    try:
        return decode(entries[index % WIDTH])
    except ValueError:
        return None
