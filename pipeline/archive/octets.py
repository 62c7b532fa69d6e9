"""A WARC file, gzipped or not → its octets in order, and where each gzip member began.

One gzip member a record is the rule; whole files in one member, and records that run over
several, are read as well.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from isal import igzip_lib
from msgspec import Struct

from pipeline.archive.codings import BrokenStream

if TYPE_CHECKING:
    from typing import BinaryIO

GZIP_MAGIC = b"\x1f\x8b"
RECORD_MAGIC = b"WARC/"
RECORD_BEGINS = b"\nWARC/1."
LINE_BREAKS = re.compile(rb"[\r\n]*")
STEP_IN = 1 << 16
STEP_OUT = 1 << 18
MOST_LINE = 1 << 16
"""No field of an honest record is longer; a file without line breaks is not to be held whole."""


class Torn(Exception):
    """The file ends, or stops being readable, in what began at `offset`."""

    def __init__(self, offset: int, why: str) -> None:
        self.offset, self.why = offset, why
        super().__init__(why)


class Spot(Struct, frozen=True):
    """Where an octet stands: at `inner` in what the gzip member at file offset `offset` holds.

    In a file that is not gzipped, `offset` says it all.
    """

    offset: int
    inner: int = 0


def octets_of(file: BinaryIO, *, padded: bool = False) -> Octets:
    """Read `file`, which can seek, from where it stands.

    Where it may be `padded`, zeros behind its last gzip member are no damage: some tools make room
    ahead of what they write.
    """
    start = file.tell()
    gzipped = file.read(2) == GZIP_MAGIC
    file.seek(start)
    return GzipOctets(file, padded=padded) if gzipped else Octets(file)


class Octets:
    """The octets of a plain file; of what is not wanted, nothing is read."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._held = b""
        self._at = 0
        self._base = file.tell()
        """Where `_held` begins: in the file, or in what its gzip member holds."""

    @property
    def spot(self) -> Spot:
        """Where the next octet stands."""
        return Spot(self._base + self._at)

    @property
    def end(self) -> int | None:
        """The file's offset behind what was taken; None in the middle of a gzip member."""
        return self.spot.offset

    def next_record(self) -> bool:
        """Pass over line breaks, into the next member if need be; False at the file's end."""
        while not self.end_record():
            if not self._enter(inside=False):
                return False
        return True

    def end_record(self) -> bool:
        """Pass over line breaks within this member; False at its end."""
        while True:
            self._at = LINE_BREAKS.match(self._held, self._at).end()  # type: ignore[union-attr]
            if self._at < len(self._held):
                return True
            if not self._refill():
                return False

    def line(self) -> bytes:
        """The next line with its break; without one where the octets or our patience end."""
        pieces: list[bytes] = []
        length = 0
        while length < MOST_LINE and self._more():
            end = self._held.find(b"\n", self._at) + 1 or len(self._held)
            pieces.append(self._held[self._at : end])
            length += end - self._at
            self._at = end
            if pieces[-1].endswith(b"\n"):
                break
        return b"".join(pieces)

    def take(self, count: int) -> bytes:
        """The next `count` octets, or fewer where the record has no more."""
        pieces: list[bytes] = []
        while count and self._more():
            piece = self._held[self._at : self._at + count]
            pieces.append(piece)
            self._at += len(piece)
            count -= len(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def piece(self) -> bytes:
        """The next octets of the record, as many as are at hand; none where it has no more."""
        piece = self._held[self._at :] if self._more() else b""
        self._at = len(self._held)
        return piece

    def skip(self, count: int) -> int:
        """Pass over `count` octets; how many there were."""
        held = len(self._held) - self._at
        if count <= held:
            self._at += count
            return count
        position = self._file.tell()
        size = self._file.seek(0, 2)
        there = min(count - held, size - position)
        self._file.seek(position + there)
        self._hold(b"")
        self._base += there
        return held + there

    def abandon(self) -> None:
        """Give up this record: go to where another seems to begin, or to the end of this member."""
        while (found := self._held.find(RECORD_BEGINS, self._at)) < 0:
            kept = self._held[self._at :][1 - len(RECORD_BEGINS) :]
            self._at = len(self._held) - len(kept)
            more = self._file.read(STEP_OUT)
            if not more:
                self._at = len(self._held)
                return
            self._base += self._at
            self._held, self._at = kept + more, 0
        self._at = found + 1

    def _more(self) -> bool:
        """Whether there is another octet of this record."""
        return self._at < len(self._held) or self._refill() or self._enter(inside=True)

    def _refill(self) -> bool:
        """Hold this member's next octets in place of the spent ones; False at its end."""
        self._hold(self._file.read(STEP_OUT))
        return bool(self._held)

    def _enter(self, *, inside: bool) -> bool:  # noqa: ARG002 - for files of several members
        """Go on with the next member; `inside` a record only where it does not begin a new one."""
        return False

    def _hold(self, octets: bytes) -> None:
        self._base += len(self._held)
        self._held = octets
        self._at = 0


class GzipOctets(Octets):
    """The octets of a file of gzip members, check sums verified."""

    def __init__(self, file: BinaryIO, *, padded: bool) -> None:
        super().__init__(file)
        self._padded = padded
        self._read = file.tell()
        """The file's offset behind what was fed to `_stream`."""
        self._waiting = b""
        """The first octets of a member that begins a record while the last one is unfinished."""
        self._begin(self._read, b"")

    @property
    def spot(self) -> Spot:  # noqa: D102 - as Octets says
        return Spot(self._member, self._base + self._at)

    @property
    def end(self) -> int | None:  # noqa: D102 - as Octets says
        spent = self._stream.eof and self._at == len(self._held)
        return self._read - len(self._stream.unused_data) if spent else None

    def skip(self, count: int) -> int:  # noqa: D102 - as Octets says
        left = count
        while left and self._more():
            step = min(left, len(self._held) - self._at)
            self._at += step
            left -= step
        return count - left

    def abandon(self) -> None:  # noqa: D102 - as Octets says
        while self._refill():
            pass

    def _begin(self, offset: int, unfed: bytes) -> None:
        self._member = self._read = offset
        self._unfed = unfed
        self._held, self._at, self._base = b"", 0, 0
        self._stream = igzip_lib.IgzipDecompressor(igzip_lib.DECOMP_GZIP)

    def _enter(self, *, inside: bool) -> bool:
        if self._waiting:
            if not inside:
                self._held, self._waiting = self._waiting, b""
            return not inside
        while not self._held:
            if not self._next_member():
                return False
            self._refill()
        if inside and self._held.startswith(RECORD_MAGIC):
            self._held, self._waiting = b"", self._held
            return False
        return True

    def _next_member(self) -> bool:
        rest = self._stream.unused_data
        offset = self._read - len(rest)
        if len(rest) < len(GZIP_MAGIC):
            rest += self._file.read(STEP_IN)
        if not rest or (self._padded and self._is_padding(rest)):
            return False
        if not rest.startswith(GZIP_MAGIC):
            raise Torn(offset, "what follows is no gzip member")
        self._begin(offset, rest)
        return True

    def _is_padding(self, rest: bytes) -> bool:
        """Whether zeros alone stand from `rest` to the file's end."""
        while rest and not rest.strip(b"\0"):
            rest = self._file.read(STEP_IN)
        return not rest

    def _refill(self) -> bool:
        while not (self._waiting or self._stream.eof):
            octets = self._inflate()
            if octets:
                self._hold(octets)
                return True
        self._hold(b"")
        return False

    def _inflate(self) -> bytes:
        feed = b""
        if self._stream.needs_input:
            feed, self._unfed = self._unfed or self._file.read(STEP_IN), b""
            self._read += len(feed)
            if not feed:
                raise Torn(self._member, "the file ends within a gzip member")
        try:
            return self._stream.decompress(feed, STEP_OUT)
        except BrokenStream as error:
            raise Torn(self._member, f"broken gzip member: {error}") from error
