"""What the catalog answers → what the API says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import asdict

from pipeline.web import shapes

if TYPE_CHECKING:
    from pipeline.catalog import CurrentDocument, Event, Glimpse, Version
    from pipeline.model import Digest
    from pipeline.reading.tracing import Standing as Traced
    from pipeline.web.desk import Standing


def _text(digest: Digest | None) -> str | None:
    return None if digest is None else str(digest)


def site(one: Standing) -> shapes.Site:
    """A site with what its looks came to."""
    return shapes.Site(
        site=one.name,
        state=one.state,
        last_look=one.last_look,
        next_look=one.next_look,
        failures=one.failures,
        declared=one.is_declared,
        tally=shapes.Tally(**asdict(one.total.tally)) if one.total else None,
    )


def document(one: CurrentDocument) -> shapes.Document:
    """A document with its heading."""
    heading = one.heading
    return shapes.Document(
        url=one.url,
        site=one.site,
        state=str(one.state),
        title=heading.title if heading else None,
        published=heading.published if heading else None,
        language=heading.language if heading else None,
        first_seen=one.first_seen,
        last_seen=one.last_seen,
        last_changed_at=one.last_changed_at,
        last_look_at=one.last_look_at,
        looks=one.looks,
        changes=one.changes,
        versions=one.versions,
        text=_text(one.text),
        record=one.record,
    )


def version(one: Version) -> shapes.Version:
    """A version with its heading."""
    return shapes.Version(
        observed_at=one.observed_at,
        text=str(one.text),
        document=str(one.document),
        title=one.heading.title if one.heading else None,
        published=one.heading.published if one.heading else None,
        record=one.record,
        entry=one.entry,
        charset=one.charset,
        generation=one.generation,
        extractor=one.extractor,
        technical=one.technical,
    )


def look(one: Glimpse) -> shapes.Look:
    """One look."""
    return shapes.Look(
        observed_at=one.at,
        outcome=one.outcome,
        reason=one.reason,
        change=one.change,
        status=one.status,
        origin=one.origin,
        record=one.record,
        text=_text(one.text),
    )


def change(one: Event) -> shapes.Change:
    """One change with its heading."""
    return shapes.Change(
        what=one.what,
        at=one.at,
        url=one.url,
        site=one.site,
        title=one.heading.title if one.heading else None,
        published=one.heading.published if one.heading else None,
        text=_text(one.text),
        record=one.record,
        entry=one.entry,
    )


def standing(one: Traced) -> shapes.Standing:
    """A place where a passage stands."""
    return shapes.Standing(
        url=one.url,
        site=one.site,
        title=one.title,
        published=one.published,
        observed_at=one.observed_at,
        until=one.until,
        text=str(one.text),
        similarity=one.similarity,
        passage=one.passage,
        before=one.before,
        after=one.after,
        current=one.is_current,
    )
