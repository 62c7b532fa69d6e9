"""What the index of words is told and answers: frozen values, never rows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec import Struct

from pipeline.model import Digest

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class Terms(Struct, frozen=True, kw_only=True):
    """A text as the analyzer has it: terms with spaces between."""

    title: str
    body: str


class Known(Struct, frozen=True, kw_only=True):
    """A version that is in the index, for making that anew."""

    id: int
    text: Digest
    title: str | None


class Ranked(Struct, frozen=True):
    """A version that was found; of two, the one with the lower `score` fits better."""

    version: int
    page: int
    is_current: bool
    score: float


class Stretch(Struct, frozen=True):
    """Versions that were found, the newest first; `last` is the oldest that was looked at.

    It is None where nothing older fits.
    """

    found: tuple[Ranked, ...]
    last: int | None


class Version(Struct, frozen=True, kw_only=True):
    """A version of a page, and how that page stands.

    `seen_at` is when these words were first captured there, `until` when others were first seen in
    their place: None where they still stand, and where nothing was read there since.
    """

    id: int
    page: int
    url: str
    site: str | None
    state: str
    is_current: bool
    text: Digest
    title: str | None
    published: str | None
    language: str | None
    seen_at: datetime
    until: datetime | None


def version_of(row: tuple[Any, ...]) -> Version:
    """A row of the index, with when another version was in its place."""
    number, page, url, site, state, current, text, title, published, language, seen, until = row
    is_current = current == number
    return Version(
        id=number,
        page=page,
        url=url,
        site=site,
        state=state,
        is_current=is_current,
        text=Digest("sha256", text),
        title=title,
        published=published,
        language=language,
        seen_at=EPOCH + timedelta(microseconds=seen),
        until=None if is_current or until is None else EPOCH + timedelta(microseconds=until),
    )
