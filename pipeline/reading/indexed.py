"""Part of an index, made and not yet written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.catalog import Batch


class Slice(Struct, frozen=True):
    """What `many` extractions come to; `write` enters it, and how far the index then is."""

    many: int
    write: Callable[[Batch], object]
