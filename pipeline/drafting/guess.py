"""What is guessed: a value for the declaration, what speaks for it, and how sure that is."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from msgspec import Struct


class Sure(StrEnum):
    """How much a guess is worth."""

    SURE = "sure"
    LIKELY = "likely"
    UNSURE = "unsure"


class Guess(Struct, frozen=True, kw_only=True):
    """A `value` as the declaration has it, None where nothing was found; `why` in a few words."""

    value: Any
    why: str
    sure: Sure = Sure.LIKELY


def by_share(found: int, of: int) -> Sure:
    """How sure that is which holds on so many pages; one page proves little."""
    if found < of:
        return Sure.LIKELY if 2 * found > of else Sure.UNSURE
    return Sure.SURE if of > 1 else Sure.LIKELY
