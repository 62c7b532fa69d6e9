"""A feed (RSS, Atom, well-formed or not) → the links of its entries.

feedparser takes 0.2 to 0.5 ms an entry, far more than a strict XML parser would: the price of
reading what publishers really send.  It is asked only when a feed's bytes are new.
"""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING, Any

import feedparser
from selectolax.lexbor import LexborHTMLParser

from pipeline.discover.canonical import join
from pipeline.discover.edges import first_element, whole_tags
from pipeline.discover.mentions import Mention, Reading, one_line

if TYPE_CHECKING:
    from pipeline.model import StoredBlock

NUMERIC_REFERENCE = re.compile(rb"&#[0-9A-Fa-fXx]+;?")

# A media type that contradicts the document is the server's custom, not a broken feed.
HARMLESS = (feedparser.CharacterEncodingOverride, feedparser.NonXMLContentType)


def read_feed(body: bytes, stored: StoredBlock) -> Reading:
    """The entries of the feed `body`, which came as `stored`.  Nothing is fetched or resolved."""
    first = first_element(body)
    if first == "html":
        return Reading(faults=("a feed was expected, and an HTML page came",))
    parsed, trouble = _parsed(body, stored)
    if parsed is None:
        return Reading(faults=(f"the feed cannot be read: {trouble}",))
    mentions = tuple(
        Mention(url, _title(entry), _dated(entry))
        for entry in parsed.entries
        if (url := join(stored.url, entry.get("link") or ""))
    )
    return Reading(mentions=mentions, faults=_faults(parsed, len(mentions), first, trouble))


def _parsed(body: bytes, stored: StoredBlock) -> tuple[Any | None, Exception | None]:
    """What feedparser makes of `body`, and what it found wrong.

    It raises whatever the bytes provoke in it: half of a surrogate pair, as broken emoji leave
    behind, is enough.  So such a feed is read once more without its numeric references.
    """
    try:
        parsed = _parse(body, stored)
        return parsed, parsed.get("bozo_exception")
    except Exception as refused:  # noqa: BLE001 - see above; there is no common base to name
        trouble = refused
    try:
        return _parse(NUMERIC_REFERENCE.sub(b"", body), stored), trouble
    except Exception as refused:  # noqa: BLE001 - the same, and the feed is given up
        return None, refused


def _parse(body: bytes, stored: StoredBlock) -> Any:
    # A stream, because feedparser opens a file or a connection for a string that looks like one.
    return feedparser.parse(
        BytesIO(whole_tags(body)),
        response_headers={
            "content-type": stored.header("content-type") or "application/xml",
            "content-location": stored.url,
        },
        resolve_relative_uris=False,
        sanitize_html=False,
    )


def _title(entry: Any) -> str | None:
    title = entry.get("title") or ""
    return one_line(LexborHTMLParser(title).text() if "<" in title or "&" in title else title)


def _dated(entry: Any) -> str | None:
    # asked for by `in`, because feedparser warns when it answers one date for another
    key = next((key for key in ("published", "updated", "created") if key in entry), None)
    return one_line(entry[key]) if key else None


def _faults(
    parsed: Any, links: int, first: str | None, trouble: Exception | None
) -> tuple[str, ...]:
    faults = []
    if not parsed.get("version") and not parsed.entries:
        came = f"a document of <{first}>" if first else "no XML"
        faults.append(f"a feed was expected, and {came} came")
    elif not parsed.entries:
        faults.append("the feed has no entries")
    elif links < len(parsed.entries):
        faults.append(f"{len(parsed.entries) - links} of its entries have no usable link")
    if trouble is not None and not isinstance(trouble, HARMLESS):
        faults.append(f"the feed is malformed and was read as far as it goes: {trouble}")
    return tuple(faults)
