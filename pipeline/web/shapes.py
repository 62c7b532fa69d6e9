"""What the API gives, as JSON: a promise, of which openapi.json is made."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

from pipeline.ground.clock import stamp

Moment = Annotated[datetime, PlainSerializer(stamp, return_type=str, when_used="json")]
Sha256 = Annotated[str, Field(pattern="^sha256:[0-9a-f]{64}$")]


class Shape(BaseModel):
    """Fields are only ever added."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Problem(Shape):
    """Why there is no answer."""

    error: str


class Tally(Shape):
    """Looks, and what they came to."""

    looks: int
    new: int
    changed: int
    gone: int
    blocked: int
    failed: int


class Site(Shape):
    """A site and how it stands: `ok`, `stale`, `blocked`, `failing` or `never`."""

    site: str
    state: str
    last_look: Moment | None
    next_look: Moment | None
    failures: int
    declared: bool
    tally: Tally | None


class Document(Shape):
    """A document as it stands: `present`, `gone`, `blocked` or `failed`."""

    url: str
    site: str | None
    state: str
    title: str | None
    published: str | None
    language: str | None
    first_seen: Moment
    last_seen: Moment
    last_changed_at: Moment | None
    last_look_at: Moment
    looks: int
    changes: int
    versions: int
    text: Sha256 | None
    record: str | None


class Version(Shape):
    """A text that stood there; `technical` was made by a change of our rules, not of the page."""

    observed_at: Moment
    text: Sha256
    document: Sha256
    title: str | None
    published: str | None
    record: str
    entry: int
    charset: str
    generation: str
    extractor: str
    technical: bool


class Look(Shape):
    """One look, and what it came to."""

    observed_at: Moment
    outcome: str
    reason: str | None
    change: str | None
    status: int | None
    origin: str
    record: str | None
    text: Sha256 | None


class Change(Shape):
    """A document that was `new`, `changed` or `removed`."""

    what: str
    at: Moment
    url: str
    site: str | None
    title: str | None
    published: str | None
    text: Sha256 | None
    record: str | None
    entry: int | None


class Hit(Shape):
    """A document in which the words stand, or stood from `seen_at` to `until`."""

    url: str
    site: str | None
    title: str | None
    published: str | None
    language: str | None
    text: Sha256
    snippet: str
    state: str
    current: bool
    seen_at: Moment
    until: Moment | None


class Standing(Shape):
    """A document in which the passage stands; `similarity` is 1 word for word."""

    url: str
    site: str | None
    title: str | None
    published: str | None
    observed_at: Moment
    until: Moment | None
    text: Sha256
    similarity: float
    passage: str
    before: str
    after: str
    current: bool


class Alarm(Shape):
    """Something that is the matter, since when."""

    kind: str
    subject: str
    site: str | None
    since: Moment
    raised_at: Moment
    detail: str


class Sites(Shape):
    """Sites by name; `next` is the cursor with which the list goes on."""

    sites: list[Site]
    next: str | None


class Documents(Shape):
    """Documents, last changed first; `next` is the cursor with which the list goes on."""

    documents: list[Document]
    next: str | None


class Opened(Shape):
    """One document, its text, its versions (newest first) and what else was read with the text.

    `next` is the cursor with which the versions go on.  `left_out` says how many characters of the
    text `content` lacks at its end.
    """

    document: Document | None
    content: str | None
    left_out: int
    sidecar: dict[str, Any] | None
    versions: list[Version]
    next: str | None


class Looks(Shape):
    """The last looks at a document, oldest first; `next` is the cursor of those before them."""

    looks: list[Look]
    next: str | None


class Changes(Shape):
    """Changes, newest first; `next` is the cursor with which the list goes on."""

    changes: list[Change]
    next: str | None


class Hits(Shape):
    """`count` documents fit, or more than that where `more` says so.

    `behind` counts texts that are not searched yet; `problem` says why a query cannot be read,
    which finds nothing.
    """

    hits: list[Hit]
    count: int
    more: bool
    behind: int
    next: str | None
    problem: str | None


class Standings(Shape):
    """Where a passage stands, the earliest first; with `more` not all was looked at."""

    standings: list[Standing]
    more: bool
    behind: int


class Alarms(Shape):
    """What is the matter now, by when it was told."""

    alarms: list[Alarm]
