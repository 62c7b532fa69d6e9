"""WARC files → records: the archive's own and anybody's, one by its place or all in order."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from pipeline.archive.codings import MAX_DECODED
from pipeline.archive.octets import RECORD_MAGIC, Octets, Spot, Torn, octets_of
from pipeline.archive.records import Record
from pipeline.archive.stored import stored_for_revisit, stored_response
from pipeline.archive.writer import FOLDER, OPEN
from pipeline.errors import DamagedRecord, ReplayUnreadable
from pipeline.model import Digest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from typing import BinaryIO

    from pipeline.model import Place, StoredBlock

MOST_FIELDS = 1000
MOST_BLOCK = 1 << 30
"""No page is that long, and a block that is wanted is held in memory."""

OTHER_FORMATS = (
    (b"\x28\xb5\x2f\xfd", "it is compressed with zstd: decompress it with zstd -d first"),
    (b"\x5d\x2a\x4d\x18", "it is a .warc.zst with a dictionary: decompress it with zstd -d first"),
    (b"PK\x03\x04", "it is a zip file: if it is a WACZ, name the WARC files in its archive folder"),
    (b"BZh", "it is compressed with bzip2: decompress it first"),
    (b"\xfd7zXZ", "it is compressed with xz: decompress it first"),
)


class Found(Struct, frozen=True):
    """A whole record, and the `length` octets of its file at `offset` that hold it alone.

    `length` is None where a gzip member holds it together with others.
    """

    record: Record
    offset: int
    length: int | None


class Damage(Struct, frozen=True):
    """What stands at `offset` is no whole record: the file was cut there, or is broken."""

    offset: int
    why: str


def records(
    path: Path, *, wanted: Callable[[Record], bool] = lambda _: True
) -> Iterator[Found | Damage]:
    """Every record of the WARC file at `path`, in order, gzipped or not, WARC 1.1 or older.

    The blocks of records that are not `wanted` (asked with the fields alone) are passed over;
    such records come without `pieces`.  A file that was cut short gives every whole record and
    then a Damage.  Raises ReplayUnreadable where the file is missing or is no WARC at all.
    """
    try:
        with path.open("rb") as file:
            refuse_other_formats(path, file)
            yield from walk(file, wanted=wanted)
    except OSError as error:
        raise ReplayUnreadable(path, why=error.strerror or str(error)) from error


def refuse_other_formats(path: Path, file: BinaryIO) -> None:
    """Raise ReplayUnreadable where `file` does not begin with a WARC record; rewinds it."""
    begins = file.read(8)
    file.seek(0)
    if not begins:
        raise ReplayUnreadable(path, why="it is empty")
    for magic, why in OTHER_FORMATS:
        if begins.startswith(magic):
            raise ReplayUnreadable(path, why=why)
    octets = octets_of(file)
    try:
        first = octets.line() if octets.next_record() else b""
    except Torn as torn:
        raise ReplayUnreadable(path, why=torn.why) from torn
    file.seek(0)
    if first.startswith(b"filedesc:"):
        raise ReplayUnreadable(path, why="it is an ARC file: convert it with warcio recompress")
    if not first.startswith(RECORD_MAGIC):
        raise ReplayUnreadable(path, why=f"it is no WARC file: it begins with {first[:40]!r}")


def walk(
    file: BinaryIO, *, wanted: Callable[[Record], bool] = lambda _: True, padded: bool = False
) -> Iterator[Found | Damage]:
    """Every record of `file` from where it stands, as `records` gives them.  Raises OSError.

    It may be `padded` as `octets_of` has it.
    """
    octets = octets_of(file, padded=padded)
    at = octets.spot
    try:
        while octets.next_record():
            at = octets.spot
            try:
                yield _found(octets, at, wanted)
            except ValueError as error:
                yield Damage(at.offset, str(error))
                octets.abandon()
    except Torn as torn:
        yield Damage(torn.offset, torn.why)


def read_record(folder: Path, place: Place) -> Record:
    """The record at `place` in archive `folder`, its block checked against its WARC-Block-Digest.

    Its file may still be open for writing.  Raises DamagedRecord where the octets there are no
    whole record, have changed, or are missing.
    """
    return copied(folder, place)[0]


def copied(folder: Path, place: Place) -> tuple[Record, bytes]:
    """The record at `place`, as `read_record` gives it, and the gzip member that holds it."""
    path, packed = _octets_at(folder, place)
    found = next(walk(BytesIO(packed)), None)
    match found:
        case Found(record, 0, length) if length == place.length:
            return _verified(record, path, place), packed
        case Damage(why=why):
            raise DamagedRecord(path, offset=place.offset, why=why)
        case _:
            why = f"no record of {place.length} bytes begins there"
            raise DamagedRecord(path, offset=place.offset, why=why)


def stored_block(
    folder: Path, place: Place, *, payload: Place | None = None, max_decoded: int = MAX_DECODED
) -> StoredBlock:
    """What the response at `place` holds; for a revisit, `payload` is its full response's place.

    Raises DamagedRecord where either is damaged, or is no response.
    """
    record = read_record(folder, place)
    try:
        if record.type != "revisit" or payload is None:
            return stored_response(record, max_decoded=max_decoded)
        original = stored_response(read_record(folder, payload), max_decoded=max_decoded)
        return stored_for_revisit(original, record)
    except ValueError as error:
        path = folder / FOLDER / place.file
        raise DamagedRecord(path, offset=place.offset, why=str(error)) from error


def _octets_at(folder: Path, place: Place) -> tuple[Path, bytes]:
    sealed = folder / FOLDER / place.file
    # a file that is sealed between the first two looks is found by the third
    for path in (sealed, sealed.with_name(place.file + OPEN), sealed):
        try:
            with path.open("rb") as file:
                file.seek(place.offset)
                return path, file.read(place.length)
        except FileNotFoundError:
            continue
        except OSError as error:
            why = error.strerror or str(error)
            raise DamagedRecord(path, offset=place.offset, why=why) from error
    raise DamagedRecord(sealed, offset=place.offset, why="there is no such file")


def _verified(record: Record, path: Path, place: Place) -> Record:
    said, true = record.field("WARC-Block-Digest"), Digest.of(record.block)
    if said != str(true):
        why = f"its block's digest is {true}, its WARC-Block-Digest {said}"
        raise DamagedRecord(path, offset=place.offset, why=why)
    return record


def _found(octets: Octets, at: Spot, wanted: Callable[[Record], bool]) -> Found:
    """The record that begins at `at`.  Raises ValueError where it is none, or not whole."""
    record = _head(octets)
    length = _content_length(record)
    if wanted(record):
        if length > MOST_BLOCK:
            octets.skip(length)
            raise ValueError(f"its block of {length} bytes is longer than {MOST_BLOCK}")
        block = octets.take(length)
        came, record = len(block), replace(record, pieces=(block,))
    else:
        came = octets.skip(length)
    if came < length:
        raise ValueError(f"the record is cut short: {came} of {length} bytes of its block are here")
    octets.end_record()
    end = octets.end
    length_there = None if at.inner or end is None else end - at.offset
    return Found(record, at.offset, length_there)


def _head(octets: Octets) -> Record:
    version = octets.line()
    if not version.startswith(RECORD_MAGIC):
        raise ValueError(f"no WARC record begins here, but {version[:40]!r}")
    fields: list[tuple[str, str]] = []
    while len(fields) < MOST_FIELDS:
        line = octets.line().decode("utf-8", "replace")
        if not line.endswith("\n"):
            raise ValueError("the record is cut short within its head")
        if not line.strip("\r\n"):
            break
        _take_field(line, fields)
    record = Record(type="", fields=tuple(fields))
    return replace(record, type=(record.field("WARC-Type") or "").lower())


def _take_field(line: str, fields: list[tuple[str, str]]) -> None:
    """Append what `line` says; WARC 1.0 lets a value go on in a line that begins with a blank."""
    if line[0] in " \t" and fields:
        name, value = fields[-1]
        fields[-1] = name, f"{value} {line.strip()}"
        return
    name, colon, value = line.partition(":")
    if colon:
        fields.append((name.strip(), value.strip()))


def _content_length(record: Record) -> int:
    length = record.field("Content-Length") or ""
    if not (length.isascii() and length.isdigit() and len(length) <= len(str(2**63))):
        raise ValueError(f"Content-Length {length!r} is no number of bytes")
    return int(length)
