"""`/provenance/RECORD`: the chain from a page to its proof, link by link."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.claims import HELD, NOT_PROVEN
from pipeline.errors import LedgerBroken
from pipeline.ledger.keys import published
from pipeline.provenance import certificate, commitment
from pipeline.shown import chapters
from pipeline.web.naming import capture_named
from pipeline.web.rendering import shown

if TYPE_CHECKING:
    from starlette.responses import Response

    from pipeline.catalog import Shown
    from pipeline.provenance import Commitment
    from pipeline.web.asked import Asked
    from pipeline.web.desk import Desk


def provenance(asked: Asked) -> Response:
    """One capture, with all that the archive can show of it."""
    desk = asked.desk
    capture = capture_named(desk, asked.path["record"])
    committed, fault = _committed(desk, capture)
    digest = capture.entry.certificate
    by = certificate(desk.settings.archive, digest, desk.reader) if digest else None
    told = {title: lines for title, lines in chapters(capture, committed, by)} if committed else {}
    return shown(
        "provenance.html",
        here="provenance",
        capture=capture,
        entry=capture.entry,
        zone=desk.zone(capture.entry.site),
        committed=committed,
        fault=fault,
        certificate=by,
        chapters=told,
        key=_key(desk),
        held=HELD,
        not_proven=NOT_PROVEN,
        record=asked.path["record"],
        others=desk.reader.captures_of_visit(capture.entry.visit),
    )


def _committed(desk: Desk, capture: Shown) -> tuple[Commitment | None, str | None]:
    try:
        committed = commitment(desk.settings.archive, capture, desk.reader)
    except LedgerBroken as broken:
        return None, str(broken)
    return committed, committed.fault


def _key(desk: Desk) -> str | None:
    try:
        key = published(desk.settings.archive)
    except LedgerBroken:
        return None
    return str(key) if key else None
