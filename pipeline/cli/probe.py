"""`dateline probe`: does the site give what its config promises, now?."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from msgspec.structs import asdict

from pipeline.cli import loop, terminal
from pipeline.cli.options import advised, options_of
from pipeline.errors import FOUND_SOMETHING
from pipeline.fetch.fetcher import Fetcher
from pipeline.ground.clock import SystemClock
from pipeline.sites.register import Register
from pipeline.workbench.peeking import Peeking
from pipeline.workbench.probing import Probing

if TYPE_CHECKING:
    from pipeline.cli.options import Options
    from pipeline.sites.site import Site
    from pipeline.workbench.probing import Demand

PAGES = 3


def command(
    context: typer.Context,
    site: Annotated[str, typer.Argument(help="A site's name.")],
    pages: Annotated[
        int, typer.Option(min=1, max=100, help="So many of what its seeds name are looked at.")
    ] = PAGES,
) -> int:
    """Fetch seeds and pages, the pages twice, and say which demands are met.

    The same text both times, enough of it, a title, a date with its zone, targets in every seed.
    robots.txt and delays are kept to; nothing is archived.  Ends with 1 where one is not met.
    """
    options = options_of(context)
    register = Register.read(options.settings.configs)
    demands = loop.run(_probed(options, register, register.named(site), pages))
    unmet = sum(not demand.met for demand in demands)
    many = f"{len(demands)} demand{'' if len(demands) == 1 else 's'}"
    terminal.say(f"{site}: {many}, {unmet} not met")
    return FOUND_SOMETHING if unmet else 0


async def _probed(options: Options, register: Register, site: Site, pages: int) -> list[Demand]:
    settings, clock = options.settings, SystemClock()
    fetcher = Fetcher(agent=settings.agent, clock=clock, allow_private=settings.allow_private)
    probing = Probing(site, Peeking(register, fetcher, clock, agent=settings.agent))
    demands: list[Demand] = []
    try:
        async for demand in probing.demands(pages):
            _show(demand, demands[-1].url if demands else None, as_json=options.as_json)
            demands.append(demand)
    finally:
        await fetcher.aclose()
    return demands


def _show(demand: Demand, before: str | None, *, as_json: bool) -> None:
    if as_json:
        terminal.emit(asdict(demand))
        return
    if demand.url != before:
        terminal.line((demand.url, "bold"))
    word = ("met     ", "green") if demand.met else ("NOT MET ", "bold red")
    terminal.line(
        "  ", word, f"{demand.what:<44} ", (advised(demand.found), "" if demand.met else "red")
    )
