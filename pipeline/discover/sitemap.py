"""A sitemap (sitemaps.org: XML, index, plain text, a feed; gzipped or not) → its links."""

from __future__ import annotations

import re
import zlib
from contextlib import suppress
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING, Any

from lxml import etree

from pipeline.discover.canonical import join
from pipeline.discover.edges import first_element, whole_tags
from pipeline.discover.feed import read_feed
from pipeline.discover.mentions import Mention, Reading, one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.model import StoredBlock

LARGEST = 52_428_800  # the protocol's own limit, uncompressed
GZIP = b"\x1f\x8b"
GZIP_WINDOW = 31  # zlib's word for "expect a gzip header"
BARE_AMPERSAND = re.compile(rb"&(?!(?:#\d+|#x[0-9A-Fa-f]+|amp|lt|gt|quot|apos);)")
FEEDS = {"rss", "feed", "rdf"}


def read_sitemap(body: bytes, stored: StoredBlock) -> Reading:
    """The links of the sitemap `body`, which came as `stored`, or the sitemaps an index names."""
    whole, cut = _inflated(body) if body.startswith(GZIP) else (body, None)
    reading = _read(whole, stored)
    return replace(reading, faults=(cut, *reading.faults)) if cut else reading


def _inflated(body: bytes) -> tuple[bytes, str | None]:
    """What `body` unpacks to, as far as it can be, and what was wrong with it."""
    unpacked = bytearray()
    while body.startswith(GZIP):
        inflate = zlib.decompressobj(GZIP_WINDOW)
        try:
            unpacked += inflate.decompress(body, LARGEST + 1 - len(unpacked))
        except zlib.error as broken:
            return bytes(unpacked), f"the gzip file is broken: {broken}"
        if len(unpacked) > LARGEST:
            return bytes(unpacked[:LARGEST]), f"the gzip file unpacks to over {LARGEST} bytes"
        if not inflate.eof:
            return bytes(unpacked), "the gzip file is cut short"
        body = inflate.unused_data
    return bytes(unpacked), None


def _read(body: bytes, stored: StoredBlock) -> Reading:
    match first_element(body):
        case None:
            return _read_text(body, stored)
        case "html":
            return Reading(faults=("a sitemap was expected, and an HTML page came",))
        case first if first in FEEDS:
            return read_feed(body, stored)
        case _:
            return _read_xml(whole_tags(body), stored)


def _read_text(body: bytes, stored: StoredBlock) -> Reading:
    lines = body.decode("utf-8-sig", "replace").split()
    urls = (join(stored.url, line) for line in lines if line.startswith(("http://", "https://")))
    mentions = tuple(Mention(url) for url in urls if url)
    return Reading(mentions=mentions, faults=() if mentions else ("the sitemap has no links",))


def _read_xml(body: bytes, stored: StoredBlock) -> Reading:
    try:
        return _reading(list(_places(body, stored.url, recover=False)))
    except etree.XMLSyntaxError as broken:
        fault = f"the sitemap is malformed and was read as far as it goes: {broken}"
    reading = _reading(_salvaged(body, stored.url))
    return replace(reading, faults=(fault, *reading.faults))


def _salvaged(body: bytes, base: str) -> list[tuple[str, Mention]]:
    """What can be read of a malformed sitemap, which may be nothing."""
    # libxml2 would mend `?a=1&b=2` by leaving `&b` out, which names another page
    mended = BARE_AMPERSAND.sub(b"&amp;", body)
    places: list[tuple[str, Mention]] = []
    with suppress(etree.XMLSyntaxError):
        places.extend(_places(mended, base, recover=True))
    return places


def _reading(places: list[tuple[str, Mention]]) -> Reading:
    mentions = tuple(mention for kind, mention in places if kind == "url")
    more = tuple(mention.url for kind, mention in places if kind == "sitemap")
    return Reading(
        mentions=mentions,
        more=tuple(dict.fromkeys(more)),
        faults=() if places else ("the sitemap has no links",),
    )


def _places(body: bytes, base: str, *, recover: bool) -> Iterator[tuple[str, Mention]]:
    """Each `url` or `sitemap` element, by that name.  No entity is resolved, nothing is fetched."""
    elements = etree.iterparse(
        BytesIO(body),
        tag=("{*}url", "{*}sitemap"),
        recover=recover,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    )
    for _, element in elements:
        said = _said(element)
        element.clear()
        if url := join(base, said.get("loc", "")):
            dated = said.get("publication_date") or said.get("lastmod")
            yield _local(element), Mention(url, one_line(said.get("title")), one_line(dated))


def _said(element: Any) -> dict[str, str]:
    """What it says of the page, by local name; not what it says of the page's images.

    Text that an entity cuts in two is not taken: half an address is another page's.
    """
    told = [*element.iterchildren("{*}loc", "{*}lastmod")]
    for news in element.iterchildren("{*}news"):
        told += news.iterchildren("{*}publication_date", "{*}title")
    return {_local(child): child.text or "" for child in told if not len(child)}


def _local(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]
