"""A settled look → what there is to tell of its document, and what it says of the site's rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.alerts.edits import edit
from pipeline.alerts.notices import Word, of_document
from pipeline.errors import DamagedRecord
from pipeline.model import Captured, Changed, Digest, New, SameText

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from pipeline.alerts.notices import Notice
    from pipeline.archive.texts import Texts
    from pipeline.catalog import WatchedTarget
    from pipeline.model import Document
    from pipeline.sites.site import Site
    from pipeline.writing.report import Report
    from pipeline.writing.settling import Settled

# What a page says of itself, beside its text.
FIELDS = ("title", "byline", "published", "language")

READ_ANEW = (New, Changed, SameText)


def news_of(report: Report, texts: Texts, at: datetime) -> Notice | None:
    """What is new about the document that a look has found; a change of ours is nothing new."""
    kept = report.kept
    match report.change:
        case New():
            return of_document(
                Word.NEW,
                at=at,
                site=report.visit.site,
                url=report.url,
                title=kept.document.title if kept else None,
                text=kept.text if kept else None,
            )
        case Changed(previous=previous):
            return _edited(report, previous, texts, at)
    return None


def removal_of(
    report: Report, before: WatchedTarget | None, after: WatchedTarget | None, at: datetime
) -> Notice | None:
    """That the removal of a document was declared, or withdrawn, by this look."""
    if before is None or after is None or bool(before.removed_at) == bool(after.removed_at):
        return None
    word = Word.REMOVED if after.removed_at else Word.RETURNED
    since = f"no longer there since {after.removed_at:%Y-%m-%d %H:%M}Z" if after.removed_at else ""
    title = report.kept.document.title if report.kept else None
    return of_document(
        word, at=at, site=report.visit.site, url=after.url, title=title, detail=since
    )


def is_degraded(settled: Settled, site: Site) -> bool | None:
    """Whether the site's own rules failed on bytes that were read anew; None where none were."""
    report, stored = settled.report, settled.stored
    if not site.declared.extract or report.site != site.name:
        return None
    if not isinstance(report.change, READ_ANEW) or not isinstance(report.outcome, Captured):
        return None
    if report.kept is not None:
        return report.kept.document.degraded
    # A page of HTML in which nobody finds a text; what is no HTML is never read.
    is_page = stored is not None and "html" in (stored.header("content-type") or "").lower()
    return True if is_page else None


def _edited(report: Report, previous: Digest | None, texts: Texts, at: datetime) -> Notice:
    kept = report.kept
    said = _said(previous, texts)
    before = Digest.parse(str(said["text"])) if "text" in said else None
    old = _text(before, texts)
    is_rewritten = kept is not None and old is not None and before != kept.text
    return of_document(
        Word.EDITED,
        at=at,
        site=report.visit.site,
        url=report.url,
        title=kept.document.title if kept else None,
        text=kept.text if kept else None,
        previous=before,
        edit=edit(old, kept.document.text) if is_rewritten and kept and old is not None else None,
        detail="; ".join(_fields_changed(said, kept.document)) if kept and said else "",
    )


def _fields_changed(said: Mapping[str, object], document: Document) -> Iterator[str]:
    for name in FIELDS:
        was, now = said.get(name), getattr(document, name)
        if was != now:
            yield f"{name} was {was or 'not there'}, is {now or 'not there'}"


def _said(document: Digest | None, texts: Texts) -> Mapping[str, object]:
    """The sidecar of what stood there before; nothing where it was taken down or lost."""
    try:
        return texts.read_document(document) if document else {}
    except DamagedRecord:
        return {}


def _text(digest: Digest | None, texts: Texts) -> str | None:
    try:
        return texts.read_text(digest) if digest else None
    except DamagedRecord:
        return None
