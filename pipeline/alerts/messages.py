"""What waits for a receiver → one message that a person reads at a glance.

However much waits, it is one message, and a short one: it counts everything and lists the first.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

from pipeline.alerts.notices import HEARD_AS, Notice, Word
from pipeline.alerts.receivers import Hears

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

# Most services cut at 4,096 characters or refuse what is longer.
LONGEST_BODY = 3500
LONGEST_SUBJECT = 120
LISTED = 10
"""Of each word, so that no flood of news hides an alarm."""

ORDER = (
    Word.TEST,
    Word.RAISED,
    Word.CLEARED,
    Word.REMOVED,
    Word.RETURNED,
    Word.EDITED,
    Word.FIRST_CRAWL,
    Word.NEW,
)
COUNTED = {
    Word.RAISED: "alarms raised",
    Word.CLEARED: "alarms cleared",
    Word.FIRST_CRAWL: "first crawls",
}


class Tone(StrEnum):
    """How a message is marked where a service can."""

    NEWS = "info"
    WARNING = "warning"
    GOOD = "success"


class Message(Struct, frozen=True, kw_only=True):
    """Plain text."""

    subject: str
    body: str
    tone: Tone


def message(counts: Sequence[tuple[str, str | None, int]], listed: Sequence[str]) -> Message:
    """Everything that waits.

    `counts` has (word, site, how many); `listed` the first few notices of each word, as JSON.
    """
    notices = [Notice.from_json(line) for line in listed]
    totals: dict[Word, int] = {}
    for word, _, count in counts:
        totals[Word(word)] = totals.get(Word(word), 0) + count
    present = [word for word in ORDER if word in totals]
    parts = [_part(word, totals[word], counts, notices) for word in present]
    return Message(
        subject=_subject(totals, notices), body=_bounded("\n\n".join(parts)), tone=_tone(present)
    )


def trial(name: str, at: datetime) -> Message:
    """What a receiver gets when somebody wants to know whether it gets anything."""
    told = f"dateline alarms --test {name}, at {at:%Y-%m-%d %H:%M:%S}Z: it works"
    return Message(subject=f"Dateline: test of {name}", body=told, tone=Tone.NEWS)


def _subject(totals: dict[Word, int], notices: list[Notice]) -> str:
    if sum(totals.values()) == 1:
        told = _line(notices[0])
    else:
        told = ", ".join(f"{totals[word]} {_counted(word)}" for word in ORDER if word in totals)
    text = f"Dateline: {told}"
    return text if len(text) <= LONGEST_SUBJECT else f"{text[: LONGEST_SUBJECT - 1]}…"


def _counted(word: Word) -> str:
    return COUNTED.get(word, word.value)


def _part(
    word: Word, total: int, counts: Sequence[tuple[str, str | None, int]], notices: list[Notice]
) -> str:
    of_sites = {site or "no site": count for each, site, count in counts if each == word}
    most = sorted(of_sites.items(), key=lambda one: (-one[1], one[0]))[:LISTED]
    sites = ", ".join(f"{site} {count}" for site, count in most)
    more = f", {len(of_sites) - LISTED} more sites" if len(of_sites) > LISTED else ""
    told = [one for one in notices if one.word is word][:LISTED]
    lines = [line for one in told for line in _lines(one)]
    if total > len(told):
        lines.append(f"  … and {total - len(told)} more")
    return "\n".join((f"{total} {_counted(word)} ({sites}{more})", *lines))


def _lines(notice: Notice) -> Iterator[str]:
    yield f"- {_line(notice)}"
    if HEARD_AS.get(notice.word) in {Hears.NEW, Hears.EDITED, Hears.REMOVED}:
        if notice.subject != notice.site:
            yield f"  {notice.subject}"
        if notice.previous and notice.text:
            yield f"  text {_brief(notice.previous)} → {_brief(notice.text)}; {notice.detail}"
        if notice.was:
            yield f"  was: {notice.was}"
        if notice.now:
            yield f"  now: {notice.now}"


def _line(notice: Notice) -> str:
    site = f" [{notice.site}]" if notice.site else ""
    match notice.word:
        case Word.RAISED | Word.CLEARED:
            ended = "no longer " if notice.word is Word.CLEARED else ""
            subject = "" if notice.subject == notice.site else f" {notice.subject}"
            told = f": {notice.detail}" if notice.detail else ""
            return f"{ended}{notice.about.replace('_', ' ')}{site}{subject}{told}"
        case Word.FIRST_CRAWL:
            return f"first crawl{site}: {notice.detail}"
        case _:
            return f"{notice.word.value}{site} {notice.about or notice.subject}"


def _brief(digest: str) -> str:
    return digest.removeprefix("sha256:")[:16]


def _tone(words: list[Word]) -> Tone:
    if Word.RAISED in words:
        return Tone.WARNING
    return Tone.GOOD if words == [Word.CLEARED] else Tone.NEWS


def _bounded(text: str) -> str:
    if len(text) <= LONGEST_BODY:
        return text
    return f"{text[: LONGEST_BODY - 1].rpartition(chr(10))[0]}\n…"
