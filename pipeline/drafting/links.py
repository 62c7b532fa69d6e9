"""A page of links → its feeds, the listing's selector, and the pattern of articles."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urljoin, urlsplit

from selectolax.lexbor import SelectolaxError

from pipeline.drafting import selectors

if TYPE_CHECKING:
    from collections.abc import Iterable

    from selectolax.lexbor import LexborNode

    from pipeline.drafting.page import Page

FEWEST = 3
"""Links of one shape that make a listing."""
TELLING_LETTERS = 6
"""A shorter text is a button or a section; a headline in Korean or Chinese may be this short."""
ELSEWHERE = frozenset({"nav", "footer", "header", "aside", "form"})
FEEDS = ("rss+xml", "atom+xml", "feed+json")


def feeds_of(page: Page) -> list[str]:
    """The feeds that a page names in its head."""
    found = [
        urljoin(page.url, node.attributes.get("href") or "")
        for node in page.tree.css("link[rel~='alternate'][href]")
        if any(kind in (node.attributes.get("type") or "").lower() for kind in FEEDS)
    ]
    return list(dict.fromkeys(found))


def listing_of(page: Page) -> tuple[str, list[str]] | None:
    """The selector of the largest group of like headlines, and where they lead."""
    groups: dict[tuple[str, ...], list[tuple[LexborNode, str]]] = defaultdict(list)
    host = urlsplit(page.url).netloc
    for node in page.tree.css("a[href]"):
        url = urljoin(page.url, node.attributes.get("href") or "").partition("#")[0]
        parts = urlsplit(url)
        told = len(page.text(node)) >= TELLING_LETTERS
        own = parts.netloc == host and parts.path + parts.query not in {"", "/"}
        if told and own and not any(n.tag in ELSEWHERE for n in selectors.around(node, 8)):
            groups[_shape(url)].append((node, url))
    best = max(groups.values(), key=lambda one: sum(len(page.text(n)) for n, _ in one), default=[])
    urls = list(dict.fromkeys(url for _, url in best))
    return (_selector(page, [node for node, _ in best]), urls) if len(urls) >= FEWEST else None


def _selector(page: Page, nodes: list[LexborNode]) -> str:
    wanted = {node.mem_id for node in nodes}
    scored = {"a": _overlap(page, "a", wanted)}
    for node in nodes[:3]:
        for css in selectors.every(node):
            scored[css] = _overlap(page, css, wanted)
    return max(scored, key=lambda css: (scored[css], -len(css)))


def _overlap(page: Page, css: str, wanted: set[int]) -> float:
    try:
        found = {node.mem_id for node in page.tree.css(css) if node.tag == "a"}
    except SelectolaxError:
        return 0.0
    return 2 * len(found & wanted) / (len(found) + len(wanted))


def _shape(url: str) -> tuple[str, ...]:
    """What is the same in the addresses of two articles: folders without numbers, query keys."""
    parts = urlsplit(url)
    pieces = parts.path.strip("/").split("/")
    folders = [re.sub(r"\d+", "0", one) for one in pieces[:-1]]
    last = re.sub(r"\d+", "0", pieces[-1]) if parts.query else "*"
    return (*folders, last, *sorted(key for key, _ in parse_qsl(parts.query)))


def patterns_of(urls: Iterable[str]) -> list[str]:
    """Expressions of which each of `urls` matches one, with numbers and names left open."""
    by_length: dict[int, list[list[str]]] = defaultdict(list)
    for url in urls:
        pieces = urlsplit(url).path.strip("/").split("/")
        by_length[len(pieces)].append(pieces)
    return [
        "^https?://[^/]+/" + "/".join(map(_open, zip(*rows, strict=True))) + r"/?(?:\?.*)?$"
        for _, rows in sorted(by_length.items())
    ]


def _open(pieces: tuple[str, ...]) -> str:
    """The expression of one place in the path."""
    if all(one.isdigit() for one in pieces):
        return r"\d+"
    alike = set(pieces)
    if len(alike) == 1 and len(pieces) > 1 and not any(c.isdigit() for c in pieces[0]):
        return re.escape(pieces[0])
    endings = {one[one.rfind(".") :] if "." in one else "" for one in pieces}
    return "[^/]+" + (re.escape(endings.pop()) if len(endings) == 1 else "")
