"""What a gzip member holds → the WARC record it must be, as our writer lays them down."""

from __future__ import annotations

import re
from typing import NamedTuple

from pipeline.archive.records import ENDING

BEGINS = re.compile(
    rb"WARC/1\.1\r\nWARC-Type: ([a-z]+)\r\n"
    rb"WARC-Record-ID: <(urn:uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})>\r\n"
)
BLANK = b"\r\n\r\n"
FIELD = re.compile(r"([^:\r\n]+): ([^\r\n]*)\r\n")
MOST_HEAD = 1 << 16

Fields = tuple[tuple[str, str], ...]


class Stored(NamedTuple):
    """A record in a file: `head` ends with its last line break, `offset` is its member's."""

    offset: int
    type: str
    record_id: str
    head: bytes
    block: bytes

    @property
    def fields(self) -> Fields:
        """Its named fields as they stand."""
        text = self.head.decode("utf-8", "replace").partition("\r\n")[2]
        return tuple(FIELD.findall(text))

    def field(self, name: str) -> str | None:
        """The first value of field `name`, spelled as our writer spells it."""
        return next((value for key, value in self.fields if key == name), None)


def stored(octets: bytes, offset: int) -> Stored:
    """The record that `octets` are.  Raises ValueError where no such record of ours begins."""
    begins = BEGINS.match(octets)
    if begins is None:
        raise ValueError(f"no record of ours begins here, but {octets[:60]!r}")
    blank = octets.find(BLANK, begins.end() - 2, MOST_HEAD)
    if blank < 0:
        raise ValueError("the record's head does not end")
    if not octets.endswith(ENDING) or len(octets) < blank + len(BLANK) + len(ENDING):
        raise ValueError("the record does not end in two line breaks")
    kind, record_id = begins.group(1, 2)
    return Stored(
        offset,
        kind.decode(),
        record_id.decode(),
        octets[: blank + 2],
        octets[blank + len(BLANK) : -len(ENDING)],
    )
