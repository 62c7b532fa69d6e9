"""`dateline search`: where words stand, now or in what a page said before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli import terminal
from pipeline.cli.found import as_object, brought_up_to_date, print_hit
from pipeline.cli.options import options_of
from pipeline.ground.query import Order
from pipeline.reading.searching import Searching

if TYPE_CHECKING:
    from pipeline.reading.searching import Found


def command(  # noqa: PLR0913 - every option is one that people look for
    context: typer.Context,
    query: Annotated[
        list[str] | None,
        typer.Argument(help='Words, "phrases", OR, -not, begin*, title:, site:, lang:, state: …'),
    ] = None,
    *,
    site: Annotated[str | None, typer.Option(help="Only of this site or host.")] = None,
    lang: Annotated[str | None, typer.Option(help="Only in this language: ko, en-gb.")] = None,
    after: Annotated[str | None, typer.Option(help="Published on that day or later.")] = None,
    before: Annotated[str | None, typer.Option(help="Published before that day.")] = None,
    state: Annotated[
        str | None, typer.Option(help="Only pages that are present, gone, blocked or failed.")
    ] = None,
    order: Annotated[Order, typer.Option(help="What comes first.")] = Order.BEST,
    limit: Annotated[int, typer.Option(min=1, max=200, help="Documents at a time.")] = 20,
    cursor: Annotated[str | None, typer.Option(help="Go on where another call has ended.")] = None,
) -> int:
    """Documents in which words stand, the best first; docs/search.md has the whole language."""
    options = options_of(context)
    named = {"site": site, "lang": lang, "after": after, "before": before, "state": state}
    fields = (f'{name}:"{value}"' for name, value in named.items() if value is not None)
    typed = " ".join((*(query or ()), *fields))
    searching = Searching.open(options.settings)
    try:
        brought_up_to_date(searching.index, options.settings)
        found = searching.search(typed, limit=limit, cursor=cursor, order=order)
        for number, hit in enumerate(found.hits, 1):
            if options.as_json:
                terminal.emit(as_object(hit))
            else:
                print_hit(number, hit)
        _sum_up(found)
    finally:
        searching.close()
    return 0


def _sum_up(found: Found) -> None:
    many = f"more than {found.count}" if found.is_more else str(found.count)
    terminal.say(f"{many} document{'' if many == '1' else 's'}")
    if found.is_more:
        terminal.say("ranked among the newest; more words find what is older")
    if found.next is not None:
        terminal.say(f"more with --cursor {found.next}")
