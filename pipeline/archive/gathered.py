"""A WARC file of ours → the captures in it, each with the records that were written together.

Nothing but the file is asked: this is how the catalog is made again, and how a log that lacks its
last entries gets them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from pipeline.archive.message import head_fields, header_values
from pipeline.archive.noting import read_entry
from pipeline.archive.reader import Damage, Found, records
from pipeline.model import Digest, Place

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from pipeline.archive.records import Record
    from pipeline.ground.evidence import CaptureEntry

ANSWERS = {"response", "revisit"}
WITH_BLOCK = ANSWERS | {"warcinfo", "metadata"}


class Begun(Struct, frozen=True, kw_only=True):
    """The file's first record: its block's digest, and the name that the file was given."""

    name: str
    warcinfo: Digest


class Apart(Struct, frozen=True, kw_only=True):
    """A `resource` record that no capture beside it names: a derivation anew first needed it."""

    urn: str
    record_id: str
    place: Place


class Gathered(Struct, frozen=True, kw_only=True):
    """A capture as its metadata record tells it.

    `places` has each of its records that is there, the metadata record included.  `resources` are
    the configs and certificates among them, by URN.  The codings are the response's own, as sent.
    """

    entry: CaptureEntry
    places: Mapping[str, Place]
    resources: Mapping[str, str]
    transfer_encoding: str | None
    content_encoding: str | None


def gathered(path: Path, *, name: str) -> Iterator[Begun | Gathered | Apart | Damage]:
    """What the file at `path`, whose places are told under `name`, holds, in order.

    Raises ReplayUnreadable where the file is missing or is no WARC at all.
    """
    together: list[tuple[Record, Place]] = []
    for found in records(path, wanted=lambda record: record.type in WITH_BLOCK):
        if isinstance(found, Damage):
            yield found
            continue
        place = Place(file=name, offset=found.offset, length=found.length or 0)
        match found.record.type:
            case "warcinfo":
                yield _begun(found.record)
            case "metadata":
                together.append((found.record, place))
                one = _gathered(found, together)
                yield from _apart(together, one)
                yield one
                together = []
            case _:
                together.append((found.record, place))
    yield from _apart(together, None)


def _apart(together: list[tuple[Record, Place]], one: Gathered | Damage | None) -> Iterator[Apart]:
    named = one.places if isinstance(one, Gathered) else {}
    for record, place in together:
        if record.type == "resource" and record.record_id not in named:
            yield Apart(urn=record.target_uri or "", record_id=record.record_id, place=place)


def _begun(record: Record) -> Begun:
    return Begun(name=record.field("WARC-Filename") or "", warcinfo=Digest.of(record.block))


def _gathered(metadata: Found, together: list[tuple[Record, Place]]) -> Gathered | Damage:
    try:
        entry = read_entry(metadata.record)
    except ValueError as error:
        return Damage(metadata.offset, str(error))
    named = {ref.record_id for ref in entry.records} | {metadata.record.record_id}
    own = [(record, place) for record, place in together if record.record_id in named]
    answers = [record for record, _ in own if record.type in ANSWERS]
    sent = head_fields(answers[-1].block) if answers else ()
    return Gathered(
        entry=entry,
        places={record.record_id: place for record, place in own},
        resources={
            record.target_uri or "": record.record_id
            for record, _ in own
            if record.type == "resource"
        },
        transfer_encoding=", ".join(header_values(sent, "transfer-encoding")) or None,
        content_encoding=", ".join(header_values(sent, "content-encoding")) or None,
    )
