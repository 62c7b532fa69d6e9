"""Notes that witnesses cosigned → whether those that the auditor trusts have seen this log."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec.structs import replace

from pipeline.audit.files import Trouble, Unreadable, octets_at, troubled, under
from pipeline.ground.claims import Claim, Verdict, failed, undecided, verified
from pipeline.ground.clock import stamp
from pipeline.ledger.checkpoint import Checkpoint, open_checkpoint
from pipeline.ledger.notes import MOST_OCTETS, NoteInvalid, read_note
from pipeline.ledger.policy import WitnessPolicy, evaluate
from pipeline.ledger.spelling import spell_octets
from pipeline.ledger.witness import FOLDER

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipeline.audit.checkpoint import Signers
    from pipeline.audit.tree import TreeReader

CHECK = "witness"
FILE = re.compile(r"(0|[1-9][0-9]{0,18})\.checkpoint")


def claims(
    archive: Path,
    policy: WitnessPolicy | None,
    current: bytes,
    signers: Signers,
    tree: TreeReader,
) -> Iterator[Claim]:
    """The witnesses' part of check 1: the quorum holds for this log, up to the size it names."""
    notes, found = dict[int, bytes](), list[Claim]()
    for below, entry in under(archive / FOLDER):
        file = f"{FOLDER}/{below}"
        named = FILE.fullmatch(below)
        if isinstance(entry, Unreadable):
            found.append(troubled(CHECK, "folder of the witnesses", file, entry))
        elif named is None:
            found.append(_stranger(below, file))
        else:
            octets = octets_at(archive / file, most=MOST_OCTETS)
            wrong = _wrong(octets, int(named[1]), file, signers, tree)
            found += wrong
            if not wrong and isinstance(octets, bytes):
                notes[int(named[1])] = octets
    yield from found
    yield from _quorum(policy, {**notes, tree.size: notes.get(tree.size, current)}, notes)


def followed(policy: WitnessPolicy | None, signers: Signers) -> WitnessPolicy | None:
    """A policy that accepts this log accepts the keys that its own have named to follow them."""
    if policy is None or not set(policy.logs) & set(signers.keys):
        return policy
    return replace(policy, logs=tuple(dict.fromkeys((*policy.logs, *signers.keys))))


def _quorum(
    policy: WitnessPolicy | None, notes: dict[int, bytes], kept: dict[int, bytes]
) -> Iterator[Claim]:
    if policy is None:
        why = f"no witness policy was brought; the archive has {len(kept)} cosigned checkpoints"
        yield undecided(CHECK, "quorum", Verdict.NOT_CHECKED, why=why)
        return
    missing, held = "nobody has cosigned", False
    for size in sorted(notes):
        file = f"{FOLDER}/{size}.checkpoint" if size in kept else None
        try:
            standing = evaluate(policy, notes[size])
        except NoteInvalid as error:
            missing = str(error)
            continue
        for fault in standing.faults:
            yield failed(CHECK, f"cosignatures of {size} entries", actual=fault, file=file)
        if standing.holds:
            held = True
            when = ", ".join(f"{name} at {stamp(at)}" for name, at in standing.cosigned.items())
            yield verified(CHECK, f"quorum for {size} entries: {when}", file=file)
        elif not standing.cosigned and file is not None:
            yield Claim(
                check=CHECK,
                subject=f"cosigned checkpoint of {size} entries",
                verdict=Verdict.NOT_CHECKED,
                actual="no witness that the policy names has cosigned it",
                file=file,
            )
        missing = f"{', '.join(standing.missing)} did not cosign {size} entries"
    if not held:
        yield failed(CHECK, "quorum", expected=policy.quorum, actual=missing)


def _wrong(
    octets: bytes | Trouble, size: int, file: str, signers: Signers, tree: TreeReader
) -> list[Claim]:
    subject = f"cosigned checkpoint of {size} entries"
    if isinstance(octets, Trouble):
        return [troubled(CHECK, subject, file, octets)]
    try:
        said = Checkpoint.parse(read_note(octets).text)
    except ValueError as error:
        return [failed(CHECK, subject, actual=str(error), file=file)]
    if said.size != size or said.origin != tree.checkpoint.origin:
        expected = f"{size} entries of {tree.checkpoint.origin}"
        actual = f"{said.size} of {said.origin}"
        return [failed(CHECK, subject, expected=expected, actual=actual, file=file)]
    if size > tree.size:
        return [
            failed(
                CHECK,
                f"{subject}: rolled back",
                expected=f"at least {size} entries",
                actual=f"{tree.size} entries",
                file=file,
            )
        ]
    if said.root != tree.root(size):
        expected, actual = spell_octets(tree.root(size)), spell_octets(said.root)
        return [failed(CHECK, subject, expected=expected, actual=actual, file=file)]
    return _unsigned(octets, subject, file, signers)


def _unsigned(octets: bytes, subject: str, file: str, signers: Signers) -> list[Claim]:
    """What a key signed that we know by its id alone cannot be verified, and is let pass."""
    try:
        open_checkpoint(octets, signers.keys)
    except ValueError as error:
        if not any(one.key_id in signers.others for one in read_note(octets).signatures):
            return [failed(CHECK, subject, actual=str(error), file=file)]
    return []


def _stranger(below: str, file: str) -> Claim:
    if below.endswith(".new"):
        return Claim(
            check=CHECK,
            subject="unfinished file",
            verdict=Verdict.NOT_CHECKED,
            actual="left by a crash, or under way",
            file=file,
        )
    return failed("unexpected", "file among the witnesses", actual="no checkpoint", file=file)
