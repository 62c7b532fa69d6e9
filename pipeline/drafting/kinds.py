"""What came for an address → a feed or sitemap, an article, or nothing that can be read."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipeline.drafting.listings import links_of, listing_of

if TYPE_CHECKING:
    from pipeline.drafting.page import Page
    from pipeline.model import Document, StoredBlock

FEWEST_LETTERS = 200
"""Less than this on a page is no article to learn from."""
FEWEST_LINKS = 3
"""A page with hardly a word and hardly a link is nothing yet without its scripts."""
SCRIPTED = "a[href^='javascript:' i], a[href='#'][onclick], a[onclick]:not([href])"
MANY_SCRIPTED = 5
"""Links that call a script and lead nowhere; a few are on any page."""
MOSTLY_LINKS = 0.3
"""Share of a text that is links from which it is a list, and no article."""
BEGINNINGS = (b"<?xml", b"<rss", b"<feed", b"<urlset", b"<sitemapindex", b"{")
PAGES = frozenset({"", "text/html", "application/xhtml+xml", "text/plain", "text/xml"})
"""Types that a page is sent as; the last ones by servers that know no better."""


def is_front(url: str) -> bool:
    """Whether an address is that of a host's front page."""
    return urlsplit(url).path in {"", "/"}


def is_index(stored: StoredBlock) -> bool:
    """Whether an answer is a feed or a sitemap by how it begins."""
    begin = (stored.decoded or b"")[:1000].lstrip(b"\xef\xbb\xbf \r\n\t")
    return begin.startswith(BEGINNINGS) and b"<html" not in begin


def is_article(page: Page, read: Document) -> bool:
    """Whether a page, in which `read` was read, is an article itself and no list of headlines."""
    if is_front(page.url) or (not read.published and listing_of(page) is not None):
        return False
    lines = set(read.text.split("\n\n")[1:])
    blocks = [block for block in page.blocks if block.text in lines]
    letters = sum(len(block.text) for block in blocks)
    linked = sum(block.linked for block in blocks)
    return letters >= FEWEST_LETTERS and linked < MOSTLY_LINKS * letters


def _asks_about_cookies(page: Page) -> bool:
    return any("cookie" in block.text.lower() for block in page.blocks)


def unreadable(stored: StoredBlock | None, page: Page | None) -> str | None:
    """Why next to nothing can be read in an answer; None where there is something."""
    if stored is not None and is_index(stored) and not (stored.decoded or b"").startswith(b"{"):
        return "it is a feed or sitemap that names no page of its own site"
    return _untyped(stored) or (_unshown(page) if page is not None else "the page is empty")


def _untyped(stored: StoredBlock | None) -> str | None:
    media = (stored.header("content-type") or "" if stored else "").partition(";")[0].strip()
    if media.lower() not in PAGES:
        return f"it is {media}, which is no page, feed or sitemap"
    return None


def _unshown(page: Page) -> str | None:
    """Why a page shows next to nothing of what it is about."""
    if not (page.blocks or page.tree.css("script[src]")):
        return "the page is empty"
    if len(page.tree.css(SCRIPTED)) > MANY_SCRIPTED:
        return "its links are followed by JavaScript alone, which is not run here"
    letters = sum(len(block.text) for block in page.blocks)
    leads = len(links_of(page)) >= FEWEST_LINKS
    if not leads and page.tree.css("form, button") and _asks_about_cookies(page):
        return "it asks about cookies before it shows anything, and no program answers that"
    if letters < FEWEST_LETTERS and not leads and page.tree.css("script"):
        return (
            "the page has next to no text: it is made by JavaScript, which is not run here, or"
            " stands behind a question about cookies"
        )
    return None
