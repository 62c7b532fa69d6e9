"""A score → docs/mutations.md."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

HEAD = """\
# Mutations: what is done to an archive, and whether the audit sees it

Made by `make mutations`, which is `python -m tests.mutations.score --most {most} --seed {seed} \
--save`; do not edit.

An archive with something of every kind in it is made by the real flow: {what}.
Then one thing at a time is done to it, {tried:,} in all, and `dateline audit` is asked, with all \
that an outsider can hold: the first public key, an earlier checkpoint, the time stamping \
authority's certificates, a witness policy.

- **found**: the audit ends as `failed`; for what cannot be read, as `inconclusive`, so that exit \
code 3 says that it could not check.
- **file**: a claim names the file.
- **place**: a claim names the record, entry, octet, hash or row, where there is one to name.
"""
WHAT = (
    "several sealed WARC files and one that a killed process left open, pages plain, gzipped and"
    " in chunks, revisits, a 304, redirects, failures, a blocked page, texts made anew after the"
    " rules were changed, two time stamps, two cosigned checkpoints, another key, a takedown, full"
    " tiles, a bundle"
)
HISTORIES = """
## Whole histories

An old copy, or another history by whoever holds the key, is whole in itself.
Without anything from outside that knows better it is called `consistent`, never `verified`; with \
it, it is named.

| history | held against it | verdict | seen through by | as it should be |
|---|---|---|---|---|
"""
VAIN = """
## What nothing depends on

Changes to these were not found, or need not be, and no proof rests on them.

| what | of which kind of file | tried |
|---|---|---|
"""
COVERED = """
Of a sealed file every octet counts: the headers and packing of its gzip members, and the order of \
its captures, are covered by the seal alone, which names the file.
"""


def report(score, *, most: int, seed: int) -> str:
    """The whole document."""
    tried = sum(one.tried for one in score.tallies.values())
    return "".join(
        (
            HEAD.format(most=most, seed=seed, what=WHAT, tried=tried + score.vain.total()),
            "\n## Changes\n\n",
            *_by_kind(score),
            *_by_change(score),
            HISTORIES,
            *_histories(score),
            VAIN,
            *(f"| {why} | {kind} | {count} |\n" for (kind, why), count in score.vain.items()),
            COVERED,
        )
    )


def _by_kind(score) -> Iterator[str]:
    yield "| kind of file | tried | found | file | place |\n|---|---|---|---|---|\n"
    for kind in sorted({kind for kind, _ in score.tallies}):
        ones = [one for (of, _), one in score.tallies.items() if of == kind]
        yield _row(kind, ones)
    yield _row("**all**", list(score.tallies.values()))


def _by_change(score) -> Iterator[str]:
    yield "\n| kind of file | what was done | tried | found | file | place |\n"
    yield "|---|---|---|---|---|---|\n"
    for (kind, change), one in sorted(score.tallies.items()):
        yield _row(f"{kind} | {change}", [one])


def _row(name: str, ones: list) -> str:
    tried, found, named, placed, placeable = (
        sum(getattr(one, field) for one in ones)
        for field in ("tried", "found", "named", "placed", "placeable")
    )
    place = f"{placed:,} of {placeable:,}" if placeable else ""
    return f"| {name} | {tried:,} | {found:,} | {named:,} | {place} |\n"


def _histories(score) -> Iterator[str]:
    for one, verdict, right in score.histories:
        by, should = one.by or "nobody", "yes" if right else "**no**"
        yield f"| {one.name} | {one.holding} | {verdict} | {by} | {should} |\n"
