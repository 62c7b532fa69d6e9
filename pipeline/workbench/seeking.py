"""A URL of a site that nobody has described → its seeds, and what may be its articles."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from pipeline.discover.config import FeedConfig, ListingConfig, SitemapConfig, TargetsConfig
from pipeline.discover.find import find, following
from pipeline.discover.seeds import Seed
from pipeline.drafting.choosing import of_makes
from pipeline.drafting.feeds import declared_feeds, likely_feeds, sitemaps_in
from pipeline.drafting.kinds import is_article, is_front, is_index
from pipeline.drafting.listings import Listing, is_better, is_near, likely_of, links_of, listing_of
from pipeline.drafting.page import Page
from pipeline.drafting.paging import paging_of
from pipeline.drafting.sections import archive_of, sections_of
from pipeline.drafting.targets import like
from pipeline.drafting.written import SeedDraft
from pipeline.model import Captured, Role
from pipeline.workbench.sought import Sought, generically

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Iterator

    from pipeline.discover.find import Link
    from pipeline.model import Digest, StoredBlock
    from pipeline.workbench.peeking import Peeked

MOST_FEEDS = 2
MOST_ONWARD = 2
"""Pages that do nothing but send a browser on, one behind the other."""
FEWEST_OLDER = 3
"""Articles that a feed does not name and a listing does, for the listing to be polled too."""
MOST_BEHIND = 4
"""Links of a front page that are followed for want of anything better."""
MOST_INDEXED = 5
"""Sitemaps of an index that are looked at: one each for pages, posts, categories and the like."""


class Seeking:
    """Looks for what lists the articles of one site; `look` looks at a page as at a seed."""

    def __init__(self, look: Callable[[str, Role], Awaitable[Peeked]]) -> None:
        self._ask = look
        self._seeds: list[tuple[SeedDraft, Peeked]] = []
        self._headlines: dict[str, str] = {}
        self._dated: dict[str, str] = {}
        self._tried: dict[str, None] = {}
        self._pages: dict[tuple[str, Digest], Page | None] = {}

    async def sought(self, url: str, first: Peeked, stored: StoredBlock) -> Sought:
        """What a page is itself, what it names, the front page's headlines, robots.txt's sitemap.

        `url` was asked for, the look `first` came of it, and `stored` is what that brought.
        """
        self._note(url)
        first = await self._onward(first)
        stored = first.stored or stored
        home = stored.url if is_front(url) else urljoin(stored.url, "/")
        if is_index(stored):
            await self._indexed(first)
        else:
            home = await self._from_page(first, home)
        return Sought(
            home=home,
            began=stored,
            seeds=tuple(self._seeds),
            headlines=self._headlines,
            dated=self._dated,
            tried=tuple(self._tried),
            beside=tuple(self._leading()),
        )

    def _page(self, peeked: Peeked) -> Page | None:
        """The page that came, parsed once."""
        stored = peeked.stored
        if stored is None:
            return None
        key = (stored.url, stored.entity)
        if key not in self._pages:
            self._pages[key] = Page.of(stored)
        return self._pages[key]

    def _leading(self) -> Iterator[str]:
        """All that the seeds' pages link to."""
        for _, peeked in self._seeds:
            page = self._page(peeked)
            yield from (link.url for link in links_of(page)) if page is not None else ()

    async def _onward(self, peeked: Peeked) -> Peeked:
        """The page itself, or the one of this site to which it sends a browser at once."""
        for _ in range(MOST_ONWARD):
            page = self._page(peeked)
            onward = page.onward if page is not None else None
            if page is None or onward is None or not is_near(onward, page.url):
                break
            there = await self._look(onward)
            if not isinstance(there.outcome, Captured):
                break
            peeked = there
        return peeked

    async def _from_page(self, first: Peeked, home: str) -> str:
        """Look from a page on: its own feeds and headlines, then those of the front page."""
        page = self._page(first)
        at_front = page is not None and page.url.rstrip("/") == home.rstrip("/")
        read = generically(first)
        article = first.url if page and read and is_article(page, read) else None
        if article:
            self._headlines[article] = ""
        front = first if at_front else await self._onward(await self._look(home))
        if front.stored is not None and is_near(front.stored.url, home):
            home = front.stored.url
        await self._feeds([page, self._page(front)])
        fed = bool(self._seeds)
        if not at_front and not article:
            await self._listing(first)
        if not self._seeds:
            await self._listing(front, sections=True, article=article)
        if not self._seeds:
            await self._guesses(home)
        await self._sitemaps(home)
        if not self._seeds and article:
            await self._listing(first, sections=True, article=article)
        if not self._seeds and not article:
            await self._behind(front)
        if fed and all(seed.kind != "listing" for seed, _ in self._seeds):
            await self._listing(front, sections=True, article=article)
        return home

    async def _look(self, url: str) -> Peeked:
        self._note(url)
        return await self._ask(url, Role.SEED)

    def _note(self, url: str) -> None:
        self._tried[urlsplit(url)._replace(scheme="", netloc="").geturl() or "/"] = None

    def _take(self, seed: SeedDraft, peeked: Peeked, headlines: dict[str, str]) -> None:
        self._seeds.append((seed, peeked))
        for url, headline in headlines.items():
            self._headlines[url] = self._headlines.get(url) or headline

    # --- feeds and sitemaps ---

    async def _feeds(self, pages: list[Page | None]) -> None:
        named = [feed for page in pages if page is not None for feed in declared_feeds(page)]
        for feed in list(dict.fromkeys(named))[:MOST_FEEDS]:
            await self._index("feed", await self._look(feed))

    async def _guesses(self, home: str) -> None:
        for feed in likely_feeds(home):
            if await self._index("feed", await self._look(feed)):
                return

    async def _indexed(self, peeked: Peeked) -> None:
        """A feed or sitemap that was given."""
        for kind in ("feed", "sitemap"):
            if await self._index(kind, peeked):
                return

    async def _sitemaps(self, home: str) -> None:
        """The sitemap that robots.txt names; without any other seed, the one most sites have."""
        robots = (await self._look(urljoin(home, "/robots.txt"))).stored
        said = (robots.decoded or b"").decode("utf-8", "replace") if robots else ""
        named = sitemaps_in(said, home)[:2]
        guessed = [] if self._seeds else [urljoin(home, "/sitemap.xml")]
        others = tuple(self._headlines)
        for url in named or guessed:
            if await self._index("sitemap", await self._look(url), others):
                return

    async def _index(self, kind: str, peeked: Peeked, others: tuple[str, ...] = ()) -> bool:
        """Take a feed or sitemap that names pages of this site, made as `others` are, if given."""
        stored = peeked.stored
        if stored is None or any(stored.url == one.url for one, _ in self._seeds):
            return False
        rules = FeedConfig(feed=stored.url) if kind == "feed" else SitemapConfig(sitemap=stored.url)
        named = await self._named(Seed(url=stored.url, rules=rules), stored)
        own = [url for url in named if is_near(url, stored.url) and url != stored.url]
        own = like(own, others) if others else own
        if own:
            drafted = SeedDraft(kind=kind, url=stored.url)
            self._take(drafted, peeked, {url: named[url] for url in own})
        return bool(own)

    async def _named(self, seed: Seed, stored: StoredBlock) -> dict[str, str]:
        """What a feed or sitemap names, an index's sitemaps too."""
        found = find(seed, stored, TargetsConfig())
        links = list(found.links)
        for onward in following(seed, found)[:MOST_INDEXED]:
            behind = (await self._look(onward.url)).stored
            links += find(onward, behind, TargetsConfig()).links if behind else ()
        self._dated |= {link.url: link.dated for link in links if link.dated}
        return _titles(links)

    # --- pages of headlines ---

    async def _listing(
        self, peeked: Peeked, *, sections: bool = False, article: str | None = None
    ) -> None:
        """Take the headlines on a page, or with `sections` in the news that it leads to.

        Beside a seed that is taken already only where they are more of the same.
        """
        page = self._page(peeked)
        if page is None:
            return
        listing = listing_of(page, article)
        in_front = listing
        articles = listing.urls if listing else tuple(filter(None, (article,)))
        for section in sections_of(page, articles) if sections else ():
            other, there, theirs = await self._listing_at(section, article)
            if there is None or theirs is None or not is_better(theirs, in_front):
                continue
            if listing is in_front or _is_longer(theirs, there, listing, page):
                peeked, page, listing = other, there, theirs
        archive = archive_of(page) if sections and listing is not None else None
        if archive is not None:
            other, there, theirs = await self._listing_at(archive, article)
            if there and theirs and _is_longer(theirs, there, listing, page):
                peeked, page, listing = other, there, theirs
        if listing is not None:
            await self._listed(peeked, page, listing)

    async def _behind(self, front: Peeked) -> None:
        """Take what the first links of a front page lead to, where no name of theirs tells more.

        That is a listing, or of a site of few articles one of them, for its like on the front page.
        """
        page = self._page(front)
        for url in likely_of(page)[:MOST_BEHIND] if page is not None else ():
            there, other, listing = await self._listing_at(url, None)
            read = generically(there)
            if other is not None and listing is not None:
                await self._listed(there, other, listing)
            elif other and read and read.published and is_article(other, read):
                await self._listing(front, article=url)
            if self._seeds:
                return

    async def _listing_at(
        self, url: str, article: str | None
    ) -> tuple[Peeked, Page | None, Listing | None]:
        peeked = await self._look(url)
        page = self._page(peeked)
        return peeked, page, listing_of(page, article) if page is not None else None

    async def _listed(self, peeked: Peeked, page: Page, listing: Listing) -> None:
        """Take a listing, with the older pages behind it where they name what it does not.

        Beside other seeds it has to name older articles than these, made as theirs are.
        """
        paging, older = paging_of(page), dict[str, str]()
        if paging is not None and (second := (await self._look(paging.second)).stored):
            rules = ListingConfig(listing=page.url, links=listing.css)
            found = find(Seed(url=paging.second, rules=rules), second, TargetsConfig())
            older = _titles(found.links)
        leads = paging is not None and bool(older.keys() - listing.headlines.keys())
        seed = SeedDraft(
            kind="listing",
            url=page.url,
            links=listing.css,
            pages=paging.rules if paging is not None and leads else None,
        )
        behind = [url for url in of_makes(older, listing.urls) if url not in listing.headlines]
        headlines = {**listing.headlines, **{url: older[url] for url in behind}}
        if self._seeds:
            own = of_makes(headlines, self._headlines)
            if sum(url not in self._headlines for url in own) < FEWEST_OLDER:
                return
            headlines = {url: headlines[url] for url in own}
        self._take(seed, peeked, headlines)


def _is_longer(one: Listing, page: Page, other: Listing | None, beside: Page) -> bool:
    """Whether a listing has more of the same articles than another, older pages counted."""
    if other is None or not of_makes(one.urls, other.urls):
        return other is None
    pages = [paging_of(each) is not None for each in (page, beside)]
    return (pages[0], len(one.urls)) > (pages[1], len(other.urls))


def _titles(links: Iterable[Link]) -> dict[str, str]:
    return {link.url: link.title or "" for link in links}
