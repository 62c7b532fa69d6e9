"""What was found wrong in a file, before anybody has looked whether it is excused."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Fault(StrEnum):
    """What kind of wrong it is."""

    DAMAGED = "damaged"
    CUT = "cut"
    MISSING = "missing"
    UNLOGGED = "unlogged"
    DIFFERS = "differs"
    UNEXPECTED = "unexpected"
    UNREADABLE = "unreadable"


class Found(Struct, frozen=True, kw_only=True):
    """Something wrong at `offset` of a WARC file.

    `what` names the thing in a few words; `record` is the record at fault.  `leaf` is the leaf
    hash of the capture's entry as its metadata record tells it, where there is one.  `entity` is
    set for a response that is missing: a tombstone may say why.
    """

    kind: Fault
    what: str
    offset: int
    record: str | None = None
    expected: str | None = None
    actual: str | None = None
    leaf: bytes | None = None
    entity: str | None = None
