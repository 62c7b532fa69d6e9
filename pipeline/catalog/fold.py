"""A document as it stood + one more entry → the document as it stands.

Looks are ordered by when they were made, not by when they were entered: an old capture that is
imported late adds to the history and replaces nothing that was seen after it.
"""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

from msgspec import Struct

from pipeline.catalog.answers import State
from pipeline.model import Blocked, Captured, Changed, Failed, Gone, New, NotModified, Role

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any

    from pipeline.ground.evidence import CaptureEntry, ExtractionEntry
    from pipeline.model import Digest

    Fields = dict[str, Any]

STATES = {
    Captured.name: State.PRESENT,
    NotModified.name: State.PRESENT,
    Gone.name: State.GONE,
    Blocked.name: State.BLOCKED,
    Failed.name: State.FAILED,
}
"""The outcomes that say something of a document.  A hop or a retried attempt is no look of its
own, and a skip says nothing, because nobody asked."""


class Standing(Struct, frozen=True, kw_only=True):
    """A row of `record_documents`, field for column.

    `gone_looks` are those in a row that found no page, the first at `gone_since`: a page that came
    and a block both end the row, because a block says nothing of what is behind it; a failure and
    a skip leave it as it is.
    """

    url: str
    site: str | None
    state: str
    outcome: str
    reason: str | None
    last_look_at: datetime
    first_seen: datetime | None = None
    last_seen: datetime | None = None
    last_changed_at: datetime | None = None
    captured_at: datetime | None = None
    gone_since: datetime | None = None
    gone_looks: int = 0
    looks: int = 0
    changes: int = 0
    versions: int = 0
    capture: int | None = None
    payload_record: str | None = None
    extraction: int | None = None
    text: Digest | None = None
    document: Digest | None = None


NAMES = Standing.__struct_fields__
VALUES = attrgetter(*NAMES)


def concerns_document(entry: CaptureEntry) -> bool:
    """Whether this entry says anything of a document: the last word of a look at a target."""
    return entry.role is Role.TARGET and entry.outcome in STATES


def after_capture(
    before: Standing | None,
    entry: CaptureEntry,
    *,
    index: int,
    text: Digest | None,
    document: Digest | None,
) -> Standing:
    """The document after the capture at `index`, of which `text` and `document` were read."""
    before = before or _never_looked_at(entry)
    changes = _looked_at(before, entry)
    if STATES[entry.outcome] is State.PRESENT:
        changes |= _seen(before, entry)
    if entry.change in {New.name, Changed.name}:
        changes |= _edited(before, entry)
    if entry.outcome == Captured.name and not _overtaken(entry, before.captured_at):
        changes |= {
            "captured_at": entry.observed_at,
            "capture": index,
            "payload_record": entry.payload_record,
            "extraction": before.extraction if document == before.document else None,
            "text": text,
            "document": document,
        }
    return _changed(before, changes)


def after_extraction(before: Standing, entry: ExtractionEntry, *, index: int) -> Standing:
    """The document after the extraction at `index`.

    It stands for the document if it was made of the bytes of the last capture.
    """
    made: Fields = {"versions": before.versions + 1}
    if entry.record_id == before.payload_record:
        made |= {"extraction": index, "text": entry.text, "document": entry.document}
    return _changed(before, made)


def _changed(before: Standing, changes: Fields) -> Standing:
    """As `dataclasses.replace`, which asks for the fields anew each time: twice a page here."""
    return Standing(**dict(zip(NAMES, VALUES(before), strict=True)) | changes)


def _never_looked_at(entry: CaptureEntry) -> Standing:
    return Standing(
        url=entry.url,
        site=entry.site,
        state=STATES[entry.outcome].value,
        outcome=entry.outcome,
        reason=entry.reason,
        last_look_at=entry.observed_at,
    )


def _overtaken(entry: CaptureEntry, by: datetime | None) -> bool:
    return by is not None and entry.observed_at < by


def _looked_at(before: Standing, entry: CaptureEntry) -> Fields:
    looked: Fields = {"looks": before.looks + 1, "site": entry.site or before.site}
    if not _overtaken(entry, before.last_look_at):
        looked |= {
            "state": STATES[entry.outcome].value,
            "outcome": entry.outcome,
            "reason": entry.reason,
            "last_look_at": entry.observed_at,
            **_absence(before, entry),
        }
    return looked


def _absence(before: Standing, entry: CaptureEntry) -> Fields:
    match STATES[entry.outcome]:
        case State.GONE:
            since = before.gone_since or entry.observed_at
            return {"gone_since": since, "gone_looks": before.gone_looks + 1}
        case State.PRESENT | State.BLOCKED:
            return {"gone_since": None, "gone_looks": 0}
        case _:
            return {}


def _seen(before: Standing, entry: CaptureEntry) -> Fields:
    seen = entry.observed_at
    return {
        "first_seen": min(before.first_seen or seen, seen),
        "last_seen": max(before.last_seen or seen, seen),
    }


def _edited(before: Standing, entry: CaptureEntry) -> Fields:
    edited = entry.observed_at
    return {
        "changes": before.changes + (entry.change == Changed.name),
        "last_changed_at": max(before.last_changed_at or edited, edited),
    }
