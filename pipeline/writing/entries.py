"""What was laid down and what was read in it → the entries and the report that say so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from pipeline.archive.records import fit
from pipeline.ground.evidence import CaptureEntry, ExtractionEntry
from pipeline.model import Blocked, Digest, Failed, Redirected, Retried, Role, Skipped
from pipeline.writing.report import Report

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from pipeline.archive.laying import Laid
    from pipeline.archive.message import Message
    from pipeline.catalog import FullResponse
    from pipeline.ground.evidence import Logged
    from pipeline.model import Capture, Change, StepOutcome, Visit
    from pipeline.sites.site import Site
    from pipeline.writing.keeping import Kept

MOST_WORDS = 8000
"""Characters of a reason or detail: an entry has room for 65,535 octets."""


class UnderWay(Struct, frozen=True):
    """A capture on its way: what was read in its bytes, and the records made of them.

    `resources` are those records that hold a config or certificate, by URN, and `earlier` is the
    first full response that holds the same bytes.
    """

    capture: Capture
    message: Message | None
    laid: Laid
    resources: Mapping[str, str]
    earlier: FullResponse | None = None


class Reading(Struct, frozen=True):
    """What a capture comes to: its outcome once the bytes were read, the change, the document.

    `read_here` says that the document was read in these bytes, and is not one known before.  `of`
    names the document that the outcome is said of, where a redirect led away from it.
    """

    outcome: StepOutcome
    change: Change | None = None
    kept: Kept | None = None
    read_here: bool = False
    of: str | None = None


def capture_entry(
    visit: Visit, site: Site, under_way: UnderWay, read: Reading, *, at: datetime, agent: str
) -> CaptureEntry:
    """The one flat value that metadata record, ledger and catalog are told.

    Where no page came, it is the document that was asked for which did not, although the way may
    have led to somebody else's door.
    """
    capture, message, peer = under_way.capture, under_way.message, under_way.capture.peer
    outcome = read.outcome
    return CaptureEntry(
        at=at,
        observed_at=capture.began_at,
        visit=visit.id,
        site=visit.site if read.of else site.name,
        role=visit.role,
        url=fit(read.of or _url(visit, site, capture)),
        requested=fit(capture.url),
        origin=visit.origin,
        source=capture.source,
        outcome=outcome.name,
        reason=_brief(outcome.reason) or None,
        detail=_brief(outcome.detail) if isinstance(outcome, Failed | Skipped) else "",
        change=read.change.name if read.change else None,
        status=message.status if message else None,
        records=under_way.laid.refs,
        # A response that was cut short holds no entity that a revisit may refer to.
        payload_record=under_way.laid.payload_record if capture.truncated is None else None,
        entity=message.entity_digest if message else None,
        decoded=message.decoded_digest if message else None,
        ip=peer.ip if peer else None,
        protocol=peer.protocol if peer else (),
        certificate=Digest.of(peer.certificate) if peer and peer.certificate else None,
        tls_verified=peer.tls_verified if peer else None,
        attempt=capture.attempt,
        config=site.config,
        rules=site.rules_digest,
        agent=fit(agent),
        score=f"{outcome.score:.2f}" if isinstance(outcome, Blocked) else None,
    )


def _url(visit: Visit, site: Site, capture: Capture) -> str:
    """Only documents have variants: two pages of a listing may differ in a query alone."""
    return site.canonical(capture.url) if visit.role is Role.TARGET else capture.url


def _brief(words: str | None) -> str:
    """`words` as a WARC field can say them, and an entry has room for them."""
    return fit(words[:MOST_WORDS]) if words else ""


def extraction_entry(
    kept: Kept,
    *,
    at: datetime,
    url: str,
    visit: str,
    record_id: str,
    decoded: Digest,
    technical: bool,
) -> ExtractionEntry:
    """That `kept` follows from the bytes `decoded`, which record `record_id` holds."""
    return ExtractionEntry(
        at=at,
        url=url,
        visit=visit,
        record_id=record_id,
        decoded=decoded,
        charset=kept.document.charset,
        rules=kept.rules,
        generation=kept.document.generation,
        extractor=kept.document.extractor,
        text=kept.text,
        document=kept.digest,
        technical=technical,
    )


def report(
    visit: Visit, logged: Logged[CaptureEntry], read: Reading, *, via: tuple[int, ...]
) -> Report:
    """What people and scripts hear of the visit, once `logged` is durable.

    `via` are the entries of the redirect hops and retried attempts before it.
    """
    entry, outcome = logged.entry, read.outcome
    if isinstance(outcome, Redirected | Retried):
        raise TypeError(f"a visit cannot end in {outcome!r}")
    answers = [ref for ref in entry.records if ref.type in ("response", "revisit")]
    return Report(
        visit=visit,
        site=entry.site,
        url=entry.url,
        observed_at=entry.observed_at,
        outcome=outcome,
        change=read.change,
        status=entry.status,
        attempts=entry.attempt,
        via=via,
        index=logged.index,
        record=answers[-1].record_id if answers else None,
        entity=entry.entity,
        decoded=entry.decoded,
        kept=read.kept,
    )
