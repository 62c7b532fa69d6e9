"""The looks at a document → its versions, its removals and returns, and when nobody looked."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from statistics import median_high
from typing import TYPE_CHECKING

from msgspec import Struct

from pipeline.diff.edition import Edition
from pipeline.errors import DamagedRecord, NoSuchVersion, TakenDown
from pipeline.model import Captured, Gone, NotModified, Role
from pipeline.schedule.revisits import next_revisit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pipeline.archive.texts import Texts
    from pipeline.catalog import HistoryRow, Reader
    from pipeline.model import Digest
    from pipeline.schedule.config import ScheduleConfig

LATE = 3
"""A look that comes after so many times the usual wait was missed, and did not just come late."""
SHORTEST = timedelta(minutes=10)
"""Nobody calls less than this a span in which nobody looked."""
FEWEST_GAPS = 3
"""Of fewer looks nobody can say what is usual."""
WITHOUT_HABIT = timedelta(days=1)
SEEN = (Captured.name, NotModified.name)
DIGITS = re.compile(r"[0-9]{1,6}")
BEGINNING = re.compile(r"(?:sha256:)?([0-9a-f]{4,64})")
DAY = re.compile(r"\d{4}-\d\d-\d\d")


class Version(Struct, frozen=True, kw_only=True):
    """One text of a document, `number` from 1, and what is said beside it.

    `seen_at` is when it was first seen.  A `technical` one is our change of rules, not the site's:
    other words read in the bytes of the version before.  `taken_down` is the reason for which it
    cannot be read any more.
    """

    number: int
    text: Digest
    document: Digest
    seen_at: datetime
    entry: int
    record: str | None
    technical: bool
    degraded: bool
    taken_down: str | None


class Look(Struct, frozen=True, kw_only=True):
    """One look as it stands among the others.

    `version` is the number of the one that stands after it, `is_new` says that this is its first
    look.  `returned` says that the page had been gone, and `unwatched_since` when the last look
    was, where so much time went by that nobody can say what was shown meanwhile.
    """

    row: HistoryRow
    version: int | None
    is_new: bool
    returned: bool
    unwatched_since: datetime | None


def versions_of(rows: Sequence[HistoryRow]) -> tuple[Version, ...]:
    """The versions among the looks at a document, which are in the order of `Reader.history`.

    A text that comes back after another is a version again.
    """
    found: list[Version] = []
    for row in rows:
        if row.text is None or row.document is None:
            continue
        if found and found[-1].document == row.document:
            continue
        found.append(
            Version(
                number=len(found) + 1,
                text=row.text,
                document=row.document,
                seen_at=row.observed_at,
                entry=row.entry,
                record=row.record,
                technical=row.technical,
                degraded=row.degraded,
                taken_down=row.taken_down,
            )
        )
    return tuple(found)


def looks_of(rows: Sequence[HistoryRow], schedule: ScheduleConfig | None) -> tuple[Look, ...]:
    """Every look with what the others say of it; `schedule` is that of its site, if it has one."""
    first = {version.entry: version.number for version in versions_of(rows)}
    unwatched = _unwatched(rows, schedule)
    standing: int | None = None
    was_gone = False
    told = []
    for row in rows:
        standing = first.get(row.entry, standing)
        came = row.outcome in SEEN
        told.append(
            Look(
                row=row,
                version=standing,
                is_new=row.entry in first,
                returned=came and was_gone,
                unwatched_since=unwatched.get(row.entry),
            )
        )
        was_gone = row.outcome == Gone.name or (was_gone and not came)
    return tuple(told)


def named(asked: str, versions: Sequence[Version], *, url: str) -> Version:
    """The version that `asked` means: its number, a date on which it stood, a digest's beginning.

    Of a day the last one is meant, by UTC.  Raises NoSuchVersion.
    """
    if DIGITS.fullmatch(asked) and 0 < int(asked) <= len(versions):
        return versions[int(asked) - 1]
    until = _moment(asked)
    if until is not None:
        fitting = [one for one in versions if one.seen_at < until]
    else:
        matched = BEGINNING.fullmatch(asked)
        begins = matched[1] if matched else asked
        fitting = [one for one in versions if matched and one.text.hex.startswith(begins)]
    if not fitting or (until is None and len({one.text for one in fitting}) > 1):
        raise NoSuchVersion(asked, url=url, count=len(versions))
    return fitting[-1]


def last_differing(
    versions: Sequence[Version], read: Callable[[Version], Edition]
) -> tuple[Version, Version]:
    """The last two versions in a row, of which there are two, that a reader can tell apart.

    Others may differ in what only we know of them, as the generation of rules that read them.
    """
    for before, after in reversed([*pairwise(versions)]):
        if before.text != after.text or read(before) != read(after):
            return before, after
    return versions[-2], versions[-1]


def edition(version: Version, texts: Texts, reader: Reader) -> Edition:
    """The text and fields of a version, as they lie in the archive.

    Raises TakenDown, and DamagedRecord where they are missing or altered.
    """
    try:
        said = texts.read_document(version.document)
        text = texts.read_text(version.text)
    except DamagedRecord:
        reason = version.taken_down or reader.taken_down(version.text)
        if reason is None:
            raise
        raise TakenDown(f"version {version.number}", reason=reason) from None
    return edition_said(said, text)


def edition_said(said: dict[str, object], text: str) -> Edition:
    """What a sidecar says of `text`."""
    source = said.get("source")
    parts = [source.get("name"), source.get("url")] if isinstance(source, dict) else []
    return Edition(
        text=text,
        title=_word(said, "title"),
        byline=_word(said, "byline"),
        published=_word(said, "published"),
        source=" ".join(filter(None, parts)) or None,
    )


def _unwatched(rows: Sequence[HistoryRow], schedule: ScheduleConfig | None) -> dict[int, datetime]:
    """The looks that came too late, by entry, and when the one before was."""
    looks = [row for row in rows if not row.technical]
    waits = [after.observed_at - before.observed_at for before, after in pairwise(looks)]
    usual = median_high(waits) if len(waits) >= FEWEST_GAPS else WITHOUT_HABIT
    late: dict[int, datetime] = {}
    since: datetime | None = None
    for (before, after), wait in zip(pairwise(looks), waits, strict=True):
        if before.change in ("new", "changed") or since is None:
            since = before.observed_at
        expected = _expected(before, since, schedule) or usual
        if wait > max(LATE * expected, SHORTEST):
            late[after.entry] = before.observed_at
    return late


def _expected(
    row: HistoryRow, since: datetime, schedule: ScheduleConfig | None
) -> timedelta | None:
    """How long the schedule waits after a look; None where it says nothing of it."""
    if schedule is None:
        return None
    if row.role != Role.TARGET:
        return schedule.adapt.max if schedule.adapt else schedule.every
    due = next_revisit(schedule, since=since, last_look=row.observed_at)
    return None if due is None else due - row.observed_at


def _moment(asked: str) -> datetime | None:
    """Until when a version may have been seen first; None where `asked` is no date."""
    try:
        read = datetime.fromisoformat(asked) if len(asked) >= len("2026-01-01") else None
    except ValueError:
        return None
    if read is None or asked[4:5] != "-":
        return None
    read = read.replace(tzinfo=UTC) if read.tzinfo is None else read
    return read + (timedelta(days=1) if DAY.fullmatch(asked) else timedelta(microseconds=1))


def _word(said: dict[str, object], name: str) -> str | None:
    value = said.get(name)
    return None if value is None else str(value)
