"""Two paragraphs → the runs of words that stand, came and went."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.diff.aligning import aligned
from pipeline.diff.pieces import Kind, Run
from pipeline.diff.words import keys_of, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

CHANCE = 3
"""Letters: a shorter word between two changes stands in both by chance, as `of` does."""


def runs_between(before: str, after: str) -> tuple[tuple[Run, ...], bool]:
    """The runs that turn `before` into `after`, and whether some part was too long to compare."""
    if before == after:
        return ((Run(Kind.SAME, before, after),) if before else ()), False
    old, new = words_of(before), words_of(after)
    found = aligned(keys_of(old), keys_of(new))
    made: list[Run] = []
    at_old = at_new = 0
    for block in found.blocks:
        made += _gap(old[at_old : block.old], new[at_new : block.new])
        end_old, end_new = block.old + block.length, block.new + block.length
        made += _shared(old[block.old : end_old], new[block.new : end_new])
        at_old, at_new = end_old, end_new
    made += _gap(old[at_old:], new[at_new:])
    return tuple(_gathered(made)), found.coarse


def _gap(old: Sequence[str], new: Sequence[str]) -> Iterator[Run]:
    if old:
        yield Run(Kind.REMOVED, "".join(old), "")
    if new:
        yield Run(Kind.ADDED, "", "".join(new))


def _shared(old: Sequence[str], new: Sequence[str]) -> Iterator[Run]:
    """Words that are the same to a reader, told apart by whether they are so to the character."""
    start, kind = 0, Kind.SAME
    for at, (one, other) in enumerate(zip(old, new, strict=True)):
        here = Kind.SAME if one == other else Kind.NOISE
        if here is not kind:
            if at > start:
                yield Run(kind, "".join(old[start:at]), "".join(new[start:at]))
            start, kind = at, here
    if len(old) > start:
        yield Run(kind, "".join(old[start:]), "".join(new[start:]))


def _gathered(runs: list[Run]) -> Iterator[Run]:
    """What was removed and added in one place once each, chance words between them included."""
    gone: list[str] = []
    come: list[str] = []
    for at, run in enumerate(runs):
        match run.kind:
            case Kind.REMOVED:
                gone.append(run.before)
            case Kind.ADDED:
                come.append(run.after)
            case _ if gone and come and _by_chance(run) and _is_replaced(runs[at + 1 : at + 3]):
                gone.append(run.before)
                come.append(run.after)
            case _:
                yield from _gap(gone, come)
                gone, come = [], []
                yield run
    yield from _gap(gone, come)


def _by_chance(run: Run) -> bool:
    text = run.before.strip()
    return len(text) <= CHANCE and (text.isascii() or len(text) == 1)


def _is_replaced(ahead: list[Run]) -> bool:
    return [run.kind for run in ahead] == [Kind.REMOVED, Kind.ADDED]
