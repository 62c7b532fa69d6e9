"""Part of an index, made and not yet written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.catalog import Batch


@dataclass(frozen=True, slots=True)
class Slice:
    """What `many` extractions come to; `write` enters it, and how far the index then is."""

    many: int
    write: Callable[[Batch], object]
