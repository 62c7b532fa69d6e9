"""The checkpoint, its signature, the keys that followed each other; and the one that was pinned."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from msgspec import Struct

from pipeline.audit.files import Trouble, octets_at, troubled
from pipeline.ground.claims import Claim, Verdict, failed, undecided, verified
from pipeline.ledger.checkpoint import Checkpoint, open_checkpoint
from pipeline.ledger.keys import PUBLISHED, is_signed_by
from pipeline.ledger.merkle import verify_consistency
from pipeline.ledger.notes import MOST_OCTETS, Signature, VerifyKey, read_note
from pipeline.ledger.spelling import spell_octets
from pipeline.ledger.tiles import CHECKPOINT, FOLDER

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from pipeline.audit.brought import Brought
    from pipeline.audit.tree import TreeReader
    from pipeline.ground.evidence import KeyEntry

CHECK = "checkpoint"
FILE = f"{FOLDER}/{CHECKPOINT}"


class Fixed(Struct, frozen=True, kw_only=True):
    """The checkpoint under audit, fixed at the start: what is behind it is not looked at."""

    octets: bytes
    checkpoint: Checkpoint


def fix(archive: Path) -> Fixed | Claim:
    """The checkpoint as it stands now, its signature not yet looked at; or why there is none."""
    octets = octets_at(archive / FILE, most=MOST_OCTETS)
    if isinstance(octets, Trouble):
        return troubled(CHECK, "checkpoint", FILE, octets)
    try:
        return Fixed(octets=octets, checkpoint=Checkpoint.parse(read_note(octets).text))
    except ValueError as error:
        return failed(CHECK, "checkpoint", actual=str(error), file=FILE)


def published_key(archive: Path) -> VerifyKey | Claim:
    """The key that the archive itself names, or why it names none."""
    file = PUBLISHED.as_posix()
    octets = octets_at(archive / PUBLISHED, most=MOST_OCTETS)
    if isinstance(octets, Trouble):
        return troubled("key", "the archive's own key", file, octets)
    try:
        text = octets.decode()
        key = VerifyKey.parse(text.removesuffix("\n"))
    except ValueError as error:
        return failed("key", "the archive's own key", actual=str(error), file=file)
    if text != f"{key}\n":
        return failed("key", "the archive's own key", expected=f"{key}\n", actual=text, file=file)
    return key


def key_claims(
    first: VerifyKey, own: VerifyKey | Claim, entries: Sequence[tuple[int, KeyEntry]]
) -> tuple[VerifyKey, list[Claim]]:
    """Who signs in the end when `first` was known beforehand, and how the keys followed."""
    key, found = first, list[Claim]()
    behind = [at for at, (_, entry) in enumerate(entries) if entry.vkey == str(first)]
    for index, entry in entries[behind[-1] + 1 if behind else 0 :]:
        if is_signed_by(entry, key):
            found.append(verified("key", f"entry {index}: {key.name} hands over to a new key"))
            key = VerifyKey.parse(entry.vkey)
        else:
            found.append(
                failed("key", f"entry {index}", expected=f"signed by {key}", actual=entry.signature)
            )
    if isinstance(own, Claim):
        found.append(own)
    elif own != key:
        file = PUBLISHED.as_posix()
        found.append(failed("key", "the archive's own key", expected=key, actual=own, file=file))
    return key, found


class Signers(Struct, frozen=True, kw_only=True):
    """All who have signed this log: `keys` that are known, and the ids of those that are not.

    Of a key that was followed before the one that was brought only its signature is at hand.
    """

    keys: tuple[VerifyKey, ...]
    others: frozenset[bytes]


def signers(key: VerifyKey, entries: Sequence[tuple[int, KeyEntry]]) -> Signers:
    """Those that `key` and the log's `key` entries name."""
    keys, ids = {key: None}, set[bytes]()
    for _, entry in entries:
        with contextlib.suppress(ValueError):
            keys[VerifyKey.parse(entry.vkey)] = None
            ids.add(Signature.parse(entry.signature).key_id)
    return Signers(keys=tuple(keys), others=frozenset(ids - {one.key_id for one in keys}))


def signature(fixed: Fixed, key: VerifyKey) -> Claim:
    """Check 1."""
    size = fixed.checkpoint.size
    try:
        open_checkpoint(fixed.octets, [key])
    except ValueError as error:
        expected = f"signed by {key}"
        return failed(CHECK, "signature", expected=expected, actual=str(error), file=FILE)
    return verified(CHECK, f"{size} entries, signed by {key}", file=FILE)


def spelling(fixed: Fixed) -> Iterator[Claim]:
    """What stands in the checkpoint beside its text and the signature: nothing of ours."""
    note = read_note(fixed.octets)
    for one in note.signatures[1:]:
        yield Claim(
            check=CHECK,
            subject=f"another signature line, by {one.name}",
            verdict=Verdict.NOT_CHECKED,
            actual="it is not the log's own",
            file=FILE,
        )


def pin_claims(brought: Brought, fixed: Fixed, tree: TreeReader) -> Iterator[Claim]:
    """Check 2: what was pinned is how this log began."""
    if brought.pin is None:
        yield undecided("pin", "pinned checkpoint", Verdict.NOT_CHECKED, why="none was brought")
        return
    now = fixed.checkpoint
    try:
        pinned = Checkpoint.parse(read_note(brought.pin).text)
    except ValueError as error:
        yield failed("pin", "pinned checkpoint", actual=f"what was brought is none: {error}")
        return
    was, is_ = f"{pinned.size} entries", f"{now.size} entries"
    if pinned.origin != now.origin:
        yield failed("pin", "origin", expected=pinned.origin, actual=now.origin, file=FILE)
    elif pinned.size > now.size:
        yield failed("pin", "rolled back", expected=f"at least {was}", actual=is_, file=FILE)
    elif tree.root(pinned.size) != pinned.root or not continues(pinned, now, tree):
        yield failed(
            "pin",
            f"forked: another history of {was}",
            expected=spell_octets(pinned.root),
            actual=spell_octets(tree.root(pinned.size)),
            file=FILE,
        )
    elif pinned.size == 0:
        why = "it is of an empty log, which every log continues"
        yield undecided("pin", "pinned checkpoint", Verdict.NOT_CHECKED, why=why)
    else:
        yield verified("pin", f"the pinned {was} are the first of these {is_}")


def continues(old: Checkpoint, now: Checkpoint, tree: TreeReader) -> bool:
    """Whether the log at `now` begins with the log at `old`, by the proof that outsiders ask."""
    if old.size == 0:
        return True
    return verify_consistency(
        old_size=old.size,
        old_root=old.root,
        size=now.size,
        root=now.root,
        path=tree.consistency(old.size),
    )
