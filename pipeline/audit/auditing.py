"""An archive and what the auditor brings → every claim, in the order of the checks.

0 what was brought, 1 the checkpoint and who signed and cosigned it, 2 the pin, 3 the tree, 4 the
time stamps, 5 entries and WARC files both ways, 6 revisits, 7 texts, 8 seals, 9 the catalog, 10
bundles.  Nothing is written, and the lock is left alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec.structs import replace

from pipeline.archive.writer import FOLDER
from pipeline.audit import (
    anchors,
    captures,
    checkpoint,
    readings,
    seals,
    shelf,
    takedowns,
    tree,
    witnesses,
)
from pipeline.audit.captures import Flight, excused
from pipeline.audit.files import Unreadable, troubled
from pipeline.audit.flight import writer_of
from pipeline.audit.links import Links, resolve
from pipeline.audit.logbook import (
    impossible,
    meanwhile,
    pinned_size,
    read_logbook,
)
from pipeline.audit.matching import match
from pipeline.audit.pool import Pool, cores
from pipeline.audit.reading import ToRead, read_all
from pipeline.audit.strays import strays
from pipeline.audit.summary import Summary, Tally
from pipeline.audit.takedowns import Takedowns
from pipeline.audit.tree import TreeReader
from pipeline.ground.claims import Claim, Verdict, undecided

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipeline.audit.anchors import Anchored
    from pipeline.audit.brought import Brought
    from pipeline.audit.checkpoint import Fixed
    from pipeline.audit.logbook import Logbook, Meanwhile
    from pipeline.audit.matching import Matched
    from pipeline.audit.reading import Readings
    from pipeline.audit.stretches import Read
    from pipeline.ledger.notes import VerifyKey

Progress = Callable[[int, int, str], object]
"""Hears how much of how much is done, of what."""


def audit(
    archive: Path,
    brought: Brought,
    *,
    catalog_url: str | None = None,
    progress: Progress = lambda _done, _total, _what: None,
    workers: int | None = None,
) -> Iterator[Claim | Summary]:
    """Every claim about `archive`, as each is settled, and the summary behind them.

    The catalog at `catalog_url` is held against the evidence, unless that is None.  Works in
    `workers` processes, by default one a core.  Never raises for what the archive holds
    or lacks.
    """
    tally = Tally()
    with Pool(workers or cores()) as pool:
        run = _Audit(archive, brought, pool, progress)
        for claim in run.claims(catalog_url):
            yield tally.take(claim)
    yield tally.summary(run.size, run.proven)


class _Audit:
    """One audit, step by step."""

    def __init__(self, archive: Path, brought: Brought, pool: Pool, progress: Progress) -> None:
        self._archive = archive
        self._brought = brought
        self._pool = pool
        self._progress = progress
        self._anchored: list[Anchored] = []
        self._key: VerifyKey | None = None
        self.size = 0

    @property
    def proven(self) -> Anchored | None:
        """The first token over the most entries."""
        most = max((one.size for one in self._anchored), default=0)
        return min(
            (one for one in self._anchored if one.size == most),
            key=lambda one: one.at,
            default=None,
        )

    def claims(self, catalog_url: str | None) -> Iterator[Claim]:
        """Everything there is to say."""
        if not self._archive.is_dir():
            subject, why = "archive", "there is no such folder, or it may not be entered"
            yield troubled("checkpoint", subject, str(self._archive), Unreadable(why))
            return
        self._writer = writer_of(self._archive)
        fixed = checkpoint.fix(self._archive)
        if isinstance(fixed, Claim):
            yield fixed
            return
        self.size = fixed.checkpoint.size
        yield from self._brought.claims()
        hopeless = impossible(self._archive, self.size)
        if hopeless is not None:
            yield hopeless
            return
        book = read_logbook(self._archive, fixed.checkpoint, self._pool, self._step("log"))
        yield from self._log_claims(fixed, book)
        yield from self._evidence_claims(fixed, book)
        yield from self._catalog_claims(catalog_url)
        if self._brought.bundles and self._key is not None:
            from pipeline.audit import bundles  # noqa: PLC0415 - slow to load

            grown = TreeReader(self._archive, book.tree, fixed.checkpoint)
            yield from bundles.claims(self._brought, self._key, grown)

    def _catalog_claims(self, url: str | None) -> Iterator[Claim]:
        """Check 9, if it is asked for."""
        if url is None:
            why = "it was not asked for: the catalog is no evidence, and can be made anew of it"
            yield undecided("catalog", "rows", Verdict.NOT_CHECKED, why=why)
            return
        from pipeline.audit import catalog  # noqa: PLC0415 - slow to load: it brings SQL with it

        yield from catalog.claims(self._archive, url, self._step("catalog"))

    def _log_claims(self, fixed: Fixed, book: Logbook) -> Iterator[Claim]:
        """Checks 1 to 4: the log in itself, and who from outside has seen it."""
        grown = TreeReader(self._archive, book.tree, fixed.checkpoint)
        own = checkpoint.published_key(self._archive)
        first = self._brought.vkey or own
        if isinstance(first, Claim):
            yield first
        else:
            key, followed = checkpoint.key_claims(first, own, book.keys)
            self._key = key
            yield from followed
            yield checkpoint.signature(fixed, key)
            known = checkpoint.signers(first, book.keys)
            policy = witnesses.followed(self._brought.witness_policy, known)
            self._brought = replace(self._brought, witness_policy=policy)
            yield from witnesses.claims(self._archive, policy, fixed.octets, known, grown)
        yield from checkpoint.spelling(fixed)
        yield from checkpoint.pin_claims(self._brought, fixed, grown)
        yield from tree.claims(self._archive, book.tree, book.reads, fixed.checkpoint)
        yield from book.wrong
        yield from anchors.claims(
            self._archive, book.anchors, self._brought.trust, grown, self._anchored
        )
        yield from anchors.bracket_claims(
            self._archive, self.size, tuple(self._anchored), self._pool
        )

    def _evidence_claims(self, fixed: Fixed, book: Logbook) -> Iterator[Claim]:
        """Checks 5 to 8: what the log commits to."""
        start = pinned_size(self._brought.pin) if self._brought.since_pin else 0
        lying = shelf.look_at(self._archive)
        skipped = frozenset(name for name, entries in book.seals.items() if entries[-1][0] < start)
        looked_at = [
            ToRead(file=file, sealed=file.sealed_name in book.seals, adopted=book.adopted)
            for file in lying.files
            if file.sealed_name not in skipped
        ]
        read = read_all(
            self._archive, looked_at, self._brought.sample, self._pool, self._step("records")
        )
        then = meanwhile(self._archive, fixed)
        self._writer = self._writer or writer_of(self._archive)
        yield from then.claims
        yield from lying.claims
        yield from seals.begun(lying.files, book.opened, book.seals, then.opened, self._writer)
        matched = match(book.tree, read.reads)
        down = Takedowns.of(book.tombstones)
        yield from self._record_claims(book, read, matched, down, then, start)
        yield from takedowns.claims(self._archive, self.size, down, read.reads)
        yield from self._text_claims(book, read, down, then, start, all_read=not skipped)
        yield from self._seal_claims(book, looked_at, read, matched, down)
        if skipped:
            yield Claim(
                check=seals.CHECK,
                subject=f"{len(skipped)} files that were sealed before the pin",
                verdict=Verdict.NOT_CHECKED,
                actual="the audit was asked to start at the pin",
            )
        yield from strays(self._archive)

    def _record_claims(
        self,
        book: Logbook,
        read: Readings,
        matched: Matched,
        down: Takedowns,
        then: Meanwhile,
        start: int,
    ) -> Iterator[Claim]:
        """Check 5."""
        flight = Flight(writer=self._writer, leaves=then.leaves)
        dirty: set[str] = set()
        for claim in (
            *seals.first_records(read.reads, book.opened),
            *captures.found_claims(read.reads, matched, down, flight),
            *captures.both_ways(
                self._archive, book.tree, read.reads, matched, book.file_of, flight, start
            ),
            *captures.apart_claims(read.reads, book.reads, flight, start),
        ):
            dirty.add(claim.file or "")
            yield claim
        names = {one.name for one in read.reads if f"{FOLDER}/{one.name}" not in dirty}
        yield from captures.file_claims(read.reads, frozenset(names))
        yield from captures.needs_met(read.reads, all_read=start == 0)

    def _text_claims(
        self,
        book: Logbook,
        read: Readings,
        down: Takedowns,
        then: Meanwhile,
        start: int,
        *,
        all_read: bool,
    ) -> Iterator[Claim]:
        """Checks 6 and 7."""
        found = Links()
        sample = self._brought.sample
        items = list(readings.sampled(resolve(read.reads, book.reads, found), sample, start))
        yield from readings.revisit_claims(found, down, all_read=all_read)
        yield from readings.founding_claims(found, down, all_read=all_read)
        yield from readings.text_claims(
            self._archive,
            book,
            down,
            self._pool,
            start=start,
            later=then.documents,
            writer=self._writer,
        )
        if items:
            from pipeline.audit import derivations  # noqa: PLC0415 - slow to load: it reads pages

            yield from derivations.claims(
                self._archive, self.size, items, read.reads, self._pool, self._step("texts")
            )
        left = found.extractions - len(items)
        if left:
            why = "not in the sample"
            yield undecided("derivation", f"{left} texts", Verdict.NOT_CHECKED, why=why)

    def _seal_claims(
        self,
        book: Logbook,
        files: list[ToRead],
        read: Readings,
        matched: Matched,
        down: Takedowns,
    ) -> Iterator[Claim]:
        """Check 8."""
        by_name: dict[str, list[Read]] = {}
        for one in read.reads:
            by_name.setdefault(one.name, []).append(one)
        for each in files:
            reads = by_name.get(each.file.name, [])
            if not each.sealed:
                yield from seals.unsealed(each.file, reads)
                continue
            gone = sum(
                excused(found, matched.indices.get(found.leaf or b""), down)
                for one in reads
                for found in one.found
            )
            yield from seals.seal_claims(
                each.file,
                book.seals[each.file.sealed_name],
                read.hashed.get(each.file.name),
                sum(one.records for one in reads),
                gone,
            )

    def _step(self, what: str) -> Callable[[int, int], object]:
        return lambda done, total: self._progress(done, total, what)
