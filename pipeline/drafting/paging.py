"""A listing → where its older pages are, as a declaration says it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from msgspec import Struct
from selectolax.lexbor import SelectolaxError

from pipeline.drafting import selectors
from pipeline.drafting.page import tidy

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

    from pipeline.drafting.page import Page

MOST = 3
NEXT = re.compile(
    r"(?:next(?: page)?|older(?: posts| entries)?|»|›|→|>|>>|››|次へ|次のページ|下一页|下一頁|下页"
    r"|다음"
    r"|suivante?|weiter|nächste(?: seite)?|siguiente|successiv[ao]|próxim[ao]|дальше|вперед)"
    r"(?:\s*[»›→>]+)?",
    re.IGNORECASE,
)
# The publishing system of many Chinese authorities: the number of pages stands in a call.
SCRIPT = re.compile(
    r"createPageHTML\(\s*(\d{1,9})\s*,\s*\d+\s*,\s*[\"'](\w+)[\"']\s*,\s*[\"'](\w+)[\"']"
)
NUMBER = re.compile(r"(\d+)")
PAGE = re.compile(r"[0-9]{1,9}")
COUNT = r"createPageHTML\((\d+)"


class Paging(Struct, frozen=True):
    """The `pages` of a listing, and the address of its second page."""

    rules: dict[str, object]
    second: str


def paging_of(page: Page) -> Paging | None:
    """How the pages behind `page` are reached; None where it has none, or hides them."""
    return _by_script(page) or _by_link(page) or _by_number(page)


def _by_script(page: Page) -> Paging | None:
    for node in page.tree.css("script"):
        found = SCRIPT.search(node.text() or "")
        if found is not None and int(found[1]) > 1:
            pattern = f"{found[2]}_{{n}}.{found[3]}"
            rules = {"script": COUNT, "pattern": pattern, "first": 1, "most": MOST}
            return Paging(rules, urljoin(page.url, pattern.replace("{n}", "1")))
    return None


def _by_link(page: Page) -> Paging | None:
    for node in page.tree.css("a[href]"):
        url = _leads(page, node)
        if url is None:
            continue
        for css in _names(node):
            if _first(page, css) == node.mem_id:
                return Paging({"next": css, "most": MOST}, url)
    return None


def _by_number(page: Page) -> Paging | None:
    """By links that say 2 and 3, whose addresses differ in one number that is greater by one."""
    second, third = (_numbered(page, said) for said in ("2", "3"))
    if second is None or third is None:
        return None
    runs, others = NUMBER.split(second), NUMBER.split(third)
    differ = [at for at, (one, other) in enumerate(zip(runs, others, strict=False)) if one != other]
    if len(runs) != len(others) or len(differ) != 1:
        return None
    if not all(PAGE.fullmatch(one[differ[0]]) for one in (runs, others)):
        return None
    first = int(runs[differ[0]])
    if int(others[differ[0]]) != first + 1 or str(first) != runs[differ[0]]:
        return None
    pattern = "".join("{n}" if at == differ[0] else run for at, run in enumerate(runs))
    return Paging({"pattern": pattern, "first": first, "most": MOST}, second)


def _numbered(page: Page, said: str) -> str | None:
    """Where the first link that says nothing but a number leads."""
    nodes = (node for node in page.tree.css("a[href]") if tidy(node.text()) == said)
    return next((url for node in nodes if (url := _near(page, node))), None)


def _leads(page: Page, node: LexborNode) -> str | None:
    """Where a link to the next page leads."""
    rel = (node.attributes.get("rel") or "").lower().split()
    if "next" not in rel and not NEXT.fullmatch(page.text(node)):
        return None
    return _near(page, node)


def _near(page: Page, node: LexborNode) -> str | None:
    """Where a link leads, if that is another address at the page's host."""
    try:
        url = urljoin(page.url, node.attributes.get("href") or "")
    except ValueError:
        return None
    here, there = urlsplit(page.url), urlsplit(url)
    near = there.netloc == here.netloc and there._replace(fragment="") != here
    return url if near and there.scheme in {"http", "https"} else None


def _names(node: LexborNode) -> list[str]:
    named = ["a[rel='next']"] if "next" in (node.attributes.get("rel") or "") else []
    return [*named, *selectors.own(node), *selectors.within(node)]


def _first(page: Page, css: str) -> int | None:
    try:
        found = page.tree.css_first(css, default=None)
    except SelectolaxError:
        return None
    return found.mem_id if found is not None else None
