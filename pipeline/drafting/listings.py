"""A page of links → which of them lead to articles, and the selector that finds those again."""

from __future__ import annotations

import re
from collections import Counter
from statistics import median
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from msgspec import Struct
from selectolax.lexbor import SelectolaxError

from pipeline.drafting import selectors
from pipeline.drafting.choosing import of_makes
from pipeline.drafting.naming import ADDRESS, authority
from pipeline.drafting.page import tidy
from pipeline.drafting.targets import Parts

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from selectolax.lexbor import LexborNode

    from pipeline.drafting.page import Page

FEWEST = 3
"""Links of one kind that make a listing."""
TITLE_CHARS = 14
"""A headline has as many; sections, tags and "read more" have less."""
EAST_ASIAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
WEIGHT = 2
"""A Chinese or Korean character says as much as two Latin letters and more."""
FURNITURE = "nav, footer, aside, [role='navigation'], [role='contentinfo']"
NO_PAGE = re.compile(r"\.(?:jpe?g|png|gif|svg|webp|pdf|zip|mp[34]|xml|rss|css|js)$", re.IGNORECASE)
NO_ARTICLE = re.compile(
    r"/(?:tags?|categor(?:y|ies)|topics?|authors?|users?|page|login|signin|sign-in|register"
    r"|subscri\w*|search|contact|about|privacy|terms|account|feed|rss)(?:/|$|\.|-us)",
    re.IGNORECASE,
)
LONGEST_SELECTOR = 60
GOOD = 0.6


class Link(Struct, frozen=True):
    """A link of the page: where it leads, its words, the element."""

    url: str
    text: str
    node: LexborNode


class Listing(Struct, frozen=True):
    """The articles that a page lists, in its order, by their headlines; their links' selector."""

    headlines: dict[str, str]
    css: str
    others: int
    """Links to elsewhere that the selector finds too."""

    @property
    def urls(self) -> tuple[str, ...]:
        """The addresses of the articles."""
        return tuple(self.headlines)


def links_of(page: Page) -> list[Link]:
    """The page's links to other pages of its own host, or of its host's neighbours."""
    base = _base(page)
    found = []
    for node in page.tree.css("a[href]"):
        url = _absolute(base, node.attributes.get("href") or "")
        if url and url.rstrip("/") != page.url.rstrip("/") and is_near(url, page.url):
            found.append(Link(url, _words(node), node))
    return found


def _words(node: LexborNode) -> str:
    """What a link says: its own words, not those of the paragraph that it may stand in.

    Of a card that is one link those of its heading alone.
    """
    headings = node.css("h1, h2, h3, h4, h5, h6")
    said = headings[0] if len(headings) == 1 else node
    return (
        tidy(said.text(deep=True, separator=" "))
        or tidy(node.text(deep=True, separator=" "))
        or (node.attributes.get("title") or node.attributes.get("aria-label") or "").strip()
    )


def likely_of(page: Page) -> list[str]:
    """Where the links of `page` lead that may be sections or articles, in its order, each once."""
    urls = dict.fromkeys(link.url for link in links_of(page) if link.text)
    return [url for url in urls if _may_lead(url)]


def _may_lead(url: str) -> bool:
    """Whether an address has something that names a page, and names none of a site's frame."""
    parts = urlsplit(url)
    return bool(parts.path.strip("/") or parts.query) and not NO_ARTICLE.search(parts.path)


def elsewhere(page: Page) -> str | None:
    """The host that most headlines on `page` lead to, where that is another one."""
    hosts: Counter[str] = Counter()
    base = _base(page)
    for node in page.tree.css("a[href]"):
        url = _absolute(base, node.attributes.get("href") or "")
        if url and not is_near(url, page.url) and _length(tidy(node.text())) >= TITLE_CHARS:
            hosts[urljoin(url, "/")] += 1
    host, links = hosts.most_common(1)[0] if hosts else ("", 0)
    return host if links >= FEWEST else None


def frames_of(page: Page) -> list[Link]:
    """The pages that an old page puts together."""
    base = _base(page)
    urls = [
        (node, _absolute(base, node.attributes.get("src") or ""))
        for node in page.tree.css("frame[src]")
    ]
    return [Link(url, "", node) for node, url in urls if url and is_near(url, page.url)]


def _base(page: Page) -> str:
    """The address that those on the page are relative to."""
    base_node = page.tree.css_first("base[href]", default=None)
    given = (base_node.attributes.get("href") or "") if base_node else ""
    return _absolute(page.url, given) or page.url


def listing_of(page: Page, like: str | None = None) -> Listing | None:
    """The articles that `page` lists, by their looks; else those whose address is made as `like`.

    A few links are a listing only where they lead to `like` itself.
    """
    links = links_of(page)
    articles = _by_looks(page, links) or (_alike(links, like) if like else [])
    headlines: dict[str, str] = {}
    for link in articles:
        # a picture and "read more" lead there too
        headlines[link.url] = max(headlines.get(link.url, ""), link.text, key=_length)
    if len(headlines) < FEWEST and like not in headlines:
        return None
    css = _selector(page, links, set(headlines))
    selected = {link.url for link in links if link.node.mem_id in _matched(page, css)}
    return Listing(headlines, css, len(selected - set(headlines)))


def _alike(links: list[Link], like: str) -> list[Link]:
    wanted = set(of_makes((link.url for link in links), [like]))
    return [link for link in links if link.url in wanted]


def _by_looks(page: Page, links: list[Link]) -> list[Link]:
    """The largest group of links of one make whose words are as long as headlines are."""
    furniture = {node.mem_id for top in page.tree.css(FURNITURE) for node in top.css("a")}
    groups: dict[tuple[str, str], dict[str, Link]] = {}
    for link in links:
        if link.node.mem_id in furniture or not _may_lead(link.url):
            continue
        known = groups.setdefault((Parts.of(link.url).shape, _make(link.node)), {})
        if link.url not in known or len(known[link.url].text) < len(link.text):
            known[link.url] = link
    shapes: dict[str, float] = {}
    for (shape, _), group in groups.items():
        shapes[shape] = shapes.get(shape, 0.0) + _score(group)
    best = max(shapes, key=lambda shape: shapes[shape], default=None)
    if best is None or not shapes[best]:
        return []
    chosen = [group for (shape, _), group in groups.items() if shape == best and _score(group)]
    return [link for link in links if any(link.url in group for group in chosen)]


def _score(group: Mapping[Any, Link]) -> float:
    """How much a group of links looks like headlines; 0 for what does not, as "read more"."""
    if 2 * len({link.text for link in group.values()}) < len(group):
        return 0.0
    lengths = [_length(link.text) for link in group.values()]
    if len(lengths) < FEWEST or median(lengths) < TITLE_CHARS:
        return 0.0
    return len(lengths) * min(median(lengths), 60.0)


def _length(text: str) -> int:
    return len(text) + WEIGHT * len(EAST_ASIAN.findall(text))


def _make(node: LexborNode) -> str:
    """What links of one list have in common: the elements that they stand in."""
    return " ".join(one.tag or "" for one in selectors.around(node, 2))


def _selector(page: Page, links: list[Link], urls: set[str]) -> str:
    """The selector that finds the links to `urls` and as few others as there can be."""
    found: dict[str, None] = {"a": None, "main a": None}
    for link in [link for link in links if link.url in urls][:LONGEST_SELECTOR]:
        for css in selectors.own(link.node):
            found[css] = None
        for above in selectors.around(link.node, 6):
            for css in selectors.own(above):
                found |= {f"{css} a": None}
            if above.tag in {"h1", "h2", "h3", "h4", "dt", "li", "td"}:
                found[f"{above.tag} a"] = None
    by_node = {link.node.mem_id: link for link in links}

    def worth(css: str) -> tuple[float, bool, float]:
        matched = [by_node[one] for one in _matched(page, css) if one in by_node]
        named = {link.url for link in matched}
        reached = len(urls & named)
        if not reached:
            return (0.0, False, 0.0)
        recall, precision = reached / len(urls), reached / len(named)
        says = _score(dict(enumerate(matched))) > 0
        # a link that is missed is lost; one too many is stopped by `allow`
        share = round(5 * recall * precision / (4 * precision + recall), 2)
        return (share, says, -selectors.weight(css))

    return max(found, key=worth)


def _matched(page: Page, css: str) -> set[int]:
    try:
        return {node.mem_id for node in page.tree.css(css)}
    except SelectolaxError:
        return set()


def _absolute(base: str, href: str) -> str | None:
    try:
        url = urljoin(base, href.strip()).partition("#")[0]
        path = urlsplit(url).path
    except ValueError:
        return None
    return None if not url.startswith(("http://", "https://")) or NO_PAGE.search(path) else url


def is_better(section: Listing, front: Listing | None) -> bool:
    """Whether a section lists other articles than the front page, or more of them."""
    if front is None or not of_makes(section.urls, front.urls):
        return True
    return len(section.urls) > len(front.urls)


def is_near(url: str, home: str) -> bool:
    """Whether two addresses are of one site: the same host, or hosts under one name."""
    mine, other = authority(home), authority(url)
    if mine == other:
        return True
    (here, _, port), (there, _, its_port) = mine.partition(":"), other.partition(":")
    if port != its_port or "." not in here or ADDRESS.fullmatch(here):
        return False
    return _name(here) == _name(there)


def _name(host: str) -> str:
    labels = host.split(".")
    short = len(labels) > 2 and len(labels[-2]) <= 3 and len(labels[-1]) == 2  # noqa: PLR2004
    return ".".join(labels[-3 if short else -2 :])
