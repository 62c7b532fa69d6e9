"""`/archived/RECORD`: the archived page as ReplayWeb.page shows it, in a frame of its own.

The player lives below `/replay/`, with a policy of its own.  Its service worker answers for the
archived page out of a bundle; ours wraps it, so that nothing of the archived page runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from starlette.responses import Response

from pipeline.bundle.agreement import answer_of
from pipeline.web.asked import NotThere
from pipeline.web.naming import capture_named, uuid_of
from pipeline.web.rendering import shown
from pipeline.web.vendored import octets_of

if TYPE_CHECKING:
    from pipeline.web.asked import Asked

PLAYER = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline';"
    " img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' blob: data:;"
    " frame-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'self'"
)
"""The player makes styles of its own; nothing of it comes from another host."""
SCRIPTS = {"ui.js": "vendor/ui.js", "open.js": "static/open.js"}
FRAMED = {"Content-Security-Policy": PLAYER, "X-Frame-Options": "SAMEORIGIN"}


def archived(asked: Asked) -> Response:
    """The page with the frame."""
    capture = capture_named(asked.desk, asked.path["record"])
    entry = capture.entry
    answer = uuid_of(answer_of(entry)) or asked.path["record"]
    ts = "".join(filter(str.isdigit, entry.observed_at.isoformat()))[:14]
    source = urlencode({"source": f"/bundle/{asked.path['record']}.wacz", "embed": "replayonly"})
    shown_at = urlencode({"url": entry.requested, "ts": ts, "view": "pages"})
    return shown(
        "archived.html",
        here="archived",
        capture=capture,
        entry=entry,
        zone=asked.desk.zone(entry.site),
        record=answer,
        frame=f"/replay/?{source}#{shown_at}" if capture.taken_down is None else None,
    )


def player(_asked: Asked) -> Response:
    """The document in the frame."""
    answer = shown("player.html")
    answer.headers.update(FRAMED)
    return answer


def worker(_asked: Asked) -> Response:
    """The player's service worker behind ours, in one script."""
    octets = octets_of("static/guard.js") + b"\n" + octets_of("vendor/sw.js")
    return Response(octets, media_type="text/javascript", headers=FRAMED)


def script(asked: Asked) -> Response:
    """The player, and what tells it where the bundle is."""
    name = SCRIPTS.get(asked.path["name"])
    if name is None:
        raise NotThere(asked.path["name"][:80])
    return Response(octets_of(name), media_type="text/javascript", headers=FRAMED)
