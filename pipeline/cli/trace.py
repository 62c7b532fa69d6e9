"""`dateline trace`: where a passage stands, and who had it first."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli import terminal
from pipeline.cli.found import MARGIN, MARKED, brought_up_to_date
from pipeline.cli.options import options_of
from pipeline.clock import stamp
from pipeline.errors import UsageError
from pipeline.sites.register import Register
from pipeline.tracing import Tracing

if TYPE_CHECKING:
    from pipeline.tracing import Standing

Text = Annotated[
    str | None, typer.Argument(help="A sentence or a passage of several; - reads stdin.")
]
Document = Annotated[
    str | None,
    typer.Option(metavar="URL", help="Which sentences of this document stood elsewhere before."),
]


def command(
    context: typer.Context,
    text: Text = None,
    *,
    document: Document = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="Documents at most.")] = 100,
) -> int:
    """Where a passage stands, word for word or nearly: the earliest published first."""
    options = options_of(context)
    if (text is None) == (document is None):
        raise UsageError("trace needs a passage, or --document URL, and not both")
    register = Register.read(options.settings.configs, may_be_empty=True)
    tracing = Tracing.open(options.settings, register)
    try:
        brought_up_to_date(tracing.index, options.settings)
        if document is not None:
            _elsewhere(tracing, document, as_json=options.as_json)
            return 0
        traced = tracing.trace(sys.stdin.read() if text == "-" else text or "", limit=limit)
        for number, standing in enumerate(traced.standings, 1):
            _show(number, standing, as_json=options.as_json)
        more = "; there may be more, and earlier ones" if traced.is_more else ""
        many = len(traced.standings)
        terminal.say(f"it stands in {many} document{'' if many == 1 else 's'}{more}")
    finally:
        tracing.close()
    return 0


def _elsewhere(tracing: Tracing, url: str, *, as_json: bool) -> None:
    number = 0
    for number, one in enumerate(tracing.elsewhere(url), 1):
        if as_json:
            terminal.emit({"sentence": one.sentence, **_object(one.standing)})
        else:
            _show(number, one.standing, as_json=False)
    terminal.say(f"{number or 'none'} of its sentences stood elsewhere before")


def _show(number: int, one: Standing, *, as_json: bool) -> None:
    if as_json:
        terminal.emit(_object(one))
        return
    nearly = "" if one.similarity == 1 else f" · {one.similarity:.0%} the same"
    gone = "" if one.is_current else " · no longer said"
    until = f" since {one.until:%Y-%m-%d}" if one.until else ""
    about = (one.site or "no site", one.published or "undated", f"seen {one.observed_at:%Y-%m-%d}")
    terminal.line((f"{number:>3} ", "dim"), (one.title or one.url, "bold"))
    terminal.line(
        MARGIN, (" · ".join(about), "dim"), (nearly, "yellow"), (f"{gone}{until}", "magenta")
    )
    terminal.line(
        MARGIN, (f"… {one.before}", "dim"), (one.passage, MARKED), (f"{one.after} …", "dim")
    )
    terminal.line(MARGIN, (one.url, "cyan"))
    terminal.line("")


def _object(one: Standing) -> dict[str, Any]:
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
