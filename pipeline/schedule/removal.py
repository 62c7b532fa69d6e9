"""How often, and for how long, a page was missing → whether it counts as removed.

One answer of "not found" may be a slip of a server that is being mended: a removal takes `needed`
looks in a row, the first and the last of them `over` apart.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

SOONEST = timedelta(minutes=5)
"""Two looks closer than this are one: a server's slip lasts longer."""


def is_removed(
    since: datetime, looks: int, *, last_look: datetime, needed: int, over: timedelta
) -> bool:
    """Whether `looks` in a row, from `since` to `last_look`, are enough."""
    return looks >= needed and last_look - since >= over


def confirmed_at(
    since: datetime, looks: int, *, last_look: datetime, needed: int, over: timedelta
) -> datetime | None:
    """When to look next, so that the removal is certain as soon as it may be; None when it is.

    What is left of the time is shared out among the looks that are left.
    """
    if is_removed(since, looks, last_look=last_look, needed=needed, over=over):
        return None
    left = max(1, needed - looks)
    return last_look + max(SOONEST, (since + over - last_look) / left)
