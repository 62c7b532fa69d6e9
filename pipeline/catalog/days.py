"""Captures → how many looks of each site came to what, day by day.

Whoever draws years of a site reads a row a day instead of every look.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import TYPE_CHECKING

from pipeline.catalog import tables
from pipeline.catalog.columns import EPOCH
from pipeline.catalog.fold import STATES
from pipeline.catalog.upserts import INSERTS
from pipeline.model import Blocked, Changed, Failed, Gone, New, Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Insert

    from pipeline.catalog.statements import Statements
    from pipeline.ground.evidence import CaptureEntry

COUNTED = ("looks", "new", "changed", "gone", "blocked", "failed")
OF_TARGETS = {New.name, Changed.name, Gone.name}


class Days:
    """The counts, inside one batch: gathered, and added to what stands there by `settle`."""

    def __init__(self, statements: Statements, dialect: str) -> None:
        self._statements = statements
        self._dialect = dialect
        self._unwritten: dict[tuple[str, int], Counter[str]] = {}

    def enter(self, entry: CaptureEntry) -> None:
        """Count a look; hops, retried attempts, skips and robots.txt are none."""
        if entry.outcome not in STATES or entry.role is Role.ROBOTS:
            return
        day = entry.site or "", (entry.observed_at - EPOCH).days
        self._unwritten.setdefault(day, Counter()).update(_came_to(entry))

    def settle(self) -> None:
        """Write what was gathered."""
        if self._unwritten:
            counted = [
                {"site": site, "day": day} | {name: found[name] for name in COUNTED}
                for (site, day), found in self._unwritten.items()
            ]
            self._statements.add_all(_added(self._dialect), counted)
            self._unwritten.clear()

    def forget(self) -> None:
        """Drop what was gathered."""
        self._unwritten.clear()


def _came_to(entry: CaptureEntry) -> Iterator[str]:
    yield "looks"
    for word in (entry.outcome, entry.change):
        if word in {Blocked.name, Failed.name} or (
            word in OF_TARGETS and entry.role is Role.TARGET
        ):
            yield word


@cache
def _added(dialect: str) -> Insert:
    insert = INSERTS[dialect](tables.days)
    sums = {name: tables.days.c[name] + insert.excluded[name] for name in COUNTED}
    return insert.on_conflict_do_update(index_elements=["site", "day"], set_=sums)
