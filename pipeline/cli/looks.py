"""Looks at a document → lines for people, what is the same folded, and objects for scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.cli import terminal
from pipeline.ground.clock import stamp
from pipeline.writing.report import digest_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime, timedelta

    from pipeline.catalog import HistoryRow
    from pipeline.reading.versions import Look

QUIET = ("same_text", "same_bytes", "not_modified")
FEWEST_FOLDED = 3
UNITS = (("d", 86400), ("h", 3600), ("min", 60), ("s", 1))


def as_object(look: Look) -> dict[str, Any]:
    """One look, of which nothing is left out."""
    row = look.row
    return {
        "observed_at": stamp(row.observed_at),
        "at": stamp(row.at),
        "visit": row.visit,
        "role": row.role,
        "origin": row.origin,
        "requested": row.requested,
        "outcome": row.outcome,
        "reason": row.reason,
        "score": float(row.score) if row.score else None,
        "change": row.change,
        "status": row.status,
        "record": row.record,
        "entry": row.entry,
        "text": digest_text(row.text),
        "document": digest_text(row.document),
        "degraded": row.degraded,
        "technical": row.technical,
        "taken_down": row.taken_down,
        "version": look.version,
        "returned": look.returned,
        "unwatched_since": stamp(look.unwatched_since) if look.unwatched_since else None,
    }


def stretches(looks: Sequence[Look], *, fold: bool) -> Iterator[tuple[Look, ...]]:
    """Looks one by one; those in a row that found nothing new together, where they may `fold`."""
    held: list[Look] = []
    for look in looks:
        if held and not (fold and _goes_on(held[-1], look)):
            yield from _given(held)
            held = []
        held.append(look)
    yield from _given(held)


def show(stretch: tuple[Look, ...]) -> None:
    """One line; before it one that says that nobody looked, where nobody did."""
    first, last = stretch[0], stretch[-1]
    if first.unwatched_since is not None:
        _unwatched(first.unwatched_since, first.row.observed_at)
    if len(stretch) > 1:
        terminal.line(
            (_seen(first.row), "dim"),
            "  ",
            terminal.mark("same_text"),
            " ",
            (f"same × {len(stretch)} until {_seen(last.row)}", "dim"),
        )
        return
    _line(first)


def _goes_on(before: Look, look: Look) -> bool:
    quiet = _came_to(before.row) in QUIET and _came_to(look.row) in QUIET
    told = look.is_new or look.returned or before.is_new or before.returned
    return quiet and not told and look.unwatched_since is None and not look.row.taken_down


def _given(held: list[Look]) -> Iterator[tuple[Look, ...]]:
    if len(held) >= FEWEST_FOLDED:
        yield tuple(held)
    else:
        yield from ((look,) for look in held)


def _line(look: Look) -> None:
    row = look.row
    came_to = _came_to(row)
    text = f"text {row.text.hex[:16]}" if row.text else row.reason or ""
    if row.score:
        text = f"{text}, score {row.score}"
    if row.taken_down:
        text = f"taken down: {row.taken_down}"
    aside = [
        str(row.status) if row.status else "",
        "" if row.origin == "live" else str(row.origin),
        "by the generic rules" if row.degraded else "",
        "by other rules of ours, the page is the same" if row.technical else "",
    ]
    terminal.line(
        (_seen(row), "dim"),
        "  ",
        terminal.mark(came_to),
        " ",
        (f"version {look.version}  " if look.is_new else "", "bold"),
        text,
        ("  returned" if look.returned else "", "bold green"),
        ("  " + "  ".join(filter(None, aside)), "dim"),
    )


def _unwatched(since: datetime, until: datetime) -> None:
    span = f"not looked at for {_spelled(until - since)}: from here to the next line"
    terminal.line((stamp(since)[:19].replace("T", " "), "dim"), "  ", (f"… {span}", "yellow"))


def _came_to(row: HistoryRow) -> str:
    return "technical" if row.technical else row.change or row.outcome or ""


def _seen(row: HistoryRow) -> str:
    return stamp(row.observed_at)[:19].replace("T", " ")


def _spelled(span: timedelta) -> str:
    """`3 d 4 h`: the two largest units of it."""
    left, told = round(span.total_seconds()), []
    for unit, seconds in UNITS:
        if left >= seconds:
            told.append(f"{left // seconds} {unit}")
            left %= seconds
    return " ".join(told[:2]) or "0 s"
