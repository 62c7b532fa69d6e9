"""WARC files as the log has them, and where in them the records lie."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, update

from pipeline.catalog import lookups, rows, tables
from pipeline.catalog.statements import Statements
from pipeline.catalog.upserts import keep_first

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Connection

    from pipeline.ground.evidence import OpenEntry, SealEntry
    from pipeline.model import Digest, Place


class Files:
    """The files' part of the fold, inside one batch."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._statements = Statements(connection)
        self._dialect = connection.dialect.name

    def enter_open(self, index: int, entry: OpenEntry) -> None:
        """A WARC file was begun."""
        row = {"name": entry.name, "opened": index, "warcinfo": entry.warcinfo}
        unsealed = row | lookups.NOT_SEALED
        self._statements.add(keep_first(self._dialect, tables.files, "name"), unsealed)

    def enter_seal(self, index: int, entry: SealEntry) -> None:
        """A WARC file was closed, or rewritten."""
        new = {"sealed": index, "sha256": entry.sha256, "size": entry.size}
        named = update(tables.files).where(tables.files.c.name == entry.name)
        self._connection.execute(named, new | {"records": entry.records})

    def sealed(self) -> frozenset[str]:
        """The names of the WARC files that were sealed."""
        found = self._connection.execute(lookups.SEALED_FILES)
        return frozenset(row.name for row in found)

    def opened(self) -> Mapping[str, int]:
        """The index of each WARC file's `OpenEntry`, by its name."""
        return {row.name: row.opened for row in self._connection.execute(lookups.OPENED_FILES)}

    def lay_anew(self, file: str, places: Mapping[str, Place]) -> None:
        """WARC file `file` was rewritten: its records lie at `places`, the others nowhere."""
        its_own = update(tables.places).where(tables.places.c.file == file)
        self._connection.execute(its_own, rows.NOWHERE)
        moved = update(tables.places).where(tables.places.c.record_id == bindparam("moved"))
        if places:
            self._connection.execute(
                moved, [{"moved": one} | rows.place_columns(lies) for one, lies in places.items()]
            )

    def close_up(self, file: str, gone: Iterable[Place]) -> None:
        """WARC file `file` was rewritten without what lay at `gone`: what lay behind moved up."""
        last_first = sorted(gone, key=lambda place: place.offset, reverse=True)
        for place in last_first:
            asked = {"its_file": file, "behind": place.offset, "by": place.length}
            self._connection.execute(lookups.CLOSE_UP, asked)

    def seal_of(self, file: str) -> tuple[Digest, int] | None:
        """The digest of WARC file `file` and how many records it holds, as its seal says."""
        row = self._statements.first(lookups.SEAL_OF, name=file)
        return None if row is None else (row.sha256, row.records)
