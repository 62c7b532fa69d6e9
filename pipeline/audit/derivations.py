"""Extractions → the texts that follow anew from the archived bytes by the archived rules."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from pipeline.audit.derived import Batch, Came, Differing, derive_batch, record_at, rules_of
from pipeline.audit.spots import Spot
from pipeline.audit.takedowns import entry_at
from pipeline.extract.signature import is_current
from pipeline.ground.claims import Claim, Verdict, failed, verified
from pipeline.ground.evidence import ExtractionEntry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from pipeline.audit.pool import Pool
    from pipeline.audit.spots import Item
    from pipeline.audit.stretches import Read

ITEMS = 64
"""Texts that one process derives at a time."""
FEW = 128
"""Texts that are not worth starting processes for."""
CONFIG = "urn:dateline:config:"
CHECK = "derivation"


def claims(
    archive: Path,
    size: int,
    items: Sequence[Item],
    reads: Sequence[Read],
    pool: Pool,
    progress: Callable[[int, int], object],
) -> Iterator[Claim]:
    """Check 7, the texts: what follows anew from the archived bytes by the archived rules."""
    configs = configs_in(archive, reads)
    batches = iter(items)
    calls = [
        (derive_batch, Batch(archive=archive, items=batch, configs=configs))
        for batch in iter(lambda: tuple(islice(batches, ITEMS)), ())
    ]
    same = done = 0
    for result in pool.each(calls, small=len(items) < FEW):
        same += result.same
        done += result.same + len(result.differing)
        progress(done, len(items))
        for one in result.differing:
            yield _differing(archive, size, one)
    if same:
        yield verified(CHECK, f"{same} texts follow from the archived bytes and rules")


def _differing(archive: Path, size: int, one: Differing) -> Claim:
    entry = entry_at(archive, size, one.entry)
    extractor = entry.extractor if isinstance(entry, ExtractionEntry) else ""
    record = entry.record_id if isinstance(entry, ExtractionEntry) else None
    subject = f"{one.what} of entry {one.entry}"
    if one.came is Came.OTHER and is_current(extractor):
        return failed(CHECK, subject, expected=one.expected, actual=one.actual, record=record)
    match one.came:
        case Came.OTHER:
            why = f"{one.actual}: made by {extractor}, which is not what is installed here"
        case _:
            why = f"{one.came}: {one.actual}"
    return Claim(
        check=CHECK,
        subject=subject,
        verdict=Verdict.INCONCLUSIVE,
        expected=one.expected,
        actual=why,
        record=record,
    )


def configs_in(archive: Path, reads: Sequence[Read]) -> Mapping[bytes, bytes]:
    """The archived configs, by the digest of the rules that they declare."""
    configs: dict[bytes, bytes] = {}
    for read in reads:
        for urn, offset in read.resources.items():
            content = (
                record_at(archive, Spot(read.name, offset)) if urn.startswith(CONFIG) else None
            )
            rules = None if content is None else rules_of(content)
            if content is not None and rules is not None:
                configs[rules] = content
    return configs
