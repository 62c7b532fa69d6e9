"""Pages of articles, seeds and addresses of a site → its draft."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Protocol
from zoneinfo import ZoneInfo

from msgspec import Struct

from pipeline.drafting import naming
from pipeline.drafting.bodies import body_of
from pipeline.drafting.clocks import moments
from pipeline.drafting.drops import dropped_of
from pipeline.drafting.fields import Known, bylines_of, dates_of, sources_of, titles_of
from pipeline.drafting.languages import language_of
from pipeline.drafting.listings import links_of
from pipeline.drafting.sample import Samples
from pipeline.drafting.signed import signatures, told_apart
from pipeline.drafting.targets import denied, patterns, variants
from pipeline.drafting.written import Draft
from pipeline.drafting.zones import zone_of

if TYPE_CHECKING:
    from pipeline.drafting.guess import Guess
    from pipeline.drafting.sample import Sample
    from pipeline.drafting.written import SeedDraft


BESIDE_SEEDS = "beside the dates of feed or sitemap, the pages' own are of"


class Tries(Protocol):
    """What a rule yields on each of the pages, in their order: of text, and of dates in a zone."""

    def texts(self, rule: object) -> list[str | None]:
        """What it yields as a text."""
        ...

    def dates(self, rule: object, zone: ZoneInfo | None) -> list[str | None]:
        """What it yields as a date."""
        ...


class Learnt(Struct, frozen=True, kw_only=True):
    """What drafting works on: articles, seeds, and the addresses of all that may be articles.

    `beside` are all addresses that the seeds' pages lead to.
    """

    home: str
    samples: tuple[Sample, ...]
    seeds: list[SeedDraft]
    urls: list[str]
    beside: list[str]
    tries: Tries
    delay: str | None = None


def drafted(learnt: Learnt, site: str | None) -> Draft | None:
    """The draft; None where no element holds the text on most pages."""
    samples = Samples(learnt.samples)
    body = body_of(samples)
    if not body.value:
        return None
    pages = [one.page for one in learnt.samples]
    known = _known(learnt.samples)
    name = naming.site_name(pages, learnt.home)
    language = _language(learnt.samples)
    zone = zone_of(known.dates, language, learnt.home)
    texts, dates = learnt.tries.texts, partial(learnt.tries.dates, zone=ZoneInfo(zone.value))
    published = dates_of(pages, known, dates)
    zone = _by_seeds(learnt, published, language) or zone
    allow = patterns(learnt.urls)
    beside = [link.url for page in pages[:3] for link in links_of(page)]
    return Draft(
        site=site or naming.file_name(learnt.home, name.value),
        name=name,
        home=learnt.home,
        match=naming.hosts([learnt.home, *(page.url for page in pages)]),
        language=language,
        seeds=learnt.seeds,
        allow=allow,
        deny=denied(allow, beside),
        variants=variants(learnt.urls, [*beside, *learnt.beside], _declared(learnt.samples)),
        title=titles_of(pages, known, texts),
        published=published,
        byline=bylines_of(pages, known, texts),
        source=sources_of(pages, known, texts),
        zone=zone,
        delay=learnt.delay,
        body=body,
        dropped=dropped_of(samples, body.value, known.titles),
    )


def _known(samples: tuple[Sample, ...]) -> Known:
    read = [one.read for one in samples]
    return Known(
        titles=_unlike([one.title for one in samples]),
        bylines=signatures(samples),
        dates=tuple(one.published for one in read),
        sources=told_apart([one.source.name if one.source else None for one in read]),
    )


def _declared(samples: tuple[Sample, ...]) -> list[tuple[str, str]]:
    """The addresses of the articles, each with the one that its page gives itself."""
    return [(one.url, one.read.canonical) for one in samples if one.read.canonical]


def _by_seeds(learnt: Learnt, published: list[object], language: str | None) -> Guess | None:
    """The zone of times that pages print without one, where seeds tell what moments they are."""
    if not published:
        return None
    here, there = (learnt.tries.dates(published, ZoneInfo(zone)) for zone in ("UTC", "Etc/GMT-1"))
    # what is the same in both has a zone of its own, or no time
    clocks = [one if one != other else None for one, other in zip(here, there, strict=True)]
    found = moments(clocks, [one.dated for one in learnt.samples])
    return zone_of(found, language, learnt.home, BESIDE_SEEDS) if found else None


def _unlike(titles: list[str | None]) -> tuple[str | None, ...]:
    """`titles` but for those that several pages have: these are of the site."""
    often = Counter(titles)
    return tuple(title if often[title] == 1 else None for title in titles)


def _language(samples: tuple[Sample, ...]) -> str | None:
    """The language of nearly all pages; where they are of several, each page says its own."""
    said = Counter(one.read.language for one in samples if one.read.language)
    if not said:
        return language_of(one.read.text for one in samples)
    language, pages = said.most_common(1)[0]
    return language if 10 * pages >= 9 * len(samples) else None
