"""What was found in documents ↔ a row for each, and their sums month by month."""

from __future__ import annotations

from collections import defaultdict
from math import log2
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select

from pipeline.catalog import tables
from pipeline.catalog.statements import Statements
from pipeline.catalog.upserts import add_up, keep_last
from pipeline.ground.finds import Find, Found, Reading

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from sqlalchemy import Connection

Month = tuple[str, str, int]
Sums = dict[str, int]

FIELDS = tuple(find.name.lower() for find in Find if find.name)
BEFORE = (
    select(tables.readings, tables.extractions.c.generation)
    .join(tables.extractions, tables.extractions.c.entry == tables.readings.c.entry)
    .where(tables.readings.c.mark == bindparam("mark"))
)
RECENT = (
    select(
        tables.readings,
        tables.extractions.c.url,
        tables.extractions.c.generation,
        tables.extractions.c.rules,
        tables.extractions.c.text,
    )
    .join(tables.extractions, tables.extractions.c.entry == tables.readings.c.entry)
    .where(
        tables.readings.c.site == bindparam("site"),
        tables.readings.c.seen_at < bindparam("before"),
        tables.readings.c.live,
    )
    .order_by(tables.readings.c.seen_at.desc())
    .limit(bindparam("most"))
)
OF_SITE = (
    select(tables.finds)
    .where(tables.finds.c.site == bindparam("site"), tables.finds.c.documents > 0)
    .order_by(tables.finds.c.month, tables.finds.c.generation)
)
READ = select(tables.finds.c.site).distinct().order_by(tables.finds.c.site)


class Readings:
    """What was found, inside one batch."""

    def __init__(self, connection: Connection) -> None:
        self._statements = Statements(connection)
        self._dialect = connection.dialect.name

    def enter(self, readings: Iterable[tuple[int, str, Reading, bool]]) -> None:
        """Count readings, each with its document's mark, its site and whether it was seen live.

        A document counts once a month, as it was last seen; a text that was read anew of the same
        bytes takes the older one's place.
        """
        rows: dict[int, dict[str, Any]] = {}
        sums: defaultdict[Month, Sums] = defaultdict(lambda: dict.fromkeys(_sums(0, 1), 0))
        for mark, site, reading, live in readings:
            before = rows.get(mark) or self._before(mark)
            row = _row(mark, site, reading, live=live)
            if before is not None and _is_of_a_month(before, row):
                if before["seen_at"] > row["seen_at"]:
                    continue
                _add(sums[_month(before)], before, -1)
            _add(sums[_month(row)], row, 1)
            if before is None or before["seen_at"] <= row["seen_at"]:
                rows[mark] = row
        if rows:
            kept = [{k: v for k, v in row.items() if k != "generation"} for row in rows.values()]
            self._statements.add_all(keep_last(self._dialect, tables.readings), kept)
        counted = [
            {"site": site, "generation": generation, "month": month} | added
            for (site, generation, month), added in sums.items()
            if any(added.values())
        ]
        if counted:
            self._statements.add_all(add_up(self._dialect, tables.finds), counted)

    def _before(self, mark: int) -> dict[str, Any] | None:
        row = self._statements.first(BEFORE, mark=mark)
        return None if row is None else dict(row._asdict())


def recent(
    connection: Connection, site: str, *, before: datetime, most: int
) -> tuple[Reading, ...]:
    """The documents of `site` that were seen live before then, the last ones first."""
    found = connection.execute(RECENT, {"site": site, "before": before, "most": most})
    return tuple(
        Reading(
            entry=row.entry,
            url=row.url,
            seen_at=row.seen_at,
            generation=row.generation,
            rules=row.rules,
            text=row.text,
            finds=row.finds,
            length=row.length,
            title=row.title,
        )
        for row in found
    )


def found(connection: Connection, site: str) -> tuple[Found, ...]:
    """What was found in the documents of `site`, month by month and rule by rule."""
    return tuple(map(_found, connection.execute(OF_SITE, {"site": site})))


def read(connection: Connection) -> tuple[str, ...]:
    """The sites of which documents were read."""
    return tuple(connection.execute(READ).scalars())


def _row(mark: int, site: str, reading: Reading, *, live: bool) -> dict[str, Any]:
    return {
        "mark": mark,
        "site": site,
        "seen_at": reading.seen_at,
        "entry": reading.entry,
        "finds": reading.finds,
        "length": reading.length,
        "title": reading.title,
        "live": live,
        "generation": reading.generation,
    }


def _month(row: Mapping[str, Any]) -> Month:
    seen = row["seen_at"]
    return row["site"], row["generation"], 100 * seen.year + seen.month


def _is_of_a_month(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return one["site"] == other["site"] and _month(one)[2] == _month(other)[2]


def _add(sums: Sums, row: Mapping[str, Any], sign: int) -> None:
    for name, value in _sums(row["finds"], row["length"]).items():
        sums[name] += sign * value


def _sums(finds: int, length: int) -> Sums:
    counted = {name: int(bool(finds & Find[name.upper()])) for name in FIELDS}
    return {"documents": 1} | counted | {"bits": round(1000 * log2(max(1, length)))}


def _found(row: Any) -> Found:
    return Found(
        site=row.site,
        generation=row.generation,
        month=f"{row.month // 100:04}-{row.month % 100:02}",
        documents=row.documents,
        found={name: getattr(row, name) for name in FIELDS},
        length=round(2 ** (row.bits / row.documents / 1000)),
    )
