"""The archive → an export of it, read as of one moment, gone on with where it was broken off."""

from __future__ import annotations

from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import asdict

from pipeline.archive.texts import Texts
from pipeline.errors import DamagedRecord
from pipeline.exports import jsonl, tabular
from pipeline.exports.collection import pieces_of, write_collection
from pipeline.exports.columns import row_of
from pipeline.exports.parts import Parts, joined
from pipeline.exports.records import Copying, Piece, merged, pages_header
from pipeline.exports.texts import Folder
from pipeline.ground.clock import stamp
from pipeline.settings import VERSION
from pipeline.writing.opening import looked_into

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

    from pipeline.catalog import Exchanged, Reader, VersionHeld
    from pipeline.exports.columns import Row
    from pipeline.settings import Settings


DOCUMENT = 2
"""Parts of a row's key that name its document; the last one names the version."""


class PartSize(Struct, frozen=True, kw_only=True):
    """What is in memory at a time, and made again after a break: whichever is less of these."""

    rows: int = 5_000
    octets: int = 32 << 20


class Kind(StrEnum):
    """What an export can be."""

    TEXT = "text"
    JSONL = "jsonl"
    PARQUET = "parquet"
    WARC = "warc"
    WACZ = "wacz"


class Wanted(Struct, frozen=True, kw_only=True):
    """What to export: of one site or all, each document's text that stands or `every` one."""

    kind: Kind
    output: Path
    site: str | None = None
    every: bool = False

    def about(self) -> dict[str, Any]:
        """What a broken off export must have been begun as, to be gone on with."""
        return {"kind": str(self.kind), "site": self.site, "every": self.every}


class Left(Struct, frozen=True, kw_only=True):
    """Something that could not be exported: the bytes were `taken_down`, or are damaged."""

    url: str
    why: str
    taken_down: bool


class Exported(Struct, frozen=True, kw_only=True):
    """How many documents, versions or captures are in the output."""

    items: int
    resumed: int = 0


class Exporting:
    """Exports what is `wanted`; `tell` hears how far it is, `leave` what is left out."""

    def __init__(
        self,
        settings: Settings,
        wanted: Wanted,
        *,
        tell: Callable[[int], None],
        leave: Callable[[Left], None],
        size: PartSize | None = None,
    ) -> None:
        self._size = size or PartSize()
        self._wanted = wanted
        self._folder = settings.archive
        self._reader: Reader = looked_into(settings)
        self._texts = Texts(settings.archive)
        self._tell, self._leave = tell, leave
        self._left: list[Left] = []

    def run(self, now: datetime) -> Exported:
        """Write the output.  Raises OtherExport and ArchiveUnwritable."""
        match self._wanted.kind:
            case Kind.TEXT:
                return self._texts_into_folder()
            case Kind.JSONL | Kind.PARQUET:
                return self._table()
            case Kind.WARC | Kind.WACZ:
                return self._records(now)

    def rows(self, after: Any = None) -> Iterator[tuple[Any, Row]]:
        """Each row with its key, in the order of the keys, behind the one called `after`.

        A document of which one text is wanted comes once, also where it was edited meanwhile.
        """
        wanted = self._wanted
        told = None if wanted.every else DOCUMENT
        for version in self._reader.versions(wanted.site, every=wanted.every):
            key = [stamp(version.first_seen), version.url, version.entry]
            if (after is None or key[:told] > after[:told]) and (
                row := self._row(version)
            ) is not None:
                yield key, row

    def _row(self, version: VersionHeld) -> Row | None:
        try:
            sidecar = self._texts.read_document(version.document)
            return row_of(version, sidecar, self._texts.read_text(version.text))
        except DamagedRecord as damage:
            reason = self._reader.taken_down(version.text)
            why = str(damage) if reason is None else f"taken down: {reason}"
            self._leave_out(Left(url=version.url, why=why, taken_down=reason is not None))
            return None

    def _leave_out(self, left: Left) -> None:
        self._left.append(left)
        self._leave(left)

    def _begun(self) -> Parts:
        """The parts that there are; what was left out of them is told once more."""
        parts = Parts(self._wanted.output, self._wanted.about())
        for one in parts.made.left:
            self._leave(Left(**one))
        return parts

    def _keep(self, parts: Parts, octets: bytes, **about: Any) -> None:
        """Keep a part, and what was left out since the one before."""
        parts.add(octets, left=[asdict(one) for one in self._left], **about)
        self._left.clear()

    def _texts_into_folder(self) -> Exported:
        folder = Folder(self._wanted.output, digits=len(str(self._reader.counts().documents)))
        items = 0
        for items, (_, row) in enumerate(self.rows(), 1):
            folder.add(row)
            self._tell(items)
        folder.finish()
        return Exported(items=items)

    def _table(self) -> Exported:
        wanted = self._wanted
        parts = self._begun()
        gzipped = wanted.output.name.endswith(jsonl.GZIPPED)
        made = (
            tabular.table if wanted.kind is Kind.PARQUET else partial(jsonl.lines, gzipped=gzipped)
        )
        resumed = parts.made.items
        waiting: list[Row] = []
        octets, last = 0, parts.made.key
        for key, row in self.rows(after=last):
            waiting.append(row)
            last = key
            octets += len(row["text"])
            if len(waiting) == self._size.rows or octets >= self._size.octets:
                self._keep(parts, made(waiting), items=len(waiting), key=key)
                waiting, octets = [], 0
            self._tell(parts.made.items + len(waiting))
        if waiting or not parts.made.parts:
            self._keep(parts, made(waiting), items=len(waiting), key=last)
        with parts.finishing() as output:
            (tabular.join if wanted.kind is Kind.PARQUET else joined)(parts.paths(), output)
        return Exported(items=parts.made.items, resumed=resumed)

    def _records(self, now: datetime) -> Exported:
        parts = self._begun()
        copying, done = Copying(self._folder), parts.made.key
        resumed = parts.made.items
        piece = Piece(starts=parts.made.octets)
        for exchanged in self._reader.exchanges(self._wanted.site):
            if done is not None and exchanged.entry <= done:
                copying.passed(exchanged)
                continue
            self._copy(copying, exchanged, piece)
            if len(piece.octets) >= self._size.octets:
                self._keep_piece(parts, piece, exchanged.entry)
                piece = Piece(starts=parts.made.octets)
            done = exchanged.entry
            self._tell(parts.made.items + piece.captures)
        if piece.octets or not parts.made.parts:
            self._keep_piece(parts, piece, done)
        with parts.finishing() as output:
            if self._wanted.kind is Kind.WARC:
                joined(parts.paths(), output)
            else:
                self._collect(parts, output, now)
        return Exported(items=parts.made.items, resumed=resumed)

    def _keep_piece(self, parts: Parts, piece: Piece, key: Any) -> None:
        self._keep(
            parts,
            bytes(piece.octets),
            items=piece.captures,
            key=key,
            index=b"".join(sorted(piece.index)),
            pages=b"".join(piece.pages),
        )

    def _copy(self, copying: Copying, exchanged: Exchanged, piece: Piece) -> None:
        """Copy a capture, and before it the one that it refers to, if that is of no such site."""
        try:
            original = exchanged.payload_record
            if original and original != exchanged.record and not copying.holds(original):
                for one in self._reader.exchanges_of(original):
                    copying.copy(one, piece)
            copying.copy(exchanged, piece)
        except DamagedRecord as damage:
            self._leave_out(Left(url=exchanged.url, why=str(damage), taken_down=False))

    def _collect(self, parts: Parts, output: Any, now: datetime) -> None:
        site = self._wanted.site
        write_collection(
            output,
            title=f"Captures of {site}" if site else "Captures",
            created=now,
            software=f"Dateline/{VERSION}",
            warc=_octets(parts.paths()),
            index=merged(parts.paths("index")),
            pages=(pages_header(), *_octets(parts.paths("pages"))),
        )


def _octets(paths: tuple[Path, ...]) -> Iterator[bytes]:
    for path in paths:
        with path.open("rb") as file:
            yield from pieces_of(file)
