"""A capture, the archive that holds it and the log → what a bundle about it is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

from pipeline.archive.reader import copied, read_record
from pipeline.archive.texts import document_name, text_name
from pipeline.archive.writer import FOLDER
from pipeline.bundle.agreement import answer_of, refers_elsewhere
from pipeline.bundle.captured import urns_of
from pipeline.bundle.contents import Anchored, Contents, Earlier, Proven
from pipeline.bundle.outside import write_consistency
from pipeline.bundle.pages import URN, pages_in
from pipeline.errors import DamagedRecord, LedgerBroken
from pipeline.ledger import anchors, witness
from pipeline.ledger.notes import read_note
from pipeline.ledger.proof import write_proof

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from pipeline.catalog import Shown
    from pipeline.ground.evidence import CaptureEntry, ExtractionEntry, Logged
    from pipeline.ledger.notes import VerifyKey
    from pipeline.ledger.reader import LogReader
    from pipeline.model import Place


class Index(Protocol):
    """What finds records and captures: the catalog's reader."""

    def capture(self, record_id: str) -> Shown | None:
        """The capture of which `record_id` is any record."""
        ...

    def captures_of_visit(self, visit: str) -> tuple[Shown, ...]:
        """The hops, attempts and last capture of a visit, in order."""
        ...

    def resource(self, urn: str) -> str | None:
        """The record that holds a config or certificate, by its URN."""
        ...


class Gathering(Struct, frozen=True, kw_only=True):
    """An archive that is read as of one checkpoint: `log`'s.

    `key` signs the log today, and `keys` are the indices of its `key` entries, in order.
    """

    folder: Path
    index: Index
    log: LogReader
    key: VerifyKey
    keys: tuple[int, ...] = ()

    def about(self, shown: Shown) -> Contents:
        """Everything that proves `shown`, one capture.

        That are the captures of its visit, those whose bytes their revisits refer to, every
        document that was read in its bytes, and the configs and certificates that all of these
        name.  Raises DamagedRecord where some of it is missing or damaged, and LedgerBroken for a
        log that cannot be read.
        """
        if shown.index >= self.log.size:
            why = f"it ends before entry {shown.index}, which the catalog has: it was rolled back"
            raise LedgerBroken(self.folder / "log" / "checkpoint", why=why)
        captures = self._captures(shown)
        readings = [one for one in shown.extractions if one.index < self.log.size]
        indices = sorted({*captures, *(one.index for one in readings), *self.keys})
        covered = max(captures)
        return Contents(
            warc=self._warc([captures[at] for at in sorted(captures)], readings),
            proven=tuple(map(self._proven, indices)),
            checkpoint=self.log.octets,
            vkey=f"{self.key}\n".encode(),
            config=self._config(shown.entry),
            texts=self._files(text_name(one.entry.text) for one in readings),
            sidecars=self._files(document_name(one.entry.document) for one in readings),
            anchored=self._anchored(covered),
            witnessed=self._witnessed(covered),
            main=_main(shown.entry),
        )

    def _captures(self, shown: Shown) -> Mapping[int, Shown]:
        found = {one.index: one for one in self.index.captures_of_visit(shown.entry.visit)}
        found[shown.index] = shown
        for one in [*found.values()]:
            if (wanted := refers_elsewhere(one.entry)) is not None:
                original = self._holder(wanted)
                found[original.index] = original
        # what a live daemon wrote behind the checkpoint is not proven yet
        return {index: one for index, one in found.items() if index < self.log.size}

    def _holder(self, record_id: str) -> Shown:
        found = self.index.capture(record_id)
        if found is None:
            raise self._gone(record_id)
        return found

    def _warc(
        self, captures: Sequence[Shown], readings: Sequence[Logged[ExtractionEntry]]
    ) -> bytes:
        pieces = [self._copied(place) for place in self._shared(captures, readings)]
        for one in captures:
            places = dict(one.places)
            own = [ref.record_id for ref in one.entry.records]
            beside = [record_id for record_id in places if record_id not in own]
            pieces += [self._copied(self._place(places, each)) for each in (*own, *beside)]
        return b"".join(pieces)

    def _shared(
        self, captures: Sequence[Shown], readings: Sequence[Logged[ExtractionEntry]]
    ) -> Iterator[Place]:
        """Where the configs and certificates lie that an earlier capture needed first."""
        own = {ref.record_id for one in captures for ref in one.entry.records}
        needed = {urn for one in captures for urn in urns_of(one.entry)}
        needed |= {urn for one in readings for urn in self._rules_of(one.entry)}
        for urn in sorted(needed):
            holding = self.index.resource(urn)
            if holding is None:
                raise self._gone(f"of {urn}")
            if holding not in own:
                yield self._place(dict(self._holder(holding).places), holding)

    def _rules_of(self, reading: ExtractionEntry) -> Iterator[str]:
        """The config by which a text was read, where the visit that it was read in tells."""
        for one in self.index.captures_of_visit(reading.visit):
            if one.entry.rules == reading.rules and one.entry.config is not None:
                yield from (urn for urn in urns_of(one.entry) if str(one.entry.config) in urn)
                return

    def _place(self, places: Mapping[str, Place], record_id: str) -> Place:
        if record_id not in places:
            raise self._gone(record_id)
        return places[record_id]

    def _gone(self, record: str) -> DamagedRecord:
        why = f"record {record} is not known: it was taken down, or dateline rebuild finds it"
        return DamagedRecord(self.folder / FOLDER, offset=0, why=why)

    def _copied(self, place: Place) -> bytes:
        """The gzip member at `place`, as it stands there."""
        return copied(self.folder, place)[1]

    def _config(self, entry: CaptureEntry) -> bytes | None:
        if entry.config is None:
            return None
        holding = self.index.resource(next(urns_of(entry))) or ""
        place = self._place(dict(self._holder(holding).places), holding)
        return read_record(self.folder, place).block

    def _files(self, names: Iterator[str]) -> tuple[bytes, ...]:
        return tuple([self._file(name) for name in dict.fromkeys(names)])

    def _file(self, name: str) -> bytes:
        path = self.folder / name
        try:
            return path.read_bytes()
        except OSError as error:
            raise DamagedRecord(path, offset=0, why=error.strerror or str(error)) from error

    def _proven(self, index: int) -> Proven:
        proof = write_proof(index, self.log.inclusion(index), self.log.octets)
        return Proven(index=index, leaf=self.log.entry(index), proof=proof)

    def _anchored(self, covered: int) -> Anchored | None:
        """The first stamp over all captures here: the earliest time that can be proven."""
        for size in self._covering(anchors.stored(self.folder), covered):
            checkpoint, token, chain = (
                anchors.place(self.folder, size, kind).read_bytes()
                for kind in ("checkpoint", "tsr", "pem")
            )
            return Anchored(
                size=size,
                checkpoint=checkpoint,
                consistency=self._consistency(size),
                token=token,
                chain=chain,
            )
        return None

    def _witnessed(self, covered: int) -> Earlier | None:
        """The note with the most signatures, the first of them."""
        notes = {
            size: (self.folder / witness.FOLDER / f"{size}.checkpoint").read_bytes()
            for size in self._covering(witness.stored(self.folder), covered)
        }
        if not notes:
            return None
        size = max(notes, key=lambda one: (len(read_note(notes[one]).signatures), -one))
        return Earlier(size=size, checkpoint=notes[size], consistency=self._consistency(size))

    def _covering(self, sizes: Sequence[int], covered: int) -> list[int]:
        return [size for size in sizes if covered < size <= self.log.size]

    def _consistency(self, size: int) -> bytes:
        return write_consistency(size, self.log.consistency(size), self.log.octets)


def _main(entry: CaptureEntry) -> str | None:
    """The UUID of the page that `entry` is, if it is one."""
    answer = answer_of(entry)
    return answer.removeprefix(URN) if answer and pages_in([entry], {}) else None
