"""What is written down: the entries that the ledger commits to, one flat value a kind.

The WARC metadata record prints a `CaptureEntry`, the catalog folds the entries, an audit holds
all three against each other.  Entries name digests and record ids, never places, so that files
may be moved, repacked or taken down without touching a proof.  `at` is when it was written down.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from msgspec import Struct

if TYPE_CHECKING:
    from datetime import datetime

    from pipeline.model import Digest, Origin, RecordRef, Role, Source


class OpenEntry(Struct, frozen=True, kw_only=True):
    """A WARC file was begun: its sealed name, and the block digest of its warcinfo record."""

    at: datetime
    name: str
    warcinfo: Digest


class CaptureEntry(Struct, frozen=True, kw_only=True):
    """One exchange, or a visit without one, as the record says it.

    `observed_at` is when it was seen.  `records` are the WARC
    records made of it, `resource` records that it first needed included, its own `metadata`
    record not.  `payload_record` is the full response that holds the entity-body: its own
    response, or the one that its revisit refers to.  `score` says of a block how sure it is, with
    two decimals, because the log's JSON knows no fractions.  `adopted` marks what was captured
    before there was a ledger.
    """

    at: datetime
    observed_at: datetime
    visit: str
    site: str | None
    role: Role
    url: str
    requested: str
    origin: Origin
    source: Source | None
    outcome: str
    reason: str | None
    detail: str
    change: str | None
    status: int | None
    records: tuple[RecordRef, ...]
    payload_record: str | None
    entity: Digest | None
    decoded: Digest | None
    ip: str | None
    protocol: tuple[str, ...]
    certificate: Digest | None
    tls_verified: bool | None
    attempt: int
    config: Digest | None
    rules: Digest | None
    agent: str
    score: str | None = None
    adopted: bool = False


class ExtractionEntry(Struct, frozen=True, kw_only=True):
    """This document follows from those bytes by that rule.

    `technical` marks a text that our own change of rules made, not the site.  `records` are the
    `resource` records that were first needed here: the config, where no capture needed it before.
    """

    at: datetime
    url: str
    visit: str
    record_id: str
    decoded: Digest
    charset: str
    rules: Digest
    generation: str
    extractor: str
    text: Digest
    document: Digest
    technical: bool
    adopted: bool = False
    records: tuple[RecordRef, ...] = ()


class SealEntry(Struct, frozen=True, kw_only=True):
    """A WARC file was closed, or lawfully rewritten.

    `sha256` and `size` (octets) are those of the whole file, `records` how many it holds.
    `replaces` is the digest of the file that stood there before it was rewritten.
    """

    at: datetime
    name: str
    sha256: Digest
    size: int
    records: int
    replaces: Digest | None = None


class AnchorEntry(Struct, frozen=True, kw_only=True):
    """A time stamp token (RFC 3161) over the checkpoint of the first `size` entries."""

    at: datetime
    size: int
    token: Digest


class TombstoneEntry(Struct, frozen=True, kw_only=True):
    """Bytes were taken down, with the reason.

    `entity` are the bytes, `leaves` the entries that commit to them (captures that hold them,
    extractions made of them), in order; `revisits` the records that refer to what is gone.
    """

    at: datetime
    entity: Digest
    leaves: tuple[int, ...]
    revisits: tuple[str, ...]
    reason: str


class KeyEntry(Struct, frozen=True, kw_only=True):
    """From here on another key signs.

    `vkey` is the new key; `signature` the line of a signed note by which the old one says so.
    """

    at: datetime
    vkey: str
    signature: str


Entry = (
    OpenEntry | CaptureEntry | ExtractionEntry | SealEntry | AnchorEntry | TombstoneEntry | KeyEntry
)

E = TypeVar("E", bound=Entry)


class Logged(Struct, Generic[E], frozen=True):
    """An entry and its index in the log, from 0."""

    index: int
    entry: E
