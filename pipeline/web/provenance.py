"""`/provenance/RECORD`: the chain from a page to its proof, link by link."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.errors import LedgerBroken
from pipeline.ground.claims import HELD, NOT_PROVEN
from pipeline.ledger.keys import published
from pipeline.reading.provenance import Commitment, certificate, commitment, said_of
from pipeline.reading.shown import chapters
from pipeline.reading.witnessing import known_witnesses
from pipeline.web.naming import capture_named
from pipeline.web.rendering import shown

if TYPE_CHECKING:
    from starlette.responses import Response

    from pipeline.catalog import Shown
    from pipeline.web.asked import Asked
    from pipeline.web.desk import Desk


def provenance(asked: Asked) -> Response:
    """One capture, with all that the archive can show of it."""
    desk = asked.desk
    capture = capture_named(desk, asked.path["record"])
    committed = _committed(desk, capture)
    digest = capture.entry.certificate
    by = certificate(desk.settings.archive, digest, desk.reader) if digest else None
    return shown(
        "provenance.html",
        here="provenance",
        capture=capture,
        entry=capture.entry,
        zone=desk.zone(capture.entry.site),
        committed=committed,
        fault=committed.fault,
        certificate=by,
        chapters=dict(chapters(capture, committed, by, said_of(desk.settings.archive, capture))),
        key=_key(desk),
        held=HELD,
        not_proven=NOT_PROVEN,
        record=asked.path["record"],
        others=desk.reader.captures_of_visit(capture.entry.visit),
    )


def _committed(desk: Desk, capture: Shown) -> Commitment:
    try:
        keys = known_witnesses(desk.settings.whole.ledger.witnesses)
        return commitment(desk.settings.archive, capture, desk.reader, keys=keys)
    except LedgerBroken as broken:
        return Commitment(origin="", index=capture.index, size=0, fault=str(broken))


def _key(desk: Desk) -> str | None:
    try:
        key = published(desk.settings.archive)
    except LedgerBroken:
        return None
    return str(key) if key else None
