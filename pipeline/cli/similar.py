"""`dateline similar`: who says nearly the same, and who said it first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.archive.texts import Texts
from pipeline.cli import terminal
from pipeline.cli.chosen import text_of
from pipeline.cli.options import options_of
from pipeline.ground.clock import stamp
from pipeline.reading.following import bring_up_to_date
from pipeline.reading.likening import copies_of
from pipeline.writing.opening import looked_into

if TYPE_CHECKING:
    from pipeline.reading.likening import Copy


def command(
    context: typer.Context,
    what: Annotated[
        str, typer.Argument(metavar="URL|TEXT", help="A document or the digest of a text.")
    ],
) -> None:
    """Other documents with nearly the same text, on any site, the earliest first."""
    options = options_of(context)
    if (why := bring_up_to_date(options.settings)) is not None:
        terminal.say(f"what was archived last may be missing here: {why}")
    reader = looked_into(options.settings)
    text, url = text_of(what, options.settings)
    copies = copies_of(text, reader, Texts(options.settings.archive), url=url)
    for copy in copies:
        if options.as_json:
            terminal.emit(_object(copy))
        else:
            _lines(copy)
    terminal.say(f"{len(copies) or 'no'} near cop{'y' if len(copies) == 1 else 'ies'}")


def _object(copy: Copy) -> dict[str, Any]:
    return {
        "url": copy.url,
        "site": copy.site,
        "title": copy.title,
        "published": copy.published,
        "first_seen": stamp(copy.first_seen),
        "text": str(copy.text),
        "current": copy.is_current,
        "similarity": round(copy.likeness.similarity, 3),
        "contained": round(copy.likeness.contained, 3),
        "earlier": copy.is_earlier,
    }


def _lines(copy: Copy) -> None:
    seen = f"{copy.first_seen:%Y-%m-%d %H:%M}Z"
    how = "same text" if copy.likeness.similarity == 1 else f"{copy.likeness.similarity:.0%} alike"
    aside = [
        f"{copy.likeness.contained:.0%} of the shorter" if copy.likeness.similarity < 1 else "",
        "earlier" if copy.is_earlier else "",
        "" if copy.is_current else "no longer said",
    ]
    terminal.line(
        (how.rjust(10), "bold"), "  ", (copy.title or "no title", "bold"), f" [{copy.site or '–'}]"
    )
    terminal.line(" " * 12, (f"{copy.published or 'no date'}  seen {seen}  {copy.url}", ""))
    terminal.line(" " * 12, ("  ".join(filter(None, aside)), "dim"))
