"""Captures → their WARC records, copied octet for octet, and what finds them in a WACZ."""

from __future__ import annotations

import heapq
import json
from io import BytesIO
from typing import TYPE_CHECKING

from msgspec import Struct, field

from pipeline.archive.reader import Found, copied, walk
from pipeline.archive.records import NOT_MODIFIED
from pipeline.archive.writer import FOLDER, OPEN
from pipeline.bundle.agreement import ANSWERS
from pipeline.bundle.index import line_of
from pipeline.bundle.pages import HEADER, SHOWN, URN, Page
from pipeline.bundle.warcs import Laid
from pipeline.errors import DamagedRecord
from pipeline.model import Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from pipeline.archive.records import Record
    from pipeline.catalog import Exchanged
    from pipeline.model import Place

WARC_NAME = "data.warc.gz"
LONGEST_HEAD = 1 << 16
"""A warcinfo record is a few hundred octets."""


LINES_AT_ONCE = 1 << 14
"""Octets of an index that are read at a time."""


class Piece(Struct):
    """Some records one behind the other, their index lines, and the pages among them.

    It begins at octet `starts` of the file that it is a piece of.
    """

    starts: int
    octets: bytearray = field(default_factory=bytearray)
    index: list[bytes] = field(default_factory=list)
    pages: list[bytes] = field(default_factory=list)
    captures: int = 0

    def lay(self, record: Record, member: bytes, *, digest: str) -> None:
        """Put a record behind the others; `digest` is its payload's, for a 304's line."""
        offset = self.starts + len(self.octets)
        self.octets += member
        if record.type in ANSWERS:
            laid = Laid(record=record, offset=offset, length=len(member))
            self.index.append(line_of(laid, filename=WARC_NAME, digest=_digest(record, digest)))


class Copying:
    """Copies captures out of the archive in `folder`, each record once.

    The warcinfo record of a file comes before the first record that was taken from it.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: set[str] = set()
        self._records: set[str] = set()

    def passed(self, exchanged: Exchanged) -> None:
        """Note that the records of a capture stand in an earlier piece already."""
        for record_id, place in exchanged.places:
            self._records.add(record_id)
            self._files.add(place.file)

    def holds(self, record_id: str) -> bool:
        """Whether that record was copied."""
        return record_id in self._records

    def copy(self, exchanged: Exchanged, piece: Piece) -> None:
        """Put the records of a capture into `piece`.

        Raises DamagedRecord where one of them is damaged; then `piece` is as it was.
        """
        read = [
            (record_id, place, *copied(self._folder, place))
            for record_id, place in exchanged.places
            if record_id not in self._records
        ]
        for record_id, place, record, member in read:
            if place.file not in self._files:
                self._files.add(place.file)
                piece.octets += self._first_of(place)
            self._records.add(record_id)
            piece.lay(record, member, digest=str(exchanged.entity or ""))
        if (page := _page(exchanged)) is not None:
            piece.pages.append(page_line(page))
        piece.captures += 1

    def _first_of(self, place: Place) -> bytes:
        """The warcinfo record of the file at `place`; nothing where it is not at its beginning."""
        sealed = self._folder / FOLDER / place.file
        for path in (sealed, sealed.with_name(place.file + OPEN), sealed):
            try:
                with path.open("rb") as file:
                    head = file.read(LONGEST_HEAD)
            except FileNotFoundError:
                continue
            first = next(walk(BytesIO(head)), None)
            whole = isinstance(first, Found) and first.record.type == "warcinfo" and first.length
            return head[:whole] if whole else b""
        raise DamagedRecord(sealed, offset=0, why="there is no such file")


def page_line(page: Page) -> bytes:
    """A line of `pages.jsonl`."""
    said = {"id": page.id, "url": page.url, "ts": page.ts, "title": page.title}
    return (json.dumps(said, ensure_ascii=False) + "\n").encode("utf-8", "replace")


def pages_header() -> bytes:
    """The first line of `pages.jsonl`."""
    return (json.dumps(HEADER, ensure_ascii=False) + "\n").encode()


def merged(indexes: Iterable[Path]) -> Iterator[bytes]:
    """The lines of sorted index files, sorted, without holding them all."""
    yield from heapq.merge(*map(_lines, indexes))


def _lines(path: Path) -> Iterator[bytes]:
    """The lines of a file that is not kept open: an archive of years has thousands of parts."""
    at = 0
    while True:
        with path.open("rb") as file:
            file.seek(at)
            lines = file.readlines(LINES_AT_ONCE)
            at = file.tell()
        if not lines:
            return
        yield from lines


def _page(exchanged: Exchanged) -> Page | None:
    if exchanged.role != Role.TARGET or exchanged.outcome not in SHOWN or not exchanged.record:
        return None
    return Page(
        id=exchanged.record.removeprefix(URN),
        url=exchanged.requested,
        observed_at=exchanged.observed_at,
        title=exchanged.title or exchanged.requested,
    )


def _digest(record: Record, entity: str) -> str:
    """As the index has it: a revisit's own word, but for a 304, which has none."""
    if record.type == "revisit" and record.field("WARC-Profile") != NOT_MODIFIED:
        return record.field("WARC-Payload-Digest") or entity
    return entity
