"""A URL of a site that nobody has described → its drafted config, tried on pages of the site."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from msgspec import Struct

from pipeline import charset
from pipeline.declaration import spell
from pipeline.discover.config import FeedConfig, ListingConfig, SitemapConfig, TargetsConfig
from pipeline.discover.find import find, following
from pipeline.discover.seeds import Seed
from pipeline.drafting.choosing import chosen, of_makes
from pipeline.drafting.drafted import Learnt, drafted
from pipeline.drafting.feeds import declared_feeds, likely_feeds, sitemaps_in
from pipeline.drafting.listings import Listing, is_near, links_of, listing_of
from pipeline.drafting.page import Page
from pipeline.drafting.paging import paging_of
from pipeline.drafting.sample import Sample
from pipeline.drafting.sections import news_section
from pipeline.drafting.targets import like
from pipeline.drafting.written import SeedDraft
from pipeline.errors import DatelineError
from pipeline.extract.derive import derive
from pipeline.extract.rules import Rules
from pipeline.extract.tried import Tried
from pipeline.model import Captured, Role
from pipeline.sites.register import generic_site
from pipeline.sites.site import site_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import timedelta

    from pipeline.drafting.written import Draft
    from pipeline.model import Document, StoredBlock
    from pipeline.peeking import Peeked, Peeking

    Article = tuple[Peeked, Document]

MOST_SEEDS = 4
MOST_FEEDS = 2
MOST_INDEXED = 5
"""Sitemaps of an index that are looked at: one each for pages, posts, categories and the like."""
FEWEST_LETTERS = 200
"""Less than this on a page is no article to learn from."""
FEWEST_DATED = 2
FEWEST_LINKS = 3
"""A page with hardly a word and hardly a link is nothing yet without its scripts."""
MOSTLY_LINKS = 0.3
"""Share of a text that is links from which it is a list, and no article."""
BARE = (
    "the page has next to no text: it is made by JavaScript, which is not run here, or stands"
    " behind a question about cookies; tried {tried}; look for a feed or a sitemap, and give that"
)
NOTHING = (
    "there is nothing that lists articles: tried {tried}; give the address of a section that lists"
    " headlines, of a feed or of a sitemap"
)
NO_ARTICLE = (
    "{looked} pages were looked at, and none has a text of {fewest} characters: pages made by"
    " JavaScript have none, and a front page that leads elsewhere is no help; give a section"
)
NO_BODY = (
    "on {looked} pages no element holds the text on more than one; give a section whose pages are"
    " alike, or more --pages"
)
WHAT_NEXT = {
    "blocked": "the site does not let programs in; ask its owner, or set fetch.user_agent in a"
    " config of your own",
    "skipped": "what robots.txt forbids is not asked for: ask the site's owner for leave",
    "failed": "is the address right, and the site up?",
}


class NotDrafted(DatelineError):
    """No config can be drafted of `url`."""

    def __init__(self, url: str, why: str) -> None:
        super().__init__(f"no config can be drafted from {url}: {why}")


class Welcome(Struct, frozen=True, kw_only=True):
    """A draft, its seeds' pages by kind, those it was learnt from, what its rules read there."""

    draft: Draft
    seeds: tuple[tuple[str, Peeked], ...]
    pages: tuple[Peeked, ...]
    read: tuple[Document | None, ...]

    @property
    def well(self) -> int:
        """On how many pages the draft's own rules found the text."""
        return sum(one is not None and not one.degraded for one in self.read)


class Welcoming:
    """Drafts sites by looks of `peeking`; `tell` hears what is going on."""

    def __init__(
        self, peeking: Peeking, tell: Callable[[str], None], delay: timedelta | None = None
    ) -> None:
        self._peeking, self._tell, self._delay = peeking, tell, delay
        self._site = generic_site(delay)
        self._seeds: list[tuple[SeedDraft, Peeked]] = []
        self._urls: dict[str, None] = {}
        self._tried: list[str] = []

    async def draft(self, url: str, pages: int, site: str | None) -> Welcome:
        """The config that `url`'s site may have.  Raises NotDrafted."""
        first = await self._look(url, Role.SEED)
        if first.stored is None or not isinstance(first.outcome, Captured):
            raise NotDrafted(url, _refused(first))
        home = first.stored.url if _is_front(url) else urljoin(first.stored.url, "/")
        await self._seek(first, home)
        if not self._urls:
            page = _page(first.stored)
            tried = ", ".join(dict.fromkeys(self._tried))
            why = (BARE if page is None or _is_bare(page) else NOTHING).format(tried=tried)
            moved = "" if first.stored.url == url else f"it led to {first.stored.url}, and there "
            raise NotDrafted(url, moved + why)
        articles = await self._articles(pages)
        return self._drafted(home, articles, site)

    async def _look(self, url: str, role: Role = Role.TARGET, what: str = "looking at") -> Peeked:
        self._tell(f"{what} {url}")
        if role is not Role.TARGET:
            self._tried.append(urlsplit(url)._replace(scheme="", netloc="").geturl() or "/")
        return await self._peeking.look(self._site, url, role)

    # --- what lists articles ---

    async def _seek(self, first: Peeked, home: str) -> None:
        """Find seeds: what `first` itself is, what it names, the front page, robots.txt."""
        if _is_xml(first):
            await self._indexed(first)
            return
        page = _page(first.stored)
        at_front = page is not None and page.url.rstrip("/") == home.rstrip("/")
        article = self._article(first)
        if article:
            self._urls[first.url] = None
        front = first if at_front else await self._look(home, Role.SEED)
        await self._feeds([_page(first.stored), _page(front.stored)])
        if not at_front and not article:
            await self._listing(first)
        if not self._seeds:
            await self._listing(front, sections=True)
        if not self._seeds:
            await self._guesses(home)
        await self._sitemaps(home)
        if not self._seeds and article:
            await self._listing(first)

    def _article(self, peeked: Peeked) -> bool:
        """Whether the page that was given is an article itself, and no list of headlines."""
        page, read = _page(peeked.stored), self._read(peeked)
        if page is None or read is None or not read.published or _is_front(page.url):
            return False
        lines = set(read.text.split("\n\n")[1:])
        blocks = [block for block in page.blocks if block.text in lines]
        letters = sum(len(block.text) for block in blocks)
        linked = sum(block.linked for block in blocks)
        return letters >= FEWEST_LETTERS and linked < MOSTLY_LINKS * letters

    def _read(self, peeked: Peeked) -> Document | None:
        """What the generic extractor makes of a page, of whichever site; it assumes no zone."""
        if peeked.stored is None or not isinstance(peeked.outcome, Captured):
            return None
        return derive(peeked.stored, Rules.generic())

    async def _feeds(self, pages: list[Page | None]) -> None:
        named = [feed for page in pages if page is not None for feed in declared_feeds(page)]
        for feed in list(dict.fromkeys(named))[:MOST_FEEDS]:
            await self._seed("feed", await self._look(feed, Role.SEED))

    async def _guesses(self, home: str) -> None:
        for feed in likely_feeds(home):
            if await self._seed("feed", await self._look(feed, Role.SEED)):
                return

    async def _indexed(self, peeked: Peeked) -> None:
        """A feed or sitemap that was given."""
        for kind in ("feed", "sitemap"):
            if await self._seed(kind, peeked):
                return

    async def _seed(self, kind: str, peeked: Peeked, others: tuple[str, ...] = ()) -> bool:
        """Take a feed or sitemap that names pages of this site, made as `others`, if there are any."""
        stored = peeked.stored
        if stored is None or any(stored.url == one.url for one, _ in self._seeds):
            return False
        rules = FeedConfig(feed=stored.url) if kind == "feed" else SitemapConfig(sitemap=stored.url)
        named = await self._named(Seed(url=stored.url, rules=rules), stored)
        own = [url for url in named if is_near(url, stored.url) and url != stored.url]
        own = like(own, others) if others else own
        if own:
            self._seeds.append((SeedDraft(kind=kind, url=stored.url), peeked))
            self._urls |= dict.fromkeys(own)
        return bool(own)

    async def _named(self, seed: Seed, stored: StoredBlock) -> list[str]:
        """What a feed or sitemap names, an index's sitemaps too."""
        found = find(seed, stored, TargetsConfig())
        named = [link.url for link in found.links]
        for onward in following(seed, found)[:MOST_INDEXED]:
            behind = (await self._look(onward.url, Role.SEED)).stored
            named += (
                [one.url for one in find(onward, behind, TargetsConfig()).links] if behind else []
            )
        return named

    async def _listing(self, peeked: Peeked, *, sections: bool = False) -> None:
        """Take the headlines on a page, or with `sections` in the news that it leads to."""
        page = _page(peeked.stored)
        if page is None or len(self._seeds) >= MOST_SEEDS:
            return
        listing = listing_of(page)
        section = news_section(page) if sections else None
        if section is not None:
            other = await self._look(section, Role.SEED)
            there = _page(other.stored)
            theirs = listing_of(there) if there is not None else None
            if there is not None and theirs is not None and _is_better(theirs, listing):
                peeked, page, listing = other, there, theirs
        if listing is not None:
            await self._listed(peeked, page, listing)

    async def _listed(self, peeked: Peeked, page: Page, listing: Listing) -> None:
        paging = paging_of(page)
        older: tuple[str, ...] = ()
        if paging is not None:
            behind = (await self._look(paging.second, Role.SEED)).stored
            rules = ListingConfig(listing=page.url, links=listing.css)
            found = (
                find(Seed(url=paging.second, rules=rules), behind, TargetsConfig())
                if behind
                else None
            )
            older = tuple(link.url for link in found.links) if found else ()
        seed = SeedDraft(
            kind="listing",
            url=page.url,
            links=listing.css,
            pages=paging.rules if paging is not None and set(older) - set(listing.urls) else None,
        )
        self._seeds.append((seed, peeked))
        self._urls |= dict.fromkeys((*listing.urls, *of_makes(older, listing.urls)))

    async def _sitemaps(self, home: str) -> None:
        """The sitemap that robots.txt names; without a feed, the one that most sites have."""
        robots = (await self._look(urljoin(home, "/robots.txt"), Role.SEED)).stored
        said = (robots.decoded or b"").decode("utf-8", "replace") if robots else ""
        named = sitemaps_in(said, home)[:2]
        guessed = [] if any(one.kind == "feed" for one, _ in self._seeds) else ["/sitemap.xml"]
        others = tuple(self._urls)
        for url in named or [urljoin(home, path) for path in guessed]:
            if await self._seed("sitemap", await self._look(url, Role.SEED), others):
                return

    # --- what is learnt from them ---

    async def _articles(self, most: int) -> list[Article]:
        """Pages that have a text; where some say when they were published, those alone."""
        found: list[Article] = []
        waiting = chosen(self._urls, 2 * most)
        # the first half is spread already, and the rest are for what comes to nothing
        waiting = [*waiting[::2], *waiting[1::2]]
        for url in waiting:
            one = await self._look(url, what=f"page {len(found) + 1} of {min(most, len(waiting))}:")
            read = self._read(one)
            if read is not None and len(read.text) >= FEWEST_LETTERS:
                found.append((one, read))
            if len(found) == most:
                break
        if not found:
            why = NO_ARTICLE.format(looked=len(waiting), fewest=FEWEST_LETTERS)
            raise NotDrafted(waiting[0], why)
        dated = [one for one in found if one[1].published]
        return dated if len(dated) >= FEWEST_DATED else found

    def _drafted(self, home: str, articles: list[Article], site: str | None) -> Welcome:
        kept = [
            (one, page, one.stored, read)
            for one, read in articles
            if one.stored and (page := _page(one.stored)) is not None
        ]
        learnt = Learnt(
            home=home,
            samples=tuple(Sample(page, read) for _, page, _, read in kept),
            seeds=[seed for seed, _ in self._seeds],
            delay=spell(self._delay) if self._delay is not None else None,
            urls=of_makes(self._urls, [one.url for one, *_ in kept]) or list(self._urls),
            tries=Tried(stored for _, _, stored, _ in kept),
        )
        draft = drafted(learnt, site)
        if draft is None:
            raise NotDrafted(home, NO_BODY.format(looked=len(kept)))
        rules = site_of(draft.yaml().encode(), file=f"{draft.site}.yaml").rules
        return Welcome(
            draft=draft,
            seeds=tuple((seed.kind, peeked) for seed, peeked in self._seeds),
            pages=tuple(one for one, *_ in kept),
            read=tuple(derive(stored, rules) for _, _, stored, _ in kept),
        )


def _refused(peeked: Peeked) -> str:
    next_step = WHAT_NEXT.get(peeked.outcome.name)
    return f"{peeked.told}; {next_step}" if next_step else peeked.told


def _is_front(url: str) -> bool:
    return urlsplit(url).path in {"", "/"}


def _is_xml(peeked: Peeked) -> bool:
    """Whether a page is a feed or a sitemap by how it begins."""
    begin = ((peeked.stored.decoded if peeked.stored else None) or b"")[:1000].lstrip(
        b"\xef\xbb\xbf \r\n\t"
    )
    return begin.startswith((b"<?xml", b"<rss", b"<feed", b"<urlset", b"<sitemapindex", b"{")) and (
        b"<html" not in begin
    )


def _is_better(section: Listing, front: Listing | None) -> bool:
    """Whether a section lists other articles than the front page, or more of them."""
    if front is None or not of_makes(section.urls, front.urls):
        return True
    return len(section.urls) > len(front.urls)


def _is_bare(page: Page) -> bool:
    letters = sum(len(block.text) for block in page.blocks)
    return letters < FEWEST_LETTERS and len(links_of(page)) < FEWEST_LINKS


def _page(stored: StoredBlock | None) -> Page | None:
    if stored is None or stored.decoded is None:
        return None
    decoded = charset.read(stored.decoded, stored.header("content-type"))
    return Page.parse(stored.url, decoded.text) if decoded else None
