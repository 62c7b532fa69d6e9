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
    from collections.abc import Callable, Iterable, Iterator

    from selectolax.lexbor import LexborNode

    from pipeline.drafting.page import Page

MOST = 3
NEXT = re.compile(
    r"(?:next(?: page)?|older(?: posts| entries| news| articles)?|»|›|→|>|>>|››"
    r"|次へ|次のページ|下一页|下一頁|下页|다음"
    r"|(?:page )?suivante?|weiter|nächste(?: seite)?|(?:página )?siguiente|successiv[ao]"
    r"|próxim[ao]|дальше|вперед|след(?:ующая(?: страница)?)?\.?|volgende|nästa|další|następna"
    r"|sonraki|التالي|الصفحة التالية|بعدی)"
    r"(?:\s*[»›→>]+)?",
    re.IGNORECASE,
)
# What a link that shows an arrow, or a picture of one, is called for those who cannot see it.
LABEL = re.compile(
    r"\b(?:next|older)\b|nächste|suivant|siguiente|successiv|próxim|следующ|volgende|下一|次の|次へ"
    r"|다음|التالي",
    re.IGNORECASE,
)
LABELS = ("aria-label", "title")
LABELLED = re.compile(r"[^\d'\"\\\n]{2,60}")
WORD = re.compile(r"[^\W\d_]{2,}(?: [^\W\d_]+)*")
TELLING = re.compile(r"next|older|prev|forward|weiter|vor\b|suiv|sigui|succ", re.IGNORECASE)
"""In names of what leads on; sites with their newest first call it the previous, too."""
# The publishing system of many Chinese authorities: the number of pages stands in a call.
SCRIPT = re.compile(
    r"createPageHTML\(\s*(\d{1,9})\s*,\s*\d+\s*,\s*[\"'](\w+)[\"']\s*,\s*[\"'](\w+)[\"']"
)
NUMBER = re.compile(r"(\d+)")
PAGE = re.compile(r"[0-9]{1,9}")
MARKS = frozenset({"strong", "b", "span", "em", "font"})
"""Tags that set the number of the page itself off from the links beside it."""
CURRENT = re.compile(r"[.-](?:is-)?(?:active|current|selected|on)$")
COUNT = r"createPageHTML\((\d+)"


class Paging(Struct, frozen=True):
    """The `pages` of a listing, and the address of its second page."""

    rules: dict[str, object]
    second: str


def paging_of(page: Page) -> Paging | None:
    """How the pages behind `page` are reached; None where it has none, or hides them."""
    return (
        _by_script(page)
        or _by_link(page, _says_next)
        or _by_link(page, _is_called_next)
        or _by_number(page)
        or _by_place(page)
    )


def _by_script(page: Page) -> Paging | None:
    for node in page.tree.css("script"):
        found = SCRIPT.search(node.text() or "")
        if found is not None and int(found[1]) > 1:
            pattern = f"{found[2]}_{{n}}.{found[3]}"
            rules = {"script": COUNT, "pattern": pattern, "first": 1, "most": MOST}
            return Paging(rules, urljoin(page.url, pattern.replace("{n}", "1")))
    return None


def _by_link(page: Page, is_next: Callable[[LexborNode], bool]) -> Paging | None:
    for node in page.tree.css("a[href]"):
        url = _near(page, node) if is_next(node) else None
        found = _named(page, node, _names(node)) if url else None
        if url and found:
            return Paging({"next": found, "most": MOST}, url)
    return None


def _by_place(page: Page) -> Paging | None:
    """By the link that says 2 and stands behind a 1 that is no link, or marked as this page's."""
    for node in page.tree.css("a[href]"):
        url = _near(page, node) if tidy(node.text()) == "2" else None
        found = _named(page, node, _behind_current(node)) if url else None
        if url and found:
            return Paging({"next": found, "most": MOST}, url)
    return None


def _behind_current(node: LexborNode) -> Iterator[str]:
    for one, last in ((node, "a"), (node.parent, f"{node.parent.tag} a" if node.parent else "")):
        before = _before(one)
        if before is None or tidy(before.text()) != "1":
            continue
        names = [*selectors.own(before), *([before.tag or ""] if before.tag in MARKS else [])]
        if "href" in before.attributes or before.css_first("a[href]") is not None:
            # a link to the page itself, which is told by its name alone
            names = [name for name in names if CURRENT.search(name)]
        yield from (f"{name} + {last}" for name in names)


def _before(node: LexborNode | None) -> LexborNode | None:
    """The element before another in the same place."""
    before = node.prev if node is not None else None
    while before is not None and (before.tag or "-").startswith("-"):
        before = before.prev
    return before


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


def _says_next(node: LexborNode) -> bool:
    rel = (node.attributes.get("rel") or "").lower().split()
    return "next" in rel or NEXT.fullmatch(tidy(node.text())) is not None


def _is_called_next(node: LexborNode) -> bool:
    if any(map(str.isdigit, node.text())):
        return False
    return any(LABEL.search(node.attributes.get(name) or "") for name in LABELS)


def _near(page: Page, node: LexborNode) -> str | None:
    """Where a link leads, if that is another address at the page's host."""
    try:
        url = urljoin(page.url, node.attributes.get("href") or "")
    except ValueError:
        return None
    here, there = urlsplit(page.url), urlsplit(url)
    near = there.netloc == here.netloc and there._replace(fragment="") != here
    return url if near and there.scheme in {"http", "https"} else None


def _names(node: LexborNode) -> Iterator[str]:
    """Selectors of a link to the next page, first those that find no other on later pages."""
    if "next" in (node.attributes.get("rel") or ""):
        yield "a[rel='next']"
    own = list(selectors.own(node))
    yield from (css for css in own if TELLING.search(css))
    for name in LABELS:
        label = node.attributes.get(name) or ""
        if LABELLED.fullmatch(label) and LABEL.search(label):
            yield f"a[{name}='{label}']"
    around = list(selectors.within(node))
    yield from (css for css in around if TELLING.search(css))
    yield from own
    said = tidy(node.text()).strip(" »›→>.")
    if WORD.fullmatch(said):
        yield f"a:lexbor-contains('{said}')"
    yield from around


def _named(page: Page, node: LexborNode, names: Iterable[str]) -> str | None:
    """The first of `names` by which `node` is the first to be found."""
    return next((css for css in names if _first(page, css) == node.mem_id), None)


def _first(page: Page, css: str) -> int | None:
    try:
        found = page.tree.css_first(css, default=None)
    except SelectolaxError:
        return None
    return found.mem_id if found is not None else None
