"""The `schedule:` part of a site's declaration."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    PlainSerializer,
    WithJsonSchema,
    model_validator,
)

from pipeline.ground.declaration import CENTURY, DURATION, Duration, Part, duration, spell
from pipeline.schedule.crontab import crontab

SHORTEST = timedelta(seconds=1)
"""The daemon's own tick: nothing is due more often."""
LONGEST = timedelta(days=366)

Revisit = Literal["aging", "never"] | tuple[timedelta, ...]


def _every(span: timedelta) -> timedelta:
    if not SHORTEST <= span <= LONGEST:
        raise ValueError(f"a duration from {spell(SHORTEST)} to {spell(LONGEST)}")
    return span


def _jitter(span: timedelta) -> timedelta:
    if span > timedelta(days=1):
        raise ValueError("a duration of at most 1d")
    return span


def _crontab(text: str) -> str:
    crontab(text, UTC)
    return text


def _revisit(given: Any) -> Revisit:
    if given == "aging":
        return "aging"
    if given == "never":
        return "never"
    if not isinstance(given, list | tuple) or not given:
        raise ValueError("aging, never, or a list of ages such as [1h, 6h, 1d, 7d, 30d]")
    ages = sorted({duration(age) for age in given})
    if ages[0] < SHORTEST:
        raise ValueError(f"ages of at least {spell(SHORTEST)}")
    if ages[-1] > CENTURY:
        raise ValueError(f"ages of at most {spell(CENTURY)}")
    return tuple(ages)


def _spelled(revisit: Revisit) -> str | list[str]:
    return revisit if isinstance(revisit, str) else [spell(age) for age in revisit]


Every = Annotated[Duration, AfterValidator(_every)]


class AdaptConfig(Part):
    """How far the time between two polls may move by itself."""

    min: Every
    max: Every

    @model_validator(mode="after")
    def _rises(self) -> Self:
        if self.min > self.max:
            raise ValueError(f"min at most max; {spell(self.min)} is over {spell(self.max)}")
        return self


class ScheduleConfig(Part):
    """When a site is polled, and when its documents are looked at again.

    Polls come `every` so often, or by `cron` on the site's own clocks; one hour apart when
    neither is given.  `adapt` moves the interval with the share of news.  `jitter` is the most
    that a poll is put off, by a hash that can be repeated.
    """

    every: Every | None = None
    cron: Annotated[str, AfterValidator(_crontab)] | None = None
    adapt: AdaptConfig | None = None
    jitter: Annotated[Duration, AfterValidator(_jitter)] = timedelta(0)
    revisit: Annotated[
        Revisit,
        BeforeValidator(_revisit),
        PlainSerializer(_spelled),
        WithJsonSchema(
            {
                "anyOf": [
                    {"enum": ["aging", "never"]},
                    {
                        "type": "array",
                        "items": {"type": "string", "pattern": f"^(?:{DURATION.pattern})+$"},
                        "minItems": 1,
                    },
                ]
            }
        ),
    ] = "aging"

    @model_validator(mode="before")
    @classmethod
    def _every_hour(cls, given: Any) -> Any:
        if isinstance(given, dict) and given.get("every") is None and given.get("cron") is None:
            return {**given, "every": timedelta(hours=1)}
        return given

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if self.every is not None and self.cron is not None:
            raise ValueError("every or cron, not both")
        if self.adapt is None:
            return self
        if self.every is None:
            raise ValueError("adapt goes with every, not with cron")
        if not self.adapt.min <= self.every <= self.adapt.max:
            raise ValueError(
                f"every between adapt's min and max; {spell(self.every)} is not between"
                f" {spell(self.adapt.min)} and {spell(self.adapt.max)}"
            )
        return self
