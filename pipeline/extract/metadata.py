"""What a page of any site says about itself where machines read it: title, publisher, language.

Nothing here is guessed from what stands in the text.
"""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING

from pipeline.extract import jsonld
from pipeline.extract.head import site_named
from pipeline.extract.prose import one_line
from pipeline.extract.selector import Alternative, alternatives

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipeline.extract.own_names import OwnNames
    from pipeline.extract.page import Page


# The name of a `meta` element, or a place elsewhere on the page.
Place = str | Alternative

HEADINGS = alternatives("h1")
LESSER = alternatives("h2, h3")
TITLES: tuple[Place, ...] = (
    "og:title",
    *alternatives("json-ld:headline"),
    "twitter:title",
    "dc.title",
    "dcterms.title",
    *alternatives("title"),
)
SITE = ("og:site_name", "application-name")
# Characters up to which a heading is a title and no text.
LONGEST_TITLE = 300
# What parts a page's title from its site's name.
BORDER = re.compile(r"\s+[|–—·•»:\-]+\s+|\s*[|»]\s*")

LANG = ("lang", "xml:lang")
LANGUAGES: tuple[Place, ...] = ("content-language", "language", "dc.language")
LANGUAGE = re.compile(r"([A-Za-z]{2,3})(?:[-_][A-Za-z0-9]+)*")


def _lines(page: Page, places: Iterable[Place]) -> Iterator[str]:
    for place in places:
        texts = page.metas.get(place, ()) if isinstance(place, str) else page.texts(place)
        yield from (line for text in texts if (line := one_line(text)))


def title_of(page: Page, own: OwnNames | None = None) -> str | None:
    """The page's title: its one heading, else what it declares, without its site's name.

    `own` is what the site is called besides what it declares as its name.
    """
    site = next(_lines(page, SITE), None)
    headings = [line for line in _lines(page, HEADINGS) if line != site]
    said = next(_lines(page, TITLES), None)
    if len(headings) == 1 and len(headings[0]) <= LONGEST_TITLE:
        return _under(headings[0], said, page) or headings[0]
    if said is None:
        return headings[0] if headings else None
    # Of several headings, one that the declared title begins with or ends in is the title.
    pieces = {piece.casefold() for piece in BORDER.split(said)}
    named = (heading for heading in headings if heading.casefold() in pieces)
    return next(named, None) or _without_site(said, site, own)


def _under(heading: str, said: str | None, page: Page) -> str | None:
    """The lesser heading that declares itself the title where the first is none of its words.

    Of many a site the first heading is its own name on every page.
    """
    if said is None or _letters(heading) in _letters(said):
        return None
    pieces = {piece.casefold() for piece in (said, *BORDER.split(said))}
    lesser = (line for line in _lines(page, LESSER) if line.casefold() in pieces)
    return next(lesser, None)


def _letters(line: str) -> str:
    return "".join(filter(str.isalnum, line.casefold()))


def _without_site(title: str, site: str | None, own: OwnNames | None) -> str:
    if site is not None and title.casefold().startswith(f"{site.casefold()}: "):
        return title[len(site) + 2 :].lstrip()
    pieces = BORDER.split(title)
    last = pieces[-1]
    named = site is not None and last.casefold() == site.casefold()
    if len(pieces) > 1 and (named or (own is not None and own.stand_in(last))):
        return title[: title.rindex(last)].rstrip(" |–—·•»:-") or title
    if len(pieces) > 1 and site is not None and pieces[0].casefold() == site.casefold():
        return title[len(pieces[0]) :].lstrip(" |–—·•»:-") or title
    return title


def publisher_of(page: Page, url: str) -> str | None:
    """Whose site the page at `url` says it is on: its publisher, else what it is part of."""
    mine = jsonld.of_the_page(page.structured, url)
    sites = [thing for thing in page.structured if thing.get("@type") == "WebSite"]
    said = (
        *jsonld.texts(mine, ("publisher", "name")),
        *jsonld.texts(mine, ("isPartOf", "name")),
        *jsonld.texts(sites, ("name",)),
    )
    return next(filter(None, map(site_named, said)), None)


def language_of(page: Page) -> str | None:
    """The primary language that the page declares, as in `en`."""
    # of nearly every page its own element says it: the engine need not look for that
    own = page.root.attributes
    said = (one_line(own.get(name) or "") for name in LANG)
    for line in chain(said, _lines(page, LANGUAGES)):
        matched = LANGUAGE.fullmatch(line)
        if matched:
            return matched[1].lower()
    return None
