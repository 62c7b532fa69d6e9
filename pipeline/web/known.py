"""An address as somebody has it → the document that it names."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.web.desk import Desk


def known_as(desk: Desk, url: str) -> str:
    """The document that `url` is a variant of, or that very address where it was looked at."""
    named = desk.declared().register.document(url)
    return named if named != url and desk.reader.document(named) else url
