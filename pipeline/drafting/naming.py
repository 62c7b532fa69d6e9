"""Addresses and what pages say of themselves → the site's name, its file's name, its hosts."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipeline.drafting.guess import Guess, Sure

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.drafting.page import Page

# Second levels under which a country registers names: example.co.uk is one name.
UNDER_COUNTRIES = "co com org net gov go ac edu or ne mil gob gouv govt gc in"
REGISTERING = frozenset(UNDER_COUNTRIES.split())
FRONT = frozenset({"www", "www2", "m", "amp", "mobile", "en"})
PARTED = re.compile(r"\s+[|–—·•»:-]+\s+|\s*[|»_]\s*")
ADDRESS = re.compile(r"[\d.]+|\[.*\]|localhost")
LONGEST = 60


def authority(url: str) -> str:
    """Host and, where it is named, port."""
    return urlsplit(url).netloc.rpartition("@")[2].lower()


def site_name(pages: Iterable[Page], url: str) -> Guess:
    """What the site calls itself."""
    pages = tuple(pages)
    said = Counter(
        name for page in pages for name in list(page.metas("og:site_name", "application-name"))[:1]
    )
    if said:
        name, times = said.most_common(1)[0]
        return Guess(value=name[:LONGEST], why=f"og:site_name on {times} pages", sure=Sure.SURE)
    ends = Counter(
        pieces[-1]
        for page in pages
        if len(pieces := PARTED.split(page.declared_title)) > 1 and pieces[-1]
    )
    if ends and (common := ends.most_common(1)[0])[1] > 1:
        return Guess(value=common[0][:LONGEST], why="what page titles end in")
    return Guess(value=authority(url), why="its host: no page names the site", sure=Sure.UNSURE)


def file_name(url: str, name: str) -> str:
    """The name of the site's file: of its host, or where that is a bare address of its `name`."""
    host, _, port = authority(url).partition(":")
    if ADDRESS.fullmatch(host):
        spoken = slug(name)
        return spoken if re.search("[a-z]{2}", spoken) else slug(f"{host}-{port}")
    labels = host.split(".")
    while len(labels) > 1 and labels[0] in FRONT:
        labels = labels[1:]
    labels = labels[:-1] if len(labels) > 1 else labels
    if len(labels) > 1 and labels[-1] in REGISTERING:
        labels = labels[:-1]
    return slug("-".join(labels)) or "site"


def slug(text: str) -> str:
    """`text` in lower-case ASCII letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:LONGEST].strip("-")


def hosts(urls: Iterable[str]) -> list[str]:
    """The `match` patterns of the hosts that were met, each with and without its www."""
    found: dict[str, None] = {}
    for host in dict.fromkeys(map(authority, urls)):
        found[host] = None
        bare, _, port = host.partition(":")
        if not ADDRESS.fullmatch(bare) and not port and bare.count(".") >= 1:
            other = bare.removeprefix("www.") if bare.startswith("www.") else f"www.{bare}"
            if bare.startswith("www.") or bare.count(".") == 1:
                found[other] = None
    return list(found)
