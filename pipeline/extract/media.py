"""A Content-Type and the beginning of the text → what can be read there."""

from __future__ import annotations

import re
from enum import Enum


class Medium(Enum):
    """What kind of text a response holds."""

    HTML = "html"
    PLAIN = "plain"
    OTHER = "other"


# Types that say nothing (RFC 9110, 8.3, and what servers send for it).
UNKNOWN = frozenset(
    {
        "",
        "application/octet-stream",
        "binary/octet-stream",
        "unknown/unknown",
        "application/unknown",
    }
)
XML = frozenset({"application/xml", "text/xml"})
# What may stand before a page's first tag.  Atomic: a row of comments could be parted in so many
# ways that trying them all would never end.
BEFORE = r"(?>(?:\s|<!--.*?-->|<\?[^>]*>)*)"
# Tags by which the MIME Sniffing standard (7.1) knows HTML.
HTML = re.compile(
    BEFORE + r"<(?:!doctype\s+html|html|head|body|title|meta|script|style|iframe"
    r"|table|div|font|h1|p|a|b|br)[\s>/]",
    re.IGNORECASE | re.DOTALL,
)
ROOT = re.compile(rf"{BEFORE}(?:<!doctype\b[^>]*>)?{BEFORE}<html[\s>]", re.IGNORECASE | re.DOTALL)
BEGINNING = 2048
# A server that calls a PDF text/html is believed by nobody.
PDF = "%PDF-"


def medium_of(content_type: str | None, text: str) -> Medium:
    """What a response is by its header, or by its `text` where the header does not know.

    Of an empty `text` it says what the header alone allows for.
    """
    named = (content_type or "").partition(";")[0].strip().lower()
    beginning = text[:BEGINNING]
    if beginning.lstrip().startswith(PDF):
        return Medium.OTHER
    if named in {"text/html", "application/xhtml+xml"}:
        return Medium.HTML
    if named == "text/plain":
        return Medium.PLAIN
    if named in XML and (not text or ROOT.match(beginning)):
        return Medium.HTML
    if named in UNKNOWN or "/" not in named:
        return Medium.HTML if HTML.match(beginning) else Medium.PLAIN
    return Medium.OTHER
