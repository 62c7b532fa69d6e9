"""What a reader of seeds hands on: the links as the page has them, not yet judged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from msgspec import Struct

if TYPE_CHECKING:
    from datetime import timedelta

Reason = Literal[
    "unreadable",  # the body's coding is broken, or what came is no text
    "html_instead",  # a feed or sitemap was expected, and an HTML page came
    "other_document",  # another kind of document came, or none
    "malformed",  # read as far as it goes
    "cut_short",  # its gzip ends too early or unpacks to too much
    "too_many",  # more links than one page may name
    "empty",  # it is what it should be, and names nothing
    "no_match",  # the listing's `links` select nothing that leads to a page
    "no_link",  # some of its entries lead to no page
    "not_wanted",  # `allow` and `deny` leave nothing
    "no_page_count",  # the listing's script says no number of pages
    "too_deep",  # an index of sitemaps that is not followed
]

MOST = 100_000
"""Links of one page that are read: twice what a sitemap may name (sitemaps.org), so that a
hostile page costs seconds and not minutes."""


class Trouble(Struct, frozen=True):
    """Why a page may yield less than expected: a `reason` that stays, and words for a person."""

    reason: Reason
    words: str


TOO_MANY = Trouble("too_many", f"it names more than {MOST} links, and the rest is not read")


class Mention(Struct, frozen=True):
    """One link: its text, its absolute URL without fragment, the date beside it as printed."""

    url: str
    title: str | None = None
    dated: str | None = None


class Child(Struct, frozen=True):
    """A sitemap that an index names, and when it last changed, as printed."""

    url: str
    lastmod: str | None = None


class Reading(Struct, frozen=True, kw_only=True):
    """Everything one seed page says, in its own order.

    `next_page` is the page behind it, `children` are the sitemaps an index names, `ttl` is how
    long a feed asks not to be asked again.
    """

    mentions: tuple[Mention, ...] = ()
    next_page: str | None = None
    children: tuple[Child, ...] = ()
    ttl: timedelta | None = None
    troubles: tuple[Trouble, ...] = ()


def one_line(text: str | None) -> str | None:
    """`text` with its white space run together; None where nothing is left."""
    return " ".join(text.split()) or None if text else None
