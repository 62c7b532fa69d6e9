"""Entry values ↔ the canonical JSON that the log hashes.

Every entry says `v` (1), `kind` and `at`, and then what its value says, under the same names.
What is None, empty or not `adopted` is left out.  Of a capture, `payload_record` is said where
it is a record of this very capture, and `refers` in its stead where a revisit refers to it.  A
seal's size is said as `bytes`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, assert_never

from pipeline.ground.clock import stamp
from pipeline.ground.evidence import (
    AnchorEntry,
    CaptureEntry,
    Entry,
    ExtractionEntry,
    KeyEntry,
    OpenEntry,
    SealEntry,
    TombstoneEntry,
)
from pipeline.ledger.canonical import canonical, parse, spell
from pipeline.ledger.fields import Fields
from pipeline.model import Origin, RecordRef, Role, Source

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.model import Digest

VERSION = 1
# The length before an entry in its bundle has 16 bits (C2SP tlog-tiles).
MOST_OCTETS = 0xFFFF


def encode(entry: Entry) -> bytes:
    """The octets that the log holds of `entry`.

    Raises ValueError where that would be more than 65,535, or where it holds what no JSON can
    say: lone surrogates, or integers beyond ±(2**53 - 1).
    """
    match entry:
        case CaptureEntry():
            octets = spell(_capture(entry))
        case ExtractionEntry():
            octets = spell(_extraction(entry))
        case _:
            octets = canonical({"v": VERSION, "at": stamp(entry.at), **_rare(entry)})
    if len(octets) > MOST_OCTETS:
        raise ValueError(f"an entry of {len(octets)} octets, at most {MOST_OCTETS} can be logged")
    return octets


def decode(octets: bytes) -> Entry:
    """The entry that `octets` are.

    Raises ValueError for anything that `encode` would not have written so, octet for octet.
    """
    said = parse(octets)
    fields = Fields(said)
    if fields.needed("v", int) != VERSION:
        raise ValueError(f"entry version {said['v']!r}, {VERSION} is what is known")
    kind = fields.needed("kind", str)
    read = _READERS.get(kind)
    if read is None:
        raise ValueError(f"entry kind {kind!r} is not known")
    entry = read(fields)
    if unknown := said.keys() - fields.asked:
        raise ValueError(f"a {kind} entry says nothing of {', '.join(sorted(unknown))}")
    if encode(entry) != octets:
        raise ValueError(f"a {kind} entry that is not spelled as this one is: {encode(entry)!r}")
    return entry


def _capture(entry: CaptureEntry) -> dict[str, Any]:
    """Names in order: there is one of these for every exchange, and none is sorted anew."""
    of, own = entry.payload_record, [one.record_id for one in entry.records]
    return _said(
        {
            "adopted": entry.adopted or None,
            "agent": entry.agent or None,
            "at": stamp(entry.at),
            "attempt": entry.attempt,
            "certificate": _spelled(entry.certificate),
            "change": entry.change or None,
            "config": _spelled(entry.config),
            "decoded": _spelled(entry.decoded),
            "detail": entry.detail or None,
            "entity": _spelled(entry.entity),
            "ip": entry.ip or None,
            "kind": "capture",
            "observed_at": stamp(entry.observed_at),
            "origin": entry.origin,
            "outcome": entry.outcome,
            "payload_record": of if of in own else None,
            "protocol": entry.protocol or None,
            "reason": entry.reason or None,
            "records": [_spelled_record(one) for one in entry.records] or None,
            "refers": of if of and of not in own else None,
            "requested": entry.requested,
            "role": entry.role,
            "rules": _spelled(entry.rules),
            "score": entry.score or None,
            "site": entry.site or None,
            "source": _spelled_source(entry.source),
            "status": entry.status,
            "tls_verified": entry.tls_verified,
            "url": entry.url,
            "v": VERSION,
            "visit": entry.visit,
        }
    )


def _extraction(entry: ExtractionEntry) -> dict[str, Any]:
    """Names in order, as for captures."""
    return _said(
        {
            "adopted": entry.adopted or None,
            "at": stamp(entry.at),
            "charset": entry.charset,
            "decoded": str(entry.decoded),
            "document": str(entry.document),
            "extractor": entry.extractor,
            "generation": entry.generation,
            "kind": "extraction",
            "record": entry.record_id,
            "records": [_spelled_record(one) for one in entry.records] or None,
            "rules": str(entry.rules),
            "technical": entry.technical,
            "text": str(entry.text),
            "url": entry.url,
            "v": VERSION,
            "visit": entry.visit,
        }
    )


def _rare(
    entry: OpenEntry | SealEntry | AnchorEntry | TombstoneEntry | KeyEntry,
) -> dict[str, Any]:
    match entry:
        case OpenEntry():
            return {"kind": "open", "name": entry.name, "warcinfo": str(entry.warcinfo)}
        case SealEntry():
            said = {
                "kind": "seal",
                "name": entry.name,
                "sha256": str(entry.sha256),
                "bytes": entry.size,
                "records": entry.records,
                "replaces": _spelled(entry.replaces),
            }
            return _said(said)
        case AnchorEntry():
            return {"kind": "anchor", "size": entry.size, "token": str(entry.token)}
        case TombstoneEntry():
            said = {
                "kind": "tombstone",
                "entity": str(entry.entity),
                "leaves": entry.leaves or None,
                "revisits": entry.revisits or None,
                "reason": entry.reason,
            }
            return _said(said)
        case KeyEntry():
            return {"kind": "key", "vkey": entry.vkey, "signature": entry.signature}
        case _:
            assert_never(entry)


def _said(names: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in names.items() if value is not None}


def _spelled(digest: Digest | None) -> str | None:
    return None if digest is None else f"{digest.algorithm}:{digest.value.hex()}"


def _spelled_record(record: RecordRef) -> dict[str, str]:
    return {"block": str(record.block), "id": record.record_id, "type": record.type}


def _spelled_source(source: Source | None) -> dict[str, str] | None:
    return None if source is None else {"file": str(source.file), "record": source.record_id}


def _read_capture(said: Fields) -> CaptureEntry:
    source = said.perhaps("source", dict)
    return CaptureEntry(
        at=said.moment("at"),
        observed_at=said.moment("observed_at"),
        visit=said.text("visit"),
        site=said.perhaps("site", str),
        role=Role(said.text("role")),
        url=said.text("url"),
        requested=said.text("requested"),
        origin=Origin(said.text("origin")),
        source=None if source is None else _read_source(Fields(source)),
        outcome=said.text("outcome"),
        reason=said.perhaps("reason", str),
        detail=said.perhaps("detail", str) or "",
        change=said.perhaps("change", str),
        status=said.perhaps("status", int),
        records=_read_records(said),
        payload_record=said.perhaps("payload_record", str) or said.perhaps("refers", str),
        entity=said.maybe_digest("entity"),
        decoded=said.maybe_digest("decoded"),
        ip=said.perhaps("ip", str),
        protocol=said.every("protocol", str),
        certificate=said.maybe_digest("certificate"),
        tls_verified=said.perhaps("tls_verified", bool),
        attempt=said.needed("attempt", int),
        config=said.maybe_digest("config"),
        rules=said.maybe_digest("rules"),
        agent=said.perhaps("agent", str) or "",
        score=said.perhaps("score", str),
        adopted=said.perhaps("adopted", bool) or False,
    )


def _read_records(said: Fields) -> tuple[RecordRef, ...]:
    return tuple([_read_record(Fields(one)) for one in said.every("records", dict)])


def _read_record(said: Fields) -> RecordRef:
    return RecordRef(record_id=said.text("id"), type=said.text("type"), block=said.digest("block"))


def _read_source(said: Fields) -> Source:
    return Source(file=said.digest("file"), record_id=said.text("record"))


def _read_extraction(said: Fields) -> ExtractionEntry:
    return ExtractionEntry(
        at=said.moment("at"),
        url=said.text("url"),
        visit=said.text("visit"),
        record_id=said.text("record"),
        decoded=said.digest("decoded"),
        charset=said.text("charset"),
        rules=said.digest("rules"),
        generation=said.text("generation"),
        extractor=said.text("extractor"),
        text=said.digest("text"),
        document=said.digest("document"),
        technical=said.needed("technical", bool),
        adopted=said.perhaps("adopted", bool) or False,
        records=_read_records(said),
    )


def _read_open(said: Fields) -> OpenEntry:
    return OpenEntry(at=said.moment("at"), name=said.text("name"), warcinfo=said.digest("warcinfo"))


def _read_seal(said: Fields) -> SealEntry:
    return SealEntry(
        at=said.moment("at"),
        name=said.text("name"),
        sha256=said.digest("sha256"),
        size=said.needed("bytes", int),
        records=said.needed("records", int),
        replaces=said.maybe_digest("replaces"),
    )


def _read_anchor(said: Fields) -> AnchorEntry:
    return AnchorEntry(
        at=said.moment("at"), size=said.needed("size", int), token=said.digest("token")
    )


def _read_tombstone(said: Fields) -> TombstoneEntry:
    return TombstoneEntry(
        at=said.moment("at"),
        entity=said.digest("entity"),
        leaves=said.every("leaves", int),
        revisits=said.every("revisits", str),
        reason=said.text("reason"),
    )


def _read_key(said: Fields) -> KeyEntry:
    return KeyEntry(at=said.moment("at"), vkey=said.text("vkey"), signature=said.text("signature"))


_READERS: dict[str, Callable[[Fields], Entry]] = {
    "open": _read_open,
    "capture": _read_capture,
    "extraction": _read_extraction,
    "seal": _read_seal,
    "anchor": _read_anchor,
    "tombstone": _read_tombstone,
    "key": _read_key,
}
