"""A capture and what is proven of it → lines for people, and an object for scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.archive.texts import document_name, text_name
from pipeline.ground.clock import stamp
from pipeline.writing.report import digest_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipeline.catalog import Shown
    from pipeline.fetch.certificates import Certificate
    from pipeline.ground.evidence import CaptureEntry, ExtractionEntry, Logged
    from pipeline.reading.provenance import Commitment

Told = tuple[str, str]

SAID = ("byline", "source", "site_name", "canonical", "amp")
"""What of a sidecar is told beside what lists show."""


def as_object(shown: Shown, committed: Commitment, said: Mapping[str, object]) -> dict[str, Any]:
    """Everything that is known of a capture, of whose page a sidecar has `said` something."""
    heading = shown.heading
    return {
        **_asked(shown.entry),
        **_answered(shown.entry),
        "record": shown.record,
        "records": [
            {"id": ref.record_id, "type": ref.type, "block": str(ref.block)}
            for ref in shown.entry.records
        ],
        "places": {
            record: {"file": place.file, "offset": place.offset, "length": place.length}
            for record, place in shown.places
        },
        "text": digest_text(shown.text),
        "document": digest_text(shown.document),
        "title": heading.title if heading else None,
        "published": heading.published if heading else None,
        "language": heading.language if heading else None,
        # `source` is the record that a replayed capture was taken from.
        **{name if name != "source" else "upstream": said.get(name) for name in SAID},
        "extractions": [_made(one) for one in shown.extractions],
        "taken_down": shown.taken_down,
        "entry": shown.index,
        "proof": {
            "log": committed.origin,
            "size": committed.size,
            "fault": committed.fault,
            "stamped": committed.stamped,
            "stamped_at": stamp(committed.stamped_at) if committed.stamped_at else None,
            "witnesses": [
                {"name": one.name, "size": one.size, "at": stamp(one.at) if one.at else None}
                for one in committed.witnesses
            ],
        },
    }


def _asked(entry: CaptureEntry) -> dict[str, Any]:
    source = entry.source
    return {
        "url": entry.url,
        "requested": entry.requested,
        "site": entry.site,
        "role": str(entry.role),
        "visit": entry.visit,
        "attempt": entry.attempt,
        "observed_at": stamp(entry.observed_at),
        "at": stamp(entry.at),
        "origin": str(entry.origin),
        "source": {"file": str(source.file), "record": source.record_id} if source else None,
        "agent": entry.agent,
        "config": digest_text(entry.config),
        "rules": digest_text(entry.rules),
    }


def _answered(entry: CaptureEntry) -> dict[str, Any]:
    return {
        "outcome": entry.outcome,
        "reason": entry.reason,
        "score": float(entry.score) if entry.score else None,
        "detail": entry.detail,
        "change": entry.change,
        "status": entry.status,
        "payload_record": entry.payload_record,
        "entity": digest_text(entry.entity),
        "decoded": digest_text(entry.decoded),
        "ip": entry.ip,
        "protocol": list(entry.protocol),
        "certificate": digest_text(entry.certificate),
        "tls_verified": entry.tls_verified,
    }


def _made(made: Logged[ExtractionEntry]) -> dict[str, Any]:
    one = made.entry
    return {
        "entry": made.index,
        "at": stamp(one.at),
        "charset": one.charset,
        "rules": str(one.rules),
        "generation": one.generation,
        "extractor": one.extractor,
        "text": str(one.text),
        "document": str(one.document),
        "technical": one.technical,
    }


def chapters(
    shown: Shown,
    committed: Commitment,
    shown_by: Certificate | None,
    said: Mapping[str, object],
) -> Iterator[tuple[str, list[Told]]]:
    """What there is to be told, chapter by chapter: names and values, empty ones left out."""
    told = (
        ("who fetched what", _fetched(shown)),
        ("from whom", _from_whom(shown.entry, shown_by)),
        ("what came", _came(shown)),
        ("what the page says", _said(said)),
        ("how it was read", _read(shown)),
        ("where it lies", _lies(shown)),
        ("what is proven", _proven(committed)),
    )
    for title, lines in told:
        if given := [(name, value) for name, value in lines if value]:
            yield title, given


def _fetched(shown: Shown) -> Iterator[Told]:
    entry, heading = shown.entry, shown.heading
    yield "document", entry.url
    if heading:
        yield "published", heading.published or "the page gives no date"
    yield "asked for", entry.requested
    yield "by", entry.agent
    yield "seen at", stamp(entry.observed_at)
    yield "written at", stamp(entry.at)
    yield "origin", _origin(entry)


def _from_whom(entry: CaptureEntry, shown_by: Certificate | None) -> Iterator[Told]:
    yield "address", " ".join(filter(None, (entry.ip, *entry.protocol)))
    if entry.certificate is None:
        return
    yield "certificate", f"{entry.certificate}"
    if shown_by is not None:
        yield "of", shown_by.subject
        yield "issued by", shown_by.issuer
        yield "valid", f"{shown_by.since:%Y-%m-%d} to {shown_by.until:%Y-%m-%d}"
    yield "checked", "verified by us" if entry.tls_verified else "NOT verified: anybody can show it"


def _came(shown: Shown) -> Iterator[Told]:
    entry = shown.entry
    score = f"score {entry.score}" if entry.score else None
    came_to = (entry.outcome, entry.reason, score, entry.detail, entry.change)
    yield "outcome", ", ".join(filter(None, came_to))
    yield "status", str(entry.status or "")
    yield "entity", digest_text(entry.entity) or ""
    if entry.decoded != entry.entity:
        yield "decoded", digest_text(entry.decoded) or ""


def _said(said: Mapping[str, object]) -> Iterator[Told]:
    for name in SAID:
        value = said.get(name)
        parts = (value.get("name"), value.get("url")) if isinstance(value, dict) else (value,)
        yield name.replace("_", " "), " ".join(str(part) for part in parts if part)


def _read(shown: Shown) -> Iterator[Told]:
    yield "config", digest_text(shown.entry.config) or ""
    for made in shown.extractions:
        one = made.entry
        why = ", because our rules changed" if one.technical else ""
        yield "read by", f"{one.extractor}, generation {one.generation}, {one.charset}{why}"
        yield "rules", str(one.rules)
        yield "into", f"{text_name(one.text)} (entry {made.index})"


def _lies(shown: Shown) -> Iterator[Told]:
    yield "taken down", shown.taken_down or ""
    types = {ref.record_id: ref.type for ref in shown.entry.records}
    for record, place in shown.places:
        # The metadata record says all of the above, and so cannot name itself.
        yield types.get(record, "metadata"), f"{record}  in warc/{place.file} at {place.offset}"
    if shown.text and shown.document and not shown.taken_down:
        yield "text", text_name(shown.text)
        yield "sidecar", document_name(shown.document)


def _proven(committed: Commitment) -> Iterator[Told]:
    if committed.fault is not None:
        yield "NOTHING", committed.fault
        return
    yield "entry", f"{committed.index} of {committed.size} in the log {committed.origin}"
    if committed.stamped_at is None:
        yield "since", "no time stamp covers it yet: see dateline anchor"
    else:
        yield "since", f"{stamp(committed.stamped_at)}, by a stamp over {committed.stamped} entries"
    for one in committed.witnesses:
        when = f"at {stamp(one.at)}" if one.at else "not checked: dateline.yaml has no key of it"
        yield "cosigned by", f"{one.name}, {one.size} entries, {when}"


def _origin(entry: CaptureEntry) -> str:
    source = entry.source
    if source is None:
        return str(entry.origin)
    return f"{entry.origin}: record {source.record_id} of a file {source.file}; not fetched"
