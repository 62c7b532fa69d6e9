"""A coded body → its decoded octets: gzip, deflate, br and zstd, one or several, never a bomb.

Content-Encoding and Transfer-Encoding share the coding names of RFC 9110 section 8.4.1.
"""

from __future__ import annotations

import re
import zlib
from enum import StrEnum
from typing import TYPE_CHECKING

import brotli
import zstandard
from isal import igzip_lib
from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Inflate = Callable[[bytes, int], bytes]

MAX_DECODED = 10**8
"""Octets that a body may have when decoded: ten times the largest body that is fetched."""

MOST_CODINGS = 5
"""No honest server stacks more; each layer is a chance to make us work for nothing."""

MOST_MEMBERS = 10_000
"""Gzip members or zstd frames in one body: blocked gzip needs some, an attack needs millions."""

STEP_IN = 1 << 16
STEP_OUT = 1 << 20
ZSTD_STEP_IN = 1 << 10
"""A zstd block of four octets can stand for 128 KiB, and its decoder cannot be told to pause."""

BrokenStream: type[Exception] = igzip_lib.IsalError  # type: ignore[assignment]
"""What ISA-L raises for a stream that is no deflate stream; its stub calls the class a value."""

BrokenDeflate = zlib.error
"""What the same stream in a zip file raises, which the standard library reads."""

GZIP_MAGIC = b"\x1f\x8b"
ZSTD_MAGIC = re.compile(rb"\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18")
BINARY = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")
"""Octets that no text in an ASCII-compatible charset holds (ESC is ISO-2022-JP's)."""

NO_CODING = frozenset(
    # the first two are legal, the others are seen in the wild on bodies that are not coded at all
    ("", "identity", "none", "binary", "7bit", "8bit", "utf-8", "utf8", "iso-8859-1", "aws-chunked")
)


class Fault(StrEnum):
    """Why a body has no decoded form."""

    BOMB = "bomb"
    BAD_ENCODING = "bad_encoding"
    UNKNOWN_ENCODING = "unknown_encoding"


class Decoded(Struct, frozen=True):
    """The octets without their codings, or None and the `fault`.

    `label_false`: a coding was named that the octets never had, and they were taken as they are.
    """

    octets: bytes | None
    fault: Fault | None = None
    label_false: bool = False


class _Broken(Exception):
    """The stream is no stream of its coding."""


class _Cut(_Broken):
    """The stream ends before its end."""


class _Bomb(Exception):
    """The stream expands beyond the limit."""


def codings(values: Sequence[str]) -> tuple[str, ...]:
    """The codings that header `values` name, in the order in which they were applied."""
    if not values:
        return ()
    names = (name.partition(";")[0].strip(' \t"').lower() for name in ",".join(values).split(","))
    return tuple(name for name in names if name not in NO_CODING)


def decode(octets: bytes, names: tuple[str, ...], *, limit: int) -> Decoded:
    """`octets` without the codings `names`, the last of which was applied last.

    Never raises.  Octets that are not in the coding they are labelled with, because somebody
    took it off and left the label, are taken as they are.
    """
    if len(names) > MOST_CODINGS:
        return Decoded(None, Fault.BAD_ENCODING)
    label_false = False
    for name in reversed(names):
        inflate = INFLATES.get(name)
        if inflate is None:
            return Decoded(None, Fault.UNKNOWN_ENCODING)
        if not octets:
            break
        if _plainly_not(name, octets):
            label_false = True
            continue
        try:
            octets = inflate(octets, limit)
        except _Bomb:
            return Decoded(None, Fault.BOMB)
        except _Broken as broken:
            if isinstance(broken, _Cut) or not _reads_as_text(name, octets):
                return Decoded(None, Fault.BAD_ENCODING)
            label_false = True
    return Decoded(octets, None, label_false)


def _plainly_not(name: str, octets: bytes) -> bool:
    match name:
        case "gzip" | "x-gzip":
            return not octets.startswith(GZIP_MAGIC[: len(octets)])
        case "zstd":
            return len(octets) >= 4 and not ZSTD_MAGIC.match(octets)  # noqa: PLR2004 - its magic
        case _:
            return False


def _reads_as_text(name: str, octets: bytes) -> bool:
    """For codings whose streams have no mark of their own: text that failed was never coded."""
    return name in {"deflate", "br"} and not BINARY.search(octets, 0, 512)


class _Sink:
    """Collects decoded octets, up to a limit."""

    def __init__(self, limit: int) -> None:
        self._pieces: list[bytes] = []
        self._left = limit

    def take(self, piece: bytes) -> None:
        self._left -= len(piece)
        if self._left < 0:
            raise _Bomb
        if piece:
            self._pieces.append(piece)

    def octets(self) -> bytes:
        return self._pieces[0] if len(self._pieces) == 1 else b"".join(self._pieces)


def _gunzip(octets: bytes, limit: int) -> bytes:
    view, sink, at = memoryview(octets), _Sink(limit), 0
    for _ in range(MOST_MEMBERS):
        at = _inflate_one(view, at, igzip_lib.DECOMP_GZIP, sink)
        if view[at : at + 2] != GZIP_MAGIC:
            # what follows the last member is padding or dirt, which every browser ignores
            return sink.octets()
    raise _Broken


def _inflate_one(view: memoryview, at: int, flag: int, sink: _Sink) -> int:
    """Inflate the one deflate stream at `at` into `sink`; where in `view` it ends."""
    stream = igzip_lib.IgzipDecompressor(flag)
    step = _likely(view) if flag == igzip_lib.DECOMP_GZIP else STEP_OUT
    while not stream.eof:
        feed = view[at : at + STEP_IN] if stream.needs_input else b""
        if stream.needs_input and not feed:
            raise _Cut
        at += len(feed)
        try:
            sink.take(stream.decompress(feed, step))
        except BrokenStream as error:
            raise _Broken from error
    return at - len(stream.unused_data)


def _likely(view: memoryview) -> int:
    """How much there is room for at each step: what gzip's last field says, within reason.

    The room is made before anything is known to fill it, and a megabyte costs as much as
    inflating a page.
    """
    said = int.from_bytes(view[-4:], "little") + 1
    return said if STEP_IN // 16 <= said <= STEP_OUT else STEP_OUT


def _inflate(octets: bytes, limit: int) -> bytes:
    """`deflate` means zlib's format, but many servers send the naked stream (RFC 9110 8.4.1.2)."""
    flags = [igzip_lib.DECOMP_DEFLATE]
    if octets[0] & 0x0F == zlib.DEFLATED and int.from_bytes(octets[:2], "big") % 31 == 0:
        flags.insert(0, igzip_lib.DECOMP_ZLIB)
    failed = _Broken()
    for flag in flags:
        sink = _Sink(limit)
        try:
            _inflate_one(memoryview(octets), 0, flag, sink)
        except _Broken as broken:
            failed = broken
        else:
            return sink.octets()
    raise failed


def _unbrotli(octets: bytes, limit: int) -> bytes:
    stream, sink, feed = brotli.Decompressor(), _Sink(limit), octets
    while True:
        try:
            piece = stream.process(feed, output_buffer_limit=STEP_OUT)
        except brotli.error as error:
            raise _Broken from error
        sink.take(piece)
        if stream.is_finished():
            return sink.octets()
        if not piece and stream.can_accept_more_data():
            raise _Cut
        feed = b""


def _unzstd(octets: bytes, limit: int) -> bytes:
    view, sink, at = memoryview(octets), _Sink(limit), 0
    for _ in range(MOST_MEMBERS):
        frame = zstandard.ZstdDecompressor().decompressobj()
        while not frame.eof:
            feed = view[at : at + ZSTD_STEP_IN]
            if not feed:
                raise _Cut
            at += len(feed)
            try:
                sink.take(frame.decompress(feed))
            except zstandard.ZstdError as error:
                raise _Broken from error
        at -= len(frame.unused_data)
        if not ZSTD_MAGIC.match(view, at):
            return sink.octets()
    raise _Broken


INFLATES: dict[str, Inflate] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _inflate,
    "br": _unbrotli,
    "zstd": _unzstd,
}
