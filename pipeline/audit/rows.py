"""Responses and revisits → rows of octets, that millions of them fit into memory; and back."""

from __future__ import annotations

import struct
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.audit.stored import Stored

RESPONSE = struct.Struct("<16s32s32s16sQ")
"""A full response: its id, entity, decoded, URL and date by digest, its offset."""
REVISIT = struct.Struct("<16s16s32s32s16sQ?")
"""A revisit: its own id, the one it refers to, as above; whether it is of an identical payload."""
NONE = bytes(32)


def id_octets(record_id: str) -> bytes:
    """The 16 octets of a `urn:uuid:…`; for what is none, 16 octets that stand for it."""
    hexadecimal = record_id[9:].replace("-", "")
    try:
        octets = bytes.fromhex(hexadecimal)
    except ValueError:
        octets = b""
    return octets if len(octets) == 16 else sha256(record_id.encode()).digest()[:16]  # noqa: PLR2004


def look(url: str, date: str) -> bytes:
    """What stands for a URL and date in 16 octets."""
    return sha256(f"{url}\n{date}".encode()).digest()[:16]


def look_of(record: Stored) -> bytes:
    """The same of a record's own URL and date."""
    head = record.head
    begin = head.find(b"\r\nWARC-Date: ") + 13
    date = head[begin : head.find(b"\r\n", begin)]
    begin = head.find(b"\r\nWARC-Target-URI: ") + 19
    url = head[begin : head.find(b"\r\n", begin)]
    return sha256(b"%b\n%b" % (url, date)).digest()[:16]


def octets_of(digest: str | None) -> bytes:
    """The 32 octets of `sha256:…`, zeros for None or for what is none."""
    try:
        octets = bytes.fromhex((digest or "")[7:])
    except ValueError:
        return NONE
    return octets if len(octets) == len(NONE) else NONE
