"""Exported bundles → whether each holds, and is of this log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from pipeline.audit.files import Trouble, octets_at, troubled
from pipeline.bundle.outside import Brought as Beside
from pipeline.bundle.verifying import verify
from pipeline.bundle.zipped import MOST_OCTETS
from pipeline.ground.claims import Claim, Verdict, failed, verified
from pipeline.ledger.spelling import spell_octets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.audit.brought import Brought
    from pipeline.audit.tree import TreeReader
    from pipeline.ledger.notes import VerifyKey

CHECK = "bundles"


def claims(brought: Brought, key: VerifyKey, log: TreeReader) -> Iterator[Claim]:
    """Check 10, for the bundles that were brought.

    What holds is told once for each; the rest as it is.
    """
    beside = Beside(vkey=key, pin=brought.pin, trust=brought.trust, policy=brought.witness_policy)
    for path in brought.bundles:
        file = str(path)
        octets = octets_at(path, most=MOST_OCTETS)
        if isinstance(octets, Trouble):
            yield troubled(CHECK, "bundle", file, octets)
            continue
        found = verify(octets, beside, file=file)
        held = sum(one.verdict is Verdict.VERIFIED for one in found.claims)
        for one in found.claims:
            if one.verdict is not Verdict.VERIFIED:
                yield replace(one, check=CHECK, subject=f"{one.check}: {one.subject}", file=file)
        if found.checkpoint is None:
            continue
        size, root = found.checkpoint.size, found.checkpoint.root
        expected = log.root(size) if size <= log.size else None
        if expected == root:
            yield verified(
                CHECK, f"of the first {size} entries of this log: {held} claims hold", file=file
            )
        else:
            should = f"at most {log.size} entries" if expected is None else spell_octets(expected)
            actual = str(size) if expected is None else spell_octets(root)
            yield failed(CHECK, "of another log", expected=should, actual=actual, file=file)
