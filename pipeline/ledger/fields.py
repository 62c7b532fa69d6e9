"""The members of a JSON object → values of the types that an entry has."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeVar

from pipeline.ground.clock import moment
from pipeline.model import Digest

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")

T = TypeVar("T")


class Fields:
    """The members of one JSON object, asked for by name and type; `asked` are those names.

    Every question raises ValueError where another type stands there.
    """

    def __init__(self, said: Mapping[str, Any]) -> None:
        self._said = said
        self.asked: set[str] = set()

    def perhaps(self, name: str, kind: type[T]) -> T | None:
        """What is said under `name`, or None."""
        self.asked.add(name)
        if name not in self._said:
            return None
        value = self._said[name]
        if type(value) is not kind:  # a bool is an int to isinstance
            raise ValueError(f"{name}: {value!r} is not of type {kind.__name__}")
        return value

    def needed(self, name: str, kind: type[T]) -> T:
        """What is said under `name`; ValueError where nothing is."""
        value = self.perhaps(name, kind)
        if value is None:
            raise ValueError(f"{name} is not said")
        return value

    def text(self, name: str) -> str:
        """A string that must be said."""
        return self.needed(name, str)

    def moment(self, name: str) -> datetime:
        """A moment that must be said."""
        return moment(self.text(name))

    def digest(self, name: str) -> Digest:
        """A digest that must be said."""
        return _digest(self.text(name), name)

    def maybe_digest(self, name: str) -> Digest | None:
        """A digest, or None."""
        said = self.perhaps(name, str)
        return None if said is None else _digest(said, name)

    def every(self, name: str, kind: type[T]) -> tuple[T, ...]:
        """A list, each item of one type; empty where nothing is said."""
        values = self.perhaps(name, list) or []
        for value in values:
            if type(value) is not kind:
                raise ValueError(f"{name}: {value!r} is not of type {kind.__name__}")
        return tuple(values)


def _digest(text: str, name: str) -> Digest:
    if not _DIGEST.fullmatch(text):
        raise ValueError(f"{name}: {text[:200]!r} is no digest of the form sha256:<64 hex>")
    return Digest.parse(text)
