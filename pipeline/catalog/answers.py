"""What the catalog answers: frozen values, never rows."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

from pipeline.model import Blocked, Failed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from pipeline.ground.evidence import CaptureEntry, ExtractionEntry, Logged
    from pipeline.model import Digest, Place

SITE_STATES = {Blocked.name: "blocked", Failed.name: "failing"}


class LastText(Struct, frozen=True, kw_only=True):
    """A document's last capture, and the text that stands for it today.

    `visit` is the capture's.  `record_id` is the full response that holds the bytes, `place` where
    it lies (None: nowhere that this catalog knows).  `text` and `document` are None where the page
    had nothing to read; then `rules` are those of the capture and there is no extractor.
    """

    visit: str
    record_id: str | None
    place: Place | None
    observed_at: datetime
    entity: Digest | None
    decoded: Digest | None
    text: Digest | None
    document: Digest | None
    rules: Digest | None
    extractor: str | None
    generation: str | None


class FullResponse(Struct, frozen=True, kw_only=True):
    """A response record that holds its whole entity-body: what a revisit may refer to.

    `url` is the one that was asked for, as the record itself says it; `outcome` is what that look
    came to.
    """

    record_id: str
    url: str
    observed_at: datetime
    entity: Digest
    decoded: Digest | None
    transfer_encoding: str | None
    content_encoding: str | None
    place: Place
    outcome: str


class Alike(Struct, frozen=True, kw_only=True):
    """A document that has another's text, and had one of its own before."""

    url: str
    site: str | None


class Held(Struct, frozen=True, kw_only=True):
    """Which entries and records concern the bytes of one entity, as far as they are there.

    `leaves` are the captures that hold them and the extractions made of them, `responses` the
    records that hold them and where each lies (None: nowhere), `revisits` those that refer there.
    """

    leaves: tuple[int, ...]
    responses: tuple[tuple[str, Place | None], ...]
    revisits: tuple[str, ...]


LONGEST_TITLE = 1000
"""Characters: no title is as long, and lists of them are read by the hundred."""


class Heading(Struct, frozen=True, kw_only=True):
    """What a document sidecar says that lists show; `title` is the first LONGEST_TITLE of it."""

    title: str | None
    published: str | None
    language: str | None
    degraded: bool


class State(StrEnum):
    """What the last look says of a document."""

    PRESENT = "present"
    GONE = "gone"
    BLOCKED = "blocked"
    FAILED = "failed"


class Missing(Struct, frozen=True, kw_only=True):
    """A document that the last looks in a row, `looks` of them since `since`, found gone.

    `was_seen` says that it had been captured before.
    """

    since: datetime
    looks: int
    was_seen: bool


class HistoryRow(Struct, frozen=True, kw_only=True):
    """One look at a document, or one text that our own change of rules made of it.

    The latter has `technical` set, no outcome and no change; its `observed_at` is that of the
    bytes it was made of.  `entry` is its index in the log.  `taken_down` is the reason for which
    the bytes are not there any more.
    """

    at: datetime
    observed_at: datetime
    visit: str
    role: str
    origin: str
    requested: str
    outcome: str | None
    reason: str | None
    change: str | None
    status: int | None
    record: str | None
    entry: int
    text: Digest | None
    document: Digest | None
    degraded: bool
    technical: bool
    score: str | None = None
    taken_down: str | None = None


class Looked(Struct, frozen=True, kw_only=True):
    """What planning needs to know of one live capture of a seed or target."""

    at: datetime
    observed_at: datetime
    visit: str
    role: str
    site: str | None
    url: str
    requested: str
    outcome: str
    change: str | None
    record: str | None
    payload_record: str | None


class SiteSummary(Struct, frozen=True, kw_only=True):
    """A site as it stands.

    `state` is `never` before the first look, then `ok`, `blocked` or `failing` as the last one
    went; `failures` counts those in a row; `documents` are pages that were captured at least once.
    """

    site: str
    state: str
    last_look: datetime | None
    next_look: datetime | None
    failures: int
    documents: int
    changes: int


class CurrentDocument(Struct, frozen=True, kw_only=True):
    """A captured document as it stands; `text` is None where it has nothing to read.

    `first_seen` and `last_seen` are the first and last instants at which a look found it,
    `captured_at` when the bytes in `record` came.  `changes` counts what the site changed,
    `versions` the extractions, our own included.
    """

    url: str
    site: str | None
    state: State
    first_seen: datetime
    last_seen: datetime
    last_changed_at: datetime | None
    last_look_at: datetime
    captured_at: datetime
    looks: int
    changes: int
    versions: int
    record: str | None
    text: Digest | None
    document: Digest | None
    heading: Heading | None


class Shown(Struct, frozen=True, kw_only=True):
    """Everything the catalog knows of one capture, which stands at `index` in the log.

    `record` stands for it; `places` has all its records, the metadata record included;
    `extractions` are those of its bytes for its URL, in the order they were made.  `taken_down`
    is the reason for which the bytes are not there any more.
    """

    index: int
    entry: CaptureEntry
    record: str | None
    places: tuple[tuple[str, Place], ...]
    text: Digest | None
    document: Digest | None
    heading: Heading | None
    extractions: tuple[Logged[ExtractionEntry], ...]
    taken_down: str | None = None


class Unread(Struct, frozen=True, kw_only=True):
    """An extraction that an index has not taken in.

    `is_first` says that no earlier one gave this text.  `site`, `origin` and `observed_at` are
    those of the capture whose bytes were read; None where the log does not tell of one.
    """

    entry: int
    url: str
    text: Digest
    document: Digest
    generation: str
    rules: Digest
    site: str | None
    origin: str | None
    observed_at: datetime | None
    is_first: bool


class Saying(Struct, frozen=True, kw_only=True):
    """A document that says `text`; once said it, where that is not `is_current` any more.

    `title` and `published` are as they were read with it, `first_seen` is the document's.
    """

    url: str
    site: str | None
    title: str | None
    published: str | None
    first_seen: datetime
    text: Digest
    is_current: bool


class Counts(Struct, frozen=True, kw_only=True):
    """How much there is."""

    captures: int
    extractions: int
    documents: int
    texts: int


class Vitals(Struct, frozen=True, kw_only=True):
    """What waits and what is wrong, at one moment.

    `due` counts seeds and targets whose time has come, `oldest_due_at` is the first such time;
    `sites` counts those that were ever planned, by state, `alarms` those that hold, by kind;
    `stamped_at` is when the newest time stamp was entered.
    """

    due: int
    oldest_due_at: datetime | None
    sites: Mapping[str, int]
    documents: int
    hosts_resting: int
    alarms: Mapping[str, int]
    stamped_at: datetime | None


def site_state(outcome: str | None) -> str:
    """What a site's last look says of it."""
    return SITE_STATES.get(outcome, "ok") if outcome else "never"
