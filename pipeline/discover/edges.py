"""The two ends of a document: what it begins with, whatever its type says, and where it stops."""

from __future__ import annotations

import re

HEAD = 1 << 14
NOT_YET = re.compile(r"<\?.*?(?:\?>|\Z)|<!--.*?(?:-->|\Z)", re.DOTALL)
FIRST_ELEMENT = re.compile(r"<(?:!doctype\s+)?(?:[a-z_][\w.-]*:)?([a-z_][\w.-]*)", re.IGNORECASE)
HTML = frozenset({"html", "head", "body", "title", "meta", "link", "script", "style", "noscript"})
HTML |= {"base", "div", "p", "br", "b", "center", "h1", "h2", "h3", "table", "form", "iframe"}
HTML |= {"font", "img", "span", "a", "pre", "strong"}
# What a server says before the document it should have begun with, warnings mostly.
BEGIN = re.compile(
    r"<\?xml\b|<!doctype\b|<(?:[a-z_][\w.-]*:)?(?:rss|feed|rdf|urlset|sitemapindex)\b",
    re.IGNORECASE,
)
# The text was decoded by then, and what this says of its encoding does not hold any more.
DECLARATION = re.compile(r"<\?xml\b[^<>]*>\s*", re.IGNORECASE)


def first_element(text: str) -> str | None:
    """The local name, in lower case, of the first element or document type; None without one."""
    found = FIRST_ELEMENT.search(NOT_YET.sub("", text[:HEAD]))
    return found[1].lower() if found else None


def whole_document(text: str) -> str:
    """`text` from where its XML begins, declaration aside, to the end of its last tag.

    Where a document is cut short in the middle of an address, the rest of that address is gone,
    and the half that came would name another page.
    """
    whole = text[: text.rfind(">") + 1]
    begin = None if first_element(text) == "html" else BEGIN.search(whole, 0, HEAD)
    whole = whole[begin.start() :] if begin else whole.lstrip("\ufeff \t\r\n")
    return DECLARATION.sub("", whole, count=1) if whole.startswith("<?") else whole
