"""A captured page → the addresses that it gives for itself: `rel=canonical` and `rel=amphtml`.

It runs on every page that is new, so nothing is parsed a second time: the links of its head are
looked for in the bytes, and only those with a word that matters are read.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import unescape
from itertools import islice
from typing import TYPE_CHECKING

from msgspec import Struct

from pipeline import charset
from pipeline.discover.canonical import join

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.model import StoredBlock

HEAD = 1 << 18
"""One head in sixteen has its canonical link behind 64 kB of style; nearly all end before that."""
LONGEST_TAG = 4096
MOST_LINKS = 64
"""A page that has more of them to say is looked through no further: it would take minutes."""
LONGEST_HEADER = 8192
HEAD_ENDS = b"</head"
ENDS = (b"</HEAD", b"<body", b"<BODY")
# What no head has: the parser ends it there, where the page does not.
ENDS_UNSAID = (b"<div", b"<DIV", b"<p>", b"<P>", b"<table", b"<TABLE")
RELATIONS = ("canonical", "amphtml")
WORDS = tuple(name.encode() for name in RELATIONS)
LINK = re.compile(rb"<link(?=[\s/])", re.IGNORECASE)
BASE = re.compile(rb"<base(?=[\s/])", re.IGNORECASE)
ATTRIBUTE = re.compile(
    rb"[\s/]*([^\s\"'<>/=]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+)))?", re.DOTALL
)
# What stands in these is no element of the page.
HIDING = (
    (b"<!--", b"-->"),
    (b"<script", b"</script"),
    (b"<style", b"</style"),
    (b"<template", b"</template"),
)
TARGET = re.compile(r"\s*,?\s*<([^>]*)>")
PARAMETER = re.compile(r"\s*;\s*([^\s;,=\"<>]+)\s*(?:=\s*(?:\"((?:\\.|[^\"\\])*)\"|([^\s;,\"]*)))?")


class Variants(Struct, frozen=True, kw_only=True):
    """What a page names as its own address and as that of its AMP form: absolute http(s) URLs.

    None where it names none, or several that differ.
    """

    canonical: str | None = None
    amp: str | None = None


def variants_of(stored: StoredBlock, configured: str | None = None) -> Variants:
    """What the captured page `stored` says, in its `Link` header (RFC 8288) and in its head.

    A word of the page about itself, and no more: whether it is on the same site, and not the
    home page as some say of every page, is the caller's to judge.  `configured` is the label of
    the charset that its site is to be read in.
    """
    body = stored.decoded or b""
    said = [*_in_headers(stored), *_in_head(body[:HEAD], stored, configured)]
    canonical, amp = ({url for relation, url in said if relation == name} for name in RELATIONS)
    return Variants(canonical=_only(canonical), amp=_only(amp))


def _only(urls: set[str]) -> str | None:
    return urls.pop() if len(urls) == 1 else None


def _in_headers(stored: StoredBlock) -> Iterator[tuple[str, str]]:
    for name, value in stored.headers:
        if name.lower() == "link":
            yield from _in_header(value[:LONGEST_HEADER], stored.url)


def _in_header(value: str, url: str) -> Iterator[tuple[str, str]]:
    target = TARGET.match(value)
    while target is not None:
        at, said = _parameters(value, target.end())
        link = join(url, target[1])
        # an anchor makes it a link of another page
        if link is not None and "anchor" not in said:
            yield from ((name, link) for name in _relations(said.get("rel", "")))
        target = TARGET.match(value, at)


def _parameters(value: str, at: int) -> tuple[int, dict[str, str]]:
    """Where the parameters that begin `at` end, and what they say; the first of a name counts."""
    said: dict[str, str] = {}
    while found := PARAMETER.match(value, at):
        said.setdefault(found[1].lower(), found[2] if found[2] is not None else found[3] or "")
        at = found.end()
    return at, said


def _in_head(head: bytes, stored: StoredBlock, configured: str | None) -> Iterator[tuple[str, str]]:
    if b"\0" in head[:LONGEST_TAG]:  # UTF-16
        wide = charset.read(head, stored.header("content-type"), configured)
        head = wide.text.encode("utf-8", "replace") if wide else b""
    end = head.find(HEAD_ENDS)
    head = head[:end] if end >= 0 else head
    tags = [_attributes(head, at) for at in _candidates(head, unsaid=end < 0)]
    base = _base(head, stored, configured) if tags else ""
    for attributes in tags:
        link = join(base, _text(attributes.get(b"href", b""), stored, configured))
        if link is not None:
            relations = _relations(attributes.get(b"rel", b"").decode("latin-1"))
            yield from ((name, link) for name in relations)


def _candidates(head: bytes, *, unsaid: bool) -> Iterator[int]:
    """Where the link elements begin in which one of the words stands.

    `unsaid` is that the page does not say where its head ends.
    """
    found = [*islice(_worded(head), MOST_LINKS)]
    if not found:
        return
    ends = (*ENDS, *ENDS_UNSAID) if unsaid else ENDS
    last = min((at for end in ends if (at := head.find(end, 0, found[-1])) >= 0), default=len(head))
    clean = 0
    for at in found:
        if at < last and not _is_hidden(head, clean, at):
            clean = at
            yield at


def _worded(head: bytes) -> Iterator[int]:
    """Where the link elements begin in which one of the words stands, wherever they are."""
    for link in LINK.finditer(head):
        at = link.start()
        end = head.find(b"<", link.end(), at + LONGEST_TAG)
        said = head[at : end if end >= 0 else at + LONGEST_TAG].lower()
        if any(word in said for word in WORDS):
            yield at


def _is_hidden(head: bytes, clean: int, at: int) -> bool:
    """Whether what begins `at` stands in a comment or a script; what is at `clean` does not."""
    for begin, end in HIDING:
        opened = head.rfind(begin, clean, at)
        # `<!-->` is a whole comment
        if opened >= 0 and head.find(end, opened + 2, at) < 0:
            return True
    return False


def _attributes(head: bytes, at: int) -> dict[bytes, bytes]:
    """The attributes of the link or base element that begins `at`, by lower-case name."""
    said: dict[bytes, bytes] = {}
    place, last = at + len(b"<link"), at + LONGEST_TAG
    while found := ATTRIBUTE.match(head, place, last):
        said.setdefault(found[1].lower(), found[2] or found[3] or found[4] or b"")
        place = found.end()
    return said


def _base(head: bytes, stored: StoredBlock, configured: str | None) -> str:
    if b"<base" not in head and b"<BASE" not in head:
        return stored.url
    for element in islice(BASE.finditer(head), MOST_LINKS):
        href = _attributes(head, element.start()).get(b"href")
        if href and not _is_hidden(head, 0, element.start()):
            return join(stored.url, _text(href, stored, configured)) or stored.url
    return stored.url


def _text(value: bytes, stored: StoredBlock, configured: str | None) -> str:
    if value.isascii():
        return unescape(value.decode("ascii"))
    head, said = (stored.decoded or b"")[:HEAD], stored.header("content-type")
    said_there = charset.read(value, f"x/x; charset={_charset(head, said, configured)}")
    return unescape(said_there.text) if said_there else ""  # no text, and so no address


@lru_cache(maxsize=1)
def _charset(head: bytes, content_type: str | None, configured: str | None) -> str:
    """What the page is written in; found out once for all of its addresses."""
    read = charset.read(head, content_type, configured)
    return read.charset if read and not read.charset.startswith("utf-") else "utf-8"


def _relations(rel: str) -> list[str]:
    said = rel.lower().split()
    return [name for name in RELATIONS if name in said]
