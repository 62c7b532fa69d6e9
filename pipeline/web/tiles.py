"""`/log/…`: the log's checkpoint, tiles and entry bundles, as C2SP tlog-tiles has them.

The files lie in the archive just so.  Only names that the format has are looked for, so that no
path leads out of the folder.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from starlette.responses import FileResponse, Response

from pipeline.ledger.tiles import CHECKPOINT, FOLDER
from pipeline.web.asked import NotThere

if TYPE_CHECKING:
    from pipeline.web.asked import Asked

NAME = re.compile(
    r"tile/(?:\d|[1-5]\d|6[0-3]|entries)/(?:x\d{3}/){0,6}\d{3}(?:\.p/\d{1,3})?", re.ASCII
)
A_YEAR = "public, max-age=31536000, immutable"


def checkpoint(asked: Asked) -> Response:
    """The signed state of the log now."""
    path = asked.desk.settings.archive / FOLDER / CHECKPOINT
    if not path.is_file():
        raise NotThere("the checkpoint: nothing was logged yet")
    headers = {"Cache-Control": "no-cache"}
    return Response(path.read_bytes(), media_type="text/plain; charset=utf-8", headers=headers)


def tile(asked: Asked) -> Response:
    """A tile or a bundle; where a partial one has grown, it is gone and the full one is there."""
    name = f"tile/{asked.path['name']}"
    path = asked.desk.settings.archive / FOLDER / name
    if NAME.fullmatch(name) is None or not path.is_file():
        raise NotThere(f"{name[:120]} in the log")
    headers = {"Cache-Control": A_YEAR}
    return FileResponse(path, media_type="application/octet-stream", headers=headers)
