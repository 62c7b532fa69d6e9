"""A URL of a site that nobody has described → its drafted config, tried on pages of the site."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from msgspec import Struct

from pipeline.drafting.choosing import chosen, of_makes
from pipeline.drafting.drafted import Learnt, drafted
from pipeline.drafting.kinds import FEWEST_LETTERS, unreadable
from pipeline.drafting.listings import elsewhere
from pipeline.drafting.page import Page
from pipeline.drafting.sample import Sample
from pipeline.drafting.targets import unlike
from pipeline.errors import DatelineError
from pipeline.extract.derive import derive
from pipeline.extract.tried import Tried
from pipeline.ground.declaration import spell
from pipeline.model import Captured, Role
from pipeline.sites.register import generic_site
from pipeline.sites.site import site_of
from pipeline.workbench.seeking import Seeking
from pipeline.workbench.sought import generically

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import timedelta

    from pipeline.drafting.written import Draft
    from pipeline.model import Document, StoredBlock
    from pipeline.workbench.peeking import Peeked, Peeking
    from pipeline.workbench.sought import Sought

FEWEST_DATED = 2
NOTHING = "there is nothing that lists articles"
ELSEWHERE = "its headlines lead to {host}, which is another site: give that address"
WHAT_TO_GIVE = (
    "give the address of a section that lists headlines, of an article, a feed or a sitemap"
)
NO_ARTICLE = (
    "{looked} pages were looked at, and none has a text of {fewest} characters: pages made by"
    " JavaScript have none, and a front page that leads elsewhere is no help; give a section"
)
NONE_CAME = "{looked} pages were looked at, and none came: {most}"
NO_BODY = (
    "on {looked} pages no element holds the text on more than one; give a section whose pages are"
    " alike, or more --pages"
)
WHAT_NEXT = {
    "blocked": "the site does not let programs in; ask its owner, or set fetch.user_agent in a"
    " config of your own",
    "robots": "what robots.txt forbids is not asked for: ask the site's owner for leave",
    "private_address": "--allow-private asks at addresses of this machine and its network",
    "bad_encoding": "the server sends it broken: a later look may bring it whole",
    "failed": "is the address right, and the site up?",
    "gone": "is the address right? the site's front page may do",
}


class NotDrafted(DatelineError):
    """No config can be drafted of `url`."""

    def __init__(self, url: str, why: str) -> None:
        super().__init__(f"no config can be drafted from {url}: {why}")


class Article(Struct, frozen=True):
    """A page that was looked at: as it came, as it would be stored, as it is learnt from."""

    peeked: Peeked
    stored: StoredBlock
    sample: Sample


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

    async def draft(self, url: str, pages: int, site: str | None) -> Welcome:
        """The config that `url`'s site may have.  Raises NotDrafted."""
        first = await self._look(url, Role.SEED)
        if first.stored is None or not isinstance(first.outcome, Captured):
            raise NotDrafted(url, _refused(first))
        sought = await Seeking(self._look).sought(url, first, first.stored)
        if not sought.seeds:
            raise NotDrafted(url, _why_nothing(url, sought))
        articles, others = await self._articles(sought, pages)
        return self._drafted(sought, articles, others, site)

    async def _look(self, url: str, role: Role) -> Peeked:
        self._tell(f"looking at {url}")
        return await self._peeking.look(self._site, url, role)

    async def _articles(self, sought: Sought, most: int) -> tuple[list[Article], list[str]]:
        """Pages that have a text of their own; where some say when they are from, those alone.

        And the addresses of those that came and are none.
        """
        found: dict[tuple[str, ...], Article] = {}
        came: list[Peeked] = []
        others: list[str] = []
        # the second half is for what comes to nothing
        waiting = chosen(sought.headlines, 2 * most)
        for url in waiting:
            self._tell(f"page {len(found) + 1} of {min(most, len(waiting))}: {url}")
            one = await self._peeking.look(self._site, url)
            came.append(one)
            read, page = generically(one), Page.of(one.stored)
            if read and page and one.stored and len(read.text) >= FEWEST_LETTERS:
                sample = Sample(page, read, sought.headlines[url] or None, sought.dated.get(url))
                # what came twice would look as if its text were the site's
                found.setdefault(tuple(sample.paragraphs), Article(one, one.stored, sample))
            elif isinstance(one.outcome, Captured):
                others.append(one.url)
            if len(found) == most:
                break
        if not found:
            raise NotDrafted(waiting[0], _why_none(came))
        dated = [one for one in found.values() if one.sample.read.published]
        if len(dated) < FEWEST_DATED:
            return list(found.values()), others
        undated = (one for one in found.values() if not one.sample.read.published)
        return dated, [*others, *(one.peeked.url for one in undated)]

    def _drafted(
        self, sought: Sought, articles: list[Article], others: list[str], site: str | None
    ) -> Welcome:
        urls = list(sought.headlines)
        looked_at = [one.peeked.url for one in articles]
        learnt = Learnt(
            home=sought.home,
            samples=tuple(one.sample for one in articles),
            seeds=[seed for seed, _ in sought.seeds],
            delay=spell(self._delay) if self._delay is not None else None,
            urls=unlike(of_makes(urls, looked_at) or urls, looked_at, others),
            beside=list(sought.beside),
            tries=Tried(one.stored for one in articles),
        )
        draft = drafted(learnt, site)
        if draft is None:
            raise NotDrafted(sought.home, NO_BODY.format(looked=len(articles)))
        rules = site_of(draft.yaml().encode(), file=f"{draft.site}.yaml").rules
        return Welcome(
            draft=draft,
            seeds=tuple((seed.kind, peeked) for seed, peeked in sought.seeds),
            pages=tuple(one.peeked for one in articles),
            read=tuple(derive(one.stored, rules) for one in articles),
        )


def _refused(peeked: Peeked) -> str:
    outcome = peeked.outcome
    next_step = WHAT_NEXT.get(outcome.reason or "") or WHAT_NEXT.get(outcome.name)
    return f"{peeked.told}; {next_step}" if next_step else peeked.told


def _why_none(came: list[Peeked]) -> str:
    """Why there is no article among the pages that `came`, or did not."""
    refusals = Counter(
        map(_refused, (one for one in came if not isinstance(one.outcome, Captured)))
    )
    if refusals.total() == len(came):
        return NONE_CAME.format(looked=len(came), most=refusals.most_common(1)[0][0])
    return NO_ARTICLE.format(looked=len(came), fewest=FEWEST_LETTERS)


def _why_nothing(url: str, sought: Sought) -> str:
    stored = sought.began
    page = Page.of(stored)
    host = elsewhere(page) if page is not None else None
    moved = "" if stored.url == url else f"it led to {stored.url}; "
    tried = f"tried {', '.join(sought.tried)}"
    unread = unreadable(stored, page)
    if host and not unread:
        return f"{moved}{ELSEWHERE.format(host=host)}; {tried}"
    return f"{moved}{unread or NOTHING}; {tried}; {WHAT_TO_GIVE}"
