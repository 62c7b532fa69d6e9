"""A captured seed page → links to targets."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from msgspec import Struct
from msgspec.structs import replace

from pipeline.discover.canonical import ruled
from pipeline.discover.config import FeedConfig, ListingConfig, SitemapConfig
from pipeline.discover.listing import read_listing
from pipeline.discover.mentions import Child, Trouble
from pipeline.discover.recency import newest_first
from pipeline.discover.seeds import DEEPEST_INDEX

if TYPE_CHECKING:
    from datetime import timedelta

    from pipeline.discover.config import TargetsConfig
    from pipeline.discover.mentions import Mention, Reading, Reason
    from pipeline.discover.seeds import Seed
    from pipeline.model import StoredBlock


UNREAD = frozenset({"unreadable", "html_instead", "other_document", "malformed", "cut_short"})


class Link(Struct, frozen=True, kw_only=True):
    """A document that a seed names: canonical URL, and title and date in the seed's own words."""

    url: str
    title: str | None = None
    dated: str | None = None

    @property
    def requested(self) -> str:
        """What to ask for: a discovered link is made canonical first."""
        return self.url


class Found(Struct, frozen=True, kw_only=True):
    """What one seed page yields, in the page's order and each document once.

    `named` counts the documents that the page named, of which `allow` and `deny` left `links`.
    `next_page` and `children` (sitemaps named by an index, the last changed first) are not
    canonical: `following` makes seeds of them.
    `ttl` is how long a feed asks not to be asked again: from a minute to a day.
    `troubles` say why there may be less than expected.
    """

    links: tuple[Link, ...] = ()
    named: int = 0
    next_page: str | None = None
    children: tuple[Child, ...] = ()
    ttl: timedelta | None = None
    troubles: tuple[Trouble, ...] = ()

    @property
    def wanted(self) -> int:
        """How many of the documents that the page named are this site's."""
        return len(self.links)

    @property
    def more(self) -> tuple[str, ...]:
        """The addresses of the sitemaps that an index names."""
        return tuple(child.url for child in self.children)

    @property
    def faults(self) -> tuple[str, ...]:
        """The troubles in words, for a person."""
        return tuple(trouble.words for trouble in self.troubles)

    @property
    def unread(self) -> Reason | None:
        """Why nothing can be said of what the page names; None where it was read.

        So a page that is `empty` says that there is nothing, and one that is `malformed` to the
        last link, or HTML in place of a feed, says nothing at all.
        """
        if self.named or self.children:
            return None
        reasons = (trouble.reason for trouble in self.troubles)
        return next((reason for reason in reasons if reason in UNREAD), None)


def find(
    seed: Seed, stored: StoredBlock, targets: TargetsConfig, charset: str | None = None
) -> Found:
    """The links of the captured page `stored`, read as `seed` was declared.

    Relative links start at `stored.url`.  `charset` is what the site is configured to be read in,
    if anything.  A page that cannot be read is a trouble, never an error.
    """
    if stored.decoded is None:
        words = f"the body cannot be read: {stored.fault}"
        return Found(troubles=(Trouble("unreadable", words),))
    reading = _read(seed, stored, stored.decoded, charset)
    documents = _documents(reading.mentions, targets)
    links = tuple(link for link in documents if targets.wants(link.url))
    children, too_deep = _children(seed, reading.children, {*seed.trail, seed.url, stored.url})
    troubles = [*reading.troubles, *too_deep]
    if documents and not links:
        words = f"allow and deny leave none of {len(documents)} links"
        troubles.append(Trouble("not_wanted", words))
    return Found(
        links=links,
        named=len(documents),
        next_page=reading.next_page,
        children=children,
        ttl=reading.ttl,
        troubles=tuple(troubles),
    )


def following(seed: Seed, found: Found) -> tuple[Seed, ...]:
    """The seeds that what was `found` in `seed` leads to; ends for every page there can be."""
    onward = replace(seed, step=seed.step + 1, trail=(*seed.trail, seed.url), lastmod=None)
    behind = () if found.next_page is None else (replace(onward, url=found.next_page),)
    children = (replace(onward, url=child.url, lastmod=child.lastmod) for child in found.children)
    return (*behind, *children)


def _children(
    seed: Seed, named: tuple[Child, ...], seen: set[str]
) -> tuple[tuple[Child, ...], tuple[Trouble, ...]]:
    """The sitemaps to go on with, or why there are none."""
    children = newest_first(tuple(child for child in named if child.url not in seen))
    if not children or seed.step < DEEPEST_INDEX:
        return children, ()
    words = f"an index of sitemaps lies {seed.step} deep, and is not followed"
    return (), (Trouble("too_deep", words),)


def _read(seed: Seed, stored: StoredBlock, body: bytes, charset: str | None) -> Reading:
    match seed.rules:
        case ListingConfig():
            seen = frozenset({*seed.trail, seed.url, stored.url})
            return read_listing(
                body, stored, seed.rules, page=seed.step, seen=seen, configured=charset
            )
        case FeedConfig():
            from pipeline.discover.feed import read_feed  # noqa: PLC0415 - slow to load

            return read_feed(body, stored, charset)
        case SitemapConfig():
            from pipeline.discover.sitemap import read_sitemap  # noqa: PLC0415 - slow to load

            return read_sitemap(body, stored, charset)
        case _ as never:
            assert_never(never)


def _documents(mentions: tuple[Mention, ...], targets: TargetsConfig) -> tuple[Link, ...]:
    """Each document once, with the longest title and the first date that any mention of it has.

    A picture has no title, and "read more" is none.
    """
    links: dict[str, Link] = {}
    for mention in mentions:
        url = ruled(mention.url, targets.canonical)
        known = links.get(url)
        if known is None:
            links[url] = Link(url=url, title=mention.title, dated=mention.dated)
        elif mention.title or mention.dated:
            links[url] = Link(
                url=url,
                title=max(known.title, mention.title, key=lambda title: len(title or "")),
                dated=known.dated or mention.dated,
            )
    return tuple(links.values())
