"""Addresses that may be articles → the few to learn from: of every make, and of every age."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

from pipeline.drafting.targets import Parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MOST_MAKES = 5
SMALL_SHARE = 0.05


def chosen(urls: Iterable[str], most: int) -> list[str]:
    """Up to `most` of `urls`, the makes of address by turns, and of each some from all its length.

    A site shows its newest first, and what is old may have another layout.
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
    """The first, the last, and those between at even distances; the first ones come first."""
    if len(urls) <= most:
        return list(urls)
    step = (len(urls) - 1) / max(1, most - 1)
    return [urls[round(at * step)] for at in range(most)]


def of_makes(urls: Iterable[str], like: Iterable[str]) -> list[str]:
    """Those of `urls` that are made as one of `like` is."""
    makes = {Parts.of(url).shape for url in like}
    return [url for url in urls if Parts.of(url).shape in makes]
