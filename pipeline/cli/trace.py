"""`dateline trace`: where a passage stands, and who had it first."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from pipeline.cli import terminal
from pipeline.cli.found import brought_up_to_date
from pipeline.cli.options import options_of
from pipeline.cli.traced import as_object, show
from pipeline.errors import UsageError
from pipeline.reading.tracing import Tracing
from pipeline.sites.register import Register

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
        traced = tracing.trace(_read() if text == "-" else text or "", limit=limit)
        for number, standing in enumerate(traced.standings, 1):
            show(number, standing, as_json=options.as_json)
        more = "; there may be more, and earlier ones" if traced.is_more else ""
        many = len(traced.standings)
        terminal.say(f"it stands in {many} document{'' if many == 1 else 's'}{more}")
    finally:
        tracing.close()
    return 0


def _read() -> str:
    try:
        return sys.stdin.read()
    except UnicodeError as error:
        raise UsageError(f"stdin is not text in UTF-8 ({error}); convert it first") from error


def _elsewhere(tracing: Tracing, url: str, *, as_json: bool) -> None:
    number = 0
    for number, one in enumerate(tracing.elsewhere(url), 1):
        if as_json:
            terminal.emit({"sentence": one.sentence, **as_object(one.standing)})
        else:
            show(number, one.standing, as_json=False)
    terminal.say(f"{number or 'none'} of its sentences stood elsewhere before")
