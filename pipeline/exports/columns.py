"""A version of a document, its sidecar and its text → one row, the same in every kind of table."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.catalog import VersionHeld

Row = dict[str, Any]


class Kind(Enum):
    """What a column holds; each may be null."""

    WORDS = "words"
    MOMENT = "moment"
    NUMBER = "number"
    FLAG = "flag"


COLUMNS: dict[str, Kind] = {
    "url": Kind.WORDS,
    "site": Kind.WORDS,
    "state": Kind.WORDS,
    "title": Kind.WORDS,
    "byline": Kind.WORDS,
    "published": Kind.WORDS,
    "language": Kind.WORDS,
    "source_name": Kind.WORDS,
    "source_url": Kind.WORDS,
    "text": Kind.WORDS,
    "sha256": Kind.WORDS,
    "observed_at": Kind.MOMENT,
    "first_seen": Kind.MOMENT,
    "last_seen": Kind.MOMENT,
    "last_changed_at": Kind.MOMENT,
    "changes": Kind.NUMBER,
    "versions": Kind.NUMBER,
    "technical": Kind.FLAG,
    "degraded": Kind.FLAG,
    "status": Kind.NUMBER,
    "origin": Kind.WORDS,
    "charset": Kind.WORDS,
    "generation": Kind.WORDS,
    "extractor": Kind.WORDS,
    "rules": Kind.WORDS,
    "document": Kind.WORDS,
    "record": Kind.WORDS,
    "capture": Kind.NUMBER,
    "entry": Kind.NUMBER,
}
"""In the order in which they stand.  `published` is as the page gives it, an ISO date or a date
and time with its offset; moments are UTC.  `sha256` is the text file's, in hexadecimal; `capture`
and `entry` are indices in the log."""


def row_of(version: VersionHeld, sidecar: Mapping[str, Any], text: str) -> Row:
    """The row of one version: a value for every column."""
    source = sidecar["source"] or {}
    said = {
        "source_name": source.get("name"),
        "source_url": source.get("url"),
        "text": text,
        "sha256": version.text.hex,
        "rules": str(version.rules),
        "document": str(version.document),
        "state": str(version.state),
    }
    return {
        name: said[name]
        if name in said
        else sidecar[name]
        if name in sidecar
        else getattr(version, name)
        for name in COLUMNS
    }
