"""A page of no rules → where it says that its text came from: a name, a link, or neither.

What is the site's own is no upstream, and what may be read in two ways is not read at all.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pipeline.extract import jsonld
from pipeline.extract.agencies import AGENCY, in_byline, in_dateline
from pipeline.extract.fields import absolute, linked
from pipeline.extract.originals import originals
from pipeline.extract.prose import one_line
from pipeline.extract.selecting import every
from pipeline.extract.standing import lines_of
from pipeline.ground.late import late
from pipeline.model import Upstream

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from selectolax.lexbor import LexborNode

    from pipeline.extract.head import Head
    from pipeline.extract.own_names import OwnNames
    from pipeline.extract.page import Page

LINKS = ("original-source", "syndication-source", "article:original_source")
NAMES = ("original-source", "contentsource", "source", "dc.source", "dcterms.source")
# Words for "source" with a colon; what stands behind them is a name, up to the next column.
# In front of them stands nothing, a date, or in East Asia white space: "open source:" is none.
CREDIT = late(
    r"(?:(?:^|(?<=[|·•]\s)|(?<=\d\s))(?:(?:original\s|news\s)?source|sourced\sfrom|quelle|fuente|fonte"
    r"|bron|źródło|источник|джерело|kaynak|nguồn|sumber|المصدر|منبع)"
    r"|(?:^|(?<=[\s|·•　]))(?:来源|來源|稿源|消息来源|출처|제공|자료\s?출처|出典|引用元|配信))"
    r"\s*[:：]\s*(?P<name>[^|·•\n]{2,80})",
    re.IGNORECASE,
)
LABEL = late(
    r"(?P<label>source|quelle|fuente|fonte|źródło|источник|джерело|kaynak|nguồn|sumber|المصدر|منبع"
    r"|来源|來源|稿源|출처|出典)\s*[:：]?",
    re.IGNORECASE,
)
# A name's longer words have capitals, where a script has any.
SENTENCE = late(r"(?:^|\s)[a-zß-ÿа-яё]\w{3}")
# What follows a name in its column: a date, a clock, another label.
COLUMN = late(
    r"\s{2,}|　|\s*[(（]?\d{4}\s?[-./年]|\s\d{1,2}[:.]\d{2}|\s*[（(【\[]|\s(?=\S{1,8}[:：])"
    r"|[,;。]|\s[–—-]\s|\s(?:published|updated|on\s\d|date)\b",
    re.IGNORECASE,
)
NO_SOURCE = late(
    r"(?:(?i:.*\b(?:photo|image|images|getty|shutterstock|picture|code|data|wikipedia|commons)\b.*"
    r"|web|www|internet|online|cms|互联网|网络|本站|本网|本报|自社|various|unknown|none|null|n/?a|rss)"
    r"|[a-z]+|\W*)"
)
# In one word of small letters, which else is a program's.
SMALL = late(r"dpa|apa|ansa|efe|afp")
LONGEST_NAME = 60
NEAR, LAST = 300, 4
"""Characters behind the title, and paragraphs at the end, among which a credit stands."""
FIRST = 4
"""Paragraphs among which the first of the text is: a title and a byline may stand before it."""
MOST_LINKS = 3000


def upstream_of(
    page: Page,
    url: str,
    *,
    head: Head,
    own: OwnNames,
    heading: LexborNode | None,
    byline: str | None,
    paragraphs: list[str],
) -> Upstream | None:
    """The original of the page at `url`.

    What is declared or credited is taken, else the agency in its dateline or byline.
    """
    printed = _printed(page, heading, paragraphs, own)
    name = next(filter(None, (*_named(page, url, own), printed)), None)
    declared = [head.declared] if head.declared else []
    said = (*_linked(page, url), *_beside(page, url, name), *declared)
    link = next((one for one in said if not own.hold(one)), None)
    if link is None:
        called, link = _called(page, url, own, name)
        name = name or called
    if name is None and link is None:
        agencies = (*map(in_dateline, paragraphs[:FIRST]), in_byline(byline or ""))
        name = next((one for one in agencies if one and not own.are(one)), None)
    return Upstream(name=name, url=link) if name or link else None


def _named(page: Page, url: str, own: OwnNames) -> Iterator[str | None]:
    """The names that machines are told, one by one."""
    for thing in jsonld.of_the_page(page.structured, url):
        publishers = {*jsonld.each_text([thing], ("publisher", "name"))}
        for key in ("isBasedOn", "sourceOrganization"):
            for name in jsonld.each_text([thing], (key, "name")):
                if name not in publishers:
                    yield _name(name, own)
        for name in publishers | {*jsonld.each_text([thing], ("provider", "name"))}:
            # Many a publisher is the house behind a site; that of an agency's report is not.
            yield _name(name, own) if AGENCY.fullmatch(one_line(name)) else None
    for key in NAMES:
        for name in page.metas.get(key, ()):
            yield _name(name, own)


def _linked(page: Page, url: str) -> Iterator[str]:
    """The addresses that machines are told."""
    for thing in jsonld.of_the_page(page.structured, url):
        for key in ("isBasedOn", "sourceOrganization"):
            yield from filter(None, (absolute(said, url) for said in _addresses(thing.get(key))))
    for key in LINKS:
        for said in page.metas.get(key, ()):
            if "://" in said:
                yield one_line(said)


def _called(
    page: Page, url: str, own: OwnNames, known: str | None
) -> tuple[str | None, str | None]:
    """Name and address of the original that a sentence or a link names; of `known` if it is."""
    for called, href in originals(page):
        address = linked(href, page, url)
        name = _name(called, own) if called else None
        if address is None or own.hold(address) or (called and not name):
            continue
        if known is None or name in {None, known}:
            return name, address
    return None, None


def _addresses(thing: Any) -> Iterator[str]:
    for part in thing if isinstance(thing, list) else [thing]:
        said = (part.get("url") or part.get("@id")) if isinstance(part, dict) else part
        if isinstance(said, str) and "://" in said:
            yield said


def _beside(page: Page, url: str, name: str | None) -> Iterator[str]:
    """Where a link leads that is called as the source is."""
    for node in every("a[href]", page.root)[:MOST_LINKS] if name else ():
        if one_line(node.text()) == name:
            found = linked(node.attributes.get("href") or "", page, url)
            if found is not None:
                yield found


def _printed(
    page: Page, heading: LexborNode | None, paragraphs: list[str], own: OwnNames
) -> str | None:
    """The name in a credit beside the title, or on a line of its own at the end of the text."""
    for line in (*_labelled(_near(page, heading)), *_whole(paragraphs[-LAST:])):
        found = CREDIT.search(line)
        if found is not None:
            name = _name(COLUMN.split(found["name"].strip(), maxsplit=1)[0], own)
            if name is not None:
                return name
    return None


def _labelled(lines: Iterable[str]) -> Iterator[str]:
    """Lines, and a label that is one alone together with the line behind it: the next cell."""
    label = ""
    for line in lines:
        yield f"{label}: {line}" if label and not SENTENCE.search(line) else line
        alone = LABEL.fullmatch(line)
        label = alone["label"] if alone else ""


def _whole(paragraphs: Iterable[str]) -> Iterator[str]:
    """Paragraphs that are a credit and nothing else, as in brackets."""
    for paragraph in paragraphs:
        line = paragraph.strip("()（）[]【】 ")
        if CREDIT.match(line) and len(line) <= LONGEST_NAME:
            yield line


def _near(page: Page, heading: LexborNode | None) -> Iterator[str]:
    title = None
    for line in lines_of(page.root, heading) if heading is not None else ():
        if line.title and title is None:
            title = line.at + len(line.text)
        elif title is not None and not line.alien:
            if line.at - title > NEAR:
                return
            if len(line.text) <= NEAR:
                yield line.text


def _name(said: str, own: OwnNames) -> str | None:
    name = one_line(said).strip(" .,:;()（）【】")
    if not name or len(name) > LONGEST_NAME or "://" in name or own.are(name):
        return None
    return None if NO_SOURCE.fullmatch(name) and not SMALL.fullmatch(name) else name
