"""What the auditor brings: nothing of it is ever taken from the archive that is under audit."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from msgspec import Struct, field

from pipeline.ground.claims import Claim, Verdict, undecided

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipeline.ledger.notes import VerifyKey
    from pipeline.ledger.policy import WitnessPolicy
    from pipeline.ledger.stamps import Trust


class Sample(Struct, frozen=True, kw_only=True):
    """For which responses all that follows from their bytes is derived anew.

    `share` is from 0 to 1.  The same `seed` takes the same responses of any archive; whoever
    audits for others brings one that could not be foreseen.
    """

    share: float = 1.0
    seed: str = ""

    def takes(self, record_id: str) -> bool:
        """Whether the response that is record `record_id` is among them."""
        if self.share >= 1:
            return True
        if self.share <= 0:
            return False
        lot = int.from_bytes(sha256(f"{self.seed}\n{record_id}".encode()).digest()[:8], "big")
        return lot < self.share * 2**64


class Brought(Struct, frozen=True, kw_only=True):
    """The auditor's own means; what is None or empty was not brought.

    `pin` is a checkpoint as the auditor kept it, octet for octet.  `since_pin` says that what it
    covers was checked before: WARC files that were sealed by then, and texts that were made by
    then, are not looked into again.
    """

    vkey: VerifyKey | None = None
    pin: bytes | None = None
    since_pin: bool = False
    trust: Trust | None = None
    witness_policy: WitnessPolicy | None = None
    sample: Sample = field(default_factory=Sample)
    bundles: tuple[Path, ...] = ()

    def claims(self) -> Iterator[Claim]:
        """Check 0: what was not brought cannot be held against the archive."""
        if self.vkey is None:
            why = "none was brought: the archive's own is believed, which its operator wrote"
            yield undecided("key", "verification key", Verdict.NOT_CHECKED, why=why)
