"""The `alerts:` part of a site's declaration."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from pydantic import model_serializer, model_validator

from pipeline.declaration import Duration, Part, duration, spell

LOOKS = re.compile(r"(\d+) looks? over (\S+)")


class GoneAfter(Part):
    """How often, and over how long, a page must be missing before it counts as removed.

    Written `2 looks over 24h`.
    """

    looks: int = 2
    over: Duration = timedelta(hours=24)

    @model_validator(mode="before")
    @classmethod
    def _read(cls, given: Any) -> Any:
        matched = LOOKS.fullmatch(given) if isinstance(given, str) else None
        if matched is None or int(matched[1]) < 1:
            raise ValueError("a number of looks and a duration, as in: 2 looks over 24h")
        return {"looks": int(matched[1]), "over": duration(matched[2])}

    @model_serializer
    def _spell(self) -> str:
        return f"{self.looks} looks over {spell(self.over)}"


class AlertsConfig(Part):
    """When silence or absence becomes news."""

    stale_after: Duration = timedelta(days=3)
    gone_after: GoneAfter = GoneAfter.model_validate("2 looks over 24h")
