"""Records that stand beside captures: a file's first, and what captures and texts rest on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.archive import records
from pipeline.archive.records import read_warc_fields
from pipeline.archive.slots import when
from pipeline.audit.differing import head_differs
from pipeline.audit.faults import Fault, Found
from pipeline.model import Digest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from pipeline.archive.records import Record
    from pipeline.audit.stored import Stored

MEDIA = {"config": "application/yaml", "certificate": "application/pkix-cert"}
URN = "urn:dateline:"


def warcinfo(stored: Stored, found: list[Found]) -> tuple[str, str] | None:
    """The name that a file was given, and the digest of its warcinfo; what is wrong to `found`."""
    name = stored.field("WARC-Filename") or ""
    date = stored.field("WARC-Date") or ""
    try:
        anew = records.warcinfo(name, when(date), read_warc_fields(stored.block))
    except (ValueError, OverflowError) as error:
        found.append(
            Found(
                kind=Fault.DAMAGED,
                what="warcinfo record",
                offset=stored.offset,
                record=stored.record_id,
                actual=str(error),
            )
        )
        return None
    found += head_differs(anew, stored)
    return name, str(Digest.of(stored.block))


def apart(stored: Stored) -> Iterator[Found]:
    """What is wrong with a `resource` record that no capture lists: an extraction may need it."""
    try:
        date = when(stored.field("WARC-Date") or "")
        yield from head_differs(resource(date, stored), stored)
    except (ValueError, OverflowError) as error:
        yield Found(
            kind=Fault.DAMAGED,
            what="resource record",
            offset=stored.offset,
            record=stored.record_id,
            actual=str(error),
        )


def resource(date: datetime, stored: Stored) -> Record:
    """The record that holds a config or certificate, made anew.  Raises ValueError for others."""
    uri = stored.field("WARC-Target-URI") or ""
    kind = uri.removeprefix(URN).partition(":")[0]
    if kind not in MEDIA:
        raise ValueError(f"{uri!r} is no name of a config or certificate")
    named = f"{URN}{kind}:{Digest.of(stored.block)}"
    return records.resource(named, date, MEDIA[kind], stored.block)
