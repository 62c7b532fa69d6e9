"""Claims → lines for people: how many held, and every one that did not, with both values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.cli import terminal
from pipeline.ground.claims import PROVEN, REWRITABLE, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.ground.claims import Claim

STYLES = {
    Verdict.VERIFIED: "green",
    Verdict.FAILED: "bold red",
    Verdict.INCONCLUSIVE: "yellow",
    Verdict.NOT_CHECKED: "dim",
}
WIDEST = max(map(len, Verdict)) + 2
NAMES = 14
CONSISTENT = "consistent"


def tell(claims: Sequence[Claim]) -> None:
    """A line for each kind of check and verdict, in the order in which they came up.

    What was verified is counted; of all else every claim is told.
    """
    kinds = dict.fromkeys((claim.check, claim.verdict) for claim in claims)
    for check, verdict in kinds:
        alike = [claim for claim in claims if (claim.check, claim.verdict) == (check, verdict)]
        word = str(verdict).replace("_", " ").ljust(WIDEST)
        if verdict is Verdict.VERIFIED:
            what = alike[0].subject if len(alike) == 1 else f"{len(alike)} checked"
            terminal.line((word, STYLES[verdict]), check.ljust(NAMES), what)
            continue
        for claim in alike:
            terminal.line((word, STYLES[verdict]), check.ljust(NAMES), _in_short(claim))
            if claim.verdict is Verdict.FAILED:
                _both_values(claim)


def conclude(verdict: str) -> None:
    """The last lines: the verdict, and what it means."""
    terminal.line((verdict, "bold"))
    if verdict == CONSISTENT:
        terminal.say(REWRITABLE)
    if verdict in {CONSISTENT, Verdict.VERIFIED}:
        terminal.say(PROVEN)


def _in_short(claim: Claim) -> str:
    if claim.verdict is Verdict.FAILED:
        return claim.subject
    return f"{claim.subject}: {claim.actual}"


def _both_values(claim: Claim) -> None:
    named = {
        "expected": claim.expected,
        "actual": claim.actual,
        "file": claim.file,
        "record": claim.record,
    }
    for name, value in named.items():
        if value is not None:
            terminal.line(" " * WIDEST, (name.ljust(NAMES), "dim"), value)
