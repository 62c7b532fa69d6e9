"""Captures in WARC files and capture entries of the log → claims: all of them, both ways."""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING

from msgspec import Struct

from pipeline.archive.packed import Member, Packed
from pipeline.archive.writer import FOLDER, OPEN
from pipeline.audit import strict
from pipeline.audit.faults import Fault, Found
from pipeline.audit.files import Missing, Unreadable, troubled
from pipeline.audit.seals import in_flight
from pipeline.audit.stored import stored
from pipeline.audit.takedowns import entry_at
from pipeline.ground.claims import Claim, Verdict, failed, verified
from pipeline.ground.evidence import CaptureEntry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from pipeline.audit.logged import ReadLog
    from pipeline.audit.matching import Matched, Where
    from pipeline.audit.stretches import Read
    from pipeline.audit.takedowns import Takedowns
    from pipeline.audit.tree import Tree

CHECK = "records"
LEFT = "; if a process was killed here, the next one that writes logs it"
MOST_NAMED = 1000
"""Faults of one kind that are named one by one; a lost file can be a hundred thousand."""


class Flight(Struct, frozen=True, kw_only=True):
    """Who writes the archive now, and which leaves were committed to since the checkpoint."""

    writer: str | None
    leaves: frozenset[bytes]


def found_claims(
    reads: Sequence[Read], matched: Matched, takedowns: Takedowns, flight: Flight
) -> Iterator[Claim]:
    """What is wrong within the captures themselves, by file."""
    for read in reads:
        file = f"{FOLDER}/{read.name}"
        if read.missing:
            yield troubled(CHECK, "file", file, Missing("it went away while it was looked at"))
        if read.unreadable is not None:
            yield troubled(CHECK, "file", file, Unreadable(read.unreadable))
        for found in read.found:
            index = matched.indices.get(found.leaf) if found.leaf else None
            if not excused(found, index, takedowns):
                yield _claim(found, file, index)
        for found in read.tail:
            if flight.writer is not None and read.name.endswith(OPEN):
                yield in_flight(f"{found.what} at octet {found.offset}", file, found.record)
            else:
                yield _claim(found, file, None)


def excused(found: Found, index: int | None, takedowns: Takedowns) -> bool:
    """Whether a tombstone says why the record is missing."""
    gone = found.kind is Fault.MISSING and found.entity is not None
    return gone and takedowns.excuse(index, found.entity)


def _claim(found: Found, file: str, index: int | None) -> Claim:
    of = "" if index is None else f" of entry {index}"
    actual = found.actual if found.kind is not Fault.MISSING else "missing"
    if found.kind in {Fault.CUT, Fault.DAMAGED, Fault.UNLOGGED, Fault.UNEXPECTED}:
        actual = f"{found.kind}: {found.actual}"
    return failed(
        CHECK,
        f"{found.what}{of} at octet {found.offset}",
        expected=found.expected,
        actual=actual,
        file=file,
        record=found.record,
    )


def both_ways(
    archive: Path,
    tree: Tree,
    reads: Sequence[Read],
    matched: Matched,
    file_of: Callable[[int], str | None],
    flight: Flight,
    start: int,
) -> Iterator[Claim]:
    """No capture unlogged, and no entry without its capture."""
    strangers = list(islice(_told(archive, reads, matched.strangers), MOST_NAMED))
    lost = list(islice(matched.without(tree, start), MOST_NAMED))
    entries = {index: entry_at(archive, tree.size, index) for index in lost}
    paired: set[int] = set()
    for file, offset, record, entry, leaf in strangers:
        is_open = file.endswith(OPEN)
        if leaf in flight.leaves or (flight.writer is not None and is_open):
            yield in_flight(f"capture at octet {offset}", file, record)
            continue
        index = _meant(entry, entries, paired)
        if index is None:
            actual = f"unlogged: no entry of the log says the same{LEFT if is_open else ''}"
            subject = f"capture at octet {offset}"
            yield failed(CHECK, subject, actual=actual, file=file, record=record)
        else:
            paired.add(index)
            yield from _fields(entries[index], entry, index, file, record)
    for index, where in matched.doubled[:MOST_NAMED]:
        read = reads[where.read]
        yield failed(
            CHECK,
            f"entry {index}: a second capture at octet {read.offsets[where.at]}",
            expected="one capture",
            actual="two that say the same",
            file=f"{FOLDER}/{read.name}",
        )
    for index in lost:
        if index not in paired:
            yield _lost(index, entries[index], file_of(index))
    yield from _uncounted(tree, matched, start)


def _lost(index: int, entry: object, name: str | None) -> Claim:
    named = entry if isinstance(entry, CaptureEntry) else None
    of = f" ({named.outcome}, {named.requested})" if named else ""
    return failed(
        CHECK,
        f"entry {index}{of}",
        expected="a capture in some WARC file",
        actual="missing",
        file=None if name is None or (named and named.adopted) else f"{FOLDER}/{name}",
        record=named.records[-1].record_id if named and named.records else None,
    )


def _uncounted(tree: Tree, matched: Matched, start: int) -> Iterator[Claim]:
    """How many more there are of what is no longer named one by one."""
    more = Counter(
        {
            "captures that no entry commits to": len(matched.strangers) - MOST_NAMED,
            "entries without a capture": sum(1 for _ in matched.without(tree, start)) - MOST_NAMED,
        }
    )
    for what, count in more.items():
        if count > 0:
            yield failed(CHECK, f"{count} more {what}", actual="not named one by one")


def _told(
    archive: Path, reads: Sequence[Read], strangers: Sequence[Where]
) -> Iterator[tuple[str, int, str, CaptureEntry | None, bytes]]:
    """File, offset, record id, entry and leaf of captures whose leaves are not in the log."""
    for where in strangers:
        read = reads[where.read]
        offset = read.offsets[where.at]
        leaf = bytes(read.leaves[where.at * 32 : where.at * 32 + 32])
        record_id, entry = "", None
        try:
            packed = Packed.of(archive / FOLDER / read.name)
            try:
                member = packed.member(offset)
            finally:
                packed.close()
            if isinstance(member, Member):
                record = stored(member.octets, offset)
                record_id, entry = record.record_id, strict.told_by(record, ()).entry
        except (OSError, ValueError):
            pass  # it has gone since it was read; what was read of it stands
        yield f"{FOLDER}/{read.name}", offset, record_id, entry, leaf


def _meant(entry: CaptureEntry | None, lost: Mapping[int, object], paired: set[int]) -> int | None:
    """Which of the entries without a capture this one was probably made of."""
    if entry is None:
        return None
    own = {ref.record_id for ref in entry.records}
    for index, other in lost.items():
        if index in paired or not isinstance(other, CaptureEntry):
            continue
        alike = own & {ref.record_id for ref in other.records}
        if alike or (other.visit, other.attempt, other.at) == (
            entry.visit,
            entry.attempt,
            entry.at,
        ):
            return index
    return None


def _fields(
    logged: object, there: CaptureEntry | None, index: int, file: str, record: str
) -> Iterator[Claim]:
    """In which fields a capture is not what its entry says."""
    if not isinstance(logged, CaptureEntry) or there is None:
        return
    for name in CaptureEntry.__struct_fields__:
        should, does = getattr(logged, name), getattr(there, name)
        if should != does and name != "adopted":
            yield failed(
                CHECK,
                f"entry {index}: {name}",
                expected=_said(should),
                actual=_said(does),
                file=file,
                record=record,
            )


def _said(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(_said, value))
    record = getattr(value, "record_id", None)
    block = getattr(value, "block", None)
    return str(value) if record is None or block is None else f"{record} {block}"


def apart_claims(
    reads: Sequence[Read], logs: Sequence[ReadLog], flight: Flight, start: int
) -> Iterator[Claim]:
    """Resource records that stand by themselves are those that extractions list, all of them."""
    needed = {record: (index, block) for log in logs for index, record, block in log.needed}
    there: set[str] = set()
    for read in reads:
        file = f"{FOLDER}/{read.name}"
        for record, block, offset in read.apart:
            there.add(record)
            index, expected = needed.get(record, (None, None))
            subject = f"resource record at octet {offset}"
            if expected == block:
                continue
            if expected is None and flight.writer is not None and read.name.endswith(OPEN):
                yield in_flight(subject, file, record)
            elif expected is None:
                actual = "unlogged: no entry lists it"
                yield failed(CHECK, subject, actual=actual, file=file, record=record)
            else:
                subject = f"{subject}, entry {index}: block"
                yield failed(
                    CHECK, subject, expected=expected, actual=block, file=file, record=record
                )
    for record, (index, block) in needed.items():
        if record not in there and index >= start:
            subject = f"entry {index}: resource record"
            yield failed(CHECK, subject, expected=block, actual="missing", record=record)


def needs_met(reads: Sequence[Read], *, all_read: bool) -> Iterator[Claim]:
    """Every config and certificate that an entry names is there under its own digest."""
    there = {urn for read in reads for urn in read.resources}
    needed: dict[str, tuple[str, str]] = {}
    for read in reads:
        for urn, record in read.needs.items():
            needed.setdefault(urn, (record, read.name))
    lacking = {urn: by for urn, by in needed.items() if urn not in there}
    if lacking and not all_read:
        yield Claim(
            check=CHECK,
            subject=f"{len(lacking)} configs and certificates",
            verdict=Verdict.NOT_CHECKED,
            actual="they stand in files that were sealed before the pin",
        )
        return
    for urn, (record, name) in lacking.items():
        file = f"{FOLDER}/{name}"
        yield failed(CHECK, urn, expected="its record", actual="missing", file=file, record=record)
    if needed and not lacking:
        yield verified(CHECK, f"{len(needed)} configs and certificates stand under their digests")


def file_claims(reads: Sequence[Read], clean: frozenset[str]) -> Iterator[Claim]:
    """One claim for each file of which nothing wrong was said."""
    counts: dict[str, tuple[int, int]] = {}
    for read in reads:
        captures, records = counts.get(read.name, (0, 0))
        counts[read.name] = captures + len(read.offsets), records + read.records
    for name, (captures, records) in counts.items():
        if name in clean and records:
            subject = f"{captures} captures, {records} records: heads, blocks, entries"
            yield verified(CHECK, subject, file=f"{FOLDER}/{name}")
    derived = sum(read.derived for read in reads)
    skipped = sum(read.underived for read in reads)
    differing = any(found.what in {"entity", "decoded"} for read in reads for found in read.found)
    if derived and not differing:
        yield verified("digests", f"entity and decoded body of {derived} responses made anew")
    if skipped:
        yield Claim(
            check="digests",
            subject=f"entity and decoded body of {skipped} responses",
            verdict=Verdict.NOT_CHECKED,
            actual="not in the sample; their blocks were hashed",
        )
