"""`/audit`: what the daemon's last audit of its own archive found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.ground.claims import NOT_PROVEN, REWRITABLE
from pipeline.monitoring.looking_back import last_found
from pipeline.web.rendering import shown

if TYPE_CHECKING:
    from starlette.responses import Response

    from pipeline.monitoring.looking_back import Found
    from pipeline.web.asked import Asked
    from pipeline.web.desk import Desk


def audit(asked: Asked) -> Response:
    """Its claims, counted, and those that failed."""
    return shown(
        "audit.html",
        here="audit",
        found=last_audit(asked.desk),
        every=asked.desk.settings.whole.audit.every,
        said=(REWRITABLE, NOT_PROVEN),
    )


def last_audit(desk: Desk) -> Found | None:
    """What the last audit found; None where there was none."""
    return last_found(desk.settings.archive)
