"""Members of a WARC file one by one → those that make up a capture which is plainly whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.audit.forms import Forms

if TYPE_CHECKING:
    from pipeline.archive.packed import Member
    from pipeline.audit.stretches import Read, Stretch

EXCHANGED = (b"WARC/1.1\r\nWARC-Type: request\r\n", b"WARC/1.1\r\nWARC-Type: response\r\n")
METADATA = b"WARC/1.1\r\nWARC-Type: metadata\r\n"
EXCHANGE = 2
"""Records beside the metadata record of a capture that is recognised at a glance."""

Needs = tuple[bytes | None, bytes | None]


class Glance:
    """The members of a stretch that wait for their metadata record, and the shapes it may have."""

    def __init__(self, stretch: Stretch, read: Read) -> None:
        self.forms = Forms()
        self._stretch = stretch
        self._read = read
        self._waiting: list[Member] = []
        self._needs: Needs = (None, None)

    def waits(self, member: Member) -> bool:
        """Whether `member` is kept until its metadata record comes."""
        # who asks how members are packed has to look at each
        if self._stretch.repack or not member.octets.startswith(EXCHANGED):
            return False
        self._waiting.append(member)
        return True

    def left(self) -> list[Member]:
        """The members that wait, which are let go."""
        left, self._waiting = self._waiting, []
        return left

    def ends(self, member: Member) -> bool:
        """Whether `member` ends a capture of those that wait, and all is whole: then it is read."""
        if len(self._waiting) != EXCHANGE or not member.octets.startswith(METADATA):
            return False
        request, response = self._waiting
        seen = self.forms.see(request.octets, response.octets, member.octets)
        if seen is None:
            return False
        read, said = self._read, seen.said
        derive = self._stretch.sample.takes(said["to"].decode())
        if derive and not seen.follows():
            return False
        read.derived += derive
        read.underived += not derive
        self._waiting = []
        read.add(member.offset, seen.entry, adopted=self._stretch.adopted)
        if seen.needs != self._needs:
            self._need(seen.needs, said["id"].decode())
        read.responses += seen.row(response.offset)
        return True

    def _need(self, needs: Needs, record_id: str) -> None:
        """Remember the config and the certificate that a capture names."""
        self._needs = needs
        for digest, urn in zip(needs, ("config", "certificate"), strict=True):
            if digest:
                self._read.needs.setdefault(f"urn:dateline:{urn}:{digest.decode()}", record_id)
