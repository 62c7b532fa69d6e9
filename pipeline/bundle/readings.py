"""A bundle's extraction entries → whether text and sidecar follow from the bytes by the rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from pipeline.archive.stored import stored_for_revisit, stored_response
from pipeline.archive.texts import sidecar_bytes, text_bytes
from pipeline.bundle.agreement import answer_of
from pipeline.bundle.captured import captures_among, site_in
from pipeline.bundle.contents import FOLDER
from pipeline.extract.derive import derive
from pipeline.extract.signature import is_current
from pipeline.ground.claims import Verdict, failed, undecided, verified
from pipeline.ground.evidence import CaptureEntry, ExtractionEntry
from pipeline.ledger.canonical import canonical, parse
from pipeline.model import Digest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipeline.archive.records import Record
    from pipeline.bundle.contents import Contents
    from pipeline.ground.claims import Claim
    from pipeline.ground.evidence import Entry, Logged
    from pipeline.model import Document, StoredBlock
    from pipeline.sites.site import Site

READING, TEXT, SIDECAR, DERIVED = "extraction", "text", "sidecar", "derived"


class Bytes(Struct, frozen=True, kw_only=True):
    """What there is to read from: records by id, captures, and archived rules by their digest."""

    records: Mapping[str, Record]
    captures: tuple[CaptureEntry, ...]
    rules: Mapping[Digest, Site]


def readings_hold(
    contents: Contents,
    entries: Sequence[Logged[Entry]],
    records: Sequence[Record],
    *,
    proven: bool,
) -> Iterator[Claim]:
    """Every extraction entry against its text, its sidecar and the bytes that it was read in.

    Texts are read anew only where bytes and rules are `proven` to be the log's: the patterns of a
    forged config could keep us busy for ever.
    """
    read_from = Bytes(
        records={record.record_id: record for record in records},
        captures=tuple(one.entry for one in captures_among(entries)),
        rules=_rules(records),
    )
    texts = {Digest.of(octets): octets for octets in contents.texts}
    sidecars = {Digest.of(octets): octets for octets in contents.sidecars}
    made = [(one.index, one.entry) for one in entries if isinstance(one.entry, ExtractionEntry)]
    for index, entry in made:
        subject = f"entry {index}"
        yield _belongs(subject, entry, read_from)
        yield _there(TEXT, subject, entry.text, texts, "txt")
        yield _there(SIDECAR, subject, entry.document, sidecars, "json")
        if entry.document in sidecars:
            yield from _sidecar_agrees(subject, entry, sidecars[entry.document])
        if proven:
            yield _derived_anew(subject, entry, read_from)
        else:
            why = "bytes and rules are not proven, so nothing was read by them"
            yield undecided(DERIVED, subject, Verdict.NOT_CHECKED, why=why)
    yield from _orphans(TEXT, texts, {entry.text for _, entry in made}, "txt")
    yield from _orphans(SIDECAR, sidecars, {entry.document for _, entry in made}, "json")


def _rules(records: Sequence[Record]) -> Mapping[Digest, Site]:
    """The rules of every config here that can be read today."""
    sites = (site_in(record) for record in records)
    return {site.rules_digest: site for site in sites if site is not None}


def _belongs(subject: str, entry: ExtractionEntry, read_from: Bytes) -> Claim:
    """The bytes are here, are those that the entry names, and were captured under its URL."""
    record = read_from.records.get(entry.record_id)
    if record is None:
        what = "no such record is here"
        return failed(READING, subject, expected=entry.record_id, actual=what)
    try:
        decoded = stored_response(record).decoded_digest
    except ValueError as error:
        return failed(READING, subject, actual=error, record=entry.record_id)
    if decoded != entry.decoded:
        return failed(
            READING, subject, expected=entry.decoded, actual=decoded, record=entry.record_id
        )
    if not any(
        (one.url, one.payload_record) == (entry.url, entry.record_id) for one in read_from.captures
    ):
        what = "no capture here saw these bytes under that URL"
        return failed(READING, subject, expected=entry.url, actual=what, record=entry.record_id)
    return verified(READING, subject, record=entry.record_id)


def _there(
    check: str, subject: str, digest: Digest, files: Mapping[Digest, bytes], suffix: str
) -> Claim:
    name = f"{FOLDER}{digest.hex}.{suffix}"
    if digest in files:
        return verified(check, subject, file=name)
    return failed(check, subject, expected=digest, actual="the file is missing", file=name)


def _orphans(
    check: str, files: Mapping[Digest, bytes], named: set[Digest], suffix: str
) -> Iterator[Claim]:
    for digest in files.keys() - named:
        name = f"{FOLDER}{digest.hex}.{suffix}"
        yield failed(check, name, actual="no entry here names it", file=name)


def _sidecar_agrees(subject: str, entry: ExtractionEntry, octets: bytes) -> Iterator[Claim]:
    name = f"{FOLDER}{entry.document.hex}.json"
    try:
        said = parse(octets)
    except ValueError as error:
        yield failed(SIDECAR, subject, actual=error, file=name)
        return
    if canonical(said) != octets:
        yield failed(SIDECAR, subject, actual="it is no canonical JSON", file=name)
    expected = {"text": str(entry.text), "charset": entry.charset, "generation": entry.generation}
    for key, value in expected.items():
        if said.get(key) != value:
            yield failed(
                SIDECAR, f"{subject}: {key}", expected=value, actual=said.get(key), file=name
            )


def _derived_anew(subject: str, entry: ExtractionEntry, read_from: Bytes) -> Claim:
    """The text once more, from the archived bytes by the archived rules."""
    site = read_from.rules.get(entry.rules)
    if site is None:
        why = f"no config here has the rules {entry.rules}, as they are read today"
        return undecided(DERIVED, subject, Verdict.INCONCLUSIVE, why=why)
    made = [_read(stored, site) for stored in _read_in(entry, read_from)]
    if any(document is not None and _is_that(document, entry) for document in made):
        return verified(DERIVED, subject)
    if not is_current(entry.extractor):
        why = f"it was read by {entry.extractor}, which reads otherwise or is not here"
        return undecided(DERIVED, subject, Verdict.INCONCLUSIVE, why=why)
    others = [str(Digest.of(text_bytes(one.text))) for one in made if one is not None]
    return failed(DERIVED, subject, expected=entry.text, actual=", ".join(others) or "no text")


def _read(stored: StoredBlock, site: Site) -> Document | None:
    try:
        return derive(stored, site.rules)
    except Exception:  # noqa: BLE001 - as in the flow: one page may not stop us, and is no text
        return None


def _is_that(document: Document, entry: ExtractionEntry) -> bool:
    text, sidecar = Digest.of(text_bytes(document.text)), Digest.of(sidecar_bytes(document))
    return (text, sidecar) == (entry.text, entry.document)


def _read_in(entry: ExtractionEntry, read_from: Bytes) -> Iterator[StoredBlock]:
    """The bytes as they were read: under the head of a capture's own answer, or of the original's.

    A revisit has a head of its own over the body that it refers to.
    """
    try:
        original = stored_response(read_from.records[entry.record_id])
    except (KeyError, ValueError):
        return  # told of already
    for one in read_from.captures:
        answer = read_from.records.get(answer_of(one) or "")
        if one.payload_record != entry.record_id or answer is None or answer.type != "revisit":
            continue
        try:
            yield stored_for_revisit(original, answer)
        except ValueError:
            continue  # a 304, which has no body to read
    yield original
