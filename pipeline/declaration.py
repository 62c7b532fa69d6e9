"""What every part of a site's declaration is made of: a strict frozen base, durations, sizes.

The rooms declare their own parts on top of this; `sites` composes them.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, WithJsonSchema

SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "w": 604800.0}
BYTES = {"B": 1, "kB": 10**3, "KB": 10**3, "MB": 10**6, "GB": 10**9, "KiB": 2**10, "MiB": 2**20}

DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d|w)")
SIZE = re.compile(r"(\d+(?:\.\d+)?) ?(B|kB|KB|MB|GB|KiB|MiB)")


class Part(BaseModel):
    """A part of a declaration: frozen, and a key that nobody knows is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


def duration(text: Any) -> timedelta:
    """`90s`, `15m`, `1h30m`, `7d` as a time span.  Raises ValueError for anything else."""
    if isinstance(text, timedelta):
        return text
    if not isinstance(text, str) or not re.fullmatch(f"(?:{DURATION.pattern})+", text):
        message = "a duration: a number and one of ms, s, m, h, d, w, as in 30s, 15m or 1h30m"
        raise ValueError(message)
    parts = DURATION.findall(text)
    return timedelta(seconds=sum(float(number) * SECONDS[unit] for number, unit in parts))


def size(text: Any) -> int:
    """`10MB`, `512KiB` as octets.  Raises ValueError for anything else."""
    if isinstance(text, int) and not isinstance(text, bool) and text > 0:
        return text
    matched = SIZE.fullmatch(text) if isinstance(text, str) else None
    if matched is None:
        message = "a size: a number and one of B, kB, MB, GB, KiB, MiB, as in 10MB"
        raise ValueError(message)
    return int(float(matched[1]) * BYTES[matched[2]])


def spell(span: timedelta) -> str:
    """The shortest duration text that reads back as `span`."""
    left = round(span.total_seconds() * 1000)
    words = []
    for unit in ("d", "h", "m", "s", "ms"):
        count, left = divmod(left, round(SECONDS[unit] * 1000))
        if count:
            words.append(f"{count}{unit}")
    return "".join(words) or "0s"


Duration = Annotated[
    timedelta,
    BeforeValidator(duration),
    PlainSerializer(spell),
    WithJsonSchema(
        {"type": "string", "pattern": f"^(?:{DURATION.pattern})+$", "examples": ["30s", "15m"]}
    ),
]
Size = Annotated[
    int,
    BeforeValidator(size),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "pattern": f"^{SIZE.pattern}$", "examples": ["10MB"]},
                {"type": "integer", "exclusiveMinimum": 0},
            ]
        }
    ),
]
