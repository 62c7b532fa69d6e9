"""The proof that an entry is in a log ↔ its text (C2SP tlog-proof)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from pipeline.ledger.spelling import read_hash, read_number, spell_octets

if TYPE_CHECKING:
    from collections.abc import Sequence

FORMAT = "c2sp.org/tlog-proof@v1"
INDEX = "index "
# A tree of 2**63 leaves is as high as that.
MOST_HASHES = 63


class Proof(Struct, frozen=True, kw_only=True):
    """Where an entry stands, the hashes from its sibling up, and the checkpoint's octets.

    It is as good as its parts: `merkle.verify_inclusion` and `checkpoint.open_checkpoint` tell.
    """

    index: int
    path: tuple[bytes, ...]
    checkpoint: bytes


def write_proof(index: int, path: Sequence[bytes], checkpoint: bytes) -> bytes:
    """The text of a proof."""
    lines = [FORMAT, f"{INDEX}{index}", *map(spell_octets, path), "", ""]
    return "\n".join(lines).encode() + checkpoint


def read_proof(octets: bytes) -> Proof:
    """Read the text of a proof; nothing of it is verified.

    Raises ValueError for anything else, the `extra` line included: it is authenticated by
    nothing, and no proof of ours has one.
    """
    head, gap, checkpoint = octets.partition(b"\n\n")
    lines = head.decode().split("\n")
    if not gap or len(lines) < len((FORMAT, INDEX)) or lines[0] != FORMAT:
        raise ValueError(f"no proof: {FORMAT}, index, hashes, a blank line and a checkpoint")
    if not lines[1].startswith(INDEX):
        raise ValueError(f"{lines[1][:200]!r} stands where the index should")
    hashes = lines[2:]
    if len(hashes) > MOST_HASHES:
        raise ValueError(f"{len(hashes)} hashes, at most {MOST_HASHES} can prove anything")
    return Proof(
        index=read_number(lines[1].removeprefix(INDEX)),
        path=tuple([read_hash(line) for line in hashes]),
        checkpoint=checkpoint,
    )
