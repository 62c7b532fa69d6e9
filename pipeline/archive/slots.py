"""A record's fields → what an index has to know of it to replay it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit, urlunsplit

from msgspec import Struct

from pipeline.archive.reader import MOST_BLOCK
from pipeline.archive.records import NOT_MODIFIED
from pipeline.ground.clock import moment
from pipeline.model import Truncation

if TYPE_CHECKING:
    from pipeline.archive.reader import Found
    from pipeline.archive.records import Record
    from pipeline.archive.shelf import Volume

REPLAYED = frozenset(("request", "response", "revisit"))
DEFAULT_PORTS = frozenset((("http", 80), ("https", 443)))
ALWAYS_QUOTED = "\"'<>\\^`{|}"
"""Browsers write some of them by number, some writers of WARC files none."""
VISIBLE = "".join(sign for sign in map(chr, range(0x21, 0x7F)) if sign not in ALWAYS_QUOTED)
NUMBER = re.compile(r"\d{1,4}")
COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)")


class Slot(Struct, frozen=True, kw_only=True):
    """An HTTP request, response or revisit, and where its record lies.

    `ties` are the records it is concurrent to.  A revisit `refers_to` a record by id, and by URL
    and date as well; `not_modified` says that the server, not the crawler, found nothing new.
    """

    volume: Volume
    offset: int
    length: int
    type: str
    record_id: str
    url: str
    observed_at: datetime
    ties: tuple[str, ...]
    payload: str | None
    refers_to: str | None
    refers_look: tuple[str, datetime] | None
    not_modified: bool
    truncated: Truncation | None


def slot_of(volume: Volume, found: Found) -> Slot | None:
    """The slot of `found`, whose length is known; None for what is no HTTP message over the web.

    Raises ValueError where it would be one, but lacks what replaying needs.
    """
    record, url = found.record, found.record.target_uri or ""
    if record.type not in REPLAYED or not _is_http(record) or not url.lower().startswith("http"):
        return None
    if int(record.field("Content-Length") or 0) > MOST_BLOCK:
        raise ValueError(f"its block is longer than {MOST_BLOCK} bytes")
    refers_to = (record.field("WARC-Refers-To") or "").strip("<>")
    return Slot(
        volume=volume,
        offset=found.offset,
        length=found.length or 0,
        type=record.type,
        record_id=record.record_id,
        url=url,
        observed_at=when(record.field("WARC-Date") or ""),
        ties=tuple([tie.strip("<>") for tie in record.every("WARC-Concurrent-To")]),
        payload=record.field("WARC-Payload-Digest"),
        refers_to=refers_to or None,
        refers_look=_refers_look(record),
        not_modified=(record.field("WARC-Profile") or "").strip("<>").endswith(SERVER_SAYS),
        truncated=_truncated(record),
    )


SERVER_SAYS = NOT_MODIFIED.rpartition("/")[2]
"""WARC 1.0 and 1.1 name the profile by different URLs."""


def _is_http(record: Record) -> bool:
    return (record.field("Content-Type") or "application/http").startswith("application/http")


def _refers_look(record: Record) -> tuple[str, datetime] | None:
    url, date = record.field("WARC-Refers-To-Target-URI"), record.field("WARC-Refers-To-Date")
    return (key_of(url.strip("<>")), when(date)) if url and date else None


def _truncated(record: Record) -> Truncation | None:
    """WARC-Truncated; what is unspecified, and the first segment of several, is cut in length."""
    why = record.field("WARC-Truncated")
    if why is None and record.field("WARC-Segment-Number") is None:
        return None
    return Truncation(why) if why in set(Truncation) else Truncation.LENGTH


def when(text: str) -> datetime:
    """A WARC-Date of any precision that WARC 1.1 allows, or 14 digits as some tools write it.

    Raises ValueError for what is no date.
    """
    try:
        return moment(text)
    except ValueError:
        compact = COMPACT.fullmatch(text)
        numbers = compact.groups() if compact else NUMBER.findall(text)[:6]
        if not text[:4].isdigit():
            raise
        given = tuple(map(int, numbers))
        year, month, day, hour, minute, second = (*given, *(1, 1, 0, 0, 0)[len(given) - 1 :])
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)


def key_of(url: str) -> str:
    """`url` as an index spells it: what makes no difference to the server makes none here."""
    try:
        parts = urlsplit(url)
        port = "" if parts.port is None else f":{parts.port}"
        if (parts.scheme, parts.port) in DEFAULT_PORTS:
            port = ""
        host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    except ValueError:
        return url
    path, query = quote(parts.path or "/", safe=VISIBLE), quote(parts.query, safe=VISIBLE)
    return urlunsplit((parts.scheme, f"{host}{port}", path, query, ""))
