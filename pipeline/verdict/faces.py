"""A response's characters → what a visitor would be shown, as far as a verdict needs it."""

from __future__ import annotations

import re
from math import inf
from typing import TYPE_CHECKING

from msgspec import Struct
from selectolax.lexbor import LexborHTMLParser

from pipeline import charset
from pipeline.ground.late import late

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

    from pipeline.model import StoredBlock

# Characters that are parsed: up to here no markup can make the parser slow.  What is longer even
# without its scripts and styles counts as endless: no block page is.
MOST = 150_000
# Characters of visible text in which words are looked for, and of a title or a heading: hundreds
# of thousands would cost some patterns hours.
MOST_SAID, MOST_HEADING = 6_000, 500
HEADINGS = 6
# In any case, and without lowering the page: `İ` becomes two characters, and places move.
UNSHOWN = late(r"<(script|style|svg)\b", re.IGNORECASE | re.ASCII)
SHOWN_AGAIN = {
    name: late(f"</{name}", re.IGNORECASE | re.ASCII) for name in ("script", "style", "svg")
}
UNSEEN = ["script", "style", "template", "svg", "noscript", "iframe", "object"]
# What stands around a text, and links, which name other pages.
AROUND = ["nav", "header", "footer", "aside", "a", "button", "select", "label"]
SPACE = late(r"\s+")
CJK = late("[\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
# A Chinese or Korean character says as much as so many letters.
WIDE = 2.5
REFRESH = late(r"^\s*[\d.]*\s*[;,]\s*url\s*=\s*[\"']?([^\"'\s]+)", re.IGNORECASE)
# Types of schema.org that only a page with a text of its own gives itself.
ARTICLE = late(
    r"[\"']@type[\"']\s*:\s*(?:\[\s*)?[\"'](?:\w*NewsArticle|Article|BlogPosting|Report\w*)[\"']"
    r"|(?:article:published_time|itemprop=[\"']?(?:datePublished|articleBody))",
    re.IGNORECASE,
)


class Face(Struct, frozen=True, kw_only=True):
    """What a page shows.

    `said` is its visible text with title and headings, lower case; `running` is its
    running text, lower case, and `prose` how much of it there is, in letters: a Chinese character
    counts as several.  `scripts` is what stands in
    it to be run, `markup` all of it, lower case.  `names_itself` is the canonical address that it
    gives itself, `refreshes_to` where it sends a browser.
    """

    title: str
    headings: tuple[str, ...]
    said: str
    running: str
    prose: float
    markup: str
    scripts: str
    is_article: bool
    is_front: bool
    names_itself: str | None
    refreshes_to: str | None


def face_of(stored: StoredBlock, configured: str | None = None) -> Face | None:
    """What `stored` shows; None for bytes that are no text.

    `configured` is the label of the charset that its site is to be read in.
    """
    if not stored.decoded:
        return None
    read = charset.read(stored.decoded, stored.header("content-type"), configured)
    if read is None:
        return None
    whole = read.text if len(read.text) <= MOST else bare(read.text)
    html = whole[:MOST]
    tree = LexborHTMLParser(html)
    metas = {
        (node.attributes.get("property") or node.attributes.get("name") or "").lower(): node
        for node in tree.css("meta[content]")
    }
    title = _text(tree.css_first("title"))[:MOST_HEADING]
    headings = tuple([_text(node)[:MOST_HEADING] for node in tree.css("h1, h2, h3")[:HEADINGS]])
    kind = _content(metas.get("og:type")).lower()
    names_itself = _canonical(tree) or _content(metas.get("og:url")) or None
    refreshes_to = _refresh(tree)
    scripts = "\n".join([node.text() for node in tree.css("script:not([src])")])
    hidden = _text(tree.css_first("noscript"))
    is_front = kind == "website" or _is_of_class(tree.body, "home")
    tree.strip_tags(UNSEEN)
    shown = _text(tree.body)
    tree.strip_tags(AROUND)
    running = _text(tree.body)
    return Face(
        title=title,
        headings=headings,
        said=f"{title}\n{shown[:MOST_SAID]}\n{hidden[:MOST_SAID]}".lower(),
        running=running[:MOST_SAID].lower(),
        prose=amount(running) if len(whole) <= MOST else inf,
        markup=html.lower(),
        scripts=scripts,
        is_article=kind == "article" or ARTICLE.search(html) is not None,
        is_front=is_front,
        names_itself=names_itself,
        refreshes_to=refreshes_to,
    )


def bare(html: str) -> str:
    """`html` without its scripts, styles and drawings, in one pass."""
    kept, at = [], 0
    for opened in UNSHOWN.finditer(html):
        if opened.start() < at:
            continue
        kept.append(html[at : opened.start()])
        ended = SHOWN_AGAIN[opened[1].lower()].search(html, opened.end())
        at = ended.start() if ended else len(html)
    kept.append(html[at:])
    return "".join(kept)


def amount(text: str) -> float:
    """How much a text says, in letters."""
    return len(text) + (WIDE - 1) * len(CJK.findall(text))


def _text(node: LexborNode | None) -> str:
    return SPACE.sub(" ", node.text(separator=" ")).strip() if node is not None else ""


def _content(node: LexborNode | None) -> str:
    return ((node.attributes.get("content") if node is not None else None) or "").strip()


def _canonical(tree: LexborHTMLParser) -> str:
    node = tree.css_first("link[rel~='canonical' i][href]")
    return ((node.attributes.get("href") if node is not None else None) or "").strip()


def _refresh(tree: LexborHTMLParser) -> str | None:
    node = tree.css_first("meta[http-equiv='refresh' i][content]")
    found = REFRESH.match(_content(node))
    return found[1] if found else None


def _is_of_class(node: LexborNode | None, name: str) -> bool:
    said = (node.attributes.get("class") if node is not None else None) or ""
    return name in said.lower().split()
