"""Where a list of results goes on ↔ a short text that may stand in a URL.

A list speaks of the versions up to `upto`, so that what is indexed meanwhile shifts nothing.  The
best are ranked anew for every page of it, and a rank may move with what has come; so the cursor
names the pages that were shown, and none comes twice or is left out.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import TYPE_CHECKING

from msgspec import Struct

from pipeline.errors import UsageError
from pipeline.ground.query import Order

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipeline.ground.query import Query

MARK = 4
ORDERS = (Order.BEST, Order.NEWEST)
LONGEST = 20_000
LARGEST = (1 << 63) - 1
"""SQLite numbers nothing beyond."""


class BadCursor(UsageError):
    """A cursor that nobody gave out, or that goes on with another query."""

    def __init__(self) -> None:
        super().__init__("this cursor belongs to no such search; begin again without --cursor")


class Cursor(Struct, frozen=True, kw_only=True):
    """Everything up to version `upto`; `shown` are the pages that were, in no order.

    For what goes by age, `below` is the version that was shown last.
    """

    order: Order
    upto: int
    shown: frozenset[int] = frozenset()
    below: int = 0


def write(cursor: Cursor, query: Query) -> str:
    """The cursor as text, good for this query alone."""
    numbers = [ORDERS.index(cursor.order), cursor.upto, cursor.below]
    before = 0
    for page in sorted(cursor.shown):
        numbers.append(page - before)
        before = page
    octets = _mark(query, cursor.order) + b"".join(map(_varint, numbers))
    return base64.urlsafe_b64encode(octets).decode().rstrip("=")


def read(text: str, query: Query, order: Order) -> Cursor:
    """The inverse of `write`.  Raises BadCursor."""
    try:
        if len(text) > LONGEST:
            raise BadCursor
        octets = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        number, upto, below, *steps = _numbers(octets[MARK:])
        if octets[:MARK] != _mark(query, order) or ORDERS[number] is not order:
            raise BadCursor
    except (binascii.Error, ValueError, IndexError):
        raise BadCursor from None
    shown, page = set(), 0
    for step in steps:
        page += step
        shown.add(page)
    return Cursor(order=order, upto=upto, below=below, shown=frozenset(shown))


def _mark(query: Query, order: Order) -> bytes:
    return hashlib.sha256(repr((query, order)).encode("utf-8", "replace")).digest()[:MARK]


def _varint(number: int) -> bytes:
    octets = bytearray()
    while number >= 0x80:  # noqa: PLR2004 - seven bits an octet
        octets.append(number & 0x7F | 0x80)
        number >>= 7
    octets.append(number)
    return bytes(octets)


def _numbers(octets: Iterable[int]) -> Iterator[int]:
    number = shift = 0
    for octet in octets:
        number |= (octet & 0x7F) << shift
        shift += 7
        if number > LARGEST:
            raise BadCursor
        if octet < 0x80:  # noqa: PLR2004 - as above
            yield number
            number = shift = 0
    if shift:
        raise BadCursor
