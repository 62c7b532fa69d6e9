"""`/search`: where words stand, now or in what a page said before."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from starlette.responses import RedirectResponse

from pipeline.errors import UsageError
from pipeline.ground.query import Order
from pipeline.web.rendering import shown, to

if TYPE_CHECKING:
    from starlette.responses import Response

    from pipeline.reading.searching import Found
    from pipeline.web.asked import Asked

MOST_ON_A_PAGE = 20
MOST_TYPED = 1000
"""Characters of a query: more than anybody types."""
ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)


def seeking(asked: Asked) -> Response:
    """The documents that fit; an address leads to its document."""
    typed = asked.query.get("q", "").strip()[:MOST_TYPED]
    if ADDRESS.fullmatch(typed):
        return RedirectResponse(to("/document", url=typed), status_code=303)
    order = Order.NEWEST if asked.query.get("order") == "newest" else Order.BEST
    found, wrong = None, None
    if typed:
        try:
            found = _found(asked, typed, order)
        except UsageError as error:
            wrong = str(error)
    return shown(
        "search.html",
        status=400 if wrong else 200,
        here="search",
        typed=typed,
        order=str(order),
        found=found,
        wrong=wrong,
        behind=asked.desk.searching.behind(),
        begun=not asked.query.get("cursor"),
    )


def _found(asked: Asked, typed: str, order: Order) -> Found | None:
    """None where nothing was indexed yet."""
    searching, cursor = asked.desk.searching, asked.query.get("cursor") or None
    if not searching.index.is_there:
        return None
    return searching.search(typed, limit=MOST_ON_A_PAGE, cursor=cursor, order=order)
