"""A log on disk and a key → where to go on, or why this key must not sign here.

A log says that nothing it held was ever taken back.  So nobody goes on signing who has not held
the log at hand against the last thing that this key has signed.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from pipeline.errors import KeyUnusable, LedgerBroken
from pipeline.ground.durable import NEW, replace
from pipeline.ground.evidence import KeyEntry
from pipeline.ledger.checkpoint import Checkpoint, open_checkpoint
from pipeline.ledger.durable import make_path, read_file
from pipeline.ledger.edge import Edge
from pipeline.ledger.entries import decode
from pipeline.ledger.keys import PUBLISHED, last_key, published
from pipeline.ledger.merkle import EMPTY_ROOT, leaf_hash, verify_consistency
from pipeline.ledger.notes import MOST_OCTETS, NoteInvalid, sign
from pipeline.ledger.spelling import spell_octets
from pipeline.ledger.tiles import CHECKPOINT, ENTRIES, FOLDER, WIDTH, Tile, width_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipeline.ground.durable import Fsync
    from pipeline.ledger.notes import SigningKey, VerifyKey
    from pipeline.ledger.reader import LogReader

KEY_ENTRY = b'"kind":"key"'


def last_signed(path: Path, key: SigningKey) -> Checkpoint | None:
    """What `key` has signed last, as the file at `path` beside it says; None where it says nothing.

    Raises KeyUnusable for a file that is not signed by `key`, LedgerBroken for an unreadable one.
    """
    octets = read_file(path, most=MOST_OCTETS)
    if octets is None or not octets.strip(b"\0"):  # what a power cut makes of an unsynced file
        return None
    try:
        return open_checkpoint(octets, [key.verify_key])[0]
    except NoteInvalid as error:
        why = (
            f"does not say what {key.verify_key} has signed last: {error};"
            " compare the log with a checkpoint that you trust (dateline audit --pin),"
            " then move this file away"
        )
        raise KeyUnusable(path, why=why) from error


def begin(archive: Path, key: SigningKey, before: Checkpoint | None, *, fsync: Fsync) -> None:
    """Sign the empty log, before there is any tile: then a log without a checkpoint lost it.

    Durable when the key is published, which syncs the archive's folder as well.  Raises
    LedgerBroken where there was a log.
    """
    folder = archive / FOLDER
    path = folder / CHECKPOINT
    if before is not None and before.size:
        raise LedgerBroken(path, why=_rolled_back("is missing", before))
    if published(archive) is not None:
        raise LedgerBroken(path, why=f"is missing, but {archive / PUBLISHED} says that it was")
    found = sorted(one.name for one in folder.iterdir()) if folder.is_dir() else []
    if rest := [name for name in found if name != CHECKPOINT + NEW]:
        raise LedgerBroken(path, why=f"is missing, but {folder} holds {', '.join(rest)}")
    make_path(archive, fsync=fsync)
    folder.mkdir(exist_ok=True)
    empty = Checkpoint(origin=key.name, size=0, root=EMPTY_ROOT)
    replace(path, sign(empty.text, key), fsync)


def demand_key(archive: Path, reader: LogReader, key: SigningKey) -> None:
    """Return if `key` may sign what follows the checkpoint of `reader`.

    That is so where it has signed the checkpoint, or the key in keys/log.vkey has; and where
    the log's `key` entries lead from the latter to it.  Raises KeyUnusable or LedgerBroken.
    """
    ours = key.verify_key
    known = published(archive) or ours
    place = archive / PUBLISHED
    if reader.checkpoint.origin != ours.name:
        why = f"the log is {reader.checkpoint.origin}, the key given is {ours}; give the log's own"
        raise KeyUnusable(place, why=why)
    if known != ours:
        _demand_heir(place, last_key(known, _key_entries(reader)), ours)
    try:
        open_checkpoint(reader.octets, list({ours, known}))
    except NoteInvalid as error:
        _demand_heir(place, last_key(ours, _key_entries(reader)), ours)
        raise LedgerBroken(archive / FOLDER / CHECKPOINT, why=str(error)) from error


def edge_of(archive: Path, reader: LogReader) -> Edge:
    """The right edge of the log, which gives the root that is signed.  Raises LedgerBroken."""
    edge, said, folder = Edge.of(reader), reader.checkpoint, archive / FOLDER
    if edge.root() != said.root:
        found = spell_octets(edge.root())
        why = f"root {spell_octets(said.root)} is signed for {said.size}, tiles give {found}"
        raise LedgerBroken(folder / CHECKPOINT, why=why)
    index = said.size // WIDTH
    width = width_of(0, index, said.size)
    leaves = reader.hashes(0, index) if width else []
    for at, entry in reader.entries(index * WIDTH):
        if leaf_hash(entry) != leaves[at % WIDTH]:
            why = f"entry {at} is not the one that the log's tiles commit to"
            raise LedgerBroken(folder / Tile(ENTRIES, index, width).path, why=why)
    return edge


def demand_descent(archive: Path, reader: LogReader, before: Checkpoint | None) -> None:
    """Return if the log of `reader` is what the key has signed before, or more.

    Raises LedgerBroken where it is less (rolled back) or another (forked).
    """
    if before is None:
        return
    path, now = archive / FOLDER / CHECKPOINT, reader.checkpoint
    if before.origin != now.origin:
        raise LedgerBroken(path, why=f"a log {now.origin}; its key has signed {before.origin}")
    if before.size > now.size:
        raise LedgerBroken(path, why=_rolled_back(f"says {_described(now)}", before))
    if before.size and not verify_consistency(
        old_size=before.size,
        old_root=before.root,
        size=now.size,
        root=now.root,
        path=reader.consistency(before.size),
    ):
        why = (
            f"forked: it says {_described(now)}, its key has signed {_described(before)},"
            " which is no part of it; go on with the archive that was signed last"
        )
        raise LedgerBroken(path, why=why)


def _demand_heir(place: Path, heir: VerifyKey, ours: VerifyKey) -> None:
    if heir != ours:
        why = f"{heir} signs this log, the key given is {ours}; give the private key of the former"
        raise KeyUnusable(place, why=why)


def _key_entries(reader: LogReader) -> Iterator[KeyEntry]:
    for _, octets in reader.entries():
        if KEY_ENTRY in octets:
            with contextlib.suppress(ValueError):  # it names no key, so it changes none
                entry = decode(octets)
                if isinstance(entry, KeyEntry):
                    yield entry


def _described(checkpoint: Checkpoint) -> str:
    return f"{checkpoint.size} entries under root {spell_octets(checkpoint.root)}"


def _rolled_back(found: str, before: Checkpoint) -> str:
    return (
        f"rolled back: it {found}, its key has signed {_described(before)};"
        " go on with the archive that was signed last, or begin another one with a new key"
    )
