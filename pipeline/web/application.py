"""An archive → all of its pages, as an application that a server can serve."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from pipeline.web import feeds, openapi
from pipeline.web.alarms import alarms
from pipeline.web.asked import endpoint, refused
from pipeline.web.audit import audit
from pipeline.web.changes import changes
from pipeline.web.comparison import comparison
from pipeline.web.document import document
from pipeline.web.downloads import Bundles, entry, proof, text
from pipeline.web.guarding import Guard
from pipeline.web.login import Login
from pipeline.web.overview import overview
from pipeline.web.provenance import provenance
from pipeline.web.replay import archived, player, script, worker
from pipeline.web.seeking import seeking
from pipeline.web.site import site
from pipeline.web.tiles import checkpoint, tile
from pipeline.web.tracks import tracks
from pipeline.web.vendored import asset

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp

    from pipeline.web.admission import Admission
    from pipeline.web.asked import Read
    from pipeline.web.desk import Desk
    from pipeline.web.exposition import Exposition
    from pipeline.web.health import Health

PAGES: dict[str, Read] = {
    "/": overview,
    "/changes": changes,
    "/sites/{name}": site,
    "/document": document,
    "/diff": comparison,
    "/provenance/{record}": provenance,
    "/archived/{record}": archived,
    "/search": seeking,
    "/trace": tracks,
    "/alarms": alarms,
    "/audit": audit,
    "/text/{digest}.txt": text,
    "/entry/{index}.json": entry,
    "/entry/{index}.tlog-proof": proof,
    "/feeds/changes.atom": feeds.changes,
    "/feeds/search.atom": feeds.hits,
    "/log/checkpoint": checkpoint,
    "/log/tile/{name:path}": tile,
    "/replay/": player,
    "/replay/sw.js": worker,
    "/replay/{name}": script,
    "/{folder}/{name}": asset,
}
"""A new page is a file of this folder and a line here."""


def room(desk: Desk, bundles: Bundles) -> Iterator[Route]:
    """The pages about the archive."""
    yield Route("/bundle/{record}.wacz", endpoint(bundles.bundle, desk))
    yield from openapi.routes(desk)
    for path, read in PAGES.items():
        yield Route(path, endpoint(read, desk))


def daemons(health: Health, exposition: Exposition) -> Iterator[Route]:
    """The pages about the daemon."""
    yield Route("/healthz", health.healthz)
    yield Route("/readyz", health.readyz)
    yield Route("/metrics", exposition.metrics)


def application(routes: Iterable[Route], admission: Admission) -> ASGIApp:
    """The pages behind the guard, and what belongs to every site."""
    login = Login(admission)
    return Starlette(
        routes=[
            Route("/robots.txt", _robots),
            Route("/login", login.form),
            Route("/login", login.enter, methods=["POST"]),
            *routes,
        ],
        middleware=[Middleware(Guard, admission=admission)],
        exception_handlers={404: _nowhere},
    )


async def _robots(_request: Request) -> Response:
    """Nobody's crawler has any business here."""
    return PlainTextResponse("User-agent: *\nDisallow: /\n")


async def _nowhere(request: Request, _error: Exception) -> Response:
    path = request.url.path[:120]
    return refused(404, "There is no such page", f"nothing is at {path}")
