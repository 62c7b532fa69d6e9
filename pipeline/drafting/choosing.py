"""Addresses that may be articles → the few to learn from: of every make, and of every age."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

from pipeline.drafting.targets import Parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MOST_MAKES = 5
SMALL_SHARE = 0.05
GOLDEN = 0.618034
"""Multiples of it fall evenly between whole numbers, and never twice in one place."""


def chosen(urls: Iterable[str], most: int) -> list[str]:
    """Up to `most` of `urls`, the makes of address by turns, and of each some from all its length.

    A site shows its newest first, and what is old may have another layout; whoever looks at the
    first few alone has seen of both.
    """
    makes: dict[str, list[str]] = {}
    given = list(dict.fromkeys(urls))
    for url in given:
        makes.setdefault(Parts.of(url).shape, []).append(url)
    common = sorted(makes.values(), key=len, reverse=True)
    large = [make for make in common if len(make) >= SMALL_SHARE * len(given)][:MOST_MAKES]
    spread = [_spread(make, most) for make in large]
    return [url for turn in zip_longest(*spread) for url in turn if url is not None][:most]


def _spread(urls: Sequence[str], most: int) -> list[str]:
    """So many at even distances, in an order of which any beginning is spread, the first one first.

    By no even step: what alternates on the site would be seen by halves.
    """
    count = min(most, len(urls))
    step = (len(urls) - 1) / max(1, count - 1)
    return [urls[round(at * step)] for at in sorted(range(count), key=lambda at: at * GOLDEN % 1)]


def of_makes(urls: Iterable[str], like: Iterable[str]) -> list[str]:
    """Those of `urls` that are made as one of `like` is."""
    makes = {Parts.of(url).shape for url in like}
    return [url for url in urls if Parts.of(url).shape in makes]
