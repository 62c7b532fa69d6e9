"""A declared site, live → what is demanded of it, each demand met or not; nothing is archived.

A probe says whether a declaration fits the site as it is now.  It is no look: what is archived is
only what the schedule or a person asked to be kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from pipeline.diff.edition import paragraphs_of
from pipeline.discover.find import find, following
from pipeline.discover.seeds import seeds
from pipeline.extract.tracing import yields
from pipeline.model import Captured, Role

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from pipeline.discover.find import Found
    from pipeline.discover.seeds import Seed
    from pipeline.model import Document
    from pipeline.sites.site import Site
    from pipeline.workbench.peeking import Peeked, Peeking

FEWEST_ITEMS = 1
"""A seed that names fewer targets is no seed."""
FEWEST_LETTERS = 200
"""Less is a caption, a notice or a cut; a site's own `min_chars` may demand more."""
MOST_INDEXES = 2
"""Sitemaps that are followed from an index until one names targets."""
WITH_TIME = len("2026-03-18T")
OPTIONAL = ("byline", "source.name", "source.url")
"""What not every page of a site has: at least one page that was looked at has to have it."""


class Demand(Struct, frozen=True, kw_only=True):
    """One thing that has to hold of `url`: what is demanded, and what there is."""

    url: str
    what: str
    met: bool
    found: str


class Probing:
    """Probes `site` by looks of `peeking`."""

    def __init__(self, site: Site, peeking: Peeking) -> None:
        self._site = site
        self._peeking = peeking
        self._targets: list[tuple[str, ...]] = []
        self._optional: dict[str, list[bool]] = {}

    async def demands(self, pages: int) -> AsyncIterator[Demand]:
        """Every demand on the seeds, on `pages` of what they name, and on these together."""
        for seed in seeds(self._site.declared.discover):
            async for demand in self._seed(seed):
                yield demand
        for url in self._chosen(pages):
            async for demand in self._page(url):
                yield demand
        for field, found in self._optional.items():
            told = f"on {sum(found)} of {len(found)} pages"
            yield Demand(url=self._name, what=field, met=any(found), found=told)

    @property
    def _name(self) -> str:
        return self._site.name or "generic"

    async def _seed(self, seed: Seed) -> AsyncIterator[Demand]:
        peeked = await self._peeking.look(self._site, seed.url, Role.SEED)
        if not isinstance(peeked.outcome, Captured) or peeked.stored is None:
            yield _had(seed.url, peeked, f"the {seed.kind} can be had")
            return
        declared = self._site.declared
        found = find(seed, peeked.stored, declared.targets, declared.charset)
        for onward in following(seed, found)[:MOST_INDEXES]:
            if found.links or seed.kind != "sitemap":
                break
            behind = await self._peeking.look(self._site, onward.url, Role.SEED)
            if behind.stored is not None:
                found = find(onward, behind.stored, declared.targets, declared.charset)
        self._targets.append(tuple(link.requested for link in found.links))
        what = f"{FEWEST_ITEMS} target or more in the {seed.kind}"
        yield Demand(url=seed.url, what=what, met=found.wanted >= FEWEST_ITEMS, found=_items(found))

    def _chosen(self, pages: int) -> list[str]:
        """Targets of all seeds in turn, so that no seed is left out while there is room."""
        most = max(map(len, self._targets), default=0)
        in_turn = (urls[n] for n in range(most) for urls in self._targets if n < len(urls))
        return list(dict.fromkeys(in_turn))[:pages]

    async def _page(self, url: str) -> AsyncIterator[Demand]:
        first = await self._peeking.look(self._site, url)
        if not isinstance(first.outcome, Captured) or first.document is None:
            yield _had(url, first, "the page can be had, and read")
            return
        second = await self._peeking.look(self._site, url)
        yield _same(url, first.document, second)
        for demand in self._of_document(url, first, first.document):
            yield demand

    def _of_document(self, url: str, peeked: Peeked, document: Document) -> Iterator[Demand]:
        letters = sum(map(len, paragraphs_of(document.text)[1 if document.title else 0 :]))
        chosen = [one for one in self._site.rules.generations if one.ordinal == document.generation]
        least = max([FEWEST_LETTERS, *(one.min_chars for one in chosen)])
        told = f"generation {document.generation}"
        yield Demand(
            url=url,
            what="read by the site's own rules",
            met=not document.degraded,
            found=f"the generic extractor: {told} found no body" if document.degraded else told,
        )
        yield Demand(
            url=url,
            what=f"{least} characters of text or more",
            met=letters >= least,
            found=f"{letters} characters",
        )
        yield Demand(
            url=url, what="a title", met=document.title is not None, found=document.title or "none"
        )
        yield _dated(url, document.published)
        for one in yields(peeked.stored, document, self._site.rules) if peeked.stored else ():
            if one.field in OPTIONAL:
                self._optional.setdefault(one.field, []).append(one.value is not None)


def _same(url: str, first: Document, second: Peeked) -> Demand:
    what = "the same text and fields twice"
    again = second.document
    if again is None:
        return Demand(url=url, what=what, met=False, found=_said(second))
    names = ("text", "title", "byline", "published", "source", "language")
    others = [name for name in names if getattr(first, name) != getattr(again, name)]
    found = f"the second time, another {', '.join(others)}" if others else "the same"
    return Demand(url=url, what=what, met=not others, found=found)


def _dated(url: str, published: str | None) -> Demand:
    if published is None:
        return Demand(url=url, what="a date", met=False, found="none")
    timed = len(published) >= WITH_TIME
    zoned = published.endswith("Z") or published[-6:-5] in ("+", "-")
    what = "a date, with a zone where there is a time"
    return Demand(url=url, what=what, met=zoned or not timed, found=published)


def _had(url: str, peeked: Peeked, what: str) -> Demand:
    return Demand(url=url, what=what, met=False, found=_said(peeked))


def _said(peeked: Peeked) -> str:
    told = peeked.told
    return f"{told}, with nothing to read" if isinstance(peeked.outcome, Captured) else told


def _items(found: Found) -> str:
    troubles = f": {'; '.join(found.faults)}" if found.faults else ""
    return f"{found.wanted} of {found.named} links{troubles}"
