"""Revisits and extractions → the responses they name, and the files of these texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.archive.texts import DOCUMENTS, TEXTS
from pipeline.archive.writer import FOLDER
from pipeline.audit import links, texts
from pipeline.audit.files import Missing
from pipeline.audit.texts import TextStretch, read_texts
from pipeline.audit.tree import extractions
from pipeline.ground.claims import Claim, Verdict, failed, verified

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipeline.audit.brought import Sample
    from pipeline.audit.links import Links, Unfounded, Unresolved
    from pipeline.audit.logbook import Logbook
    from pipeline.audit.pool import Pool
    from pipeline.audit.spots import Item
    from pipeline.audit.takedowns import Takedowns

REVISITS = "revisits"
FEW_STRETCHES = 2
"""Stretches of the log whose texts are not worth starting processes for."""


def revisit_claims(found: Links, takedowns: Takedowns, *, all_read: bool) -> Iterator[Claim]:
    """Check 6."""
    unread = 0
    for one in found.unresolved:
        if one.what == "original":
            if one.record in takedowns.revisits:
                continue
            if not all_read:
                unread += 1
                continue
        yield _unresolved(one)
    for record, spot in found.doubled:
        actual = "an earlier response has the same record id"
        file = f"{FOLDER}/{spot.file}"
        yield failed(
            REVISITS, f"response at octet {spot.offset}", actual=actual, file=file, record=record
        )
    if found.revisits:
        yield verified(REVISITS, f"{found.revisits} revisits resolve, with the same digests")
    if unread:
        yield Claim(
            check=REVISITS,
            subject=f"{unread} revisits",
            verdict=Verdict.NOT_CHECKED,
            actual="their originals stand in files that were sealed before the pin",
        )


def _unresolved(one: Unresolved) -> Claim:
    missing = one.what == "original"
    return failed(
        REVISITS,
        f"revisit of {one.refers}: {one.what}",
        expected="a full response of this archive" if missing else one.expected,
        actual="missing" if missing else one.actual,
        file=f"{FOLDER}/{one.spot.file}",
        record=one.record,
    )


def founding_claims(found: Links, takedowns: Takedowns, *, all_read: bool) -> Iterator[Claim]:
    """Every extraction names a response that is there and decodes to what it says."""
    unread = 0
    for one in found.unfounded:
        if one.expected is None and takedowns.excuse(one.entry):
            continue
        if one.expected is None and not all_read:
            unread += 1
            continue
        yield _unfounded(one)
    if found.extractions:
        yield verified(texts.CHECK, f"{found.extractions} extractions name bytes that are there")
    if unread:
        yield Claim(
            check=texts.CHECK,
            subject=f"bytes of {unread} extractions",
            verdict=Verdict.NOT_CHECKED,
            actual="they stand in files that were sealed before the pin",
        )


def _unfounded(one: Unfounded) -> Claim:
    missing = one.expected is None
    return failed(
        texts.CHECK,
        f"entry {one.entry}: the bytes that it was made of",
        expected="a full response of this archive" if missing else f"sha256:{one.expected}",
        actual="missing" if missing else f"sha256:{one.actual}",
        record=one.record,
    )


def text_claims(
    archive: Path,
    book: Logbook,
    takedowns: Takedowns,
    pool: Pool,
    *,
    start: int,
    later: frozenset[bytes],
    writer: str | None,
) -> Iterator[Claim]:
    """Check 7, the files: each extraction's text and sidecar, and nothing else beside them."""
    logs = [log for log in book.reads if log.extracted]
    calls = ((read_texts, TextStretch.of(archive, log, start)) for log in logs)
    total, wrong = 0, 0
    for read in pool.each(calls, small=len(logs) < FEW_STRETCHES):
        total += read.extractions
        for one in read.wrong:
            if not (isinstance(one.trouble, Missing) and takedowns.excuse(one.index)):
                wrong += 1
                yield texts.claim_of(one)
    if total and not wrong:
        yield verified(texts.CHECK, f"texts and sidecars of {total} extractions")
    named = _named(book)
    for folder in (TEXTS, DOCUMENTS):
        yield from texts.strays(archive, folder, named[folder], later, writer=writer)


def _named(book: Logbook) -> dict[str, list[bytearray]]:
    """The digests of texts and of documents that extractions name, by their first octet."""
    named = {folder: [bytearray() for _ in range(256)] for folder in (TEXTS, DOCUMENTS)}
    for row in extractions(book.reads):
        named[TEXTS][row[1][0]] += row[1]
        named[DOCUMENTS][row[2][0]] += row[2]
    return named


def sampled(items: Iterator[Item], sample: Sample, start: int) -> Iterator[Item]:
    """The items from entry `start` on whose response is in the sample."""
    return (item for item in items if item.entry >= start and sample.takes(links.urn(item.record)))
