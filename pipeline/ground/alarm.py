"""The nouns of alarms: what is watched, what holds, and what has changed.

A `Vigil` is what is remembered of one kind of trouble with one subject, from its first sign until
long after its last.  An `Alarm` is a vigil of which somebody was told.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from datetime import datetime

ARCHIVE = "archive"
"""The subject of alarms that are about no site."""


class Kind(StrEnum):
    """What can be the matter.

    `first_crawl` is no alarm and never raised: what a new site brings is counted under it.
    """

    STALE = "stale"
    FAILING = "failing"
    BLOCKED = "blocked"
    ZERO_ITEMS = "zero_items"
    RULES = "rules"
    FIELD_LOST = "field_lost"
    SHORT_TEXT = "short_text"
    SAME_TEXT = "same_text"
    SAME_TITLE = "same_title"
    CONFIG_INVALID = "config_invalid"
    AUDIT_FAILED = "audit_failed"
    PAUSED = "paused"
    ANCHOR_FAILED = "anchor_failed"
    FIRST_CRAWL = "first_crawl"


class Turn(StrEnum):
    """How a state changes."""

    RAISED = "raised"
    CLEARED = "cleared"


class Sign(Struct, frozen=True, kw_only=True):
    """One thing that was seen: `bad` or good news of that kind about `subject`.

    With a `mark` (which document it was) the subject is judged by its last signs together, else by
    how many came in a row.
    """

    kind: Kind
    subject: str
    site: str | None
    bad: bool
    detail: str = ""
    mark: str | None = None


class Vigil(Struct, frozen=True, kw_only=True):
    """What is remembered of one kind and subject.

    `since` is the first bad sign, or the last good one where silence is what counts; `signs` are
    the bad ones in a row and `good` the good ones since.  `recent` holds the last signs by their
    marks.  `raised_at` is None until somebody was told.  At `judge_at` time alone changes it.
    """

    kind: Kind
    subject: str
    site: str | None
    since: datetime
    signs: int = 0
    good: int = 0
    recent: str = ""
    raised_at: datetime | None = None
    judge_at: datetime | None = None
    detail: str = ""


class Alarm(Struct, frozen=True, kw_only=True):
    """A state that holds and was told: `since` when it has held, `raised_at` when it was told."""

    kind: Kind
    subject: str
    site: str | None
    since: datetime
    raised_at: datetime
    detail: str


class Transition(Struct, frozen=True, kw_only=True):
    """A change of state, at `at`: the only thing that anybody is told of."""

    turn: Turn
    kind: Kind
    subject: str
    site: str | None
    since: datetime
    at: datetime
    detail: str


class Refusing(Struct, frozen=True, kw_only=True):
    """A receiver that does not take messages: how often in a row, since when, and until when."""

    failures: int
    since: datetime
    next_try_at: datetime
