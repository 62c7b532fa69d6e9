"""The `discover:` and `targets:` parts of a site's declaration.

Everything that can be checked without a network is checked here, when the file is read:
addresses, CSS, regular expressions.
"""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Discriminator,
    Field,
    PlainSerializer,
    Tag,
    WithJsonSchema,
)

from pipeline.discover.canonical import CanonicalConfig, is_http_url, join
from pipeline.discover.pattern import Pattern
from pipeline.discover.selector import Selectors
from pipeline.ground.declaration import Part

MOST_PAGES = 1000


def _address(text: str) -> str:
    if why := is_http_url(text):
        raise ValueError(f"an http:// or https:// address; {why}")
    return text


def _regex(given: Any) -> Pattern:
    if isinstance(given, Pattern):
        return given
    if not isinstance(given, str):
        raise ValueError("a regular expression, as text")  # noqa: TRY004 - pydantic's rule
    try:
        return Pattern(given)
    except (re.error, OverflowError, RecursionError) as refused:
        raise ValueError(f"a regular expression; {refused}") from refused


def _one_group(pattern: Pattern) -> Pattern:
    if pattern.groups != 1:
        raise ValueError(
            "a regular expression with one group, which is the number of pages,"
            rf" as in 'countPage = (\d+)'; it has {pattern.groups} groups"
        )
    return pattern


def _numbered(text: str) -> str:
    if "{n}" not in text:
        raise ValueError("an address in which {n} stands for the number, as in 'index_{n}.htm'")
    if join("http://listing.example/", text.replace("{n}", "1")) is None:
        raise ValueError("an http:// or https:// address, or one relative to the listing")
    return text


Address = Annotated[str, AfterValidator(_address)]
Regex = Annotated[
    Pattern,
    BeforeValidator(_regex),
    PlainSerializer(lambda pattern: pattern.pattern, return_type=str),
    WithJsonSchema({"type": "string", "format": "regex"}),
]
Most = Annotated[int, Field(ge=1, le=MOST_PAGES)]


class NextPages(Part):
    """Older pages by the link to the next; `most` counts the listing itself."""

    next: Selectors
    most: Most = 3


class PatternPages(Part):
    """Older pages by number: the second page of the listing has number `first`."""

    pattern: Annotated[str, AfterValidator(_numbered)]
    first: Annotated[int, Field(ge=0)] = 2
    most: Most = 3


class ScriptPages(Part):
    """Older pages by number, where a script in the page says how many pages there are."""

    script: Annotated[Regex, AfterValidator(_one_group)]
    pattern: Annotated[str, AfterValidator(_numbered)]
    first: Annotated[int, Field(ge=0)] = 1
    most: Most = 3


def _kind_of(given: Any, kinds: tuple[str, ...]) -> str | None:
    """The one key of `kinds` that is there.  `None`, none or several, is pydantic's refusal."""
    if isinstance(given, Part):
        return next((kind for kind in kinds if kind in type(given).model_fields), None)
    present = [kind for kind in kinds if kind in given] if isinstance(given, dict) else []
    return present[0] if len(present) == 1 else None


def _pages_kind(given: Any) -> str | None:
    # a script's pages have a pattern too
    return _kind_of(given, ("script",)) or _kind_of(given, ("next", "pattern"))


Pages = Annotated[
    Annotated[NextPages, Tag("next")]
    | Annotated[PatternPages, Tag("pattern")]
    | Annotated[ScriptPages, Tag("script")],
    Discriminator(
        _pages_kind,
        custom_error_type="pages_kind",
        custom_error_message="one of {next, most}, {pattern, first, most},"
        " {script, pattern, first, most}",
    ),
]


class ListingConfig(Part):
    """A page of links; `dates` are the dates beside them, in the page's own words."""

    listing: Address
    links: Selectors
    dates: Selectors | None = None
    pages: Pages | None = None


class FeedConfig(Part):
    """An RSS, Atom or JSON feed."""

    feed: Address


class SitemapConfig(Part):
    """A sitemap, or an index of them: XML, plain text, gzipped or not."""

    sitemap: Address


SeedConfig = Annotated[
    Annotated[ListingConfig, Tag("listing")]
    | Annotated[FeedConfig, Tag("feed")]
    | Annotated[SitemapConfig, Tag("sitemap")],
    Discriminator(
        lambda given: _kind_of(given, ("listing", "feed", "sitemap")),
        custom_error_type="seed_kind",
        custom_error_message="exactly one of 'listing', 'feed', 'sitemap' with its address",
    ),
]
DiscoverConfig = tuple[SeedConfig, ...]


class TargetsConfig(Part):
    """Which links are documents.

    The patterns are searched in the canonical URL.  Without `allow` every link is one; `deny`
    goes before `allow`.
    """

    allow: tuple[Regex, ...] = ()
    deny: tuple[Regex, ...] = ()
    canonical: CanonicalConfig = CanonicalConfig()

    def wants(self, url: str) -> bool:
        """Whether canonical `url` is a document of this site."""
        if any(pattern.search(url) for pattern in self.deny):
            return False
        return not self.allow or any(pattern.search(url) for pattern in self.allow)
