"""A bundle's entries and checkpoint → whether the key's log holds them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from pipeline.bundle.contents import CHECKPOINT, FOLDER, VKEY
from pipeline.ground.claims import failed, verified
from pipeline.ground.evidence import KeyEntry, Logged
from pipeline.ledger.checkpoint import Checkpoint, open_checkpoint
from pipeline.ledger.entries import decode
from pipeline.ledger.keys import last_key
from pipeline.ledger.merkle import leaf_hash, verify_inclusion
from pipeline.ledger.proof import read_proof, write_proof

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.bundle.contents import Contents, Proven
    from pipeline.ground.claims import Claim
    from pipeline.ground.evidence import Entry
    from pipeline.ledger.notes import VerifyKey

SIGNED, PROOF = "checkpoint", "proof"
MOST_SHOWN = 200


class InLog(Struct, frozen=True, kw_only=True):
    """What was checked; `checkpoint` is None where the log's key has not signed it."""

    claims: tuple[Claim, ...]
    checkpoint: Checkpoint | None
    entries: tuple[Logged[Entry], ...]


def in_log(contents: Contents, vkey: VerifyKey) -> InLog:
    """Hold the checkpoint against `vkey`, and every entry against the checkpoint.

    Where the archive has changed its key since `vkey`, the bundle's `key` entries lead from the
    one to the other.  Raises ValueError for an entry that is none.
    """
    entries = tuple(Logged(one.index, decode(one.leaf)) for one in contents.proven)
    signs = last_key(vkey, (one.entry for one in entries if isinstance(one.entry, KeyEntry)))
    try:
        checkpoint, _ = open_checkpoint(contents.checkpoint, [signs])
    except ValueError as error:
        claim = failed(SIGNED, str(signs), actual=error, file=CHECKPOINT)
        return InLog(claims=(claim,), checkpoint=None, entries=entries)
    subject = f"{checkpoint.origin}, {checkpoint.size} entries"
    claims = [verified(SIGNED, subject, file=CHECKPOINT), *_proofs(contents, checkpoint)]
    if contents.vkey != (expected := f"{signs}\n").encode():
        actual = contents.vkey[:MOST_SHOWN].decode("utf-8", "backslashreplace")
        claims.append(failed(SIGNED, VKEY, expected=expected, actual=actual, file=VKEY))
    return InLog(claims=tuple(claims), checkpoint=checkpoint, entries=entries)


def _proofs(contents: Contents, checkpoint: Checkpoint) -> Iterator[Claim]:
    for one in contents.proven:
        wrong = _wrong(one, contents.checkpoint, checkpoint)
        file = f"{FOLDER}{one.index}.tlog-proof"
        subject = f"entry {one.index}"
        if wrong is None:
            yield verified(PROOF, subject, file=file)
        else:
            yield failed(PROOF, subject, actual=wrong, file=file)


def _wrong(one: Proven, note: bytes, checkpoint: Checkpoint) -> str | None:
    try:
        proof = read_proof(one.proof)
    except ValueError as error:
        return str(error)
    if proof.index != one.index:
        return f"it is of entry {proof.index}"
    if proof.checkpoint != note:
        return "it leads to another checkpoint than the bundle's"
    if write_proof(proof.index, proof.path, proof.checkpoint) != one.proof:
        return "it is not spelled as a proof is"
    holds = verify_inclusion(
        leaf=leaf_hash(one.leaf),
        index=one.index,
        size=checkpoint.size,
        path=proof.path,
        root=checkpoint.root,
    )
    return None if holds else f"the entry is not in the log of {checkpoint.size} entries"
