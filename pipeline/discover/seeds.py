"""A site's `discover:` part → the pages to look for links in, and those behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, assert_never

from msgspec import Struct
from msgspec.structs import replace

from pipeline.discover.canonical import CanonicalConfig, canonical
from pipeline.discover.config import FeedConfig, ListingConfig, SitemapConfig

if TYPE_CHECKING:
    from pipeline.discover.config import DiscoverConfig

SeedKind = Literal["listing", "feed", "sitemap"]
AS_WRITTEN = CanonicalConfig()

DEEPEST_INDEX = 3
"""An index of sitemaps may not name another (sitemaps.org), but some do; a loop must end."""


class Seed(Struct, frozen=True, kw_only=True):
    """One page to look for links in.

    `rules` are those it was declared with.  `step` is 1 for the declared page, and one more for
    each page or index that led here; `trail` are their addresses.
    `lastmod` is when an index says that this sitemap last changed, as printed: one that says the
    same as when it was last read need not be asked for.
    """

    url: str
    rules: ListingConfig | FeedConfig | SitemapConfig
    step: int = 1
    trail: tuple[str, ...] = ()
    lastmod: str | None = None

    @property
    def kind(self) -> SeedKind:
        """How it is read."""
        match self.rules:
            case ListingConfig():
                return "listing"
            case FeedConfig():
                return "feed"
            case SitemapConfig():
                return "sitemap"
            case _ as never:
                assert_never(never)

    @property
    def declared(self) -> str:
        """The address that the site's declaration gives."""
        match self.rules:
            case ListingConfig():
                return self.rules.listing
            case FeedConfig():
                return self.rules.feed
            case SitemapConfig():
                return self.rules.sitemap
            case _ as never:
                assert_never(never)


def seeds(config: DiscoverConfig) -> tuple[Seed, ...]:
    """The declared seeds, in their order."""
    return tuple(_seed(rules) for rules in config)


def _seed(rules: ListingConfig | FeedConfig | SitemapConfig) -> Seed:
    written = Seed(url="", rules=rules)
    return replace(written, url=canonical(written.declared, AS_WRITTEN))
