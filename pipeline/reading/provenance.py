"""A capture → what can be proven of it, and since when.

Everything is read from the archive itself, so this is what the archive claims and can show; an
audit with a key, a pin or certificates brought from elsewhere is what proves it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from pipeline.archive.laying import certificate_urn
from pipeline.archive.reader import read_record
from pipeline.archive.texts import Texts
from pipeline.errors import ArchiveUnwritable, DamagedRecord, LedgerBroken
from pipeline.fetch.certificates import Certificate, read_certificate
from pipeline.ledger import anchors
from pipeline.ledger.entries import encode
from pipeline.ledger.filing import read
from pipeline.ledger.merkle import leaf_hash, verify_inclusion
from pipeline.ledger.reader import LogReader
from pipeline.ledger.stamps import Stamp, Trust, check
from pipeline.reading.witnessing import Witnessed, witnesses

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from pipeline.catalog import Reader, Shown
    from pipeline.ledger.notes import VerifyKey
    from pipeline.model import Digest


class Commitment(Struct, frozen=True, kw_only=True):
    """The log's word on a capture.

    `fault` says why the log does not commit to what the catalog shows; None where it does.
    `stamped_at` is the time of the first stamp over it, over the first `stamped` entries, which
    was held against no certificates but those that are kept beside it.  `witnesses` are those who
    cosigned a checkpoint that covers it.
    """

    origin: str
    index: int
    size: int
    fault: str | None
    stamped: int | None = None
    stamped_at: datetime | None = None
    witnesses: tuple[Witnessed, ...] = ()


def commitment(
    archive: Path, shown: Shown, catalog: Reader, *, keys: Sequence[VerifyKey] = ()
) -> Commitment:
    """What the log commits to of `shown`; `keys` are those of the witnesses that are known.

    Raises LedgerBroken where there is no log to ask.
    """
    log = LogReader.open(archive)
    size = catalog.stamped_over(shown.index)
    stamp = None if size is None else _stamp(archive, size)
    return Commitment(
        origin=log.checkpoint.origin,
        index=shown.index,
        size=log.size,
        fault=_fault(log, shown),
        stamped=size if stamp else None,
        stamped_at=stamp.stamped_at if stamp else None,
        witnesses=witnesses(
            archive, index=shown.index, upto=log.size, origin=log.checkpoint.origin, keys=keys
        ),
    )


def _fault(log: LogReader, shown: Shown) -> str | None:
    """Why the log does not commit to `shown`, if it does not."""
    try:
        if shown.index >= log.size:
            return f"entry {shown.index} is not committed yet"
        leaf = leaf_hash(encode(shown.entry))
        if log.leaf(shown.index) != leaf:
            return f"entry {shown.index} says something else than the catalog"
        path = log.inclusion(shown.index)
    except LedgerBroken as broken:
        return str(broken)
    proven = verify_inclusion(
        leaf=leaf, index=shown.index, size=log.size, path=path, root=log.checkpoint.root
    )
    return None if proven else f"entry {shown.index} does not lead to the root that is signed"


def _stamp(archive: Path, size: int) -> Stamp | None:
    """The time stamp over the first `size` entries, by the certificates that lie beside it."""
    try:
        note, chain, token = (read(anchors.place(archive, size, kind)) for kind in anchors.KINDS)
        if note is None or chain is None or token is None:
            return None
        found = check(token, note, Trust.read(chain))
    except (ArchiveUnwritable, ValueError):  # what is wrong with it is the audit's business
        return None
    return found if isinstance(found, Stamp) else None


def said_of(archive: Path, shown: Shown) -> Mapping[str, object]:
    """What the sidecar of a capture says of its page; nothing where it has none to be read."""
    if shown.document is None or shown.taken_down:
        return {}
    try:
        return Texts(archive).read_document(shown.document)
    except DamagedRecord:  # dateline audit says so
        return {}


def certificate(archive: Path, digest: Digest, catalog: Reader) -> Certificate | None:
    """The certificate that a server showed; None where the archive cannot give it."""
    record_id = catalog.resource(certificate_urn(digest))
    holder = catalog.capture(record_id) if record_id else None
    place = dict(holder.places).get(record_id or "") if holder else None
    if place is None:
        return None
    try:
        return read_certificate(read_record(archive, place).block)
    except (DamagedRecord, ValueError):
        return None
