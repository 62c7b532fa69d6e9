"""Some bytes → who holds them, what was made of them, and who refers to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.catalog import lookups, rows
from pipeline.catalog.answers import Held

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from pipeline.model import Digest


def held(connection: Connection, entity: Digest) -> Held:
    """What the archive still holds of `entity`."""
    asked = {"entity": entity}
    holding = connection.execute(lookups.HOLDING, asked).all()
    made_of = connection.execute(lookups.MADE_OF, asked).scalars()
    return Held(
        leaves=tuple(sorted({*(row.entry for row in holding), *made_of})),
        responses=tuple(
            (row.record_id, None if row.file is None else rows.place(row)) for row in holding
        ),
        revisits=tuple(connection.execute(lookups.REFERRING, asked).scalars()),
    )
