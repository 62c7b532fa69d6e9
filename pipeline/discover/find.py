"""A captured seed page → links to targets."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, assert_never

from pipeline.discover.canonical import ruled
from pipeline.discover.config import FeedConfig, ListingConfig, SitemapConfig
from pipeline.discover.listing import read_listing
from pipeline.discover.seeds import DEEPEST_INDEX

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.discover.config import TargetsConfig
    from pipeline.discover.mentions import Mention, Reading
    from pipeline.discover.seeds import Seed
    from pipeline.model import StoredBlock


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A document that a seed names: canonical URL, and title and date in the seed's own words."""

    url: str
    title: str | None = None
    dated: str | None = None

    @property
    def requested(self) -> str:
        """What to ask for: a discovered link is made canonical first."""
        return self.url


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What one seed page yields, in the page's order and each document once.

    `next_page` and `more` (sitemaps named by an index) are not canonical: `following`
    makes seeds of them.  `faults` say, for a person, why there may be less than expected.
    """

    links: tuple[Link, ...] = ()
    next_page: str | None = None
    more: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()


def find(seed: Seed, stored: StoredBlock, targets: TargetsConfig) -> Found:
    """The links of the captured page `stored`, read as `seed` was declared.

    Relative links start at `stored.url`.  A page that cannot be read is a fault, never an error.
    """
    if stored.decoded is None:
        return Found(faults=(f"the body cannot be read: {stored.fault}",))
    reading = _read(seed, stored, stored.decoded)
    links = tuple(_wanted(reading.mentions, targets))
    faults = list(reading.faults)
    if reading.mentions and not links:
        faults.append(f"allow and deny leave none of {len(reading.mentions)} links")
    more = tuple(url for url in reading.more if url != seed.url)
    if more and seed.step >= DEEPEST_INDEX:
        faults.append(f"an index of sitemaps lies {seed.step} deep, and is not followed")
        more = ()
    return Found(links=links, next_page=reading.next_page, more=more, faults=tuple(faults))


def following(seed: Seed, found: Found) -> tuple[Seed, ...]:
    """The seeds that what was `found` in `seed` leads to; ends for every page there can be."""
    urls = found.more if found.next_page is None else (found.next_page, *found.more)
    return tuple(replace(seed, url=url, step=seed.step + 1) for url in urls)


def _read(seed: Seed, stored: StoredBlock, body: bytes) -> Reading:
    match seed.rules:
        case ListingConfig():
            return read_listing(body, stored, seed.rules, seed.step)
        case FeedConfig():
            from pipeline.discover.feed import read_feed  # noqa: PLC0415 - slow to load

            return read_feed(body, stored)
        case SitemapConfig():
            from pipeline.discover.sitemap import read_sitemap  # noqa: PLC0415 - slow to load

            return read_sitemap(body, stored)
        case _ as never:
            assert_never(never)


def _wanted(mentions: tuple[Mention, ...], targets: TargetsConfig) -> Iterable[Link]:
    """Each document once, with the first title and date that any mention of it has."""
    links: dict[str, Link] = {}
    for mention in mentions:
        url = ruled(mention.url, targets.canonical)
        known = links.get(url) or Link(url=url)
        links[url] = Link(
            url=url, title=known.title or mention.title, dated=known.dated or mention.dated
        )
    return (link for url, link in links.items() if targets.wants(url))
