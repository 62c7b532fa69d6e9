"""`dateline show`: where a text came from."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.archive.texts import document_name, text_name
from pipeline.cli import terminal
from pipeline.cli.options import options_of
from pipeline.clock import stamp
from pipeline.errors import NotRecorded
from pipeline.model import Digest
from pipeline.opening import looked_into
from pipeline.report import digest_text
from pipeline.sites.register import Register

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.catalog import Shown
    from pipeline.settings import Settings

DIGEST = re.compile(r"(?:sha256:|.*/)?([0-9a-f]{64})(?:\.txt|\.json)?")
RECORD = re.compile(r"<?(?:urn:uuid:)?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})>?")
VISIT = re.compile(r"[0-9a-f]{32}")
NAMES = 14


def command(
    context: typer.Context,
    what: Annotated[
        str,
        typer.Argument(
            metavar="ID",
            help="A text's digest or file, a record id, a visit, or a URL (its last capture).",
        ),
    ],
) -> None:
    """Provenance: who fetched what, when, from where, how, and by which rule it was read."""
    options = options_of(context)
    found = captures_of(what, options.settings)
    if not found:
        raise NotRecorded(what, archive=options.settings.archive)
    for number, shown in enumerate(found):
        if options.as_json:
            terminal.emit(as_object(shown))
        else:
            if number:
                terminal.line("")
            _print(shown)


def captures_of(what: str, settings: Settings) -> tuple[Shown, ...]:
    """The captures that `what` names, oldest first."""
    reader = looked_into(settings)
    if matched := DIGEST.fullmatch(what):
        digest = Digest("sha256", bytes.fromhex(matched[1]))
        return reader.captures_of_text(digest) or reader.captures_of_document(digest)
    if matched := RECORD.fullmatch(what):
        one = reader.capture(f"urn:uuid:{matched[1]}")
        return (one,) if one else ()
    if VISIT.fullmatch(what):
        return reader.captures_of_visit(what)
    register = Register.read(settings.configs, may_be_empty=True)
    document = reader.document(register.document(what)) or reader.document(what)
    last = reader.capture(document.record) if document and document.record else None
    return (last,) if last else ()


def as_object(shown: Shown) -> dict[str, Any]:
    """Everything that is known of a capture, for scripts."""
    entry, heading = shown.entry, shown.heading
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
        "source": {"file": str(entry.source.file), "record": entry.source.record_id}
        if entry.source
        else None,
        "outcome": entry.outcome,
        "reason": entry.reason,
        "detail": entry.detail,
        "change": entry.change,
        "status": entry.status,
        "record": shown.record,
        "payload_record": entry.payload_record,
        "entry": shown.index,
        "records": [
            {"id": ref.record_id, "type": ref.type, "block": str(ref.block)}
            for ref in entry.records
        ],
        "places": {
            record: {"file": place.file, "offset": place.offset, "length": place.length}
            for record, place in shown.places
        },
        "entity": digest_text(entry.entity),
        "decoded": digest_text(entry.decoded),
        "ip": entry.ip,
        "protocol": list(entry.protocol),
        "certificate": digest_text(entry.certificate),
        "tls_verified": entry.tls_verified,
        "config": digest_text(entry.config),
        "rules": digest_text(entry.rules),
        "agent": entry.agent,
        "text": digest_text(shown.text),
        "document": digest_text(shown.document),
        "title": heading.title if heading else None,
        "published": heading.published if heading else None,
        "language": heading.language if heading else None,
        "extractions": [
            {
                "entry": index,
                "at": stamp(one.at),
                "charset": one.charset,
                "rules": str(one.rules),
                "generation": one.generation,
                "extractor": one.extractor,
                "text": str(one.text),
                "document": str(one.document),
                "technical": one.technical,
            }
            for index, one in ((made.index, made.entry) for made in shown.extractions)
        ],
    }


def _print(shown: Shown) -> None:
    heading = shown.heading
    terminal.line(((heading.title if heading else None) or shown.entry.url, "bold"))
    for name, told in _told(shown):
        if told:
            terminal.line(("  " + name.ljust(NAMES), "dim"), told)


def _told(shown: Shown) -> Iterator[tuple[str, str]]:
    """Who, when, where from, what, where it lies, and how it was read."""
    entry, heading = shown.entry, shown.heading
    yield "document", entry.url
    if heading:
        yield "published", heading.published or "the page gives no date"
    yield "asked for", entry.requested
    yield "by", entry.agent
    yield "seen at", stamp(entry.observed_at)
    yield "written at", stamp(entry.at)
    yield "origin", _origin(shown)
    yield "answered by", " ".join(filter(None, (entry.ip, *entry.protocol)))
    yield "certificate", _certificate(shown)
    came_to = (entry.outcome, entry.reason, entry.detail, entry.change)
    yield "outcome", ", ".join(filter(None, came_to))
    yield "status", str(entry.status or "")
    yield "entity", digest_text(entry.entity) or ""
    yield "decoded", digest_text(entry.decoded) or ""
    types = {ref.record_id: ref.type for ref in entry.records}
    for record, place in shown.places:
        # The metadata record says all of the above, and so cannot name itself.
        yield types.get(record, "metadata"), f"{record}  in warc/{place.file} at {place.offset}"
    yield "config", digest_text(entry.config) or ""
    if shown.text and shown.document:
        yield "text", text_name(shown.text)
        yield "sidecar", document_name(shown.document)
    for made in shown.extractions:
        one = made.entry
        why = "technical: our rules changed" if one.technical else "rules"
        yield (
            "read by",
            f"{one.extractor}, generation {one.generation}, {one.charset} ({why} {one.rules})",
        )
    yield "ledger", "not yet: this archive has no ledger, so nothing here is proven to others"


def _origin(shown: Shown) -> str:
    source = shown.entry.source
    if source is None:
        return str(shown.entry.origin)
    return f"{shown.entry.origin}: record {source.record_id} of a file {source.file}; not fetched"


def _certificate(shown: Shown) -> str:
    digest = shown.entry.certificate
    if digest is None:
        return ""
    return f"{digest} ({'verified' if shown.entry.tls_verified else 'NOT verified'})"
