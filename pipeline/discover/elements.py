"""The text of an XML document, well-formed or not → what is read of the elements asked for.

libxml2 reads 10 MB in half a second and keeps its own limits: 256 levels, 10 MB of text in one
place.  No entity is resolved, no file and no address is opened.
"""

from __future__ import annotations

import re
import sys
from contextlib import suppress
from functools import partial
from html.entities import html5
from io import BytesIO
from typing import TYPE_CHECKING, Any, TypeVar

from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

T = TypeVar("T")

NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
CDATA_OR_REFERENCE = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)"
    r"|&#(\d{1,7}|[xX][0-9A-Fa-f]{1,6});"
    r"|&([A-Za-z][A-Za-z0-9]{0,31};)"
    r"|&+",
    re.DOTALL,
)
# A tag in which some attribute is bare; what is longer, or holds a quote before it, stays so.
TAG = re.compile(r"(<[A-Za-z][\w:.-]*)((?:\s+[\w:.-]+\s*=\s*[^\s\"'<>=]+){1,20}\s*/?)>")
BARE, QUOTED = re.compile(r"([\w:.-]+)\s*=\s*([^\s\"'<>=]*[^\s\"'<>=/])"), r'\1="\2"'
DECLARED = re.compile(r"<!ENTITY\s+([\w.-]+)")
XML_NAMES = frozenset({"amp;", "lt;", "gt;", "quot;", "apos;"})


def gathered(
    text: str, names: tuple[str, ...], read: Callable[[Any], T | None], most: int
) -> tuple[list[T], str | None]:
    """What `read` makes of the first `most` elements with a local name of `names`, but for None.

    And what is wrong with the document, where something is: then as much is read as can be.
    """
    try:
        return list(_read(text, names, read, most, recover=False)), None
    except etree.XMLSyntaxError as broken:
        trouble = str(broken)
    salvaged: list[T] = []
    with suppress(etree.XMLSyntaxError):
        salvaged.extend(_read(mended(text), names, read, most, recover=True))
    return salvaged, trouble


def mended(text: str) -> str:
    """`text` without what XML does not know.

    HTML's entities, bare ampersands, control characters, attributes without quotes.
    libxml2 would mend `?a=1&b=2` by leaving `&b` out, which names another page.
    """
    known = XML_NAMES | {f"{name};" for name in DECLARED.findall(text)}
    whole = CDATA_OR_REFERENCE.sub(partial(_reference, known), NOT_XML.sub("", text))
    return TAG.sub(lambda tag: f"{tag[1]}{BARE.sub(QUOTED, tag[2])}>", whole)


def _reference(known: frozenset[str], found: re.Match[str]) -> str:
    number, name = found.groups()
    if number:
        point = int(number[1:], 16) if number[0] in "xX" else int(number)
        # half of a surrogate pair is what broken emoji leave behind
        illegal = point > sys.maxunicode or NOT_XML.match(chr(point))
        return "" if illegal else f"&#{point};"
    if not name:
        return found[0].replace("&", "&amp;") if found[0].startswith("&") else found[0]
    if name in known:
        return found[0]
    characters = html5.get(name, "")
    return "".join(f"&#{ord(one)};" for one in characters) or f"&amp;{name}"


def _read(
    text: str,
    names: tuple[str, ...],
    read: Callable[[Any], T | None],
    most: int,
    *,
    recover: bool,
) -> Iterator[T]:
    elements = etree.iterparse(
        BytesIO(text.encode("utf-8", "replace")),
        tag=tuple(f"{{*}}{name}" for name in names),
        encoding="utf-8",  # whatever the document declares, it was decoded already
        recover=recover,
        resolve_entities=False,
        remove_comments=True,
        remove_pis=True,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        collect_ids=False,
    )
    for _, element in elements:
        if (one := read(element)) is not None:
            yield one
            most -= 1
            if not most:
                return
        element.clear(keep_tail=True)


def local(element: Any) -> str:
    """Its name in lower case without namespace, which may be one that nobody declared."""
    tag = element.tag
    return tag.rpartition("}")[2].rpartition(":")[2].lower() if isinstance(tag, str) else ""


def text_of(element: Any) -> str | None:
    """Its text before any element in it, None where an entity cuts that in two.

    Half an address is another page's.
    """
    if any(child.tag is etree.Entity for child in element):
        return None
    return element.text or ""
