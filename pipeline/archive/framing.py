"""The octets behind a response head → where its body ends, and its entity (RFC 9112 section 6).

Lenient where a client may be: what came is kept, what was wrong is noted, nothing raises.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Sequence

CHUNK = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\n]*)?\r?\n")
CHUNK_CUT = re.compile(rb"[ \t]*[0-9A-Fa-f]{0,15}[ \t]*(?:;[^\n]*)?\r?\Z")
LENGTH = re.compile(r"[0-9]{1,18}")
BREAK = re.compile(rb"\r?\n")
BLANK = re.compile(rb"\r?\n\r?\n")
MOST_TRAILER = 1 << 16
BODILESS = frozenset((204, 304))


class Note(StrEnum):
    """What was odd about a message that could be read all the same."""

    CUT = "cut"
    BAD_CHUNKS = "bad_chunks"
    BAD_LENGTH = "bad_length"
    ALREADY_DECHUNKED = "already_dechunked"
    ALREADY_DECODED = "already_decoded"


class Framed(Struct, frozen=True):
    """A body that ends at `end` in its wire; `entity` is None where it is the body itself."""

    end: int
    entity: bytes | None = None
    notes: tuple[Note, ...] = ()


def frame(
    wire: bytes, start: int, *, status: int, transfer: tuple[str, ...], lengths: Sequence[str]
) -> Framed:
    """Find the end of the body that begins at `start`.

    `transfer` are the transfer-codings, `lengths` the values of every Content-Length.
    """
    if status in BODILESS:
        return Framed(start)
    if transfer:
        return _dechunk(wire, start) if transfer[-1] == "chunked" else Framed(len(wire))
    if not lengths:
        return Framed(len(wire))
    length = _length(lengths)
    if length is None:
        return Framed(len(wire), notes=(Note.BAD_LENGTH,))
    end = start + length
    return Framed(end) if end <= len(wire) else Framed(len(wire), notes=(Note.CUT,))


def _length(values: Sequence[str]) -> int | None:
    """The one length that all `values` agree on (RFC 9110 section 8.6 allows repetitions)."""
    distinct = {value.strip() for value in ",".join(values).split(",")}
    only = distinct.pop()
    return int(only) if not distinct and LENGTH.fullmatch(only) else None


def _dechunk(wire: bytes, start: int) -> Framed:
    view = memoryview(wire)
    pieces: list[memoryview] = []
    at = start
    while size := CHUNK.match(wire, at):
        length = int(size[1], 16)
        if length == 0:
            return Framed(_after_trailer(wire, size.end(1)), b"".join(pieces))
        data = size.end()
        at = data + length
        pieces.append(view[data:at])
        if at >= len(wire):
            return _all(wire, pieces, Note.CUT)
        ending = BREAK.match(wire, at)
        if ending is None:
            return _unended(wire, at, pieces)
        at = ending.end()
    if CHUNK_CUT.match(wire, at):
        return _all(wire, pieces, Note.CUT)
    return _all(wire, pieces, Note.BAD_CHUNKS) if pieces else _as_it_is(wire)


def _unended(wire: bytes, at: int, pieces: list[memoryview]) -> Framed:
    """The line break that ends a chunk's data is not there."""
    if wire[at:] == b"\r":
        return _all(wire, pieces, Note.CUT)
    if len(pieces) == 1:
        # hexadecimal digits at the start of a plain body look like a chunk's size
        return _as_it_is(wire)
    return _all(wire, pieces, Note.BAD_CHUNKS)


def _as_it_is(wire: bytes) -> Framed:
    return Framed(len(wire), notes=(Note.ALREADY_DECHUNKED,))


def _all(wire: bytes, pieces: list[memoryview], note: Note) -> Framed:
    return Framed(len(wire), b"".join(pieces), (note,))


def _after_trailer(wire: bytes, at: int) -> int:
    """The end of a chunked body, trailer included, whose last size ends at `at`."""
    blank = BLANK.search(wire, at, at + MOST_TRAILER)
    return blank.end() if blank else len(wire)
