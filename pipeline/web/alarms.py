"""`/alarms`: what is the matter now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.web.rendering import shown

if TYPE_CHECKING:
    from starlette.responses import Response

    from pipeline.web.asked import Asked


def alarms(asked: Asked) -> Response:
    """Every alarm that stands, and every declaration that is refused."""
    desk = asked.desk
    return shown(
        "alarms.html",
        here="alarms",
        alarms=desk.reader.alarms(),
        problems=desk.declared().problems,
        condition=desk.condition(),
        zones=desk.zone,
    )
