"""`dateline history`: every look at a document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli import terminal
from pipeline.cli.options import options_of
from pipeline.clock import stamp
from pipeline.errors import NotRecorded
from pipeline.opening import looked_into
from pipeline.report import digest_text
from pipeline.sites.register import Register

if TYPE_CHECKING:
    from pipeline.catalog import HistoryRow
    from pipeline.settings import Settings


def command(
    context: typer.Context, url: Annotated[str, typer.Argument(help="Any variant of its URL.")]
) -> None:
    """Every look at a document: new, changed, same, gone, blocked, failed; versions."""
    options = options_of(context)
    rows = looks_at(url, options.settings)
    if not rows:
        raise NotRecorded(url, archive=options.settings.archive)
    for row in rows:
        if options.as_json:
            terminal.emit(_object(row))
        else:
            _line(row)


def looks_at(url: str, settings: Settings) -> tuple[HistoryRow, ...]:
    """The looks at the document that `url` is a variant of, or at that very address."""
    register = Register.read(settings.configs, may_be_empty=True)
    reader = looked_into(settings)
    return reader.history(register.document(url)) or reader.history(url)


def _object(row: HistoryRow) -> dict[str, Any]:
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
    }


def _line(row: HistoryRow) -> None:
    seen = stamp(row.observed_at)[:19].replace("T", " ")
    came_to = "technical" if row.technical else row.change or row.outcome or ""
    text = f"text {row.text.hex[:16]}" if row.text else row.reason or ""
    if row.score:
        text = f"{text}, score {row.score}"
    if row.taken_down:
        text = f"taken down: {row.taken_down}"
    aside = [
        str(row.status) if row.status else "",
        "" if row.origin == "live" else str(row.origin),
        "by the generic rules" if row.degraded else "",
    ]
    terminal.line(
        (seen, "dim"),
        "  ",
        terminal.mark(came_to),
        " ",
        text,
        ("  " + "  ".join(filter(None, aside)), "dim"),
    )
