"""What a reader of seeds hands on: the links as the page has them, not yet judged."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mention:
    """One link: its text, its absolute URL without fragment, the date beside it as printed."""

    url: str
    title: str | None = None
    dated: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Everything one seed page says, in its own order.

    `next_page` is the page behind it, `more` are the sitemaps an index names; `faults` say, for
    a person, why there may be less than expected.
    """

    mentions: tuple[Mention, ...] = ()
    next_page: str | None = None
    more: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()


def one_line(text: str | None) -> str | None:
    """`text` with its white space run together; None where nothing is left."""
    return " ".join(text.split()) or None if text else None
