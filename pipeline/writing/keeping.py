"""A Document → the two files that keep it, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from pipeline.archive.texts import text_name
from pipeline.catalog import LONGEST_TITLE, Heading
from pipeline.extract.signature import is_current
from pipeline.model import Document, NotModified, Origin, Role, SameBytes, Upstream

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from pipeline.archive.texts import Texts
    from pipeline.catalog import LastText, Record
    from pipeline.ground.evidence import CaptureEntry
    from pipeline.model import Digest
    from pipeline.sites.site import Site


class Kept(Struct, frozen=True, kw_only=True):
    """A document that lies in the archive.

    `digest` is its sidecar's, `text` its clean text file's, `path` where that lies relative to
    the archive; `config` and `rules` are what it was read by.
    """

    document: Document
    digest: Digest
    text: Digest
    path: str
    config: Digest
    rules: Digest

    @property
    def heading(self) -> Heading:
        """What lists show of it."""
        document = self.document
        return Heading(
            title=_title(document.title),
            published=document.published,
            language=document.language,
            degraded=document.degraded,
        )


def keep(texts: Texts, document: Document, site: Site) -> Kept:
    """Take `document`, read by the rules of `site`, into the batch; durable when the batch is."""
    text = texts.keep_text(document.text)
    return Kept(
        document=document,
        digest=texts.keep_document(document, text),
        text=text,
        path=text_name(text),
        config=site.config,
        rules=site.rules_digest,
    )


def followed(record: Record, url: str, origin: Origin, *, seen_at: datetime) -> LastText | None:
    """The last text of `url` that a look of that origin at `seen_at` is compared with.

    What a replay or import saw may come late: it follows what had been seen by then.
    """
    last = record.last_text(url)
    if last is not None and origin is not Origin.LIVE and last.observed_at > seen_at:
        return record.text_at(url, seen_at)
    return last


def is_of_today(last: LastText, site: Site) -> bool:
    """Whether today's rules and software would have read the last capture the same way."""
    return last.rules == site.rules_digest and (
        last.extractor is None or is_current(last.extractor)
    )


def standing_before(record: Record, entry: CaptureEntry) -> tuple[Digest | None, Digest | None]:
    """The text and document that a look has met which found what was known before."""
    known = entry.change == SameBytes.name or entry.outcome == NotModified.name
    if not known or entry.role is not Role.TARGET:
        return None, None
    last = followed(record, entry.url, entry.origin, seen_at=entry.observed_at)
    return (last.text, last.document) if last else (None, None)


def heading_of(said: Mapping[str, object]) -> Heading:
    """What lists show of the sidecar that says `said`."""
    return Heading(
        title=_title(_word(said, "title")),
        published=_word(said, "published"),
        language=_word(said, "language"),
        degraded=bool(said["degraded"]),
    )


def kept_before(texts: Texts, last: LastText, site: Site) -> Kept | None:
    """The document that stands for a last capture; None where there was nothing to read.

    Raises DamagedRecord when its files are missing or were altered.
    """
    if last.text is None or last.document is None:
        return None
    said = texts.read_document(last.document)
    document = Document(
        text=texts.read_text(last.text),
        title=_title(_word(said, "title")),
        byline=_word(said, "byline"),
        published=_word(said, "published"),
        language=_word(said, "language"),
        source=_upstream(said["source"]),
        charset=str(said["charset"]),
        charset_why=str(said["charset_why"]),
        generation=str(said["generation"]),
        extractor=last.extractor or "",
        degraded=bool(said["degraded"]),
        canonical=_word(said, "canonical"),
        amp=_word(said, "amp"),
        site_name=_word(said, "site_name"),
    )
    return Kept(
        document=document,
        digest=last.document,
        text=last.text,
        path=text_name(last.text),
        config=site.config,
        rules=last.rules or site.rules_digest,
    )


def _title(said: str | None) -> str | None:
    return said and said[:LONGEST_TITLE]


def _word(said: Mapping[str, object], name: str) -> str | None:
    value = said.get(name)
    return None if value is None else str(value)


def _upstream(said: object) -> Upstream | None:
    if not isinstance(said, dict):
        return None
    return Upstream(name=said["name"], url=said["url"])
