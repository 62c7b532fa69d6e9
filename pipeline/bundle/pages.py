"""Entries and sidecars → the list of pages that replaying software shows (WACZ 1.1.1)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from msgspec import Struct

from pipeline.bundle.agreement import answer_of
from pipeline.ground.evidence import CaptureEntry, ExtractionEntry
from pipeline.model import Captured, NotModified, Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from pipeline.ground.evidence import Entry
    from pipeline.model import Digest

HEADER = {"format": "json-pages-1.0", "id": "pages", "title": "Documents"}
SHOWN = frozenset((Captured.name, NotModified.name))
URN = "urn:uuid:"


class Page(Struct, frozen=True, kw_only=True):
    """A captured document: `id` is the UUID of the record that was its answer."""

    id: str
    url: str
    observed_at: datetime
    title: str

    @property
    def ts(self) -> str:
        """When it was captured, to the second, as its index has it."""
        return whole_seconds(self.observed_at)


def pages_in(
    entries: Iterable[Entry], sidecars: Mapping[Digest, Mapping[str, object]]
) -> tuple[Page, ...]:
    """The pages among `entries`, in the log's order.

    A page's title is that of the newest document that was read in its bytes; without one, its URL
    stands for it.
    """
    known = tuple(entries)
    titles = {
        (one.url, one.record_id): title
        for one in known
        if isinstance(one, ExtractionEntry)
        and isinstance(title := sidecars.get(one.document, {}).get("title"), str)
    }
    return tuple(
        Page(
            id=answer.removeprefix(URN),
            url=one.requested,
            observed_at=one.observed_at,
            title=titles.get((one.url, one.payload_record or ""), one.requested),
        )
        for one in known
        if isinstance(one, CaptureEntry)
        and one.role is Role.TARGET
        and one.outcome in SHOWN
        and (answer := answer_of(one))
    )


def pages_file(pages: Sequence[Page]) -> bytes:
    """`pages.jsonl`: a header, then a line for each page."""
    listed = [
        {"id": page.id, "url": page.url, "ts": page.ts, "title": page.title} for page in pages
    ]
    lines = [json.dumps(one, ensure_ascii=False) + "\n" for one in (HEADER, *listed)]
    return "".join(lines).encode()


def whole_seconds(at: datetime) -> str:
    """`2026-11-21T10:00:00Z`."""
    return at.replace(microsecond=0, tzinfo=None).isoformat() + "Z"
