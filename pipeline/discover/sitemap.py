"""A sitemap (sitemaps.org: XML, index, plain text, a feed; gzipped or not) → its links."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from pipeline import charset
from pipeline.discover.canonical import HTTP, join
from pipeline.discover.edges import HTML, first_element, whole_document
from pipeline.discover.elements import gathered, local, text_of
from pipeline.discover.feed import ROOTS, feed_in
from pipeline.discover.jsonfeed import is_json
from pipeline.discover.mentions import (
    MOST,
    TOO_MANY,
    Child,
    Mention,
    Reading,
    Trouble,
    one_line,
)
from pipeline.discover.unpacked import unpacked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.model import StoredBlock

PLACES = ("url", "sitemap", "URL", "Url", "SITEMAP", "Sitemap")
EMPTY = Trouble("empty", "the sitemap has no links")


def read_sitemap(body: bytes, stored: StoredBlock, configured: str | None = None) -> Reading:
    """The links of the sitemap `body`, which came as `stored`, or the sitemaps an index names."""
    whole, cut = unpacked(body)
    decoded = charset.read(whole, stored.header("content-type"), configured)
    reading = _read(decoded.text if decoded else "", stored.url)
    return replace(reading, troubles=(cut, *reading.troubles)) if cut else reading


def _read(text: str, url: str) -> Reading:
    if is_json(text):
        return feed_in(text, url)
    whole = whole_document(text)
    first = first_element(whole) or first_element(text)
    if first is None:
        return _read_lines(text, url)
    if first in HTML:
        words = "a sitemap was expected, and an HTML page came"
        return Reading(troubles=(Trouble("html_instead", words),))
    return feed_in(text, url) if first in ROOTS else _read_xml(whole, url)


def _read_lines(text: str, url: str) -> Reading:
    lines = (line for line in text.lstrip("\ufeff").split() if line.lower().startswith(HTTP))
    urls = [join(url, line) for line in islice(lines, MOST + 1)]
    mentions = tuple(Mention(url) for url in urls[:MOST] if url)
    return Reading(mentions=mentions, troubles=tuple(_troubles(len(urls), None)))


def _read_xml(text: str, url: str) -> Reading:
    places, broken = gathered(text, PLACES, lambda one: _place(one, url), MOST + 1)
    children = (place for place in places if isinstance(place, Child))
    return Reading(
        mentions=tuple(place for place in places[:MOST] if isinstance(place, Mention)),
        children=tuple({child.url: child for child in children}.values()),
        troubles=tuple(_troubles(len(places), broken)),
    )


def _troubles(places: int, broken: str | None) -> Iterator[Trouble]:
    if broken is not None:
        words = f"the sitemap is malformed and was read as far as it goes: {broken}"
        yield Trouble("malformed", words)
    if not places:
        yield EMPTY
    if places > MOST:
        yield TOO_MANY


def _place(element: Any, base: str) -> Mention | Child | None:
    """A `url` or `sitemap` element; None where it leads nowhere."""
    said = _said(element)
    url = join(base, said.get("loc") or "")
    if url is None:
        return None
    if local(element) == "sitemap":
        return Child(url, one_line(said.get("lastmod")))
    dated = said.get("news:publication_date") or said.get("lastmod")
    return Mention(url, one_line(said.get("news:title")), one_line(dated))


def _said(element: Any) -> dict[str, str]:
    """What it says of the page, by local name; not what it says of the page's images."""
    said: dict[str, str] = {}
    for child in element:
        match local(child):
            case "loc" | "lastmod" as name:
                said.setdefault(name, text_of(child) or "")
            case "news":
                for told in child:
                    said.setdefault(f"news:{local(told)}", text_of(told) or "")
    return said
