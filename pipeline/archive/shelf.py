"""WARC files that are not the archive's → records that can be fetched one by one.

A file whose records do not stand alone in their gzip members is unpacked once into a temporary
file, because finding its last record would otherwise cost reading all of it.
"""

from __future__ import annotations

import hashlib
import tempfile
import weakref
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING, TypeVar

from msgspec import Struct

from pipeline.archive.octets import Torn, octets_of
from pipeline.archive.reader import Damage, Found, refuse_other_formats, walk
from pipeline.errors import DamagedRecord, ReplayUnreadable
from pipeline.model import Digest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from typing import BinaryIO

    from pipeline.archive.records import Record


T = TypeVar("T")


class Fault(Struct, frozen=True):
    """Something in a file that could not be used, for the caller to tell."""

    path: Path
    offset: int
    why: str

    def __str__(self) -> str:
        return f"{self.path}: byte {self.offset}: {self.why}"


class _Together(Exception):
    """A gzip member holds several records, none of which can be had alone."""


class Volume:
    """One WARC file.  Raises ReplayUnreadable where it is missing or is no WARC."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._unpacked: BinaryIO | None = None
        try:
            with path.open("rb") as file:
                refuse_other_formats(path, file)
                self.digest = Digest("sha256", hashlib.file_digest(file, "sha256").digest())
        except OSError as error:
            raise ReplayUnreadable(path, why=error.strerror or str(error)) from error

    def index(self, slim: Callable[[Found], T]) -> tuple[list[T], list[Fault]]:
        """Every record without its block, in order, as `slim` puts it, and what was wrong.

        Each of them has a length, and can be had from `record`.
        """
        try:
            return self._index(slim)
        except _Together:
            faults = self._unpack()
            slims, more = self._index(slim)
            return slims, faults + more

    def record(self, offset: int, length: int) -> Record:
        """The record at that place.  Raises DamagedRecord where the file has changed since."""
        with self._open() as file:
            file.seek(offset)
            found = next(walk(BytesIO(file.read(length))), None)
        if isinstance(found, Found):
            return found.record
        why = "the record is not there any more" if found is None else found.why
        raise DamagedRecord(self.path, offset=offset, why=why)

    @contextmanager
    def _open(self) -> Iterator[BinaryIO]:
        if self._unpacked is not None:
            yield self._unpacked
            return
        try:
            with self.path.open("rb") as file:
                yield file
        except OSError as error:
            raise ReplayUnreadable(self.path, why=error.strerror or str(error)) from error

    def _index(self, slim: Callable[[Found], T]) -> tuple[list[T], list[Fault]]:
        slims: list[T] = []
        faults: list[Fault] = []
        with self._open() as file:
            file.seek(0)
            for one in walk(file, wanted=lambda _: False, padded=True):
                if isinstance(one, Damage):
                    faults.append(Fault(self.path, one.offset, one.why))
                elif one.length is None:
                    raise _Together
                else:
                    slims.append(slim(one))
        return slims, faults

    def _unpack(self) -> list[Fault]:
        unpacked = tempfile.TemporaryFile(prefix="dateline-")  # noqa: SIM115 - lives as we do
        weakref.finalize(self, unpacked.close)
        faults = []
        with self._open() as packed:
            octets = octets_of(packed, padded=True)
            try:
                while octets.next_record():
                    while piece := octets.piece():
                        unpacked.write(piece)
            except Torn as torn:
                faults.append(Fault(self.path, torn.offset, torn.why))
        self._unpacked = unpacked
        return faults
