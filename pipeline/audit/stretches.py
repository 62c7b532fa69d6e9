"""What one process is asked to read of a WARC file, and what it gives back."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

from msgspec import Struct, field

from pipeline.ledger.merkle import leaf_hash

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.audit.brought import Sample
    from pipeline.audit.faults import Found


class Stretch(Struct, frozen=True, kw_only=True):
    """What to read: the file `name` of archive `folder` from about `start` to about `stop`.

    Of the file the first `size` octets are looked at.  `exact` says that `start` is where a
    capture begins.  `repack` asks whether every member is packed as our writer packs, for files
    that no seal covers.  `adopted` asks for both leaves that a capture may have.
    """

    folder: Path
    name: str
    start: int
    stop: int
    size: int
    sample: Sample
    exact: bool = False
    repack: bool = False
    adopted: bool = False


class Read(Struct, kw_only=True):
    """What was found between `begin` and `end`.

    `leaves` are the captures' leaf hashes one after the other, `offsets` where their metadata
    records begin.  `tail` is what stands behind the last whole capture of the file, which may
    still be under way.  `resources` are
    configs and certificates by URN, and `needs` those that captures name, with the first that does;
    `apart` are those that no capture lists: id, block digest, offset.
    `repacked` counts members that are packed as we pack, `odd` are those that are not.  `loose` are
    metadata records that hold octets which no entry commits to.
    """

    name: str
    begin: int = 0
    end: int = 0
    records: int = 0
    leaves: bytearray = field(default_factory=bytearray)
    adopted: bytearray = field(default_factory=bytearray)
    offsets: array[int] = field(default_factory=lambda: array("Q"))
    responses: bytearray = field(default_factory=bytearray)
    revisits: bytearray = field(default_factory=bytearray)
    resources: dict[str, int] = field(default_factory=dict)
    needs: dict[str, str] = field(default_factory=dict)
    apart: list[tuple[str, str, int]] = field(default_factory=list)
    found: list[Found] = field(default_factory=list)
    tail: list[Found] = field(default_factory=list)
    began: tuple[str, str] | None = None
    derived: int = 0
    underived: int = 0
    repacked: int = 0
    odd: list[Found] = field(default_factory=list)
    loose: list[str] = field(default_factory=list)
    unreadable: str | None = None
    missing: bool = False

    def add(self, offset: int, entry: bytes, *, adopted: bool) -> None:
        """Take in a capture whose metadata record begins at `offset` and says `entry`."""
        self.leaves += leaf_hash(entry)
        self.offsets.append(offset)
        if adopted:
            self.adopted += leaf_hash(b'{"adopted":true,' + entry[1:])
