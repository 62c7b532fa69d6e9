"""Files → a zip with no room for anything else, and back.

The strictest simple zip (APPNOTE 6.3): stored entries alone, names of plain ASCII, no extra
fields, no comments, no data descriptors, no zip64, one time for all, nothing before, between or
behind.  Reading demands exactly that: what was read is packed again and has to give the same
octets, so that no octet of such a file is without meaning.  Nothing is ever decompressed, so
there is no zip bomb, and nothing is ever written to a disk under a name from a zip.
"""

from __future__ import annotations

import binascii
import re
import struct
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

LOCAL = struct.Struct("<4s5H3I2H")
CENTRAL = struct.Struct("<4s6H3I5H2I")
END = struct.Struct("<4s4H2IH")
LOCAL_MAGIC, CENTRAL_MAGIC, END_MAGIC = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"

NEEDED = 10
"""Version 1.0: stored files, and no folders."""
MADE_BY = 3 << 8 | NEEDED
"""By Unix, whose mode of a file stands in the upper half of the external attributes."""
PLAIN_FILE = 0o100644 << 16
STORED = 0
ENCRYPTED = 1

NAME = re.compile(r"(?:[a-z0-9][a-z0-9.-]*/)?[A-Za-z0-9][A-Za-z0-9.-]*")
"""One folder at most, lower case; so no name can climb, begin at a root or name a drive."""
MOST_NAME = 200
MOST_FILES = 10_000
MOST_OCTETS = 1 << 30
"""A document with all that it rests on is a few pages; what is larger is no such thing."""
FIRST_YEAR = 1980


class ZipRefused(ValueError):
    """The octets are no such zip; the message says why."""


class Member(Struct, frozen=True):
    """A file by its name in the zip, and what it holds."""

    name: str
    octets: bytes


def pack(members: Sequence[Member], *, at: datetime) -> bytes:
    """The zip that holds `members` in that order, all dated `at` to two seconds.

    The same members and date give the same octets, always.  Raises ZipRefused for names and
    sizes that `unpack` would refuse.
    """
    return _packed(members, _dos(at))


def unpack(octets: bytes) -> tuple[Member, ...]:
    """The files of the zip, in order.

    Raises ZipRefused for whatever is no zip as `pack` makes it.
    """
    if len(octets) > MOST_OCTETS:
        raise ZipRefused(f"it has {len(octets)} bytes, and more than {MOST_OCTETS} are not read")
    members: list[Member] = []
    dated: set[tuple[int, int]] = set()
    at = 0
    while octets[at : at + len(LOCAL_MAGIC)] == LOCAL_MAGIC:
        if len(members) == MOST_FILES:
            raise ZipRefused(f"it holds more than {MOST_FILES} files")
        member, moment, at = _read(octets, at)
        members.append(member)
        dated.add(moment)
    if not members:
        raise ZipRefused(f"it does not begin with a file of a zip, but with {octets[:4]!r}")
    if len(dated) > 1:
        raise ZipRefused("its files are dated differently")
    _refuse_difference(octets, _packed(members, dated.pop()), at)
    return tuple(members)


def _read(octets: bytes, at: int) -> tuple[Member, tuple[int, int], int]:
    """The file whose local header stands at `at`, its date, and where the next one begins."""
    if len(octets) < at + LOCAL.size:
        raise ZipRefused(f"it is cut short in the header at byte {at}")
    _, _, flags, method, time, day, _, packed, size, length, extra = LOCAL.unpack_from(octets, at)
    begins = at + LOCAL.size + length + extra
    name = octets[at + LOCAL.size : at + LOCAL.size + length].decode("ascii", "backslashreplace")
    if flags & ENCRYPTED:
        raise ZipRefused(f"{name!r} is encrypted")
    if method != STORED:
        raise ZipRefused(f"{name!r} is compressed, which could hide any amount: none may be")
    if packed != size or begins + size > len(octets):
        raise ZipRefused(f"{name!r} says that it has {size} bytes, which are not there")
    return Member(name, octets[begins : begins + size]), (day, time), begins + size


def _refuse_difference(octets: bytes, again: bytes, end: int) -> None:
    """What is not in the one way in which such a zip is written has no business in it."""
    if octets == again:
        return
    pairs = zip(octets, again, strict=False)
    differs = (place for place, (one, other) in enumerate(pairs) if one != other)
    place = next(differs, min(len(octets), len(again)))
    where = "a file's header or check sum" if place < end else "the directory at its end"
    raise ZipRefused(
        f"byte {place} of {len(octets)}, in {where}, is not as a bundle is packed:"
        " extra fields, comments, attributes, more or other entries, or damage"
    )


def _packed(members: Sequence[Member], dated: tuple[int, int]) -> bytes:
    _refuse_names([member.name for member in members])
    day, time = dated
    pieces: list[bytes] = []
    directory: list[bytes] = []
    at = 0
    for member in members:
        name, size = member.name.encode("ascii"), len(member.octets)
        about = (NEEDED, 0, STORED, time, day, binascii.crc32(member.octets), size, size, len(name))
        pieces += (LOCAL.pack(LOCAL_MAGIC, *about, 0), name, member.octets)
        central = CENTRAL.pack(CENTRAL_MAGIC, MADE_BY, *about, 0, 0, 0, 0, PLAIN_FILE, at)
        directory += (central, name)
        at += LOCAL.size + len(name) + size
        if at > MOST_OCTETS:
            raise ZipRefused(f"its files have more than {MOST_OCTETS} bytes")
    listed = b"".join(directory)
    count = len(members)
    return b"".join((*pieces, listed, END.pack(END_MAGIC, 0, 0, count, count, len(listed), at, 0)))


def _refuse_names(names: Sequence[str]) -> None:
    for name in names:
        if not NAME.fullmatch(name) or len(name) > MOST_NAME:
            raise ZipRefused(f"{name!r} is no name that a bundle has")
    for name in _repeated(names):
        raise ZipRefused(f"{name!r} stands in it twice")


def _repeated(names: Sequence[str]) -> Iterator[str]:
    """Names that are one file where case makes no difference."""
    met: set[str] = set()
    for name in names:
        if name.lower() in met:
            yield name
        met.add(name.lower())


def _dos(at: datetime) -> tuple[int, int]:
    """A date and a time as MS-DOS knew them."""
    if not FIRST_YEAR <= at.year < FIRST_YEAR + 128:
        raise ZipRefused(f"a zip cannot be dated {at}")
    day = (at.year - FIRST_YEAR) << 9 | at.month << 5 | at.day
    return day, at.hour << 11 | at.minute << 5 | at.second // 2
