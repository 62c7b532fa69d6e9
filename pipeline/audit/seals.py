"""WARC files in a folder, and the entries that begun and sealed them → whether they fit."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from msgspec import Struct

from pipeline.archive.writer import FOLDER, OPEN
from pipeline.audit.files import Missing, Trouble, Unreadable, troubled, why
from pipeline.audit.shelf import FILES
from pipeline.ground.claims import Claim, Verdict, failed, verified

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from pipeline.audit.shelf import WarcFile
    from pipeline.audit.stretches import Read
    from pipeline.ground.evidence import OpenEntry, SealEntry

CHECK = "seals"
STEP = 1 << 18
"""Octets to read at a time, that they stay in a core's own memory."""


class ToHash(Struct, frozen=True, kw_only=True):
    """The file `name` of archive `folder`, of which `size` octets are sealed."""

    folder: Path
    name: str


class Hashed(Struct, frozen=True, kw_only=True):
    """What a file's octets come to, or why they do not."""

    name: str
    sha256: str = ""
    size: int = 0
    trouble: Trouble | None = None


def hash_file(work: ToHash) -> Hashed:
    """The SHA-256 of a whole file."""
    path = work.folder / FOLDER / work.name
    digest, size = sha256(), 0
    try:
        with path.open("rb", buffering=0) as file:
            room = memoryview(bytearray(STEP))
            while count := file.readinto(room):
                digest.update(room[:count])
                size += count
    except FileNotFoundError:
        return Hashed(name=work.name, trouble=Missing())
    except OSError as error:
        return Hashed(name=work.name, trouble=Unreadable(why(error)))
    return Hashed(name=work.name, sha256=f"sha256:{digest.hexdigest()}", size=size)


def begun(
    files: Sequence[WarcFile],
    opened: Mapping[str, tuple[int, OpenEntry]],
    sealed: Mapping[str, Sequence[tuple[int, SealEntry]]],
    later: frozenset[str],
    writer: str | None,
) -> Iterator[Claim]:
    """Every file was begun by an entry, and every entry's file is there, once."""
    there = {file.sealed_name for file in files}
    named = {name: entries[-1][0] for name, entries in sealed.items()}
    named |= {name: index for name, (index, _) in opened.items()}
    for name, index in named.items():
        if name not in there:
            yield failed(
                FILES,
                f"file of entry {index}",
                expected="a file of this archive",
                actual="missing",
                file=f"{FOLDER}/{name}",
            )
    names = {file.name for file in files}
    for file in files:
        path = f"{FOLDER}/{file.name}"
        if file.is_open and file.sealed_name in names:
            actual = f"{file.sealed_name} stands beside it"
            yield failed("unexpected", "file", actual=actual, file=path)
        elif file.sealed_name not in opened:
            if file.sealed_name in later or (writer is not None and file.is_open):
                yield in_flight("file that was begun behind the checkpoint", path)
            else:
                actual = "no entry of the log names it"
                yield failed("unexpected", "file in warc/", actual=actual, file=path)


def seal_claims(
    file: WarcFile,
    seals: Sequence[tuple[int, SealEntry]],
    hashed: Hashed | None,
    records: int,
    taken_down: int,
) -> Iterator[Claim]:
    """Check 8 for one file that entries have sealed: the newest counts, and follows the others.

    `records` are as many as were found in it; `taken_down` are those of its records that
    tombstones speak of and that are not there.
    """
    path = f"{FOLDER}/{file.name}"
    wrong = [
        *_chain(path, seals),
        *_octets(path, seals[-1], hashed),
        *_count(path, seals, records, taken_down),
    ]
    yield from wrong
    if file.is_open:
        index = seals[-1][0]
        actual = "it bears the name of a file that is being written"
        yield failed(
            CHECK, f"entry {index}: name", expected=file.sealed_name, actual=actual, file=path
        )
    elif not wrong:
        index, seal = seals[-1]
        yield verified(
            CHECK, f"entry {index}: {seal.size} octets, {seal.records} records", file=path
        )


def _chain(path: str, seals: Sequence[tuple[int, SealEntry]]) -> Iterator[Claim]:
    before = None
    for index, seal in seals:
        if seal.replaces != before:
            yield failed(
                CHECK,
                f"entry {index}: what it replaces",
                expected=before or "nothing: it is the file's first seal",
                actual=seal.replaces or "nothing",
                file=path,
            )
        before = seal.sha256


def _octets(path: str, newest: tuple[int, SealEntry], hashed: Hashed | None) -> Iterator[Claim]:
    index, seal = newest
    if hashed is None:
        return
    if hashed.trouble is not None:
        yield troubled(CHECK, f"entry {index}: sealed file", path, hashed.trouble)
        return
    if hashed.size != seal.size:
        yield failed(
            CHECK, f"entry {index}: octets", expected=seal.size, actual=hashed.size, file=path
        )
    if hashed.sha256 != str(seal.sha256):
        yield failed(
            CHECK, f"entry {index}: sha256", expected=seal.sha256, actual=hashed.sha256, file=path
        )


def _count(
    path: str, seals: Sequence[tuple[int, SealEntry]], records: int, taken_down: int
) -> Iterator[Claim]:
    index, seal = seals[-1]
    if records != seal.records:
        yield failed(
            CHECK, f"entry {index}: records", expected=seal.records, actual=records, file=path
        )
    first = seals[0][1].records
    if first - seal.records != taken_down:
        yield failed(
            CHECK,
            f"entry {index}: records that a rewriting took away",
            expected=f"{taken_down}, as tombstones say",
            actual=first - seal.records,
            file=path,
        )


def first_records(
    reads: Sequence[Read], opened: Mapping[str, tuple[int, OpenEntry]]
) -> Iterator[Claim]:
    """A file's first record is the one that its `open` entry commits to."""
    for read in reads:
        name = read.name.removesuffix(OPEN)
        if read.begin or read.missing or read.unreadable is not None or name not in opened:
            continue
        index, entry = opened[name]
        expected, actual = f"{name} {entry.warcinfo}", " ".join(read.began or ("missing",))
        if actual != expected:
            subject, file = f"entry {index}: first record of the file", f"{FOLDER}/{read.name}"
            yield failed("records", subject, expected=expected, actual=actual, file=file)


def unsealed(file: WarcFile, reads: Sequence[Read]) -> Iterator[Claim]:
    """What no seal covers: how far records cover it, and by name what they do not."""
    path = f"{FOLDER}/{file.name}"
    repacked = sum(read.repacked for read in reads)
    odd = [found for read in reads for found in read.odd]
    yield Claim(
        check=CHECK,
        subject="no seal yet: covered record by record",
        verdict=Verdict.NOT_CHECKED,
        actual=f"{repacked} records are packed octet for octet as our writer packs them",
        file=path,
    )
    if odd and not repacked:
        yield Claim(
            check=CHECK,
            subject="not covered: gzip headers and the packing of all records",
            verdict=Verdict.INCONCLUSIVE,
            actual="packed by another version of the compressor",
            file=path,
        )
    for found in odd if repacked else ():
        yield failed(
            CHECK,
            f"{found.what} at octet {found.offset}",
            expected=found.expected,
            actual=found.actual,
            file=path,
            record=found.record,
        )
    for record in (record for read in reads for record in read.loose):
        yield Claim(
            check=CHECK,
            subject="not covered: octets beside the response, in the metadata record",
            verdict=Verdict.NOT_CHECKED,
            actual="only a seal commits to them",
            file=path,
            record=record,
        )


def in_flight(subject: str, file: str, record: str | None = None) -> Claim:
    """A claim about what a running process writes behind the checkpoint."""
    return Claim(
        check=FILES,
        subject=subject,
        verdict=Verdict.NOT_CHECKED,
        actual="in flight: written behind the checkpoint",
        file=file,
        record=record,
    )
