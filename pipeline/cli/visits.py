"""Visits as they end → lines for people, and a last line that sums them up."""

from __future__ import annotations

from collections import Counter
from typing import Any

from msgspec import Struct, field

from pipeline.cli import terminal

QUIET = {"same_text", "same_bytes", "not_modified"}


class Visits(Struct, frozen=True, kw_only=True):
    """Prints each visit's report, and counts.

    `brief` leaves out the looks that found nothing new; JSON never leaves anything out.
    """

    as_json: bool
    brief: bool = False
    counts: Counter[str] = field(default_factory=Counter)

    async def tell(self, tidings: dict[str, Any]) -> None:
        """Print one of the messages that an errand sends."""
        if "talk" in tidings:
            terminal.say(tidings["talk"])
        if "report" in tidings:
            self.show(tidings["report"])

    def show(self, report: dict[str, Any]) -> None:
        """Print one report, the object of `fetch --json`."""
        came_to = report["change"] or report["outcome"]
        self.counts[came_to] += 1
        if self.as_json:
            terminal.emit(report)
        elif not (self.brief and came_to in QUIET):
            _lines(report, came_to)

    def sum_up(self) -> None:
        """One line on stderr: how many looks, and what they came to."""
        told = ", ".join(f"{n} {word.replace('_', ' ')}" for word, n in self.counts.most_common())
        total = self.counts.total()
        terminal.say(f"{total} look{'' if total == 1 else 's'}: {told}" if total else "no looks")


def _lines(report: dict[str, Any], came_to: str) -> None:
    document = report["document"]
    indent = " " * (terminal.WIDEST + 1)
    url = terminal.short(report["url"])
    if document is None:
        terminal.line(terminal.mark(came_to), " ", url)
        why = ": ".join(filter(None, (report["reason"], report["detail"])))
        if why:
            terminal.line(indent, (terminal.short(why), "dim"))
        return
    dated = document["published"] or "no date"
    degraded = ("  by the generic rules", "yellow") if document["degraded"] else ""
    title = terminal.short(document["title"] or "no title")
    terminal.line(terminal.mark(came_to), " ", (title, "bold"), degraded)
    terminal.line(indent, (f"{dated}  {url}", ""))
    terminal.line(indent, (document["path"], "dim"))
