"""A page and robots.txt → where feeds and sitemaps may be."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

if TYPE_CHECKING:
    from pipeline.drafting.page import Page

TYPES = re.compile(r"(?:rss|atom|rdf)\+xml|feed\+json|(?:text|application)/xml", re.IGNORECASE)
COMMENTS = re.compile(r"comment|댓글|评论|kommentar", re.IGNORECASE)
LINKED = re.compile(r"(?:^|[/._-])(?:rss|atom|feed)s?(?:$|[/._?-])", re.IGNORECASE)
SITEMAP = re.compile(r"^\s*sitemap\s*:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
LIKELY = ("/feed/", "/rss.xml")
"""Each is a request that may be in vain; most systems have their feed at one of them."""
MOST = 4


def declared_feeds(page: Page) -> list[str]:
    """The feeds that the page itself names; those of comments are none."""
    found: dict[str, None] = {}
    for node in page.tree.css("link[rel~='alternate' i][href]"):
        said = " ".join(filter(None, (node.attributes.get("title"), node.attributes["href"])))
        if TYPES.search(node.attributes.get("type") or "") and not COMMENTS.search(said):
            found |= _absolute(page.url, node.attributes["href"])
    if not found:
        for node in page.tree.css("a[href]"):
            href = node.attributes["href"] or ""
            if LINKED.search(_path(href)) and not COMMENTS.search(href):
                found |= _absolute(page.url, href)
    return list(found)[:MOST]


def likely_feeds(home: str) -> list[str]:
    """Where a site that names no feed may have one."""
    return [urljoin(home, path) for path in LIKELY]


def sitemaps_in(robots: str, url: str) -> list[str]:
    """The sitemaps that robots.txt names, those of news first."""
    found: dict[str, None] = {}
    for said in SITEMAP.findall(robots):
        found |= _absolute(url, said)
    return sorted(found, key=lambda one: "news" not in one.lower())[:MOST]


def _path(href: str) -> str:
    """The path of an address as it stands in a page; empty for what is none."""
    try:
        return urlsplit(href).path
    except ValueError:
        return ""


def _absolute(base: str, href: str | None) -> dict[str, None]:
    try:
        url = urljoin(base, (href or "").strip()).partition("#")[0]
    except ValueError:
        return {}
    return {url: None} if url.startswith(("http://", "https://")) else {}
