"""A vigil and a sign → the vigil afterwards, and whether somebody is to be told.

Nothing is told at the first sign, and nothing is over at the first good one (decision 0013):
what flaps is told once.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from pipeline.ground.alarm import Kind, Transition, Turn, Vigil

if TYPE_CHECKING:
    from datetime import datetime

    from pipeline.ground.alarm import Sign

LONGEST_DETAIL = 300
"""What servers and parsers say has no bound of its own."""


class Patience(Struct, frozen=True, kw_only=True):
    """An alarm is raised after so many `signs` in a row, `over` so long; `good` ones end it."""

    signs: int = 1
    over: timedelta = timedelta(0)
    good: int = 1


# Three polls over half an hour: one lost poll, or a server that is started anew, is no news.
# An empty feed happens at midnight and in a deploy, so it is looked at twice, an hour apart.
# A stamp is asked for by the hour, and authorities have their quarter of an hour.
PATIENCE = {
    Kind.FAILING: Patience(signs=3, over=timedelta(minutes=30), good=2),
    Kind.BLOCKED: Patience(signs=3, over=timedelta(minutes=30), good=2),
    Kind.ZERO_ITEMS: Patience(signs=2, over=timedelta(hours=1)),
    Kind.ANCHOR_FAILED: Patience(signs=3),
}
AT_ONCE = Patience()

# Of a site's last so many documents, that many different ones: one article that is blocked for
# ever, however often it is tried, is none of the site's trouble.
WINDOW = 10
MANY, FEW = 5, 1
# A burst of looks can be refused in a second; that it still is, is worth telling.
LASTING = timedelta(minutes=10)
WELL = "."

# Every new document puts silence off.  To write that down each time would cost a row per page, so
# it is written when this share of the time has gone by, and an alarm comes that much later.
COARSE = 50

# A first crawl has ended when nothing new has come for the first of these, or after the second.
CRAWL_ENDS_AFTER = timedelta(hours=1)
CRAWL_LASTS = timedelta(days=1)


class Moved(Struct, frozen=True):
    """What is remembered from here on (None: nothing), and what is to be told."""

    vigil: Vigil | None
    transition: Transition | None = None


def judge(before: Vigil | None, sign: Sign, at: datetime) -> Moved:
    """What `sign` makes of `before`, which is of the same kind and subject."""
    if sign.mark is None:
        return _in_a_row(before, sign, at)
    return _together(before, sign, sign.mark, at)


def overdue(before: Vigil, at: datetime) -> Moved:
    """What has become of a vigil whose `judge_at` has come."""
    silent = before.kind is Kind.STALE
    detail = f"nothing new since {before.since:%Y-%m-%d %H:%M}Z" if silent else before.detail
    raised = replace(before, raised_at=at, judge_at=None, detail=detail)
    return Moved(raised, _told(raised, Turn.RAISED, at))


def _in_a_row(before: Vigil | None, sign: Sign, at: datetime) -> Moved:
    patience = PATIENCE.get(sign.kind, AT_ONCE)
    if not sign.bad:
        if before is None or before.raised_at is None:
            return Moved(None)
        if before.good + 1 < patience.good:
            return Moved(replace(before, good=before.good + 1))
        return Moved(None, _told(before, Turn.CLEARED, at))
    begun = before or _begun(sign, at)
    seen = replace(begun, signs=begun.signs + 1, good=0, detail=_short(sign.detail))
    if seen.raised_at is not None:
        # Only what changes is written: a seed may fail for years.
        return Moved(replace(seen, signs=begun.signs, detail=begun.detail))
    if seen.signs < patience.signs or at - seen.since < patience.over:
        return Moved(seen)
    return _raised(seen, at)


def _together(before: Vigil | None, sign: Sign, mark: str, at: datetime) -> Moved:
    if before is None and not sign.bad:
        return Moved(None)
    begun = before or _begun(sign, at)
    recent = [*begun.recent.split(), mark if sign.bad else WELL][-WINDOW:]
    bad = len({*recent} - {WELL})
    seen = replace(begun, recent=" ".join(recent), signs=bad)
    if sign.bad:
        seen = replace(seen, detail=_short(sign.detail))
    if seen.raised_at is not None:
        if bad > FEW:
            return Moved(seen)
        return Moved(None, _told(seen, Turn.CLEARED, at))
    if bad < MANY:
        return Moved(replace(seen, judge_at=None) if bad else None)
    if seen.judge_at is None:
        return Moved(replace(seen, since=at, judge_at=at + LASTING))
    return _raised(seen, at) if seen.judge_at <= at else Moved(seen)


def _begun(sign: Sign, at: datetime) -> Vigil:
    return Vigil(kind=sign.kind, subject=sign.subject, site=sign.site, since=at)


def _raised(vigil: Vigil, at: datetime) -> Moved:
    raised = replace(vigil, raised_at=at, judge_at=None)
    return Moved(raised, _told(raised, Turn.RAISED, at))


def _told(vigil: Vigil, turn: Turn, at: datetime) -> Transition:
    return Transition(
        turn=turn,
        kind=vigil.kind,
        subject=vigil.subject,
        site=vigil.site,
        since=vigil.since,
        at=at,
        detail=vigil.detail,
    )


def _short(detail: str) -> str:
    return detail if len(detail) <= LONGEST_DETAIL else f"{detail[: LONGEST_DETAIL - 1]}…"


# --- silence ---------------------------------------------------------------------------------


def silence(site: str, *, since: datetime, after: timedelta) -> Vigil:
    """The vigil over a site that brought something new at `since`; silence counts `after` that."""
    due = since + after + after / COARSE
    return Vigil(kind=Kind.STALE, subject=site, site=site, since=since, judge_at=due)


def broken(before: Vigil | None, site: str, at: datetime, *, after: timedelta) -> Moved:
    """A site that `before` watched over has brought something new."""
    anew = silence(site, since=at, after=after)
    if before is None:
        return Moved(anew)
    if before.raised_at is not None:
        return Moved(anew, _told(before, Turn.CLEARED, at))
    is_coarse = before.judge_at is not None and at + after <= before.judge_at
    return Moved(before if is_coarse else anew)


def resumed(
    before: Vigil | None, site: str, at: datetime, *, after: timedelta, looked_at: datetime | None
) -> Moved:
    """The vigil over a site's silence when watching begins, or `after` is another than before.

    Where nobody has looked for long, since `looked_at`, its silence is counted anew.
    """
    if before is None:
        return Moved(silence(site, since=at, after=after))
    anew = silence(site, since=before.since, after=after)
    if before.raised_at is not None:
        is_over = anew.judge_at is not None and anew.judge_at > at
        return Moved(anew, _told(before, Turn.CLEARED, at)) if is_over else Moved(before)
    if looked_at is None or at - looked_at > after / 2:
        return Moved(silence(site, since=at, after=after))
    return Moved(anew)


def undeclared(before: Vigil, at: datetime) -> Moved:
    """What was watched over is declared no longer."""
    if before.raised_at is None:
        return Moved(None)
    return Moved(None, _told(replace(before, detail="declared no longer"), Turn.CLEARED, at))


# --- the first crawl -------------------------------------------------------------------------


def crawl(site: str, at: datetime) -> Vigil:
    """The count of what a site brings that was never looked at before."""
    return Vigil(
        kind=Kind.FIRST_CRAWL, subject=site, site=site, since=at, judge_at=at + CRAWL_LASTS
    )


def crawled(before: Vigil, at: datetime) -> Vigil:
    """One more document has come in the first crawl."""
    ends = min(before.since + CRAWL_LASTS, at + CRAWL_ENDS_AFTER)
    return replace(before, signs=before.signs + 1, judge_at=ends)
