"""What a receiver is told of, as it waits for it; and which receiver that is."""

from __future__ import annotations

import json
import re
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Self

from msgspec import Struct
from msgspec.structs import asdict

from pipeline.alerts.receivers import Hears
from pipeline.ground.clock import moment, stamp

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from pipeline.alerts.edits import Edit
    from pipeline.alerts.receivers import ReceiverConfig
    from pipeline.ground.alarm import Transition
    from pipeline.model import Digest

LONGEST_TITLE = 300
LONGEST_URL = 2000


class Word(StrEnum):
    """What has happened: to a document, with a new site, or with us."""

    NEW = "new"
    EDITED = "edited"
    REMOVED = "removed"
    RETURNED = "returned"
    FIRST_CRAWL = "first_crawl"
    RAISED = "raised"
    CLEARED = "cleared"
    TEST = "test"


HEARD_AS = {
    Word.NEW: Hears.NEW,
    Word.FIRST_CRAWL: Hears.NEW,
    Word.EDITED: Hears.EDITED,
    Word.REMOVED: Hears.REMOVED,
    # Whoever was told that a page is gone is told when it is not.
    Word.RETURNED: Hears.REMOVED,
    Word.RAISED: Hears.ERRORS,
    Word.CLEARED: Hears.ERRORS,
}


class Notice(Struct, frozen=True, kw_only=True):
    """One thing to tell.

    `subject` is a document's URL, or an alarm's subject; `about` a document's title, or an alarm's
    kind.  `text` and `previous` are the clean texts' digests, as far as there are any.
    """

    word: Word
    at: datetime
    site: str | None
    subject: str
    about: str = ""
    detail: str = ""
    text: str | None = None
    previous: str | None = None
    was: str | None = None
    now: str | None = None

    def as_json(self) -> str:
        """One line, as the outbox keeps it."""
        said = asdict(self) | {"at": stamp(self.at), "word": self.word.value}
        kept = {key: value for key, value in said.items() if value not in (None, "")}
        return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, line: str) -> Self:
        """The inverse of `as_json`."""
        said = {"site": None} | json.loads(line)
        return cls(**said | {"at": moment(said["at"]), "word": Word(said["word"])})


def of_document(  # noqa: PLR0913 - a notice's own fields, named
    word: Word,
    *,
    at: datetime,
    site: str | None,
    url: str,
    title: str | None = None,
    text: Digest | None = None,
    previous: Digest | None = None,
    edit: Edit | None = None,
    detail: str = "",
) -> Notice:
    """What there is to tell of a document."""
    counted = f"{edit.added} words added, {edit.removed} removed" if edit else detail
    return Notice(
        word=word,
        at=at,
        site=site,
        subject=_cut(url, LONGEST_URL),
        about=_cut(title or "", LONGEST_TITLE),
        detail=_cut(counted, LONGEST_TITLE),
        text=str(text) if text else None,
        previous=str(previous) if previous else None,
        was=edit.was if edit else None,
        now=edit.now if edit else None,
    )


def of_transition(change: Transition) -> Notice:
    """What there is to tell of an alarm."""
    return Notice(
        word=Word(change.turn.value),
        at=change.at,
        site=change.site,
        subject=_cut(change.subject, LONGEST_URL),
        about=change.kind.value,
        detail=change.detail,
    )


def of_first_crawl(site: str, documents: int, at: datetime) -> Notice:
    """What there is to tell of all that a new site brought."""
    told = f"{documents} document{'' if documents == 1 else 's'} archived, none told one by one"
    return Notice(word=Word.FIRST_CRAWL, at=at, site=site, subject=site, detail=told)


def hearers(receivers: Iterable[ReceiverConfig], notice: Notice) -> tuple[str, ...]:
    """The names of those who are to hear it."""
    return tuple(each.name for each in receivers if _is_to_hear(each, notice))


def _is_to_hear(receiver: ReceiverConfig, notice: Notice) -> bool:
    if HEARD_AS[notice.word] not in receiver.hears:
        return False
    if receiver.sites and notice.site not in receiver.sites:
        return False
    # A first crawl is one message about everything, so a pattern cannot leave any of it out.
    if receiver.match is None or notice.word is Word.FIRST_CRAWL:
        return True
    searched = f"{notice.about}\n{notice.subject}\n{notice.detail}"
    return _compiled(receiver.match).search(searched) is not None


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
