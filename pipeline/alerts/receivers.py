"""The `alarms:` part of `dateline.yaml`: who hears of what, and how often."""

from __future__ import annotations

import re
from datetime import timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr, field_validator

from pipeline.ground.declaration import Duration, Part

LONGEST_ADDRESS = 4000
NAME = r"^[a-z0-9][a-z0-9_-]*$"


class Hears(StrEnum):
    """What a receiver may hear: news of documents, or errors."""

    NEW = "new"
    EDITED = "edited"
    REMOVED = "removed"
    ERRORS = "errors"


def pattern(text: str) -> str:
    """`text`, if it is a regular expression.  Raises ValueError."""
    try:
        re.compile(text, re.IGNORECASE)
    except re.error as error:
        raise ValueError(f"a regular expression ({error})") from error
    return text


class ReceiverConfig(Part):
    """Somebody who wants to know.

    `to` is an address as apprise takes them; what is secret in it stands in the environment and is
    named as `${NAME}`.  `sites` and `match`, a pattern searched in what is told of, leave out all
    else.  What comes within `every` of the first thing to tell goes into one message.
    """

    name: Annotated[str, Field(pattern=NAME, max_length=60)]
    to: Annotated[SecretStr, Field(min_length=1, max_length=LONGEST_ADDRESS)]
    hears: Annotated[tuple[Hears, ...], Field(min_length=1)]
    sites: tuple[str, ...] = ()
    match: Annotated[str, Field(max_length=1000), AfterValidator(pattern)] | None = None
    every: Annotated[Duration, Field(le=timedelta(days=7))] = timedelta(minutes=5)


class AlarmsConfig(Part):
    """Everybody who wants to know; without any, alarms stand in the log and on the page alone."""

    receivers: Annotated[tuple[ReceiverConfig, ...], Field(max_length=100)] = ()

    @field_validator("receivers")
    @classmethod
    def _once_each(cls, receivers: tuple[ReceiverConfig, ...]) -> tuple[ReceiverConfig, ...]:
        """What waits for a receiver is kept under its name."""
        names = [each.name for each in receivers]
        if len(set(names)) < len(names):
            raise ValueError("each receiver's name once")
        return receivers
