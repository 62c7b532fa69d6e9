"""What lists and pages are made of: frozen values, never rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from datetime import date, datetime

    from pipeline.catalog.answers import Heading
    from pipeline.model import Digest


class Tally(Struct, frozen=True, kw_only=True):
    """How many looks there were, and what they came to: of a site, of a day, or of both."""

    looks: int = 0
    new: int = 0
    changed: int = 0
    gone: int = 0
    blocked: int = 0
    failed: int = 0


class Event(Struct, frozen=True, kw_only=True):
    """A document that was `new`, `changed` or `removed`, and when that was seen.

    `entry` and `text` are those of the capture; a removal is declared after several looks, and has
    neither.
    """

    what: str
    at: datetime
    url: str
    site: str | None
    heading: Heading | None
    entry: int | None = None
    text: Digest | None = None
    record: str | None = None


class SeedState(Struct, frozen=True, kw_only=True):
    """A seed page as it stands; `links` is how many targets it named when it last named any."""

    url: str
    last_poll_at: datetime | None
    next_poll_at: datetime | None
    polls: int
    failures: int
    links: int


class Trouble(Struct, frozen=True, kw_only=True):
    """A look that was blocked or failed."""

    at: datetime
    url: str
    role: str
    outcome: str
    reason: str | None
    detail: str
    score: str | None
    status: int | None
    record: str | None


class Version(Struct, frozen=True, kw_only=True):
    """A text that stood at a URL, and what was read with it.

    `observed_at` is that of the bytes, `entry` the extraction's.  `technical` is made by a change
    of our rules.  `record` is the response that holds the bytes.
    """

    entry: int
    observed_at: datetime
    text: Digest
    document: Digest
    heading: Heading | None
    record: str
    charset: str
    generation: str
    extractor: str
    technical: bool


class Glimpse(Struct, frozen=True, kw_only=True):
    """One look at a document: when, and what it came to."""

    entry: int
    at: datetime
    visit: str
    outcome: str
    reason: str | None
    change: str | None
    status: int | None
    origin: str
    record: str | None
    text: Digest | None
    score: str | None


class Watch(Struct, frozen=True, kw_only=True):
    """What is planned for a document; `removed_at` is when its removal was declared."""

    found_in: str | None
    discovered_at: datetime
    next_look_at: datetime | None
    removed_at: datetime | None


class DayOf(Struct, frozen=True, kw_only=True):
    """The tally of one day of UTC."""

    day: date
    tally: Tally


class Total(Struct, frozen=True, kw_only=True):
    """All that was seen of a site, from the `first` day of UTC to the `last`."""

    tally: Tally
    first: date
    last: date
