"""A feed (RSS, Atom, JSON Feed, well-formed or not) → the links of its entries.

Read by local names alone: publishers mix the formats, and declare what they like.
"""

from __future__ import annotations

import re
from html.entities import html5
from itertools import islice
from typing import TYPE_CHECKING, Any

from lxml import etree
from msgspec.structs import replace
from selectolax.lexbor import LexborHTMLParser

from pipeline import charset
from pipeline.discover.canonical import join
from pipeline.discover.edges import HTML, first_element, whole_document
from pipeline.discover.elements import gathered, local, text_of
from pipeline.discover.jsonfeed import is_json, read_json_feed
from pipeline.discover.mentions import MOST, TOO_MANY, Mention, Reading, Trouble, one_line
from pipeline.discover.rhythm import RHYTHM, ttl_of
from pipeline.discover.unpacked import unpacked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.model import StoredBlock

ENTRIES = ("item", "entry", "Item", "ITEM", "Entry", "ENTRY")
ROOTS = frozenset({"rss", "feed", "rdf", "channel"})
# As printed, the best first: RSS, Atom 1.0 and 0.3, Dublin Core.
DATES = ("pubdate", "published", "issued", "date", "updated", "modified", "created")
ABSOLUTE = re.compile(r"\s*(?:https?:)?//", re.IGNORECASE)
IANA = "http://www.iana.org/assignments/relation/"  # RFC 4287 section 4.2.7.2
XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"
RDF_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
LEVELS = 3
"""How far above an entry its `xml:base` may stand: feeds are no deeper."""
MOST_CHILDREN = 500  # of one entry: its tags and enclosures may be many
LONGEST_TITLE = 2000  # characters of markup; a feed may carry a book where a title belongs


def read_feed(body: bytes, stored: StoredBlock, configured: str | None = None) -> Reading:
    """The entries of the feed `body`, which came as `stored`.  Nothing is fetched or resolved."""
    whole, cut = unpacked(body)
    decoded = charset.read(whole, stored.header("content-type"), configured)
    reading = feed_in(decoded.text if decoded else "", stored.url)
    return replace(reading, troubles=(cut, *reading.troubles)) if cut else reading


def feed_in(text: str, url: str) -> Reading:
    """The entries of the feed `text`, which was found at `url`."""
    if is_json(text):
        return read_json_feed(text, url)
    whole = whole_document(text)
    first = first_element(whole) or first_element(text)
    if first in HTML:
        return _instead("html_instead", "an HTML page")
    said, broken = gathered(whole, (*ENTRIES, *RHYTHM), lambda one: _said(one, url), MOST + 1)
    entries = [one for one in said if isinstance(one, Mention)]
    if not entries and first not in ROOTS:
        return _instead("other_document", f"a document of <{first}>" if first else "no XML")
    return Reading(
        mentions=tuple(entry for entry in entries[:MOST] if entry.url),
        ttl=ttl_of(dict(one for one in reversed(said) if isinstance(one, tuple))),
        troubles=tuple(_troubles(entries, broken)),
    )


def _instead(reason: Any, came: str) -> Reading:
    return Reading(troubles=(Trouble(reason, f"a feed was expected, and {came} came"),))


def _troubles(entries: list[Mention], broken: str | None) -> Iterator[Trouble]:
    linkless = sum(not entry.url for entry in entries)
    if not entries:
        yield Trouble("empty", "the feed has no entries")
    elif linkless:
        yield Trouble("no_link", f"{linkless} of its entries have no usable link")
    if len(entries) > MOST:
        yield TOO_MANY
    if broken is not None:
        words = f"the feed is malformed and was read as far as it goes: {broken}"
        yield Trouble("malformed", words)


def _said(element: Any, url: str) -> Mention | tuple[str, str] | None:
    """An entry (whose URL is empty where it leads nowhere), or what the feed says of itself."""
    name = local(element)
    if name in RHYTHM:
        return (name, text_of(element) or "") if _is_the_feeds_own(element) else None
    base = _base(element, url)
    link = next((found for found in _links(element, base) if found), "")
    return Mention(link, _title(element), _dated(element))


def _is_the_feeds_own(element: Any) -> bool:
    parent = element.getparent()
    return parent is not None and local(parent) in ROOTS


def _links(entry: Any, base: str) -> Iterator[str | None]:
    """Where the entry may lead, the best first."""
    children = [*islice(entry, MOST_CHILDREN)]
    links = [child for child in children if local(child) == "link"]
    for child in children:
        if local(child) == "origlink":  # before a counter of clicks took the link's place
            yield join(base, text_of(child) or "")
    for link in links:
        if "href" not in link.attrib:
            yield join(_base_of(link, base), text_of(link) or "")
    for link in sorted(filter(_is_alternate, links), key=_is_no_page):
        yield join(_base_of(link, base), link.get("href"))
    yield from _last_resorts(children, base)
    yield join(base, entry.get(RDF_ABOUT, ""))


def _last_resorts(children: list[Any], base: str) -> Iterator[str | None]:
    for child in children:
        name = local(child)
        text = text_of(child) or ""
        if name == "guid" and _is_permalink(child) and ABSOLUTE.match(text):
            yield join(base, text)
        if name == "content" and "html" in child.get("type", ""):
            yield join(_base_of(child, base), child.get("src", ""))


def _is_alternate(link: Any) -> bool:
    rel = link.get("rel", "").strip().lower().removeprefix(IANA)
    return "href" in link.attrib and rel in {"", "alternate"}


def _is_no_page(link: Any) -> bool:
    return "html" not in link.get("type", "html").lower()


def _is_permalink(guid: Any) -> bool:
    given = next((v for key, v in guid.attrib.items() if key.lower() == "ispermalink"), "true")
    return bool(given.strip().lower() != "false")


def _base(entry: Any, url: str) -> str:
    """Where the entry's links start: the feed's address, and every `xml:base` from without."""
    around = [*islice(entry.iterancestors(), LEVELS)]
    for element in (*reversed(around), entry):
        url = _base_of(element, url)
    return url


def _base_of(element: Any, base: str) -> str:
    given = element.get(XML_BASE)
    return (join(base, given) if given else None) or base


def _title(entry: Any) -> str | None:
    titles = [child for child in islice(entry, MOST_CHILDREN) if local(child) == "title"]
    if not titles:
        return None
    own = (title for title in titles if _space(title) == _space(entry))
    element = next(own, titles[0])  # `media:title` is a picture's
    title = "".join(_characters(element))[:LONGEST_TITLE]
    marked_up = ("<" in title or "&" in title) and element.get("type") != "text"
    return one_line(LexborHTMLParser(title).text() if marked_up else title)


def _space(element: Any) -> str:
    """Its namespace, or its prefix where nobody declared one."""
    tag = element.tag if isinstance(element.tag, str) else ""
    space, brace, name = tag.rpartition("}")
    return space if brace else name.rpartition(":")[0]


def _characters(element: Any) -> Iterator[str]:
    """Its text with that of the elements in it; of entities, those of HTML's names alone."""
    for around in islice(element.iter(), LONGEST_TITLE):
        if around.tag is etree.Entity:
            yield html5.get(f"{around.name};", "")
        else:
            yield around.text or ""
        if around is not element:
            yield around.tail or ""


def _dated(entry: Any) -> str | None:
    children = [*islice(entry, MOST_CHILDREN)]
    printed = {local(child): one_line(text_of(child)) for child in reversed(children)}
    return next((date for name in DATES if (date := printed.get(name))), None)
