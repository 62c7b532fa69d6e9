"""A header and the bytes under it → what charset they say they are in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.charset.labels import charset_of

if TYPE_CHECKING:
    from collections.abc import Iterator

# A label may stand in quotes, be said twice, and have a space before its number.
PARAMETER = re.compile(
    r"charset\s*[=:]\s*[\\\"'\u201c\u201d]*\s*(?:charset\s*=\s*)?"
    r"([^\s\\\"';,\u201c\u201d]+(?: \d[\d-]*)?)",
    re.IGNORECASE,
)
# A declaration may stand in the first 1024 bytes (HTML 13.2.3.2); pages put it behind scripts.
PRESCAN = 4096
# As far as it is looked for where nothing before it told anything.
LATE = 1 << 18
COMMENT = re.compile(rb"<!--.*?(?:-->|$)", re.DOTALL)
QUOTE = rb"(?:[\"'\\]|&quot;|&#0?3[49];|\xe2\x80[\x98-\x9d])*"
LABEL = rb"([A-Za-z0-9_.:+-]+(?: \d[\d-]*)?)"
META = re.compile(
    rb"<meta\b[^<>]*?\bcharset\s*=\s*" + QUOTE + rb"\s*(?:charset\s*=\s*)?" + LABEL, re.IGNORECASE
)
XML = re.compile(rb"\s*<\?xml\b[^<>]*?\bencoding\s*=\s*[\"']([A-Za-z0-9_.:+-]+)", re.IGNORECASE)


def declared(decoded: bytes, content_type: str | None) -> tuple[str, str]:
    """The label that is declared, lower case, empty when none is; and where.

    The header goes first, then the first `meta` whose label is known, then the XML declaration.
    """
    parameter = PARAMETER.search(content_type) if content_type else None
    if parameter and charset_of(parameter[1].lower()):
        return parameter[1].lower(), "header"
    head = decoded[:PRESCAN]
    if b"<!--" in head:
        head = COMMENT.sub(b"", head)
    unknown = ""
    for meta in META.finditer(head):
        label = meta[1].decode("ascii").lower()
        if charset_of(label):
            return label, "meta"
        unknown = unknown or label
    if unknown:
        return unknown, "meta"
    xml = XML.match(head)
    return (xml[1].decode("ascii").lower() if xml else ""), "xml declaration"


def declared_besides(decoded: bytes, first: str | None) -> Iterator[tuple[str, str]]:
    """Charsets other than `first` that the page itself declares, however late; and where."""
    head = COMMENT.sub(b"", decoded[:LATE])
    xml = XML.match(head)
    said = [(meta[1], "meta") for meta in META.finditer(head)]
    said += [(xml[1], "xml declaration")] if xml else []
    seen = {first}
    for label, where in said:
        name = charset_of(label.decode("ascii").lower())
        if name is not None and name not in seen:
            seen.add(name)
            yield name, where
