"""A standing of a passage → lines for people, and an object for scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.cli import terminal
from pipeline.cli.found import MARGIN, MARKED
from pipeline.ground.clock import stamp

if TYPE_CHECKING:
    from pipeline.reading.tracing import Standing


def show(number: int, one: Standing, *, as_json: bool) -> None:
    """The standing as line `number` of a list, or as JSON."""
    if as_json:
        terminal.emit(as_object(one))
        return
    nearly = "" if one.similarity == 1 else f" · {one.similarity:.0%} the same"
    gone = "" if one.is_current else " · no longer said"
    until = f" since {one.until:%Y-%m-%d}" if one.until else ""
    about = (one.site or "no site", one.published or "undated", f"seen {one.observed_at:%Y-%m-%d}")
    terminal.line((f"{number:>3} ", "dim"), (terminal.short(one.title or one.url), "bold"))
    terminal.line(
        MARGIN, (" · ".join(about), "dim"), (nearly, "yellow"), (f"{gone}{until}", "magenta")
    )
    terminal.line(
        MARGIN, (f"… {one.before}", "dim"), (one.passage, MARKED), (f"{one.after} …", "dim")
    )
    terminal.line(MARGIN, (terminal.short(one.url), "cyan"))
    terminal.line("")


def as_object(one: Standing) -> dict[str, Any]:
    """The standing for scripts."""
    return {
        "url": one.url,
        "site": one.site,
        "title": one.title,
        "published": one.published,
        "observed_at": stamp(one.observed_at),
        "until": stamp(one.until) if one.until else None,
        "text": str(one.text),
        "similarity": one.similarity,
        "passage": one.passage,
        "before": one.before,
        "after": one.after,
        "state": one.state,
        "stands": "now" if one.is_current else "earlier",
    }
