"""What is known after a visit → signs of trouble, or of health.

A skip says nothing, unless it is for good: a seed that robots.txt forbids will never be polled.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from msgspec import Struct

from pipeline.ground.alarm import Kind, Sign
from pipeline.model import Blocked, Captured, Failed, Gone, NotModified, Skipped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.model import Outcome

# Skips that no waiting ends.
FOR_GOOD = {"robots", "private_address"}

NOTHING_SAID = "the page came, and nothing in it is a link to a target"


class SeedSeen(Struct, frozen=True, kw_only=True):
    """A poll of a declared seed.

    `named` is how many targets and further pages it names, None where it was not read; `named`
    none is explained by `faults`, in discover's words.  `named_before` is how many targets it
    named when it last named any.
    """

    site: str
    url: str
    outcome: Outcome
    named: int | None = None
    named_before: int = 0
    faults: tuple[str, ...] = ()


class TargetSeen(Struct, frozen=True, kw_only=True):
    """A look at a target of a site.

    `degraded` says whether the site's own rules failed on it; None where nothing was read anew.
    """

    site: str
    url: str
    outcome: Outcome
    degraded: bool | None = None


def signs_of(seen: SeedSeen | TargetSeen) -> tuple[Sign, ...]:
    """What a visit says of its seed, or of its site."""
    return tuple(_of_seed(seen) if isinstance(seen, SeedSeen) else _of_target(seen))


def _of_seed(seen: SeedSeen) -> Iterator[Sign]:
    def sign(kind: Kind, *, bad: bool, detail: str = "") -> Sign:
        return Sign(kind=kind, subject=seen.url, site=seen.site, bad=bad, detail=detail)

    outcome, told = seen.outcome, told_of(seen.outcome)
    match outcome:
        case Blocked():
            yield sign(Kind.BLOCKED, bad=True, detail=told)
        case Failed() | Gone():
            # It answers, so it does not block; but what is in it cannot be had.
            yield sign(Kind.FAILING, bad=True, detail=told)
        case Skipped(reason=reason) if reason in FOR_GOOD:
            yield sign(Kind.FAILING, bad=True, detail=told)
        case Captured() | NotModified():
            yield sign(Kind.FAILING, bad=False)
            yield sign(Kind.BLOCKED, bad=False)
    if seen.named is not None and isinstance(outcome, Captured):
        before = f"it named {seen.named_before} before" if seen.named_before else ""
        why = "; ".join(filter(None, (*seen.faults[:3], before))) or NOTHING_SAID
        yield sign(Kind.ZERO_ITEMS, bad=seen.named == 0, detail="" if seen.named else why)


def _of_target(seen: TargetSeen) -> Iterator[Sign]:
    mark = hashlib.blake2s(seen.url.encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()

    def sign(kind: Kind, *, bad: bool, detail: str = "") -> Sign:
        return Sign(kind=kind, subject=seen.site, site=seen.site, bad=bad, detail=detail, mark=mark)

    outcome, told = seen.outcome, f"{told_of(seen.outcome)}, last at {seen.url}"
    match outcome:
        case Blocked():
            yield sign(Kind.BLOCKED, bad=True, detail=told)
        case Failed():
            yield sign(Kind.FAILING, bad=True, detail=told)
        case Captured() | NotModified() | Gone():
            yield sign(Kind.FAILING, bad=False)
            yield sign(Kind.BLOCKED, bad=False)
    if seen.degraded is not None:
        detail = f"the rules found no body, last at {seen.url}" if seen.degraded else ""
        yield sign(Kind.RULES, bad=seen.degraded, detail=detail)


def told_of(outcome: Outcome) -> str:
    """An outcome in a few words."""
    detail = outcome.detail if isinstance(outcome, Failed | Skipped) else ""
    return ": ".join(filter(None, (outcome.name, outcome.reason, detail)))
