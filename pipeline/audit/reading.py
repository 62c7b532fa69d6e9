"""WARC files → stretches, read on all cores, and joined where one ends and the next begins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct, field
from msgspec.structs import replace

from pipeline.audit.ranges import read_stretch
from pipeline.audit.seals import Hashed, ToHash, hash_file
from pipeline.audit.stretches import Read, Stretch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from pipeline.audit.brought import Sample
    from pipeline.audit.pool import Pool
    from pipeline.audit.shelf import WarcFile

STRETCH = 1 << 24
"""Octets of a file that one process reads at a time."""
SMALL = 1 << 24
"""Octets in all that are not worth starting processes for."""


class ToRead(Struct, frozen=True, kw_only=True):
    """A WARC file and how it is to be looked at."""

    file: WarcFile
    sealed: bool
    adopted: bool


class Readings(Struct, kw_only=True):
    """Everything that was read of the WARC files: stretches in order, and digests by name."""

    reads: list[Read] = field(default_factory=list)
    hashed: dict[str, Hashed] = field(default_factory=dict)


def read_all(
    archive: Path,
    files: Sequence[ToRead],
    sample: Sample,
    pool: Pool,
    progress: Callable[[int, int], object],
) -> Readings:
    """Read every file whole.  `progress` hears how many octets of how many are done."""
    total = sum(one.file.size for one in files)
    stretches = [stretch for one in files for stretch in _stretches(archive, one, sample)]
    hashes = [ToHash(folder=archive, name=one.file.name) for one in files if one.sealed]
    # what takes longest and cannot be parted begins first
    calls: list[tuple[Callable[[Any], Hashed | Read], Any]] = [
        *((hash_file, work) for work in hashes),
        *((read_stretch, stretch) for stretch in stretches),
    ]
    done = Readings()
    results = pool.each(calls, small=total < SMALL)
    for _ in hashes:
        hashed = next(results)
        if isinstance(hashed, Hashed):
            done.hashed[hashed.name] = hashed
    reached = 0
    for stretch, read in zip(stretches, results, strict=True):
        if isinstance(read, Read):
            done.reads += _joined(stretch, read, done.reads)
        reached += min(stretch.stop, stretch.size) - stretch.start
        progress(reached, total)
    return done


def _joined(stretch: Stretch, read: Read, before: list[Read]) -> Iterator[Read]:
    """`read`, if it begins where the last stretch of its file ended; else the same read anew.

    Where a file is damaged, two processes may not agree on where a capture begins.
    """
    last = before[-1] if before and before[-1].name == read.name else None
    if last is None or read.begin == last.end or read.missing or read.unreadable:
        yield read
    elif last.end < stretch.stop or stretch.stop >= stretch.size > last.end:
        yield read_stretch(replace(stretch, start=last.end, exact=True))


def _stretches(archive: Path, one: ToRead, sample: Sample) -> Iterator[Stretch]:
    size = one.file.size
    for start in range(0, size, STRETCH) or (0,):
        yield Stretch(
            folder=archive,
            name=one.file.name,
            start=start,
            stop=min(start + STRETCH, size),
            size=size,
            sample=sample,
            exact=start == 0,
            repack=not one.sealed,
            adopted=one.adopted,
        )
