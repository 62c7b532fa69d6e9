"""The `alerts:` part of a site's declaration."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated, Any, Self

from msgspec import Struct
from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema

from pipeline.ground.declaration import CENTURY, DURATION, Duration, Part, duration, spell

LOOKS = re.compile(r"([1-9]\d{0,3}) looks? over (\S+)")


class Absence(Struct, frozen=True, kw_only=True):
    """How often, and over how long, a page must be missing before it counts as removed."""

    looks: int
    over: timedelta

    @classmethod
    def read(cls, given: Any) -> Self:
        """The inverse of `str`.  Raises ValueError that says what is allowed."""
        if isinstance(given, cls):
            return given
        matched = LOOKS.fullmatch(given) if isinstance(given, str) else None
        if matched is None:
            raise ValueError("a number of looks and a duration, as in: 2 looks over 24h")
        over = duration(matched[2])
        if over > CENTURY:
            raise ValueError(f"looks over {spell(CENTURY)} at most, as in: 2 looks over 24h")
        return cls(looks=int(matched[1]), over=over)

    def __str__(self) -> str:
        return f"{self.looks} look{'' if self.looks == 1 else 's'} over {spell(self.over)}"


GoneAfter = Annotated[
    Absence,
    BeforeValidator(Absence.read),
    PlainSerializer(str),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": rf"^[1-9]\d{{0,3}} looks? over (?:{DURATION.pattern})+$",
            "examples": ["2 looks over 24h"],
        }
    ),
]


class AlertsConfig(Part):
    """When silence or absence becomes news."""

    stale_after: Annotated[Duration, Field(gt=timedelta(0), le=CENTURY)] = timedelta(days=3)
    gone_after: GoneAfter = Absence(looks=2, over=timedelta(hours=24))
