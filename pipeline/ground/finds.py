"""What can be found in a document, and what was: the nouns of drift."""

from __future__ import annotations

from enum import IntFlag
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from datetime import datetime

    from pipeline.model import Digest


class Find(IntFlag):
    """The parts of a page that rules look for; `BODY` was found where the site's own found it."""

    BODY = 1
    TITLE = 2
    BYLINE = 4
    PUBLISHED = 8
    SOURCE = 16


class Reading(Struct, frozen=True, kw_only=True):
    """One document as it was last read: the extraction at `entry` of the log.

    `seen_at` is when its bytes came, `finds` the sum of what was found (see `Find`), `length` that
    of its text in characters.  `title` stands for what it is called, however that is spaced and
    written small or large, and is None without a title.
    """

    entry: int
    url: str
    seen_at: datetime
    generation: str
    rules: Digest
    text: Digest
    finds: int
    length: int
    title: int | None


class Found(Struct, frozen=True, kw_only=True):
    """What was found in the documents of one month that one generation of rules has read.

    `month` is its first day, `YYYY-MM`; each document counts once a month, as it was last read.
    `found` says in how many of the `documents` each field was; `length` is the geometric mean of
    their texts', in characters.
    """

    site: str
    generation: str
    month: str
    documents: int
    found: dict[str, int]
    length: int
