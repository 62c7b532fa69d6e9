"""A URL of a site that nobody has described → its drafted config, tried on pages of the site."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urljoin

from msgspec import Struct

from pipeline import charset
from pipeline.discover.config import FeedConfig, SitemapConfig, TargetsConfig
from pipeline.discover.find import find, following
from pipeline.discover.seeds import Seed
from pipeline.drafting import naming
from pipeline.drafting.bodies import body_of
from pipeline.drafting.drops import dropped_of
from pipeline.drafting.feeds import declared_feeds, sitemaps_in
from pipeline.drafting.fields import bylines_of, dates_of, titles_of
from pipeline.drafting.listings import listing_of
from pipeline.drafting.page import Page
from pipeline.drafting.sample import Sample, Samples
from pipeline.drafting.targets import patterns
from pipeline.drafting.written import Draft
from pipeline.drafting.zones import zone_of
from pipeline.errors import DatelineError
from pipeline.extract.derive import derive
from pipeline.model import Captured, Role
from pipeline.sites.register import generic_site
from pipeline.sites.site import site_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.model import Document, StoredBlock
    from pipeline.workbench.peeking import Peeked, Peeking

MOST_SEEDS = 4
FEWEST_LETTERS = 200
"""Less than this on a page is no article to learn from."""
BARE = "the page has no text of its own, so it is made by JavaScript, which is not run here"
NOTHING = "no feed, no sitemap and no list of headlines; give a section"


class NotDrafted(DatelineError):
    """No config can be drafted of `url`."""

    def __init__(self, url: str, why: str) -> None:
        super().__init__(f"no config can be drafted from {url}: {why}")


class Welcome(Struct, frozen=True, kw_only=True):
    """A draft, the pages it was learnt from, and what its rules read in each."""

    draft: Draft
    pages: tuple[Peeked, ...]
    read: tuple[Document | None, ...]

    @property
    def well(self) -> int:
        """On how many pages the draft's own rules found the text."""
        return sum(one is not None and not one.degraded for one in self.read)


class Welcoming:
    """Drafts sites by looks of `peeking`; `tell` hears what is going on."""

    def __init__(self, peeking: Peeking, tell: Callable[[str], None]) -> None:
        self._peeking, self._tell = peeking, tell
        self._site = generic_site()
        self._seeds: list[tuple[str, str, str | None]] = []
        self._urls: dict[str, None] = {}

    async def draft(self, url: str, pages: int, site: str | None) -> Welcome:
        """The config that `url`'s site may have.  Raises NotDrafted."""
        first = await self._look(url, Role.SEED)
        if first.stored is None or not isinstance(first.outcome, Captured):
            raise NotDrafted(url, first.told)
        home = urljoin(first.stored.url, "/")
        if not await self._seed("feed", url, first.stored):
            await self._links_in(first.stored)
        if home != first.stored.url:
            await self._links_in((await self._look(home, Role.SEED)).stored)
        if not self._seeds:
            await self._sitemaps(home)
        if not self._seeds:
            page = _page(first.stored)
            raise NotDrafted(url, BARE if page is None or _is_bare(page) else NOTHING)
        articles = await self._articles(pages)
        if not articles:
            why = "no page has a text to learn from; a page made by JavaScript has none to read"
            raise NotDrafted(url, why)
        return self._drafted(home, articles, site)

    async def _look(self, url: str, role: Role = Role.TARGET) -> Peeked:
        self._tell(f"looking at {url}")
        return await self._peeking.look(self._site, url, role)

    async def _seed(self, kind: str, url: str, stored: StoredBlock | None) -> bool:
        if stored is None or any(url == known for _, known, _ in self._seeds):
            return False
        rules = FeedConfig(feed=url) if kind == "feed" else SitemapConfig(sitemap=url)
        seed = Seed(url=url, rules=rules)
        found = find(seed, stored, TargetsConfig())
        for onward in () if found.links else following(seed, found)[:1]:
            behind = (await self._look(onward.url, Role.SEED)).stored
            found = find(onward, behind, TargetsConfig()) if behind else found
        if found.links:
            self._seeds.append((kind, url, None))
            self._urls |= dict.fromkeys(link.url for link in found.links if link.url != url)
        return bool(found.links)

    async def _links_in(self, stored: StoredBlock | None) -> None:
        page = _page(stored)
        if page is None or len(self._seeds) >= MOST_SEEDS:
            return
        for feed in declared_feeds(page)[:2]:
            await self._seed("feed", feed, (await self._look(feed, Role.SEED)).stored)
        if not self._seeds and (listing := listing_of(page)) is not None:
            self._seeds.append(("listing", page.url, listing.css))
            self._urls |= dict.fromkeys(listing.urls)

    async def _sitemaps(self, home: str) -> None:
        robots = (await self._look(urljoin(home, "/robots.txt"), Role.SEED)).stored
        said = (robots.decoded or b"").decode("utf-8", "replace") if robots else ""
        for url in [*sitemaps_in(said, home)[:2], urljoin(home, "/sitemap.xml")]:
            if await self._seed("sitemap", url, (await self._look(url, Role.SEED)).stored):
                return

    async def _articles(self, most: int) -> list[Peeked]:
        found: list[Peeked] = []
        for url in list(self._urls)[: 2 * most]:
            one = await self._look(url)
            if one.document is not None and len(one.document.text) >= FEWEST_LETTERS:
                found.append(one)
            if len(found) == most:
                break
        return found

    def _drafted(self, home: str, articles: list[Peeked], site: str | None) -> Welcome:
        kept = [(one, page) for one in articles if (page := _page(one.stored)) is not None]
        samples = Samples(
            Sample(page, one.document) for one, page in kept if one.document is not None
        )
        body = body_of(samples)
        if not body.value:
            raise NotDrafted(home, body.why)
        name = naming.site_name([page for _, page in kept], home)
        titles = tuple(one.document.title if one.document else None for one, _ in kept)
        languages = {one.document.language for one, _ in kept if one.document}
        language = languages.pop() if len(languages) == 1 else None
        draft = Draft(
            site=site or naming.file_name(home, name.value),
            name=name,
            home=home,
            match=naming.hosts([home, *(one.url for one, _ in kept)]),
            language=language,
            seeds=self._seeds,
            allow=patterns(self._urls),
            title=titles_of([page for _, page in kept]),
            published=dates_of([page for _, page in kept]),
            byline=bylines_of([page for _, page in kept], name.value),
            zone=zone_of([one.document.published for one, _ in kept if one.document], language),
            body=body,
            dropped=dropped_of(samples, body.value, titles),
        )
        rules = site_of(draft.yaml().encode(), file=f"{draft.site}.yaml").rules
        read = tuple(derive(one.stored, rules) for one, _ in kept if one.stored)
        return Welcome(draft=draft, pages=tuple(one for one, _ in kept), read=read)


def _is_bare(page: Page) -> bool:
    return sum(len(block.text) for block in page.blocks) < FEWEST_LETTERS


def _page(stored: StoredBlock | None) -> Page | None:
    if stored is None or stored.decoded is None:
        return None
    decoded = charset.read(stored.decoded, stored.header("content-type"))
    return Page.parse(stored.url, decoded.text) if decoded else None
