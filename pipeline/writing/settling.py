"""One look → records, a document, a change, rows: what happens inside a batch of the scribe.

The order is law: bytes are laid down first, the text is derived from what was laid down, the
change is judged, the metadata record says all of it, the log commits to it, the catalog folds it.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import structlog
from msgspec import Struct

from pipeline.archive.laying import certificate_resource, config_resource, lay
from pipeline.archive.message import read_message
from pipeline.archive.noting import note
from pipeline.archive.reader import stored_block
from pipeline.dedup.verdict import Sight, judge
from pipeline.errors import CannotError, DamagedRecord
from pipeline.extract.derive import derive
from pipeline.ground.evidence import Logged
from pipeline.model import Captured, Gone, NotModified, Role
from pipeline.writing.concluding import SHARED, concerning, concluded, is_shared
from pipeline.writing.entries import Reading, UnderWay, capture_entry, extraction_entry, report
from pipeline.writing.keeping import followed, is_of_today, keep, kept_before, standing_before
from pipeline.writing.referring import entered_before, referred, validated_by

if TYPE_CHECKING:
    from datetime import datetime

    from pipeline.archive.laying import Resource
    from pipeline.archive.message import Message
    from pipeline.catalog import Batch, LastText
    from pipeline.ground.clock import Clock
    from pipeline.ground.evidence import CaptureEntry
    from pipeline.model import Capture, Digest, Document, Look, Outcome, Step, StoredBlock, Visit
    from pipeline.sites.register import Register
    from pipeline.sites.site import Site
    from pipeline.writing.keeping import Kept
    from pipeline.writing.opening import OpenArchive
    from pipeline.writing.report import Report

log = structlog.get_logger()


class Settled(Struct, frozen=True, kw_only=True):
    """A visit that is written down.

    `message` is the answer of its last capture, `stored` what that holds, if it holds a body, and
    `payload_record` the full response that has that body.
    """

    report: Report
    message: Message | None
    stored: StoredBlock | None
    payload_record: str | None

    def header(self, name: str) -> str | None:
        """What the answer says first under `name` (lower case); None where it says nothing."""
        return next(iter(self.message.values(name)), None) if self.message else None


class Settling:
    """Writes looks down, one at a time, inside the scribe's batches."""

    def __init__(self, archive: OpenArchive, *, clock: Clock, agent: str) -> None:
        self._archive = archive
        self._clock = clock
        self._agent = agent
        self._written: set[Resource] = set()

    def settle(self, batch: Batch, visit: Visit, look: Look, register: Register) -> Settled:
        """Write down every capture of `look`, and judge the last one.

        Durable when the batch is.  The last capture's URL may belong to another site than the
        one that was visited, after a redirect: the rules are those of the site it belongs to.
        """
        via = tuple([self._settle_hop(batch, visit, step, register) for step in look.steps[:-1]])
        return self._settle_last(batch, visit, look, register, via)

    def _settle_hop(self, batch: Batch, visit: Visit, step: Step, register: Register) -> int:
        site = self._site_of(visit, step.capture, register)
        under_way = self._lay(batch, step.capture, site, validated_by=None)
        return self._write(batch, visit, site, under_way, Reading(step.outcome)).index

    def _settle_last(
        self, batch: Batch, visit: Visit, look: Look, register: Register, via: tuple[int, ...]
    ) -> Settled:
        capture = look.steps[-1].capture
        site = self._site_of(visit, capture, register)
        under_way = self._lay(batch, capture, site, validated_by=validated_by(visit, look))
        read = self._read(batch, visit, look, under_way, register)
        logged = self._write(batch, visit, site, under_way, read)
        if read.kept is not None and read.read_here:
            self._extracted(batch, logged.entry, read.kept)
        return Settled(
            report=report(visit, logged, read, via=via),
            message=under_way.message,
            stored=under_way.laid.stored,
            payload_record=logged.entry.payload_record,
        )

    def _site_of(self, visit: Visit, capture: Capture, register: Register) -> Site:
        named = register.of(visit.site)
        if visit.site is not None and capture.url == visit.target.requested:
            return named
        return register.owner(capture.url)

    def _lay(
        self, batch: Batch, capture: Capture, site: Site, *, validated_by: str | None
    ) -> UnderWay:
        message = read_message(capture.response)
        found = entered_before(batch.record, message, validated_by) if message else None
        refers = referred(found) if found else None
        needed = [one for one in _resources(capture, site) if self._is_new(batch, one)]
        laid = lay(self._archive.warc, capture, message, refers=refers, resources=needed)
        new = {one.uri: ref.record_id for one, ref in zip(needed, laid.refs, strict=False)}
        return UnderWay(capture, message, laid, new, found)

    def _is_new(self, batch: Batch, resource: Resource) -> bool:
        # By value, not by digest: this is asked for every capture.
        if resource in self._written:
            return False
        self._written.add(resource)
        return batch.record.resource(resource.uri) is None

    def _read(
        self, batch: Batch, visit: Visit, look: Look, under_way: UnderWay, register: Register
    ) -> Reading:
        """Read a page and judge it; most other outcomes stand as they are."""
        capture, stored, outcome = under_way.capture, under_way.laid.stored, look.outcome
        site = self._site_of(visit, capture, register)
        if isinstance(outcome, NotModified) and visit.role is Role.TARGET:
            url = site.canonical(capture.url)
            _, known = self._last(batch, visit, url, site, seen_at=capture.began_at)
            return Reading(outcome, kept=known)
        if stored is None or (visit.role is Role.ROBOTS and stored.fault is None):
            return self._said_of(batch, visit, capture, outcome, site)
        visited = register.of(visit.site) if visit.site else site
        conclude = partial(concluded, stored, visit=visit, site=visited, earlier=under_way.earlier)
        is_page = isinstance(outcome, Captured) and stored.fault is None
        if visit.role is not Role.TARGET or not is_page:
            return self._said_of(batch, visit, capture, conclude(outcome, read=None), site)
        url = site.canonical(stored.url)
        last, known = self._last(batch, visit, url, site, seen_at=stored.observed_at)
        read_here = last is None or last.entity != stored.entity
        if not read_here and known is None:
            # It was never read, or the text is gone: taken down, or lost beyond repair.
            before = followed(batch.record, url, visit.origin, seen_at=stored.observed_at)
            read_here = before is not None and before.text is not None
        before_it = known.document if known else None
        document = self._derive(stored, site) if read_here else before_it
        came_to = conclude(outcome, read=document)
        if not isinstance(came_to, Captured):
            return self._said_of(batch, visit, capture, came_to, site)
        if read_here and is_shared(batch.record, self._archive.folder, url, site, last, document):
            return Reading(Gone(SHARED))
        kept = known
        if read_here:
            kept = keep(self._archive.texts, document, site) if document else None
        change = judge(last, _sight(stored, kept))
        return Reading(outcome if kept else Captured("no_text"), change, kept, read_here)

    def _said_of(
        self, batch: Batch, visit: Visit, capture: Capture, came_to: Outcome, site: Site
    ) -> Reading:
        of = concerning(batch.record, visit, capture.url, came_to, site)
        return Reading(came_to, of=of)

    def _last(
        self, batch: Batch, visit: Visit, url: str, site: Site, *, seen_at: datetime
    ) -> tuple[Sight | None, Kept | None]:
        """How `url` was last captured, as today's rules would have read it (law 5)."""
        last = followed(batch.record, url, visit.origin, seen_at=seen_at)
        if last is None or last.entity is None:
            return None, None
        kept = self._stands(last, site)
        if not is_of_today(last, site) or (kept is None and last.text is not None):
            kept = self._derive_anew(batch, visit, url, last, site) or kept
        sight = Sight(
            entity=last.entity,
            decoded=last.decoded,
            document=kept.digest if kept else None,
            read=kept.document if kept else None,
        )
        return sight, kept

    def _stands(self, last: LastText, site: Site) -> Kept | None:
        """The text that stands for a last capture, as far as its files can still be read."""
        try:
            return kept_before(self._archive.texts, last, site)
        except DamagedRecord as damage:
            if last.place is not None:  # else its bytes were taken down, or lost with their file
                log.warning("text damaged", text=str(last.text), why=str(damage))
            return None

    def _derive_anew(
        self, batch: Batch, visit: Visit, url: str, last: LastText, site: Site
    ) -> Kept | None:
        """Today's reading of the last capture: our change, told apart from theirs."""
        try:
            stored = stored_block(self._archive.folder, last.place) if last.place else None
        except (DamagedRecord, CannotError) as fault:
            log.warning("not derived anew", url=url, record=last.record_id, why=str(fault))
            return None
        if stored is None or stored.decoded_digest is None:
            return None
        document = self._derive(stored, site)
        if document is None:
            return None
        kept = keep(self._archive.texts, document, site)
        entry = extraction_entry(
            kept,
            at=self._clock.now(),
            url=url,
            visit=visit.id,
            record_id=last.record_id or stored.record.record_id,
            decoded=stored.decoded_digest,
            technical=True,
        )
        batch.record.enter_extraction(self._archive.log.append(entry), entry, kept.heading)
        return kept

    def _extracted(self, batch: Batch, entry: CaptureEntry, kept: Kept) -> None:
        """Enter which document follows from the bytes of `entry`."""
        if entry.decoded is None or entry.payload_record is None:
            return
        extraction = extraction_entry(
            kept,
            at=entry.at,
            url=entry.url,
            visit=entry.visit,
            record_id=entry.payload_record,
            decoded=entry.decoded,
            technical=False,
        )
        index = self._archive.log.append(extraction)
        batch.record.enter_extraction(index, extraction, kept.heading)

    def _derive(self, stored: StoredBlock, site: Site) -> Document | None:
        try:
            return derive(stored, site.rules)
        except Exception:  # one page may not stop the pipeline; its bytes are kept
            log.exception("extraction broke", url=stored.url, record=stored.record.record_id)
            return None

    def _write(
        self, batch: Batch, visit: Visit, site: Site, under_way: UnderWay, read: Reading
    ) -> Logged[CaptureEntry]:
        capture, laid, message = under_way.capture, under_way.laid, under_way.message
        entry = capture_entry(visit, site, under_way, read, at=self._clock.now(), agent=self._agent)
        noted = note(self._archive.warc, entry, capture, message)
        places = {ref.record_id: place for ref, place in zip(laid.refs, laid.places, strict=True)}
        text, document = _standing(batch, entry, read)
        index = self._archive.log.append(entry)
        batch.record.enter_capture(
            index,
            entry,
            places=places | {noted.ref.record_id: noted.place},
            text=text,
            document=document,
            transfer_encoding=message.joined("transfer-encoding") if message else None,
            content_encoding=message.joined("content-encoding") if message else None,
            resources=under_way.resources,
        )
        return Logged(index, entry)


def _standing(
    batch: Batch, entry: CaptureEntry, read: Reading
) -> tuple[Digest | None, Digest | None]:
    """The text and document that stand after the look, whether or not they can still be read."""
    if read.kept is not None:
        return read.kept.text, read.kept.digest
    return standing_before(batch.record, entry)


def _resources(capture: Capture, site: Site) -> list[Resource]:
    peer = capture.peer
    certificate = peer.certificate if peer else None
    config = config_resource(site.content)
    return [config, certificate_resource(certificate)] if certificate else [config]


def _sight(stored: StoredBlock, kept: Kept | None) -> Sight:
    return Sight(
        entity=stored.entity,
        decoded=stored.decoded_digest,
        document=kept.digest if kept else None,
        read=kept.document if kept else None,
    )
