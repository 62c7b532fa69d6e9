"""Column types: what a value becomes in SQL, alike in SQLite and PostgreSQL.

Moments are whole microseconds since 1970 and digests their 32 octets.  Both sort and compare the
same way in every database, whatever its collation or session zone; an index entry of a moment
takes 8 octets where the printed form takes 27, one of a digest 32 where it takes 71; and neither
has to be parsed to be read back.

Each type's `to_sql` does the writing, for values that are there: in an embedded catalog it is
called as it is, some sixty times a page.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, Integer, LargeBinary, Text, TypeDecorator

from pipeline.model import Digest

if TYPE_CHECKING:
    from sqlalchemy import Dialect

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

ROW_NUMBER = BigInteger().with_variant(Integer, "sqlite")
"""Only the very words INTEGER PRIMARY KEY make SQLite use its own row number as the key."""


class Instant(TypeDecorator[datetime]):
    """An aware datetime, to the microsecond, read back in UTC.

    A naive one is refused with ValueError: SQLite's own type would take `12:00+09:00` and give
    back a `12:00` of nowhere.
    """

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> int | None:
        """Microseconds since 1970."""
        return None if value is None else self.to_sql(value)

    @staticmethod
    def to_sql(value: datetime) -> int:
        """The same."""
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r} has no place on the time line")
        return (value - EPOCH) // MICROSECOND

    def process_result_value(self, value: int | None, _dialect: Dialect) -> datetime | None:
        """The same instant, in UTC."""
        return None if value is None else EPOCH + timedelta(microseconds=value)


class Sha256(TypeDecorator[Digest]):
    """A SHA-256 digest.  Any other algorithm is refused with ValueError."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Digest | None, _dialect: Dialect) -> bytes | None:
        """The 32 octets."""
        return None if value is None else self.to_sql(value)

    @staticmethod
    def to_sql(value: Digest) -> bytes:
        """The same."""
        if value.algorithm != "sha256":
            raise ValueError(f"{value} is no sha256 digest, and the catalog holds no others")
        return value.value

    def process_result_value(self, value: bytes | None, _dialect: Dialect) -> Digest | None:
        """The digest again."""
        return None if value is None else Digest("sha256", bytes(value))


class Outside(TypeDecorator[str]):
    """Text from outside, in which no page can hide what would stop a batch.

    NUL, which PostgreSQL refuses, and lone surrogates, which no UTF-8 can say, become U+FFFD.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, _dialect: Dialect) -> str | None:
        """The text as every database can hold it."""
        return None if value is None else self.to_sql(value)

    @staticmethod
    def to_sql(value: str) -> str:
        """The same."""
        if "\0" in value:
            value = value.replace("\0", "\N{REPLACEMENT CHARACTER}")
        if value.isascii():
            return value
        return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
