"""A checkpoint → cosignatures by witnesses, asked for (C2SP tlog-witness), verified and kept.

`log/witnesses/<size>.checkpoint` is our signed note with the witnesses' lines below our own; it
grows as they answer.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from msgspec import Struct

from pipeline.errors import LedgerBroken
from pipeline.ground.clock import stamp
from pipeline.ledger.asking import Refusal, put, said
from pipeline.ledger.checkpoint import Checkpoint
from pipeline.ledger.cosignatures import cosignature_of, cosigned_at
from pipeline.ledger.filing import read, sizes, write
from pipeline.ledger.notes import NoteInvalid, Signature, read_note
from pipeline.ledger.spelling import read_number, spell_octets

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from pipeline.ground.durable import Fsync
    from pipeline.ledger.asking import Answer, Post
    from pipeline.ledger.notes import VerifyKey

# The protocol names no type for what is asked.
QUESTION = "text/plain; charset=utf-8"
OK, CONFLICT = 200, 409
# What the protocol allows; a tree of 2**63 entries needs no more.
LONGEST_PROOF = 63
MOST_LINES = 100
# A witness whose clock is off by more says nothing about time; or it is ours that is off.
SKEW = timedelta(hours=1)

FOLDER = "log/witnesses"
# How many notes are looked through for a witness that may never have answered.
REMEMBERED = 32
# From an older size to that of the checkpoint: the hashes that prove one continues the other.
Consistency = Callable[[int], Sequence[bytes]]


class Witness(Struct, frozen=True, kw_only=True):
    """Whom to ask, and where: `url` is its submission prefix."""

    key: VerifyKey
    url: str


class Cosignature(Struct, frozen=True, kw_only=True):
    """A witness's line for a note, and when it says that it cosigned."""

    line: Signature
    cosigned_at: datetime


async def ask(
    witness: Witness,
    checkpoint: bytes,
    *,
    seen: int,
    consistency: Consistency,
    post: Post,
    now: datetime,
) -> Cosignature | Refusal:
    """Have `witness` cosign the signed note `checkpoint`.

    `seen` is the size that it cosigned last, 0 when that is not known; if it says another, it is
    asked once more from there.  `now` is what its time is held against.  Raises nothing for what
    the witness does, but what `consistency` raises, and ValueError for a `checkpoint` that is
    none.
    """
    size = Checkpoint.parse(read_note(checkpoint).text).size
    url = f"{witness.url.rstrip('/')}/add-checkpoint"

    async def once(old: int) -> Answer | Refusal:
        proof = consistency(old) if 0 < old < size else ()
        return await put(post, url, _question(checkpoint, old, proof), QUESTION)

    if seen > size:
        return _ahead(seen, size)
    answer = await once(seen)
    if not isinstance(answer, Refusal) and answer.status == CONFLICT:
        named = _named_size(answer, size=size, seen=seen)
        if isinstance(named, Refusal):
            return named
        answer = await once(named)
    return _judged(answer, witness.key, checkpoint, now)


def place(archive: Path, size: int) -> Path:
    """Where the cosigned note of the first `size` entries lies."""
    return archive / FOLDER / f"{size}.checkpoint"


def store(
    archive: Path,
    checkpoint: bytes,
    cosignatures: Sequence[Cosignature],
    *,
    fsync: Fsync = os.fsync,
) -> bytes:
    """Keep `cosignatures` of the signed note `checkpoint` with those that are kept already.

    Durable when it returns: the note with all its lines; of one witness the first counts.
    Raises ArchiveUnwritable, and LedgerBroken where what stands there is not that note.
    """
    note = read_note(checkpoint)
    path = place(archive, Checkpoint.parse(note.text).size)
    lines = [*note.signatures, *_standing(path, note.text), *(each.line for each in cosignatures)]
    kept: dict[tuple[str, bytes], Signature] = {}
    for line in lines:
        kept.setdefault((line.name, line.key_id), line)
    octets = "\n".join((note.text, *map(str, kept.values()), "")).encode()
    write(path, octets, fsync)
    return octets


def seen_by(archive: Path, key: VerifyKey) -> int:
    """The size that `key` cosigned last, as far as the latest notes tell; 0 where they do not.

    Raises ArchiveUnwritable when the folder or a note cannot be read.
    """
    for size in reversed(stored(archive)[-REMEMBERED:]):
        try:
            note = read_note(read(place(archive, size)) or b"")
            if cosignature_of(key, note) is not None:
                return size
        except ValueError:  # the audit's business; here it is one memory less
            continue
    return 0


def stored(archive: Path) -> tuple[int, ...]:
    """The sizes of which a cosigned note is kept, smallest first.  Raises ArchiveUnwritable."""
    return sizes(archive / FOLDER, ".checkpoint")


def _question(checkpoint: bytes, old: int, proof: Sequence[bytes]) -> bytes:
    hashes = "".join(f"{spell_octets(each)}\n" for each in proof)
    return f"old {old}\n{hashes}\n".encode() + checkpoint


def _named_size(answer: Answer, *, size: int, seen: int) -> int | Refusal:
    """The size that the witness says it cosigned last."""
    try:
        named = read_number(answer.octets.decode("ascii").removesuffix("\n"))
    except ValueError:
        return Refusal(reason="garbage", detail=f"no size: {said(answer)}")
    if named > size:
        return _ahead(named, size)
    if named == seen:
        detail = f"it knows another history of the first {size} entries, having cosigned {named}"
        return Refusal(reason="conflict", detail=detail)
    return named


def _ahead(seen: int, size: int) -> Refusal:
    detail = f"it has cosigned {seen} entries already, this checkpoint has {size}"
    return Refusal(reason="conflict", detail=detail)


def _judged(
    answer: Answer | Refusal, key: VerifyKey, checkpoint: bytes, now: datetime
) -> Cosignature | Refusal:
    if isinstance(answer, Refusal):
        return answer
    if answer.status == CONFLICT:
        return Refusal(reason="conflict", detail=f"it keeps to another size: {said(answer)}")
    if answer.status != OK:
        return Refusal(reason="refused", detail=said(answer))
    try:
        lines = _lines(answer.octets)
    except ValueError as error:
        return Refusal(reason="garbage", detail=f"{error} ({said(answer)})")
    return _believed(lines, key, read_note(checkpoint).text, now)


def _believed(
    lines: list[Signature], key: VerifyKey, text: str, now: datetime
) -> Cosignature | Refusal:
    line = next((each for each in lines if each.is_by(key)), None)
    if line is None:
        names = ", ".join(f"{each.name}+{each.key_id.hex()}" for each in lines)
        return Refusal(reason="untrusted", detail=f"signed by {names}, expected {key}")
    at = cosigned_at(key, text, line)
    if at is None:
        detail = f"the signature by {key} does not fit the checkpoint"
        return Refusal(reason="untrusted", detail=detail)
    if abs(at - now) > SKEW:
        return Refusal(reason="wrong_time", detail=f"cosigned at {stamp(at)}, it is {stamp(now)}")
    return Cosignature(line=line, cosigned_at=at)


def _lines(octets: bytes) -> list[Signature]:
    """Signature lines, at least one.  Raises ValueError."""
    text = octets.decode()
    lines = text[:-1].split("\n")
    if not text.endswith("\n") or len(lines) > MOST_LINES:
        raise ValueError(f"{len(lines)} lines, not signature lines each ended by a newline")
    return [Signature.parse(line) for line in lines]


def _standing(path: Path, text: str) -> tuple[Signature, ...]:
    octets = read(path)
    if octets is None:
        return ()
    try:
        note = read_note(octets)
    except NoteInvalid as error:
        raise LedgerBroken(path, why=str(error)) from error
    if note.text != text:
        raise LedgerBroken(path, why="another checkpoint of that size stands there")
    return note.signatures
