"""The octets of one HTTP/1.1 response as they come → its head, and where it ends (RFC 9112).

Nothing here is kept: the octets are on the tape, and what is archived is read from there.  This
only has to know when to stop listening.  What browsers read all the same is read, but then the
connection serves no other exchange: where two readers could disagree on the end of a message, what
follows would be taken for the answer to another request.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from collections.abc import Callable

# RFC 9110 section 5.1, and what stands in a line: no NUL, and no break that another reader sees.
TOKEN = rb"[-!#$%&'*+.^_`|~0-9A-Za-z]++"
LINE = rb"[^\x00\n\r\f\v]*+"
# A bare LF ends a line as well (section 2.2).
BREAK = rb"\r?\n"
FIELDS = rb"(?:%b:%b%b(?:[ \t]%b%b)*+)*+" % (TOKEN, LINE, BREAK, LINE, BREAK)

HEAD_END = re.compile(rb"\n\r?\n")
# Servers leave the reason out, and the space before it.
HEAD = re.compile(rb"HTTP/([0-9]\.[0-9]) ([0-9]{3})(?: %b)?%b(%b)%b" % (LINE, BREAK, FIELDS, BREAK))
FIELD = re.compile(rb"(%b):(%b)" % (TOKEN, LINE))
FOLD = re.compile(rb"\r?\n[ \t]+")
TRAILER = re.compile(FIELDS + BREAK)
LENGTH = re.compile(rb"[0-9]{1,18}")
CHUNK = re.compile(rb"([0-9A-Fa-f]{1,15})(?:;[^\n]*)?[ \t]*\r\n")

# What is odd, and harmless: a head in other case or spacing, lines that are no fields, blanks
# before a size, a bare LF behind it.  A NUL, or a CR within a line, is neither.
ANY_LINES = rb"(?:[^\x00\n\r]*+\r?\n)*+"
ODD_HEAD = re.compile(
    rb"HTTP/[0-9]+(?:\.[0-9]+)?[ \t]+([0-9]{3})(?![0-9])[^\x00\n\r]*+\r?\n(%b)" % ANY_LINES,
    re.IGNORECASE,
)
ODD_TRAILER = re.compile(ANY_LINES)
ODD_CHUNK = re.compile(rb"[ \t]*+([0-9A-Fa-f]{1,15})[ \t]*+(?:;[^\n]*)?\r?\n")
BEGINNING = b"HTTP/"

# Heads, trailers and the sizes of chunks are short: no honest one comes near.
MOST_HELD = 128 * 1024
# Interim heads and empty lines before a head.
MOST_PASSED = 100
# A body may come in so many chunks of any size; in more, if they are not made to cost us time.
MOST_CHUNKS, SMALLEST_MEAN = 100_000, 64
FIRST_PERSISTENT = b"1.1"
OK = 200
INTERIM = range(100, OK)
SWITCHING = 101
BODILESS = frozenset((204, 304))

Fields = list[tuple[bytes, bytes]]


class Reading:
    """One response, read as far as it has come.

    `status` and `headers` are the final head's, once it is there; `octets` counts the body's
    without its chunks' framing.  When it has `ended`, `persists` says whether the connection may
    serve another exchange: the server means to keep it, and sent nothing behind the end.
    """

    __slots__ = (
        "_chunks",
        "_held",
        "_left",
        "_next",
        "_passed",
        "_sought",
        "ended",
        "headers",
        "octets",
        "persists",
        "status",
    )

    def __init__(self) -> None:
        self.status = 0
        self.headers: Fields = []
        self.octets = 0
        self.ended = False
        self.persists = False
        self._held = b""
        self._sought = 0
        self._left = 0
        self._passed = 0
        self._chunks = 0
        self._next: Callable[[bytes, int], int | None] = self._head

    def feed(self, data: bytes) -> None:
        """Read on.  Raises httpx.RemoteProtocolError for what is no HTTP/1.1."""
        octets = self._held + data if self._held else data
        at: int = 0
        while not self.ended:
            after = self._next(octets, at)
            if after is None:
                break
            at = after
        self._held = octets[at:]
        if self.ended:
            self.persists &= not self._held
        elif len(self._held) > MOST_HELD:
            raise httpx.RemoteProtocolError(f"no end of a line or a head in {MOST_HELD} octets")

    def feed_end(self) -> None:
        """The server has closed its side.  Raises httpx.RemoteProtocolError where that is early."""
        # Behind the last chunk nothing of the body is missing.
        if self._next not in (self._to_the_end, self._trailer):
            what = "body" if self.status else "head"
            raise httpx.RemoteProtocolError(f"the server closed before the {what} was whole")
        self.ended = True

    def _head(self, octets: bytes, at: int) -> int | None:
        """The head that begins at `at`: an interim one is passed over."""
        end = self._block_end(octets, at)
        if end is None:
            begun = octets[at : at + len(BEGINNING)]
            if not BEGINNING.startswith(begun.upper()) and not begun.startswith(b"\r"):
                raise httpx.RemoteProtocolError(f"no status line: {octets[at : at + 80]!r}")
            return None
        if end - at <= len(b"\r\n"):
            return self._pass(end)
        version, status, fields = _read_head(octets, at, end)
        length, chunked = _framing(fields)
        if status in INTERIM and status != SWITCHING:
            return self._pass(end)
        if status < OK:
            raise httpx.RemoteProtocolError(f"status {status}, which nobody asked for")
        self.status, self.headers = status, fields
        self.persists = version >= FIRST_PERSISTENT and not _closes(fields)
        self._begin_body(0 if status in BODILESS else length, chunked and status not in BODILESS)
        return end

    def _pass(self, end: int) -> int:
        """Pass over an interim head, or an empty line before a head."""
        self._passed += 1
        if self._passed > MOST_PASSED:
            raise httpx.RemoteProtocolError(f"no final head after {MOST_PASSED} others")
        return end

    def _begin_body(self, length: int | None, chunked: bool) -> None:  # noqa: FBT001 - both are the framing
        if chunked:  # which wins over a length (section 6.3), but who sends both is odd
            self.persists &= length is None
            self._next = self._chunk_size
        elif length is None:
            self.persists = False
            self._next = self._to_the_end
        else:
            self._left, self._next = length, self._counted
            self.ended = length == 0

    def _counted(self, octets: bytes, at: int) -> int | None:
        there = self._take(octets, at)
        self.ended = self._left == 0
        return at + there if there else None

    def _to_the_end(self, octets: bytes, at: int) -> int | None:
        there = len(octets) - at
        self.octets += there
        return at + there if there else None

    def _chunk_size(self, octets: bytes, at: int) -> int | None:
        end = octets.find(b"\n", at) + 1
        if not end:
            return None
        size = CHUNK.fullmatch(octets, at, end)
        if size is None:
            size = ODD_CHUNK.fullmatch(octets, at, end)
            self.persists = False
        if size is None:
            raise httpx.RemoteProtocolError(f"no size of a chunk: {octets[at:end][:80]!r}")
        self._chunks += 1
        if self._chunks > MOST_CHUNKS and self.octets < self._chunks * SMALLEST_MEAN:
            raise httpx.RemoteProtocolError(f"{self.octets} octets in {self._chunks} chunks")
        self._left = int(size[1], 16)
        self._next = self._chunk if self._left else self._trailer
        return end

    def _chunk(self, octets: bytes, at: int) -> int | None:
        there = self._take(octets, at)
        if not self._left:
            self._next = self._chunk_end
        return at + there if there else None

    def _chunk_end(self, octets: bytes, at: int) -> int | None:
        ending = octets[at : at + 2]
        if ending.startswith(b"\n"):
            self.persists = False
            ending = b"\n"
        elif not b"\r\n".startswith(ending):
            raise httpx.RemoteProtocolError(f"a chunk that goes on behind its end: {ending!r}")
        elif len(ending) < len(b"\r\n"):
            return None
        self._next = self._chunk_size
        return at + len(ending)

    def _trailer(self, octets: bytes, at: int) -> int | None:
        end = self._block_end(octets, at)
        if end is None:
            return None
        if not TRAILER.fullmatch(octets, at, end):
            if not ODD_TRAILER.fullmatch(octets, at, end):
                raise httpx.RemoteProtocolError(f"no trailer: {octets[at : at + 80]!r}")
            self.persists = False
        self.ended = True
        return end

    def _take(self, octets: bytes, at: int) -> int:
        """Take what is there of the octets that are left."""
        there = min(self._left, len(octets) - at)
        self.octets += there
        self._left -= there
        return there

    def _block_end(self, octets: bytes, at: int) -> int | None:
        """Where the lines that begin at `at` end with an empty one; nothing is sought twice."""
        for empty in (b"\n", b"\r\n"):
            if octets.startswith(empty, at):
                return at + len(empty)
        found = HEAD_END.search(octets, at + self._sought)
        if found is None:
            self._sought = max(0, len(octets) - at - 2)
            return None
        self._sought = 0
        return found.end()


def _read_head(octets: bytes, at: int, end: int) -> tuple[bytes, int, Fields]:
    """Version, status and fields; the version of an odd head is one that does not persist.

    Raises httpx.RemoteProtocolError for what is none.
    """
    if head := HEAD.fullmatch(octets, at, end):
        return head[1], int(head[2]), _fields(head[3])
    if odd := ODD_HEAD.fullmatch(octets, at, end):
        return b"", int(odd[1]), _odd_fields(odd[2])
    raise httpx.RemoteProtocolError(f"no head of a response: {octets[at : at + 80]!r}")


def _odd_fields(block: bytes) -> Fields:
    """The fields among the lines of `block`, as the archive's reader finds them."""
    fields: Fields = []
    for line in block.split(b"\n"):
        name, colon, value = line.partition(b":")
        if line[:1] in (b" ", b"\t") and fields and line.strip():
            before = fields[-1]
            fields[-1] = before[0], b"%b %b" % (before[1], line.strip())
        elif colon and name.strip():
            fields.append((name.strip(), value.strip(b" \t\r")))
    return fields


def _fields(block: bytes) -> Fields:
    """Names and values as sent, folded lines unfolded (section 5.2)."""
    if b"\n " in block or b"\n\t" in block:
        block = FOLD.sub(b" ", block)
    return [(name, value.strip(b" \t")) for name, value in FIELD.findall(block)]


def _framing(fields: Fields) -> tuple[int | None, bool]:
    """The declared length, and whether the body is chunked (section 6).

    Raises httpx.RemoteProtocolError where two readers might understand it differently.
    """
    lengths: set[bytes] = set()
    codings: list[bytes] = []
    for name, value in fields:
        lower = name.lower()
        if lower == b"content-length":
            lengths.update(length.strip(b" \t") for length in value.split(b","))
        elif lower == b"transfer-encoding":
            codings += [coding.strip(b" \t").lower() for coding in value.split(b",")]
    if len(lengths) > 1 or not all(map(LENGTH.fullmatch, lengths)):
        raise httpx.RemoteProtocolError(f"no one length: {sorted(lengths)}")
    codings = [coding for coding in codings if coding not in (b"", b"identity")]
    if codings[-1:] == [b"chunked"] and codings.count(b"chunked") == 1:
        return int(lengths.pop()) if lengths else None, True
    if b"chunked" in codings:
        raise httpx.RemoteProtocolError(f"no telling where chunks end: {codings}")
    # Another coding has no end of its own (section 6.3).
    return int(lengths.pop()) if lengths and not codings else None, False


def _closes(fields: Fields) -> bool:
    """Whether the server means to close the connection (section 9.6)."""
    return any(
        b"close" in [option.strip(b" \t") for option in value.lower().split(b",")]
        for name, value in fields
        if name.lower() == b"connection"
    )
