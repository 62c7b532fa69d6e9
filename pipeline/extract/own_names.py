"""What a page's site is called, by itself and by its address: what is neither author nor source."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable

COMPANY = re.compile(
    r",?\s(?:inc|llc|ltd|pc|plc|gmbh|ag|corp|corporation|co|company)\.?$", re.IGNORECASE
)
SMALL = re.compile(r"(?:com?|org|net|gov|gob|gouv|go|ac|edu|ne|or|gv|nic|info)")
"""Second labels under which a country's names are registered: `co` of `example.co.uk`."""
ARTICLE = re.compile(r"^the\s+", re.IGNORECASE)
BEFORE = ("get", "try", "use", "go", "my", "join", "the")
"""What stands before a name in an address that was to be had."""
LEAST = 4
"""Letters from which a site's name in an address is no chance."""


class OwnNames(Struct, frozen=True):
    """A site's names without white space and marks, and its host."""

    names: frozenset[str]
    host: str

    @classmethod
    def of(cls, url: str, names: Iterable[str | None]) -> Self:
        """The names of the site that the page at `url` is on."""
        host = host_of(url) or ""
        known = {_bare(name) for name in names if name}
        known |= {_bare(host), _bare(_label(host)), _bare(host.removeprefix("www."))}
        return cls(frozenset(known - {""}), host)

    def are(self, name: str) -> bool:
        """Whether `name` is the site's own."""
        return _bare(name) in self.names

    def stand_in(self, name: str) -> bool:
        """Whether `name` is the site's own, or its address is made of it.

        `Tyre House` of `tyres.house.example`, `Gazette` of `getgazette.example`.
        """
        if self.are(name) or _bare(name) == _bare(_registered(self.host)):
            return True
        labels = {_bare(label) for label in self.host.split(".")}
        words = {_bare(word) for word in name.split(" ")}
        if len(words) > 1 and words <= labels:
            return True
        return any(
            _bare(name) == label.removeprefix(prefix) for label in labels for prefix in BEFORE
        )

    def behind(self, line: str) -> str:
        """`line` without the site's name at its end, where something is left of it."""
        if self.are(line):
            return line
        words = line.split(" ")
        for most in range(min(len(words) - 1, 5), 0, -1):
            if self.are(" ".join(words[-most:])):
                return " ".join(words[:-most]).rstrip(" ,;:|/–—-")
        return line

    def is_address(self, name: str) -> bool:
        """Whether the site's address is made of `name`."""
        return _bare(name) in {_bare(_label(self.host)), _bare(self.host.partition(".")[0])}

    def hold(self, url: str) -> bool:
        """Whether an address is the site's: the same registered name, or one that is called so.

        A copy of a site elsewhere still names the addresses of the site.
        """
        host = host_of(url)
        if not host or host == self.host or _registered(host) == _registered(self.host):
            return True
        label = _bare(_label(host))
        return label == _bare(_label(self.host)) or any(
            len(name) >= LEAST and (name in _bare(host) or (len(label) >= LEAST and label in name))
            for name in self.names
        )


def host_of(url: str) -> str | None:
    """The host of an address in lower case, or None."""
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


def _bare(name: str) -> str:
    return "".join(filter(str.isalnum, COMPANY.sub("", ARTICLE.sub("", name.strip())))).casefold()


def _registered(host: str) -> str:
    labels = host.split(".")
    if host.replace(".", "").isdigit():
        return host
    most = 3 if len(labels) > 2 and SMALL.fullmatch(labels[-2]) else 2  # noqa: PLR2004 - as said
    return ".".join(labels[-most:])


def _label(host: str) -> str:
    """The part of a host that names who it is: `example` of `www.example.co.uk`."""
    return "" if host.replace(".", "").isdigit() else _registered(host).partition(".")[0]
