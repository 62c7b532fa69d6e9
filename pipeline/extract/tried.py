"""Stored pages and a rule that nobody has declared yet → what it would yield on each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from pipeline import charset
from pipeline.extract import config
from pipeline.extract.fields import date_of, link_of, text_of
from pipeline.extract.metadata import language_of
from pipeline.extract.page import Page
from pipeline.extract.rules import Rules

if TYPE_CHECKING:
    from collections.abc import Iterable
    from zoneinfo import ZoneInfo

    from pipeline.extract.rules import Fields
    from pipeline.model import StoredBlock


class Tried:
    """Pages that rules are tried on.  A rule is what a declaration may have for a field."""

    def __init__(self, pages: Iterable[StoredBlock]) -> None:
        self._pages = [(one.url, _parsed(one)) for one in pages]

    def texts(self, rule: object) -> list[str | None]:
        """What `rule` yields as a text, page by page; nothing where it is no rule at all."""
        picks = _fields(title=rule).title
        return [text_of(page, picks, page.dropped(())) if page else None for _, page in self._pages]

    def links(self, rule: object) -> list[str | None]:
        """What it yields as an address."""
        picks = _fields(source={"url": rule}).source_url
        return [
            link_of(page, picks, page.dropped(()), url) if page else None
            for url, page in self._pages
        ]

    def dates(self, rule: object, zone: ZoneInfo | None) -> list[str | None]:
        """What it yields as a date, a clock time being one of `zone`."""
        picks = _fields(published=rule).published
        return [
            date_of(page, picks, page.dropped(()), zone, language_of(page)) if page else None
            for _, page in self._pages
        ]


def _fields(**fields: Any) -> Fields:
    try:
        declared = config.Generation.model_validate({"body": "body", **fields})
    except ValidationError:
        declared = config.Generation(body="body")
    return Rules.compile([declared], zone=None, language=None).generations[0].fields


def _parsed(stored: StoredBlock) -> Page | None:
    decoded = charset.read(stored.decoded or b"", stored.header("content-type"))
    return Page.parse(decoded.text) if decoded else None
