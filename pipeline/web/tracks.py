"""`/trace`: where a passage stands, the earliest first; and what of a document stood before."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from pipeline.errors import TakenDown, UsageError
from pipeline.web.rendering import shown

if TYPE_CHECKING:
    from starlette.responses import Response

    from pipeline.reading.tracing import Elsewhere, Traced
    from pipeline.web.asked import Asked

MOST = 60
MOST_TYPED = 4000
"""Characters of a passage: a long paragraph, and an address that servers still take."""


def tracks(asked: Asked) -> Response:
    """Where the passage `text` stands, or which sentences of document `url` stood elsewhere."""
    text = asked.query.get("text", "").strip()[:MOST_TYPED]
    url = asked.query.get("url", "").strip()
    traced: Traced | None = None
    before: tuple[Elsewhere, ...] | None = None
    wrong = None
    with closing(asked.desk.tracing()) as tracing:
        try:
            if tracing.index.is_there and url:
                before = tuple(tracing.elsewhere(url))
            elif tracing.index.is_there and text:
                traced = tracing.trace(text, limit=MOST)
        except (UsageError, TakenDown) as error:
            wrong = str(error)
        behind = tracing.index.behind()
    return shown(
        "trace.html",
        status=400 if wrong else 200,
        here="trace",
        text=text,
        url=url,
        traced=traced,
        before=before,
        wrong=wrong,
        zones=asked.desk.zone,
        behind=behind,
    )
