"""Claims of an audit → a table of its steps, what failed, and what is proven."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from pipeline.audit.summary import Whole
from pipeline.cli import claimed, terminal
from pipeline.ground.claims import PROVEN, REWRITABLE, Verdict
from pipeline.ground.clock import stamp

if TYPE_CHECKING:
    from pipeline.audit.summary import Summary
    from pipeline.ground.claims import Claim

STEPS = {
    "checkpoint, keys": ("key", "checkpoint"),
    "witnesses": ("witness",),
    "pinned checkpoint": ("pin",),
    "entries and tree": ("tree", "entries"),
    "time stamps": ("anchor",),
    "entries and records": ("records", "digests", "files", "unexpected", "tombstones"),
    "revisits": ("revisits",),
    "texts": ("texts",),
    "texts derived anew": ("derivation",),
    "sealed files": ("seals",),
    "catalog": ("catalog",),
    "bundles": ("bundles",),
}
"""What a person is told of, in order, and the checks that each is made of."""
WIDEST = max(map(len, STEPS)) + 2
WORST_FIRST = (Verdict.FAILED, Verdict.INCONCLUSIVE, Verdict.VERIFIED, Verdict.NOT_CHECKED)
TOTALS = {Whole.FAILED: "bold red", Whole.INCONCLUSIVE: "bold yellow"}
NOT_ALL = "Something could not be read, so nothing is said of the archive as a whole."
SINCE = "T is {at}, for the first {size} entries."


class Told:
    """Takes claims as they come, and tells them when they have all come."""

    def __init__(self) -> None:
        self._counts: dict[str, Counter[Verdict]] = {}
        self._claims: list[Claim] = []

    def take(self, claim: Claim) -> None:
        """Remember `claim`; of those that were verified only that there was one."""
        self._counts.setdefault(claim.check, Counter())[claim.verdict] += 1
        if claim.verdict is not Verdict.VERIFIED:
            self._claims.append(claim)

    def conclude(self, summary: Summary) -> None:
        """The table, everything that is not verified, and the last word."""
        for step, checks in STEPS.items():
            counts = sum(
                (self._counts.get(check, Counter()) for check in checks), Counter[Verdict]()
            )
            _step(step, counts)
        terminal.line("")
        claimed.tell(self._claims)
        _last_word(summary)


def _step(step: str, counts: Counter[Verdict]) -> None:
    if not counts:
        return
    worst = next(verdict for verdict in WORST_FIRST if counts[verdict])
    rest = ", ".join(
        f"{count} {str(verdict).replace('_', ' ')}"
        for verdict, count in counts.items()
        if verdict is not worst
    )
    word = str(worst).replace("_", " ").ljust(claimed.WIDEST)
    style = claimed.STYLES[worst]
    terminal.line(step.ljust(WIDEST), (word, style), str(counts[worst]), (f"  {rest}", "dim"))


def _last_word(summary: Summary) -> None:
    size = f"{summary.tree_size} entries"
    terminal.line((str(summary.verdict), TOTALS.get(summary.verdict, "bold green")), f": {size}")
    match summary.verdict:
        case Whole.INCONCLUSIVE:
            terminal.say(NOT_ALL)
        case Whole.CONSISTENT:
            terminal.say(REWRITABLE)
            terminal.say(PROVEN)
        case Whole.VERIFIED:
            terminal.say(f"Held against {' and '.join(summary.outside)}.")
            terminal.say(PROVEN)
            if summary.proven is not None:
                terminal.say(SINCE.format(at=stamp(summary.proven.at), size=summary.proven.size))
        case Whole.FAILED:
            pass


def as_object(summary: Summary) -> dict[str, Any]:
    """The last line of `--json`."""
    proven = summary.proven
    return {
        "verdict": str(summary.verdict),
        "tree_size": summary.tree_size,
        "counts": dict(summary.counts),
        "outside": list(summary.outside),
        "proven_at": stamp(proven.at) if proven else None,
        "proven_size": proven.size if proven else None,
    }


class Progress:
    """How far the audit is: one line on stderr, for people who wait before a terminal."""

    def __init__(self) -> None:
        self._shown = ""

    def __call__(self, done: int, total: int, what: str) -> None:
        """Show that `done` of `total` are done of `what`."""
        line = f"{what}: {100 * done // max(total, 1)} %"
        if line != self._shown and terminal.TALK.is_terminal:
            self._shown = line
            terminal.TALK.print(line.ljust(WIDEST), end="\r", style="dim")

    def clear(self) -> None:
        """Leave no half line behind."""
        if self._shown:
            terminal.TALK.print(" " * WIDEST, end="\r")
