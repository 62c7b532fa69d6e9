"""What every part of a site's declaration is made of: a strict frozen base, durations, sizes.

The rooms declare their own parts on top of this; `sites` composes them.
"""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, WithJsonSchema

MILLISECONDS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000}
BYTES = {"B": 1, "kB": 10**3, "KB": 10**3, "MB": 10**6, "GB": 10**9, "KiB": 2**10, "MiB": 2**20}

DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d|w)")
DURATIONS = re.compile(f"(?:{DURATION.pattern})+")
CENTURY = timedelta(days=36_500)
"""The most that is counted on from a moment: beyond the year 9999 there is none."""
A_DURATION = "a duration: a number and one of ms, s, m, h, d, w, as in 30s, 15m or 1h30m"
SIZE = re.compile(r"(\d+(?:\.\d+)?) ?(B|kB|KB|MB|GB|KiB|MiB)")


class Part(BaseModel):
    """A part of a declaration: frozen, and a key that nobody knows is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


def duration(text: Any) -> timedelta:
    """`90s`, `15m`, `1h30m`, `7d` as a time span.  Raises ValueError for anything else."""
    if isinstance(text, timedelta):
        return text
    return _duration(text if isinstance(text, str) else "")


@lru_cache(maxsize=256)
def _duration(text: str) -> timedelta:
    """As `duration`: thousands of declarations name the same few."""
    if not DURATIONS.fullmatch(text):
        raise ValueError(A_DURATION)
    parts = [Decimal(number) * MILLISECONDS[unit] * 1000 for number, unit in DURATION.findall(text)]
    try:
        return timedelta(microseconds=int(sum(parts)))
    except OverflowError as error:
        raise ValueError(A_DURATION) from error


def size(text: Any) -> int:
    """`10MB`, `512KiB` as octets.  Raises ValueError for anything else."""
    if isinstance(text, int) and not isinstance(text, bool) and text > 0:
        return text
    matched = SIZE.fullmatch(text) if isinstance(text, str) else None
    octets = int(Decimal(matched[1]) * BYTES[matched[2]]) if matched else 0
    if not 0 < octets < 2**63:
        message = "a size: a number and one of B, kB, MB, GB, KiB, MiB, as in 10MB"
        raise ValueError(message)
    return octets


def spell(span: timedelta) -> str:
    """The shortest duration text that reads back as `span`."""
    left = round(span.total_seconds() * 1000)
    words = []
    for unit in ("d", "h", "m", "s", "ms"):
        count, left = divmod(left, MILLISECONDS[unit])
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
