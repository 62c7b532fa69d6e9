"""A listing (HTML) → the links its rules select, and the page behind it."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, assert_never

from selectolax.lexbor import LexborHTMLParser

from pipeline import charset
from pipeline.discover.canonical import join
from pipeline.discover.config import NextPages, PatternPages, ScriptPages
from pipeline.discover.mentions import MOST, TOO_MANY, Mention, Reading, Trouble, one_line
from pipeline.discover.selector import select, spelled
from pipeline.ground.bearable import bearable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborNode

    from pipeline.discover.config import ListingConfig
    from pipeline.discover.selector import Selectors
    from pipeline.model import StoredBlock

PAGE_COUNT = re.compile(r"\d{1,9}")
NEAR = 32
"""How many elements around a date are looked through for its link."""

Linking = tuple["LexborNode", str]
Follow = Callable[[str], "str | None"]


def read_listing(
    body: bytes,
    stored: StoredBlock,
    rules: ListingConfig,
    *,
    page: int,
    seen: frozenset[str],
    configured: str | None = None,
) -> Reading:
    """The links of the listing's page number `page`, counted from 1, and where the next one is.

    A page that yields nothing has no next one, and none of those that were `seen` is next.
    """
    decoded = charset.read(body, stored.header("content-type"), configured)
    if decoded is None:
        words = "a listing was expected, and what came is no text"
        return Reading(troubles=(Trouble("unreadable", words),))
    if not bearable(decoded.text):
        words = "the listing is nested beyond all measure, and was not read"
        return Reading(troubles=(Trouble("unreadable", words),))
    tree = LexborHTMLParser(decoded.text)
    follow = partial(join, _base(tree, stored.url), charset=decoded.charset)
    linking = list(islice(_linking(tree, rules.links, follow), MOST + 1))
    if not linking:
        words = f"nothing that links matches {spelled(rules.links)!r}"
        return Reading(troubles=(Trouble("no_match", words),))
    dates = _dates(tree, rules.dates, linking[:MOST]) if rules.dates else {}
    next_page, trouble = None, None
    if rules.pages and page < rules.pages.most:
        ahead, trouble = _behind(tree, decoded.text, follow, rules, page)
        next_page = next((url for url in ahead if url not in seen), None)
    troubles = (trouble, TOO_MANY if len(linking) > MOST else None)
    return Reading(
        mentions=tuple(
            Mention(url, one_line(_text(node)), dates.get(url)) for node, url in linking[:MOST]
        ),
        next_page=next_page,
        troubles=tuple(filter(None, troubles)),
    )


def _base(tree: LexborHTMLParser, url: str) -> str:
    """Where relative links start (HTML section 4.2.3): the first `base` that has an address."""
    element = tree.css_first("base[href]", default=None)
    given = element.attributes.get("href") if element else None
    return (join(url, given) if given else None) or url


def _linking(tree: LexborHTMLParser, links: Selectors, follow: Follow) -> Iterator[Linking]:
    """The selected elements that lead to a page, and the page."""
    nodes, attribute = select(tree, links)
    for node in nodes:
        if url := follow(_link(node, attribute)):
            yield node, url


def _link(node: LexborNode, attribute: str | None) -> str:
    if attribute is not None or "href" in node.attributes:
        return node.attributes.get(attribute or "href") or ""
    inner = node.css_first("a[href]", default=None)
    return inner.attributes.get("href") or "" if inner else ""


def _text(node: LexborNode) -> str:
    return node.text(deep=True, separator=" ")


def _dates(tree: LexborHTMLParser, selectors: Selectors, linking: list[Linking]) -> dict[str, str]:
    """By URL, the date that stands with it: in the smallest element that holds it and one link.

    Where dates and links are all siblings, and as many, they are taken in turn.
    """
    nodes, attribute = select(tree, selectors)
    printed = [(node, one_line(_date(node, attribute))) for node in nodes]
    owners = _owners(linking)
    owned = {url: date for node, date in printed if date and (url := _owner(node, owners))}
    urls = list(dict.fromkeys(url for _, url in linking))
    if owned or len(urls) != len(printed):
        return owned
    return {url: date for url, (_, date) in zip(urls, printed, strict=True) if date}


def _date(node: LexborNode, attribute: str | None) -> str | None:
    return node.attributes.get(attribute) if attribute else _text(node)


def _owners(linking: list[Linking]) -> dict[int, str | None]:
    """For every element around a link the URL within it; None where there are several."""
    owners: dict[int, str | None] = {}
    for node, url in linking:
        for around in _around(node):
            known = owners.get(around.mem_id, "")
            if known is None or known == url:
                break  # and so it is for everything around this
            owners[around.mem_id] = None if known else url
    return owners


def _owner(node: LexborNode, owners: dict[int, str | None]) -> str | None:
    near = islice(_around(node), NEAR)
    return next((owners[around.mem_id] for around in near if around.mem_id in owners), None)


def _around(node: LexborNode) -> Iterator[LexborNode]:
    """`node` and every element that it stands in, from within."""
    around: LexborNode | None = node
    while around is not None:
        yield around
        around = around.parent


def _behind(
    tree: LexborHTMLParser, text: str, follow: Follow, rules: ListingConfig, page: int
) -> tuple[list[str], Trouble | None]:
    """What may be the page behind page number `page`, the likeliest first."""
    pages = rules.pages
    match pages:
        case None:
            return [], None
        case NextPages():
            return [url for _, url in _linking(tree, pages.next, follow)], None
        case PatternPages():
            return _numbered(rules.listing, pages, page), None
        case ScriptPages():
            found = pages.script.search(text)
            count = (found[1] or "").strip() if found else ""
            if not PAGE_COUNT.fullmatch(count):
                words = f"no number of pages matches {pages.script.pattern!r}"
                return [], Trouble("no_page_count", words)
            return (_numbered(rules.listing, pages, page) if page < int(count) else []), None
        case _ as never:
            assert_never(never)


def _numbered(listing: str, pages: PatternPages | ScriptPages, page: int) -> list[str]:
    """The address of the page behind number `page`, relative to the listing's own."""
    url = join(listing, pages.pattern.replace("{n}", str(pages.first + page - 1)))
    return [url] if url else []
