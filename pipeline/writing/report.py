"""What one visit came to, as it is told to people and to scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from pipeline.ground.clock import stamp
from pipeline.model import Blocked, Failed, Skipped

if TYPE_CHECKING:
    from datetime import datetime

    from pipeline.model import Change, Digest, Outcome, Visit
    from pipeline.writing.keeping import Kept


class Report(Struct, frozen=True, kw_only=True):
    """A visit that has ended and is durable.

    It speaks of the visit's last capture: `url` is that capture's canonical URL and `site` the
    site whose rules read it.  `index` is its entry's in the log; `via` are those of the redirects
    and retried attempts before it.
    """

    visit: Visit
    site: str | None
    url: str
    observed_at: datetime
    outcome: Outcome
    change: Change | None
    status: int | None
    attempts: int
    via: tuple[int, ...]
    index: int
    record: str | None
    entity: Digest | None
    decoded: Digest | None
    kept: Kept | None

    def as_json(self) -> dict[str, Any]:
        """The object of `fetch --json`."""
        return {
            "site": self.site,
            "role": str(self.visit.role),
            "url": self.url,
            "requested": self.visit.target.requested,
            "observed_at": stamp(self.observed_at),
            "visit": self.visit.id,
            "origin": str(self.visit.origin),
            "via": list(self.via),
            "outcome": self.outcome.name,
            "reason": self.outcome.reason,
            "score": round(self.outcome.score, 2) if isinstance(self.outcome, Blocked) else None,
            "detail": self.outcome.detail if isinstance(self.outcome, Failed | Skipped) else None,
            "status": self.status,
            "attempts": self.attempts,
            "change": self.change.name if self.change else None,
            "record": self.record,
            "entry": self.index,
            "entity": digest_text(self.entity),
            "decoded": digest_text(self.decoded),
            "document": _document(self.kept) if self.kept else None,
        }

    def as_log(self) -> dict[str, Any]:
        """What a log line says of it; nothing that is not there."""
        said = {
            "site": self.site,
            "role": str(self.visit.role),
            "url": self.url,
            "visit": self.visit.id,
            "outcome": self.outcome.name,
            "reason": self.outcome.reason,
            "change": self.change.name if self.change else None,
            "status": self.status,
            "attempts": self.attempts,
        }
        return {key: value for key, value in said.items() if value is not None}


def _document(kept: Kept) -> dict[str, Any]:
    document = kept.document
    source = document.source
    return {
        "text": str(kept.text),
        "path": kept.path,
        "title": document.title,
        "byline": document.byline,
        "published": document.published,
        "language": document.language,
        "source": {"name": source.name, "url": source.url} if source else None,
        "site_name": document.site_name,
        "canonical": document.canonical,
        "amp": document.amp,
        "charset": document.charset,
        "charset_why": document.charset_why,
        "extractor": document.extractor,
        "generation": document.generation,
        "config": str(kept.config),
        "rules": str(kept.rules),
        "degraded": document.degraded,
    }


def digest_text(digest: Digest | None) -> str | None:
    """A digest as JSON has it."""
    return str(digest) if digest else None
