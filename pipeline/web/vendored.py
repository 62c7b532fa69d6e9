"""Files of the package → octets, and answers that may be kept for long."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from starlette.responses import Response

from pipeline.web.asked import NotThere

if TYPE_CHECKING:
    from pipeline.web.asked import Asked

SERVED = {
    "static/page.css": "text/css; charset=utf-8",
    "static/icon.svg": "image/svg+xml",
    "vendor/htmx.min.js": "text/javascript; charset=utf-8",
}
"""Every file that has an address of its own; nothing else is looked for."""
A_YEAR = "public, max-age=31536000, immutable"


@cache
def octets_of(name: str) -> bytes:
    """A file of this folder."""
    return files("pipeline.web").joinpath(name).read_bytes()


def asset(asked: Asked) -> Response:
    """A style, a script or a picture."""
    name = f"{asked.path['folder']}/{asked.path['name']}"
    if name not in SERVED:
        raise NotThere(name[:80])
    return Response(octets_of(name), media_type=SERVED[name], headers={"Cache-Control": A_YEAR})
