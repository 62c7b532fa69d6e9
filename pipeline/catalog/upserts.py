"""Inserts that say what happens when the row is there already; each is prepared once."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy.dialects import sqlite

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Insert, Table
    from sqlalchemy.dialects import postgresql

    Upsert = sqlite.Insert | postgresql.Insert


def _into_postgresql(table: Table) -> postgresql.Insert:
    from sqlalchemy.dialects import postgresql  # noqa: PLC0415 - most catalogs do without it

    return postgresql.insert(table)


INSERTS: dict[str, Callable[[Table], Upsert]] = {
    "sqlite": sqlite.insert,
    "postgresql": _into_postgresql,
}


@cache
def keep_first(dialect: str, table: Table, *key: str) -> Insert:
    """Insert, unless a row with this `key` stands there; then nothing happens."""
    return INSERTS[dialect](table).on_conflict_do_nothing(index_elements=key)


@cache
def keep_last(dialect: str, table: Table, *kept: str) -> Insert:
    """Insert, or replace every column of the row with this primary key but those in `kept`."""
    insert = INSERTS[dialect](table)
    keys = [column.name for column in table.primary_key]
    new = {c.name: insert.excluded[c.name] for c in table.c if c.name not in {*keys, *kept}}
    if not new:
        return keep_first(dialect, table, *keys)
    return insert.on_conflict_do_update(index_elements=keys, set_=new)


@cache
def add_up(dialect: str, table: Table) -> Insert:
    """Insert, or add every column to that of the row with this primary key."""
    insert = INSERTS[dialect](table)
    keys = [column.name for column in table.primary_key]
    sums = {c.name: c + insert.excluded[c.name] for c in table.c if c.name not in keys}
    return insert.on_conflict_do_update(index_elements=keys, set_=sums)
