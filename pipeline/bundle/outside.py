"""Earlier checkpoints and what the checker brings → since when a bundle stands, and who saw it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from pipeline.bundle.contents import FOLDER
from pipeline.ground.claims import Claim, Verdict, failed, undecided, verified
from pipeline.ground.clock import stamp
from pipeline.ledger.checkpoint import Checkpoint
from pipeline.ledger.merkle import verify_consistency
from pipeline.ledger.notes import read_note
from pipeline.ledger.policy import evaluate
from pipeline.ledger.spelling import read_hash, spell_octets
from pipeline.ledger.stamps import Stamp, check

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.bundle.contents import Anchored, Contents, Earlier
    from pipeline.ledger.notes import VerifyKey
    from pipeline.ledger.policy import WitnessPolicy
    from pipeline.ledger.stamps import Trust

PIN, ANCHOR, WITNESS = "pin", "anchor", "witness"
OLD = "old "


class Brought(Struct, frozen=True, kw_only=True):
    """What the checker has from somewhere else than the bundle.

    `pin` is a checkpoint kept earlier, `trust` the time stamping authority's certificates,
    `policy` whose witnesses count.
    """

    vkey: VerifyKey
    pin: bytes | None = None
    trust: Trust | None = None
    policy: WitnessPolicy | None = None


def write_consistency(old_size: int, path: Sequence[bytes], checkpoint: bytes) -> bytes:
    """The proof that the log has only grown since, as a witness would be asked (tlog-witness)."""
    return "\n".join([f"{OLD}{old_size}", *map(spell_octets, path), "", ""]).encode() + checkpoint


def seen_outside(contents: Contents, checkpoint: Checkpoint, brought: Brought) -> Iterator[Claim]:
    """Pin, anchor and witnesses, each `not_checked` where what it needs was not brought."""
    yield _pinned(contents, checkpoint, brought.pin)
    yield from _anchored(contents, checkpoint, brought.trust)
    yield from _witnessed(contents, checkpoint, brought.policy)


def _pinned(contents: Contents, checkpoint: Checkpoint, pin: bytes | None) -> Claim:
    """Only what the bundle has a proof for can be held against a pin: its own sizes."""
    if pin is None:
        return undecided(PIN, "a checkpoint kept earlier", Verdict.NOT_CHECKED, why="none given")
    try:
        kept = Checkpoint.parse(read_note(pin).text)
    except ValueError as error:
        return failed(PIN, "the checkpoint given", actual=error)
    subject = f"{kept.origin}, {kept.size} entries"
    if kept.origin != checkpoint.origin:
        return failed(PIN, subject, expected=kept.origin, actual=checkpoint.origin)
    for known in (checkpoint, *_earlier(contents, checkpoint)):
        if known.size == kept.size:
            if known.root == kept.root:
                return verified(PIN, subject)
            return failed(
                PIN, subject, expected=kept.root.hex(), actual=f"{known.root.hex()}: forked"
            )
    why = (
        f"the bundle has no proof from {kept.size} to {checkpoint.size} entries: audit the archive"
    )
    return undecided(PIN, subject, Verdict.INCONCLUSIVE, why=why)


def _earlier(contents: Contents, checkpoint: Checkpoint) -> Iterator[Checkpoint]:
    """The earlier checkpoints that the bundle proves."""
    for earlier in (contents.anchored, contents.witnessed):
        if earlier is not None and not isinstance(
            known := _grown(earlier, contents, checkpoint), str
        ):
            yield known


def _anchored(contents: Contents, checkpoint: Checkpoint, trust: Trust | None) -> Iterator[Claim]:
    anchored = contents.anchored
    if anchored is None:
        why = "the bundle has no time stamp"
        yield undecided(ANCHOR, "time stamp", Verdict.NOT_CHECKED, why=why)
        return
    subject, file = f"the first {anchored.size} entries", f"{FOLDER}anchor-{anchored.size}.tsr"
    if isinstance(wrong := _grown(anchored, contents, checkpoint), str):
        yield failed(ANCHOR, subject, actual=wrong, file=file)
    elif trust is None:
        why = "no certificate of a time stamping authority given"
        yield undecided(ANCHOR, subject, Verdict.NOT_CHECKED, why=why)
    else:
        yield from _stamped(anchored, contents, subject, file, trust)


def _stamped(
    anchored: Anchored, contents: Contents, subject: str, file: str, trust: Trust
) -> Iterator[Claim]:
    stamped = check(anchored.token, anchored.checkpoint, trust)
    if not isinstance(stamped, Stamp):
        yield failed(ANCHOR, subject, actual=f"{stamped.reason}: {stamped.detail}", file=file)
        return
    at = stamp(stamped.stamped_at)
    yield verified(ANCHOR, f"{subject} existed at {at}", file=file)
    for one in contents.proven:
        if one.index >= anchored.size:
            why = f"it was logged after the stamp of {at}"
            yield undecided(ANCHOR, f"entry {one.index}", Verdict.NOT_CHECKED, why=why)


def _witnessed(
    contents: Contents, checkpoint: Checkpoint, policy: WitnessPolicy | None
) -> Iterator[Claim]:
    witnessed = contents.witnessed
    if policy is None:
        why = "no witness policy given"
        yield undecided(WITNESS, "witnesses", Verdict.NOT_CHECKED, why=why)
        return
    if witnessed is None:
        why = "the bundle has no checkpoint that a witness has signed"
        yield undecided(WITNESS, "witnesses", Verdict.NOT_CHECKED, why=why)
        return
    subject = f"the first {witnessed.size} entries"
    file = f"{FOLDER}witnessed-{witnessed.size}.checkpoint"
    if isinstance(wrong := _grown(witnessed, contents, checkpoint), str):
        yield failed(WITNESS, subject, actual=wrong, file=file)
        return
    standing = evaluate(policy, witnessed.checkpoint)
    if standing.holds:
        names = ", ".join(f"{name} at {stamp(at)}" for name, at in standing.cosigned.items())
        yield verified(WITNESS, f"{subject}: {names}", file=file)
    else:
        lacking = f"missing: {', '.join(standing.missing) or 'none'}"
        yield failed(
            WITNESS,
            subject,
            expected=policy.quorum,
            actual="; ".join((*standing.faults, lacking)),
            file=file,
        )


def _grown(earlier: Earlier, contents: Contents, checkpoint: Checkpoint) -> Checkpoint | str:
    """The earlier checkpoint, if the log has only grown since; else what is wrong."""
    try:
        before = Checkpoint.parse(read_note(earlier.checkpoint).text)
        old_size, path = _read_consistency(earlier.consistency, contents.checkpoint)
    except ValueError as error:
        return str(error)
    if before.origin != checkpoint.origin:
        return f"it is of the log {before.origin}, not {checkpoint.origin}"
    if not before.size == old_size == earlier.size:
        return f"its sizes differ: {before.size}, {old_size} and {earlier.size}"
    holds = verify_consistency(
        old_size=before.size,
        old_root=before.root,
        size=checkpoint.size,
        root=checkpoint.root,
        path=path,
    )
    return before if holds else f"the log of {checkpoint.size} entries does not continue it"


def _read_consistency(octets: bytes, checkpoint: bytes) -> tuple[int, tuple[bytes, ...]]:
    """The inverse of `write_consistency`, to the octet."""
    head, _, _ = octets.partition(b"\n\n")
    first, *hashes = head.decode().split("\n")
    if not first.removeprefix(OLD).isascii() or not first.removeprefix(OLD).isdigit():
        raise ValueError(f"{first[:100]!r} stands where the old size should")
    size, path = int(first.removeprefix(OLD)), tuple([read_hash(line) for line in hashes])
    if write_consistency(size, path, checkpoint) != octets:
        raise ValueError("no proof of consistency with the bundle's checkpoint")
    return size, path
