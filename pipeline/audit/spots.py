"""Where records begin, and which texts follow from them."""

from __future__ import annotations

from typing import NamedTuple


class Spot(NamedTuple):
    """Where a record begins: in which file of warc/, at which octet."""

    file: str
    offset: int


class Item(NamedTuple):
    """An extraction to derive anew: `answer` is the revisit that it was made of, if it was one."""

    entry: int
    text: bytes
    document: bytes
    rules: bytes
    record: bytes
    response: Spot
    answer: Spot | None
