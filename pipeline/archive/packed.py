"""A WARC file's octets → its gzip members one by one, and where each begins and ends.

Faster than a reader of anybody's files can be: every member that our writer makes begins with one
of two ten-octet headers, so that the next one is found before this one is unpacked.  A file that
does not look so is read all the same, and said to be odd.
"""

from __future__ import annotations

import os
import re
import struct
import zlib
from typing import TYPE_CHECKING, NamedTuple, Self

from isal import igzip_lib, isal_zlib

from pipeline.archive.codings import BrokenStream
from pipeline.archive.members import GZIP, LEVEL, STORED
from pipeline.archive.reader import MOST_BLOCK

if TYPE_CHECKING:
    from io import FileIO
    from pathlib import Path

COMPRESSED_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
STORED_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x04\x03"
"""RFC 1952 section 2.3.1: no flags, no time, and in what ISA-L and zlib differ."""
HEADERS = (COMPRESSED_HEADER, STORED_HEADER)
BEGINS = re.compile(b"|".join(map(re.escape, HEADERS)))
BEGINNING = COMPRESSED_HEADER[:8]
"""What both begin with."""
MAGIC = re.compile(rb"\x1f\x8b\x08")
HEADER_SIZE = 10
STORED_LENGTH = struct.Struct("<BHH")
"""RFC 1951 section 3.2.4: which block it is, how many octets it holds, and their complement."""
TRAILER = struct.Struct("<II")
"""RFC 1952 section 2.3.1: check sum and size of what a member holds."""
SMALLEST = 20
"""Octets of a gzip member that holds next to nothing: header, empty block, check sum, size."""
STEP = 1 << 20
"""Octets to read at a time, that they stay in a core's own memory."""
MOST_ROOM = 1 << 24
"""Room that is made because a member's last field says so, which nobody has verified yet."""


class Member(NamedTuple):
    """`octets` are what the file's octets from `offset` to `end` unpack to.

    `odd` says that its header is not one of ours.
    """

    offset: int
    end: int
    octets: bytes
    odd: bool = False


class Torn(NamedTuple):
    """From `offset` to `end`, where the next member may begin, stands none that is whole.

    `cut` says that the file ends in what began there.
    """

    offset: int
    end: int
    why: str
    cut: bool = False


class Packed:
    """The members of `file` before offset `size`.  Raises OSError alone."""

    def __init__(self, file: FileIO, size: int) -> None:
        self._file = file
        self._size = size
        self._base = 0
        # read into again and again: fresh memory for every piece would cost more than the reading
        self._room = bytearray(min(2 * STEP, max(size, 1)))
        self._view = memoryview(self._room)
        self._count = 0

    @classmethod
    def of(cls, path: Path) -> Self:
        """The members of the file at `path`, which is closed by `close`.  Raises OSError."""
        file = path.open("rb", buffering=0)
        return cls(file, os.fstat(file.fileno()).st_size)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def member(self, at: int) -> Member | Torn:
        """What begins at `at`, which is before the file's end."""
        plain = self._plain(at)
        if plain is None:
            self._hold(at, STEP)
            plain = self._plain(at)
        return plain or self._any(at)

    def _plain(self, at: int) -> Member | None:
        """The member at `at`, if it is at hand, one of ours, and plainly ends."""
        begin, count = at - self._base, self._count
        if begin < 0:
            return None
        room = self._room
        if room.startswith(STORED_HEADER, begin, count):
            return _stored(self._view[:count], begin, at)
        if not room.startswith(COMPRESSED_HEADER, begin, count):
            return None
        end = room.find(BEGINNING, begin + HEADER_SIZE, count)
        if end < 0 or not room.startswith(HEADERS, end, count):
            return None
        return _compressed(self._view[begin:end], at)

    def _any(self, at: int) -> Member | Torn:
        self._hold(at, SMALLEST)
        begin = at - self._base
        stream = igzip_lib.IgzipDecompressor(igzip_lib.DECOMP_GZIP)
        odd = BEGINS.match(self._room, begin, self._count) is None
        pieces: list[bytes] = []
        room = MOST_BLOCK + STEP
        fed = at
        while not stream.eof:
            feed = self._next_feed(fed, first=fed == at) if stream.needs_input else b""
            if stream.needs_input and not feed:
                return Torn(at, self._size, "the file ends within a gzip member", cut=True)
            fed += len(feed)
            try:
                piece = stream.decompress(feed, min(_likely(feed), room))
            except BrokenStream as error:
                return Torn(at, self.find(at + 1), f"broken gzip member: {error}")
            pieces.append(piece)
            room -= len(piece)
            if room <= 0:
                why = f"a gzip member that holds more than {MOST_BLOCK} octets"
                return Torn(at, self.find(at + 1), why)
        octets = pieces[0] if len(pieces) == 1 else b"".join(pieces)
        return Member(at, fed - len(stream.unused_data), octets, odd)

    def octets(self, member: Member) -> bytes:
        """The file's own octets that `member` was unpacked from."""
        self._hold(member.offset, member.end - member.offset)
        begin = member.offset - self._base
        return bytes(self._view[begin : begin + member.end - member.offset])

    def find(self, at: int) -> int:
        """Where from `at` on a gzip member may begin, or the file's size."""
        while at < self._size:
            self._hold(at, HEADER_SIZE)
            found = MAGIC.search(self._room, at - self._base, self._count)
            if found:
                return self._base + found.start()
            at = max(at + 1, self._base + self._count - 2)
        return self._size

    def _next_feed(self, at: int, *, first: bool) -> bytes:
        """Octets from `at` on, up to where another member seems to begin."""
        self._hold(at, SMALLEST)
        begin = at - self._base
        found = self._begins(begin + (HEADER_SIZE if first else 1))
        if found:
            return bytes(self._view[begin : found.start()])
        if self._base + self._count < self._size:
            # a header may stand across the end of what is held
            self._hold(at, self._count - begin + 1)
            begin = at - self._base
            found = self._begins(begin + (HEADER_SIZE if first else 1))
        end = found.start() if found else max(begin + 1, self._count - HEADER_SIZE)
        if self._base + self._count >= self._size and not found:
            end = self._count
        return bytes(self._view[begin:end])

    def _begins(self, at: int) -> re.Match[bytes] | None:
        return BEGINS.search(self._room, at, self._count)

    def _hold(self, at: int, count: int) -> None:
        """Have `count` octets from `at` on, as far as there are any."""
        count = min(count, self._size - at)
        held = self._base + self._count
        if self._base <= at and at + count <= held:
            return
        kept = held - at if self._base <= at <= held else 0
        wanted = min(max(STEP, count), self._size - at - kept)
        self._keep(kept, kept + wanted)
        self._base = at
        self._file.seek(at + kept)
        self._count = kept + (self._file.readinto(self._view[kept : kept + wanted]) or 0)
        if self._count < count:
            self._size = at + self._count

    def _keep(self, kept: int, needed: int) -> None:
        """Have room for `needed` octets, of which the last `kept` that are held are the first."""
        tail = bytes(self._view[self._count - kept : self._count])
        if needed > len(self._room):
            self._room = bytearray(needed)
            self._view = memoryview(self._room)
        self._view[:kept] = tail


def _compressed(feed: memoryview, offset: int) -> Member | None:
    """The member that `feed` is, if it is whole."""
    said = int.from_bytes(feed[-4:], "little")
    if said > MOST_ROOM:
        return None
    stream = igzip_lib.IgzipDecompressor(igzip_lib.DECOMP_GZIP)
    try:
        octets = stream.decompress(feed, said + 1)
    except BrokenStream:
        return None
    if not stream.eof or stream.unused_data:
        return None
    return Member(offset, offset + len(feed), octets)


def _stored(held: memoryview, begin: int, offset: int) -> Member | None:
    """The member that begins at `begin` of `held`, if it is whole and all its blocks are stored.

    What it holds may be packed itself, so that a header is nothing to look for in it.
    """
    at, last, pieces = begin + HEADER_SIZE, 0, list[memoryview]()
    while not last:
        if at + STORED_LENGTH.size > len(held):
            return None
        last, length, complement = STORED_LENGTH.unpack_from(held, at)
        if last > 1 or length ^ complement != 0xFFFF:  # noqa: PLR2004 - its complement
            return None
        at += STORED_LENGTH.size
        pieces.append(held[at : at + length])
        at += length
    if at + TRAILER.size > len(held):
        return None
    octets = b"".join(pieces)
    if TRAILER.unpack_from(held, at) != (isal_zlib.crc32(octets), len(octets)):
        return None
    return Member(offset, offset + at + TRAILER.size - begin, octets)


def packed_anew(octets: bytes, packed: bytes) -> bytes:
    """The member that our writer makes of what `packed` holds, which is `octets`."""
    if packed[HEADER_SIZE : HEADER_SIZE + 1] in (b"\x00", b"\x01"):
        return zlib.compress(octets, STORED, GZIP)
    return igzip_lib.compress(octets, LEVEL, igzip_lib.COMP_GZIP)


def _likely(feed: bytes) -> int:
    """How much room to make: what a member that ends with `feed` says of itself, within reason."""
    if not feed:
        return STEP
    said = int.from_bytes(feed[-4:], "little") + 1
    return said if len(feed) <= said <= MOST_ROOM else min(MOST_ROOM, 8 * len(feed) + STEP // 8)
