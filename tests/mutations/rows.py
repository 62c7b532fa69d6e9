"""A catalog → what can be done to its rows."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

Change = tuple[str, frozenset[str], Callable[[Path], None]]
FOLDED = "record_folded"
"""How many entries the catalog has taken in: without it every row is one too many."""


def changes(catalog: sqlite3.Connection, chance: random.Random, most: int) -> Iterator[Change]:
    """What is done to `record_*` rows, the words by which the place may be named, and how."""
    for table in _tables(catalog):
        columns = catalog.execute(f"PRAGMA table_info({table})").fetchall()
        keys = [one[1] for one in sorted(columns, key=lambda one: one[5]) if one[5]]
        names = [one[1] for one in columns]
        found = catalog.execute(f"SELECT {', '.join(names)} FROM {table}").fetchall()  # noqa: S608 - names of our own
        for row in chance.sample(found, min(most, len(found))):
            held = dict(zip(names, row, strict=True))
            key = {name: held[name] for name in keys}
            at = "how far it is" if table == FOLDED else f"{table}, row {_spelled(key)}"
            for name in names:
                if name not in keys:
                    yield (
                        "column altered",
                        frozenset() if table == FOLDED else frozenset({f"{at}: {name}"}),
                        _update(table, name, _other(held[name]), key),
                    )
                else:
                    places = frozenset() if table == FOLDED else frozenset({at})
                    yield "key altered", places, _update(table, name, _far(held[name]), key)
            yield (
                "row deleted",
                frozenset() if table == FOLDED else frozenset({at}),
                _delete(table, key),
            )
            if "record_id" in held and "record_id" not in key:
                held["record_id"] = _far(held["record_id"])
            more = {**held, **{name: _far(value) for name, value in key.items()}}
            added = f"{table}, row {_spelled({name: more[name] for name in keys})}"
            yield "row added", frozenset({added}), _insert(table, more)
        if found:
            yield "table emptied", frozenset(), _statement(f"DELETE FROM {table}")  # noqa: S608
        yield "table dropped", frozenset(), _statement(f"DROP TABLE {table}")


def owners(catalog: sqlite3.Connection) -> dict[int, str]:
    """The table or index that each page of the file belongs to."""
    kinds = dict(catalog.execute("SELECT name, type FROM sqlite_master"))
    found = catalog.execute("SELECT pageno, name FROM dbstat").fetchall()
    return {page: f"{kinds.get(name, 'schema')} {name}" for page, name in found}


def _tables(catalog: sqlite3.Connection) -> list[str]:
    found = catalog.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'record_%'"
    )
    return sorted(name for (name,) in found)


def _spelled(key: dict[str, object]) -> str:
    return ", ".join(part.hex() if isinstance(part, bytes) else str(part) for part in key.values())


def _other(value: object) -> object:
    """Another value of the same sort."""
    match value:
        case None:
            return "x"
        case bool() | int():
            return value + 1 if value != 1 else 0
        case str():
            return value[:-1] + ("1" if value[-1:] != "1" else "2")
        case bytes():
            return bytes([value[0] ^ 1]) + value[1:]
        case _:
            return None


def _far(value: object) -> object:
    """Another value of the same sort that no row has."""
    match value:
        case int():
            return value + 1_000_000
        case str():
            return f"{value}~"
        case bytes():
            return value[:-1] + bytes([value[-1] ^ 0xFF])
        case _:
            return value


def _update(table: str, name: str, value: object, key: dict[str, object]) -> Callable:
    where = " AND ".join(f'"{one}" IS ?' for one in key) or "1"
    return _statement(
        f'UPDATE {table} SET "{name}" = ? WHERE {where}',  # noqa: S608 - names of our own
        value,
        *key.values(),
    )


def _delete(table: str, key: dict[str, object]) -> Callable:
    where = " AND ".join(f'"{one}" IS ?' for one in key) or "1"
    return _statement(f"DELETE FROM {table} WHERE {where}", *key.values())  # noqa: S608 - as above


def _insert(table: str, row: dict[str, object]) -> Callable:
    names = ", ".join(f'"{name}"' for name in row)
    marks = ", ".join("?" for _ in row)
    return _statement(f"INSERT INTO {table} ({names}) VALUES ({marks})", *row.values())  # noqa: S608


def _statement(text: str, *values: object) -> Callable[[Path], None]:
    def run(path: Path) -> None:
        with closing(sqlite3.connect(path)) as catalog, catalog:
            catalog.execute("PRAGMA foreign_keys = OFF")
            catalog.execute("PRAGMA ignore_check_constraints = ON")
            catalog.execute(text, values)

    return run


def record_rows(path: Path) -> list | None:
    """Every row of the record's tables; None where they cannot be read."""
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as catalog:
            catalog.text_factory = bytes  # a changed octet need not leave it UTF-8
            names = [name.decode("utf-8", "replace") for name in _tables(catalog)]
            return [
                sorted(catalog.execute(f"SELECT * FROM {one}").fetchall(), key=repr)  # noqa: S608
                for one in names
            ]
    except sqlite3.Error:
        return None
