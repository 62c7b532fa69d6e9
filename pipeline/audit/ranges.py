"""A stretch of a WARC file → what its captures commit to, and everything wrong in it.

The work of one process at a time: it gets a stretch, and gives back octets that are cheap to
send.  A stretch begins behind the first metadata record that begins at or behind its `start`, and
ends behind the first one that begins at or behind its `stop`; so that stretches meet where one
capture ends, wherever they were cut.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from pipeline.archive.packed import Member, Packed, Torn, packed_anew
from pipeline.archive.records import IDENTICAL_PAYLOAD
from pipeline.archive.writer import FOLDER, OPEN
from pipeline.audit import aside, strict, swift
from pipeline.audit.faults import Fault, Found
from pipeline.audit.glance import Glance
from pipeline.audit.rows import RESPONSE, REVISIT, id_octets, look, look_of, octets_of
from pipeline.audit.stored import stored
from pipeline.audit.stretches import Read

if TYPE_CHECKING:
    from pipeline.audit.stored import Stored
    from pipeline.audit.stretches import Stretch
    from pipeline.ground.evidence import CaptureEntry


def read_stretch(stretch: Stretch) -> Read:
    """Look through a stretch.  Never raises for what stands in the file, or does not."""
    read = Read(name=stretch.name, begin=stretch.start, end=stretch.stop)
    path = stretch.folder / FOLDER / stretch.name
    # a file that is sealed while we look has lost its ending
    for candidate in (path, path.with_name(stretch.name.removesuffix(OPEN))):
        try:
            with candidate.open("rb", buffering=0) as file:
                _Reading(stretch, read, Packed(file, stretch.size)).run()
        except FileNotFoundError:
            continue
        except OSError as error:
            read.unreadable = error.strerror or str(error)
        return read
    read.missing = True
    return read


class _Reading:
    """One walk through a stretch."""

    def __init__(self, stretch: Stretch, read: Read, packed: Packed) -> None:
        self._stretch = stretch
        self._read = read
        self._packed = packed
        self._group: list[Stored] = []
        self._glance = Glance(stretch, read)

    def run(self) -> None:
        stretch, read = self._stretch, self._read
        at = read.begin = stretch.start if stretch.exact else self._first_capture(stretch.start)
        while at < stretch.size:
            member = self._packed.member(at)
            at = member.end
            if isinstance(member, Torn):
                self._torn(member)
                continue
            if self._take(member) and member.offset >= stretch.stop:
                break
        read.end = at
        if at >= stretch.size:
            self._leave()

    def _first_capture(self, at: int) -> int:
        """Behind the first metadata record that begins at or behind `at`."""
        at = self._packed.find(at)
        while at < self._stretch.size:
            member = self._packed.member(at)
            record = _record_in(member) if isinstance(member, Member) else None
            if record is None:
                # the magic number stood inside of something else
                at = self._packed.find(at + 1)
                continue
            at = member.end
            if record.type == "metadata":
                break
        return at

    def _torn(self, torn: Torn) -> None:
        self._take_waiting()
        read = self._read
        kind = Fault.CUT if torn.cut else Fault.DAMAGED
        one = Found(kind=kind, what="gzip member", offset=torn.offset, actual=torn.why)
        (read.tail if torn.cut else read.found).append(one)

    def _take(self, member: Member) -> bool:
        """Take a member in; whether it ended a capture."""
        self._read.records += 1
        if self._glance.waits(member):
            return False
        if not self._group and self._glance.ends(member):
            return True
        self._take_waiting()
        return self._look_at(member)

    def _take_waiting(self) -> None:
        """Look at the members that no metadata record has told of at a glance."""
        for member in self._glance.left():
            self._look_at(member)

    def _look_at(self, member: Member) -> bool:
        """Take in a member by reading it; whether it ended a capture."""
        read = self._read
        try:
            record = stored(member.octets, member.offset)
        except ValueError as error:
            read.found.append(
                Found(kind=Fault.DAMAGED, what="record", offset=member.offset, actual=str(error))
            )
            return False
        if self._stretch.repack:
            self._repack(member, record)
        match record.type:
            case "metadata":
                self._capture(record)
                self._group = []
                return True
            case "warcinfo":
                self._begin(record)
            case _:
                self._group.append(record)
        return False

    def _begin(self, record: Stored) -> None:
        """A file begins with its warcinfo record, and has no other."""
        if record.offset == 0:
            self._read.began = aside.warcinfo(record, self._read.found)
            return
        self._read.found.append(
            Found(
                kind=Fault.UNEXPECTED,
                what="warcinfo record",
                offset=record.offset,
                record=record.record_id,
                actual="in the middle of the file",
            )
        )

    def _capture(self, metadata: Stored) -> None:
        read = self._read
        group = self._group
        answer = next((one for one in group if one.type == "response"), None)
        derive = answer is None or self._stretch.sample.takes(answer.record_id)
        whole = swift.plain(metadata, group, derive=derive)
        if answer is not None:
            read.derived += derive
            read.underived += not derive
        if whole is not None:
            self._glance.forms.learn(metadata, group)
            read.add(metadata.offset, whole.entry.encode(), adopted=self._stretch.adopted)
            for digest, urn in zip(whole.needs, ("config", "certificate"), strict=True):
                if digest:
                    read.needs.setdefault(f"urn:dateline:{urn}:{digest}", metadata.record_id)
            for urn, offset in whole.resources:
                read.resources.setdefault(urn, offset)
            if whole.answer is not None and whole.entity is not None:
                self._response(whole.answer, octets_of(whole.entity), octets_of(whole.decoded))
            return
        self._closely(metadata)

    def _closely(self, metadata: Stored) -> None:
        """Whatever is not plainly whole: most of it is, but a revisit, or of a rarer kind."""
        read = self._read
        try:
            told = strict.told_by(metadata, self._group)
        except ValueError:
            read.found += strict.faults(metadata, self._group)
            return
        group = self._without_apart({ref.record_id for ref in told.entry.records})
        read.found += strict.faults(metadata, group)
        read.add(metadata.offset, told.encoded, adopted=self._stretch.adopted)
        for urn in strict.needs(told.entry):
            read.needs.setdefault(urn, metadata.record_id)
        if strict.loose(metadata, told.entry):
            read.loose.append(metadata.record_id)
        for one in group:
            self._take_in(one, told.entry)

    def _without_apart(self, listed: set[str]) -> list[Stored]:
        """The records of the capture itself, of which `listed` are said to be."""
        group: list[Stored] = []
        for one in self._group:
            if one.type == "resource" and one.record_id not in listed:
                self._apart(one)
            else:
                group.append(one)
        return group

    def _take_in(self, one: Stored, entry: CaptureEntry) -> None:
        match one.type:
            case "resource":
                uri = one.field("WARC-Target-URI") or ""
                self._read.resources.setdefault(uri, one.offset)
            case "response":
                self._response(one, _value(entry.entity), _value(entry.decoded))
            case "revisit":
                self._revisit(one, _value(entry.entity), _value(entry.decoded))
            case _:
                pass

    def _apart(self, resource: Stored) -> None:
        read = self._read
        read.found += aside.apart(resource)
        digest = f"sha256:{sha256(resource.block).hexdigest()}"
        read.apart.append((resource.record_id, digest, resource.offset))
        read.resources.setdefault(resource.field("WARC-Target-URI") or "", resource.offset)

    def _response(self, stored: Stored, entity: bytes, decoded: bytes) -> None:
        self._read.responses += RESPONSE.pack(
            id_octets(stored.record_id), entity, decoded, look_of(stored), stored.offset
        )

    def _revisit(self, stored: Stored, entity: bytes, decoded: bytes) -> None:
        refers = (stored.field("WARC-Refers-To") or "").strip("<>")
        url = stored.field("WARC-Refers-To-Target-URI") or ""
        date = stored.field("WARC-Refers-To-Date") or ""
        self._read.revisits += REVISIT.pack(
            id_octets(stored.record_id),
            id_octets(refers),
            entity,
            decoded,
            look(url, date),
            stored.offset,
            stored.field("WARC-Profile") == IDENTICAL_PAYLOAD,
        )

    def _repack(self, member: Member, record: Stored) -> None:
        """Nothing but the packing itself says that a member's own octets are untouched."""
        packed = self._packed.octets(member)
        if packed_anew(member.octets, packed) == packed:
            self._read.repacked += 1
            return
        self._read.odd.append(
            Found(
                kind=Fault.DIFFERS,
                what="packing",
                offset=member.offset,
                record=record.record_id,
                expected="the octets that our writer packs it into",
                actual=packed[:20].hex(),
            )
        )

    def _leave(self) -> None:
        """What stands behind the last capture belongs to none."""
        self._take_waiting()
        for record in self._group:
            if record.type == "resource":
                self._apart(record)
                continue
            self._read.tail.append(
                Found(
                    kind=Fault.UNLOGGED,
                    what=f"{record.type} record",
                    offset=record.offset,
                    record=record.record_id,
                    actual="no metadata record follows",
                )
            )


def _value(digest: object) -> bytes:
    return octets_of(None if digest is None else str(digest))


def _record_in(member: Member) -> Stored | None:
    try:
        return stored(member.octets, member.offset)
    except ValueError:
        return None
