"""Claims → what they come to, and what that proves and does not prove."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct, field

from pipeline.audit.files import could_not
from pipeline.ground.claims import Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.audit.anchors import Anchored
    from pipeline.ground.claims import Claim

OUTSIDE = {"pin": "a pinned checkpoint", "anchor": "a time stamp", "witness": "witnesses"}
"""The checks by which somebody other than the operator vouches for the log."""


class Whole(StrEnum):
    """What an audit comes to.

    `consistent` is all that can be said where nobody from outside vouches for the log: its
    operator could have made all of it anew.  `inconclusive` is an audit that was not let see
    everything.
    """

    VERIFIED = "verified"
    CONSISTENT = "consistent"
    FAILED = "failed"
    INCONCLUSIVE = "inconclusive"


class Summary(Struct, frozen=True, kw_only=True):
    """The last word of an audit of the first `tree_size` entries.

    `outside` says who vouches for the log, `proven` is the token over the most of it.
    """

    verdict: Whole
    tree_size: int
    counts: Mapping[str, int]
    outside: tuple[str, ...] = ()
    proven: Anchored | None = None


class Tally(Struct):
    """Counts claims while they go by."""

    counts: Counter[str] = field(default_factory=Counter)
    unseen: int = 0
    outside: dict[str, None] = field(default_factory=dict)

    def take(self, claim: Claim) -> Claim:
        """Count `claim`, and give it back."""
        self.counts[claim.verdict] += 1
        self.unseen += could_not(claim)
        if claim.check in OUTSIDE and claim.verdict is Verdict.VERIFIED:
            self.outside[claim.check] = None
        return claim

    def summary(self, tree_size: int, proven: Anchored | None = None) -> Summary:
        """What everything so far comes to."""
        if self.counts[Verdict.FAILED]:
            verdict = Whole.FAILED
        elif self.unseen:
            verdict = Whole.INCONCLUSIVE
        else:
            verdict = Whole.VERIFIED if self.outside else Whole.CONSISTENT
        return Summary(
            verdict=verdict,
            tree_size=tree_size,
            counts={str(one): self.counts[one] for one in Verdict},
            outside=tuple(OUTSIDE[check] for check in self.outside),
            proven=proven,
        )
