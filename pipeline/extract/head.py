"""A page's head → the addresses that it gives itself, and its site's name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from pipeline.extract.fields import linked
from pipeline.extract.prose import one_line

if TYPE_CHECKING:
    from pipeline.extract.page import Page

LONGEST_ADDRESS = 2048
"""Octets of an address that browsers and search engines still follow."""
LONGEST_NAME = 120
"""Characters of a site's name; what is longer is its advertisement."""
CANONICAL, AMP, OWN, NAME, APPLICATION = (
    "canonical",
    "amphtml",
    "og:url",
    "og:site_name",
    "application-name",
)


class Head(Struct, frozen=True, kw_only=True):
    """The page's canonical address and its AMP edition's, both absolute; its site's name.

    `declared` is the canonical address where `rel=canonical` gives it, without what `og:url` says.
    """

    canonical: str | None = None
    amp: str | None = None
    site_name: str | None = None
    declared: str | None = None


SILENT = Head()


def head_of(page: Page, base: str) -> Head:
    """What the head of the page at `base` says; of several that say the same, the first."""
    said = page.head
    declared = _address(said.get(CANONICAL), page, base)
    return Head(
        canonical=declared or _address(said.get(OWN), page, base),
        amp=_address(said.get(AMP), page, base),
        site_name=site_named(said.get(NAME)) or site_named(said.get(APPLICATION)),
        declared=declared,
    )


def _address(said: str | None, page: Page, base: str) -> str | None:
    if not said or len(said) > LONGEST_ADDRESS:
        return None
    return linked(one_line(said), page, base)


def site_named(said: str | None) -> str | None:
    """The site's name that `said` is; None for none, and for what is too long to be one."""
    name = one_line(said or "")
    return name if name and len(name) <= LONGEST_NAME else None
