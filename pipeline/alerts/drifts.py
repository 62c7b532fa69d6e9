"""What was found in a site's documents → signs that its pages are no longer what its rules expect.

The last documents are held against those before them, read by the same rules: what changed is then
the site.  Documents that stand side by side resemble each other (a night of briefs without an
author), so at least four count as one that is independent, and more where more of them did before.
Of what is left one in a hundred thousand may be chance.  A state ends when the last ten documents
are as they used to be, and when the rules are changed: what is usual is then learned anew.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from math import ceil, comb
from statistics import median
from typing import TYPE_CHECKING

from pipeline.ground.alarm import Kind, Sign
from pipeline.ground.finds import Find

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from pipeline.ground.finds import Reading

    Has = Callable[[Reading], bool]
    State = tuple[Kind, str]

# A fall from nearly all to nearly none shows in the last 20, one from half to nothing in 100.
# What is usual the documents before those say, so many at least, or nobody can tell.
WINDOWS = {20: 60, 40: 100, 100: 200}
NEWEST = min(WINDOWS)
USUAL, LEAST_USUAL = 200, 40
NEEDED = max(WINDOWS) + USUAL
"""Readings that are looked at, the newest first."""
ALIKE, MOST_TIED = 4, 0.95
CHANCE = 1e-5
# Of what was there half is gone, and that is in a quarter of all documents.
HALF, QUARTER = 0.5, 0.25
BACK, ENOUGH = 10, 0.7
# A wall that stands in place of pages has one text at several addresses.  A column ("In brief") has
# one title for a while, but not most of a site's documents.
SAME_TEXTS, NAMED, SAME_TITLES, STILL = 3, 5, 12, 2
MORE = 3
"""Times as often as was usual."""

FIELDS = {
    "title": int(Find.TITLE),
    "byline": int(Find.BYLINE),
    "published": int(Find.PUBLISHED),
    "source": int(Find.SOURCE),
}
KINDS = frozenset({Kind.FIELD_LOST, Kind.SHORT_TEXT, Kind.SAME_TEXT, Kind.SAME_TITLE})


def drifts(
    site: str,
    readings: Sequence[Reading],
    *,
    standing: Mapping[State, Sequence[Reading]],
    names: Collection[int],
) -> tuple[Sign, ...]:
    """The states that begin or end with the last of `readings`, which has the newest first.

    `standing` are those that hold, each with the readings from before it began; `names` the titles
    that are the site's own name.
    """
    if not readings:
        return ()
    mine = [one for one in readings if one.rules == readings[0].rules]
    then = {
        state: [one for one in before if one.rules == readings[0].rules][NEWEST:]
        for state, before in standing.items()
    }
    signs: list[Sign] = []
    for (kind, subject), told in _judged(site, mine, then, names):
        if (told is None) == ((kind, subject) in standing):
            bad = told is not None
            signs.append(Sign(kind=kind, subject=subject, site=site, bad=bad, detail=told or ""))
    return tuple(signs)


def _judged(
    site: str,
    mine: Sequence[Reading],
    then: Mapping[State, Sequence[Reading]],
    names: Collection[int],
) -> Iterator[tuple[State, str | None]]:
    """Every state there can be, and what is the matter; None where nothing is."""
    for field, find in FIELDS.items():
        state = (Kind.FIELD_LOST, f"{site} {field}")
        yield state, _of_field(find, mine, then.get(state))
    state = (Kind.SHORT_TEXT, site)
    yield state, _of_length(mine, then.get(state))
    state = (Kind.SAME_TEXT, site)
    yield state, _repeated(_text, mine, then.get(state), SAME_TEXTS, told="the same text")
    state = (Kind.SAME_TITLE, site)
    yield state, _of_titles(mine, then.get(state), names)


# --- what is found less often ----------------------------------------------------------------


def _of_field(find: int, mine: Sequence[Reading], then: Sequence[Reading] | None) -> str | None:
    def has(one: Reading) -> bool:
        return one.finds & find != 0

    fell = _fallen(lambda _: has, mine, then)
    if fell is None:
        return None
    last, before = fell
    lacking = next(one.url for one in last if not has(one))
    return (
        f"found in {_count(has, last)} of the last {len(last)} documents, and in"
        f" {_count(has, before)} of the {len(before)} before; last missing at {lacking}"
    )


def _of_length(mine: Sequence[Reading], then: Sequence[Reading] | None) -> str | None:
    def is_long(before: Sequence[Reading]) -> Has:
        usual = median(one.length for one in before)
        return lambda one: 2 * one.length >= usual

    fell = _fallen(is_long, mine, then)
    if fell is None:
        return None
    last, before = fell
    return (
        f"{median(one.length for one in last):.0f} characters in the middle of the last"
        f" {len(last)} documents, {median(one.length for one in before):.0f} in the"
        f" {len(before)} before; last at {last[0].url}"
    )


def _fallen(
    what: Callable[[Sequence[Reading]], Has],
    mine: Sequence[Reading],
    then: Sequence[Reading] | None,
) -> tuple[Sequence[Reading], Sequence[Reading]] | None:
    """The last documents and those before, if `what` these had is there much less often."""
    if then is not None:
        if len(then) < LEAST_USUAL:
            return None
        return None if _is_back(what(then), mine, then) else (mine[:BACK], then)
    for size, least in WINDOWS.items():
        last, before = mine[:size], mine[size : size + USUAL]
        if len(before) < least:
            break
        has = what(before)
        if _is_fall(has, last, before) and not _is_back(has, mine, before):
            return last, before
    return None


def _is_back(has: Has, mine: Sequence[Reading], before: Sequence[Reading]) -> bool:
    return _share(has, mine[:BACK]) >= ENOUGH * _share(has, before)


def _is_fall(has: Has, last: Sequence[Reading], before: Sequence[Reading]) -> bool:
    now = _count(has, last)
    share = now / len(last)
    if share > HALF:
        return False
    had = [has(one) for one in before]
    # as if one more had lacked it: nothing is certain of a few dozen
    usual = sum(had) / (len(had) + 1)
    if share > HALF * usual or usual - share < QUARTER:
        return False
    alike = _alike(had)
    many, few = int(len(last) / alike), ceil(now / alike)
    tail = (comb(many, k) * usual**k * (1 - usual) ** (many - k) for k in range(few + 1))
    return sum(tail) <= CHANCE


def _alike(had: Sequence[bool]) -> float:
    """How many documents in a row say as much as one: by how often neighbours are the same."""
    share = sum(had) / len(had)
    spread = share * (1 - share)
    if not spread:
        return ALIKE
    both = sum(one and other for one, other in pairwise(had)) / (len(had) - 1)
    tied = min(max((both - share * share) / spread, 0.0), MOST_TIED)
    return max(ALIKE, (1 + tied) / (1 - tied))


def _count(has: Has, readings: Sequence[Reading]) -> int:
    return sum(map(has, readings))


def _share(has: Has, readings: Sequence[Reading]) -> float:
    return _count(has, readings) / len(readings)


# --- what is found more often ----------------------------------------------------------------


def _of_titles(
    mine: Sequence[Reading], then: Sequence[Reading] | None, names: Collection[int]
) -> str | None:
    def is_named(one: Reading) -> object:
        return one.title if one.title in names else None

    def title(one: Reading) -> object:
        return one.title

    if told := _repeated(is_named, mine, then, NAMED, told="the site's name for a title"):
        return told
    counted = Counter(one.title for one in mine[:NEWEST] if one.title is not None)
    if then is None and len(mine) >= NEWEST + WINDOWS[NEWEST] and counted:
        most = counted.most_common(1)[0][0]
        if not _is_fall(lambda one: one.title != most, mine[:NEWEST], mine[NEWEST:]):
            return None  # a column, as it ever was
    return _repeated(title, mine, then, SAME_TITLES, told="the same title")


def _text(one: Reading) -> object:
    return one.text


def _repeated(
    what: Callable[[Reading], object],
    mine: Sequence[Reading],
    then: Sequence[Reading] | None,
    least: int,
    *,
    told: str,
) -> str | None:
    """What is said of the last documents, if more of them have the same than was usual."""
    last, before = (mine[:NEWEST], mine[NEWEST:]) if then is None else (mine[:BACK], then)
    counted = Counter(value for one in last if (value := what(one)) is not None)
    if not counted:
        return None
    value, many = counted.most_common(1)[0]

    def has(one: Reading) -> bool:
        return what(one) == value

    usual = _share(has, before) if len(before) >= LEAST_USUAL else 0.0
    if many < (least if then is None else STILL) or many <= MORE * usual * len(last):
        return None
    if _count(has, mine[:BACK]) < STILL:
        return None  # it was, and is over
    at = next(one.url for one in last if has(one))
    return f"{many} of the last {len(last)} documents have {told}, last at {at}"
