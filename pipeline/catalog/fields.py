"""A column type → a field of a model that holds such values."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Text
from sqlmodel import Field

from pipeline.catalog.columns import Instant, Outside, Sha256


def moment(**options: Any) -> Any:
    """A column that holds an instant."""
    return Field(sa_type=Instant, **options)


def digest(**options: Any) -> Any:
    """A column that holds a SHA-256."""
    return Field(sa_type=Sha256, **options)


def outside(**options: Any) -> Any:
    """A column that holds text from outside."""
    return Field(sa_type=Outside, **options)


def own(**options: Any) -> Any:
    """A column that holds words of our own: ids, names, vocabulary."""
    return Field(sa_type=Text, **options)
