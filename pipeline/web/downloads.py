"""What can be taken away: a text, a log entry, its proof, a bundle with all of it.

All of it comes from outside, so none of it is shown by a browser in our name: it is downloaded.
"""

from __future__ import annotations

import tempfile
import threading
from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.responses import FileResponse, Response

from pipeline.archive.texts import Texts
from pipeline.bundle.gathering import Gathering
from pipeline.bundle.wacz import wacz_of
from pipeline.errors import DamagedRecord, LedgerBroken
from pipeline.ledger.keys import PUBLISHED, published
from pipeline.ledger.proof import write_proof
from pipeline.ledger.reader import LogReader
from pipeline.model import Digest
from pipeline.settings import VERSION
from pipeline.web.asked import MOST_DIGITS, NotThere, number_named
from pipeline.web.naming import DIGEST, capture_named

if TYPE_CHECKING:
    from pipeline.catalog import Shown
    from pipeline.web.asked import Asked
    from pipeline.web.desk import Desk

MOST_BUNDLES = 8
"""Bundles that are kept made: a browser that replays one asks for it in pieces."""
SOFTWARE = f"Dateline/{VERSION}"

HARMLESS = {"Content-Security-Policy": "sandbox; default-src 'none'"}


def text(asked: Asked) -> Response:
    """A clean text as its file has it."""
    matched = DIGEST.fullmatch(asked.path["digest"])
    if matched is None:
        raise NotThere(f"text {asked.path['digest'][:80]}")
    digest = Digest("sha256", bytes.fromhex(matched[1]))
    try:
        said = Texts(asked.desk.settings.archive).read_text(digest)
    except DamagedRecord as damage:
        reason = asked.desk.reader.taken_down(digest)
        raise NotThere(f"text {matched[1]}: {reason or damage}") from damage
    return _attached(said.encode(), f"{matched[1][:16]}.txt", "text/plain; charset=utf-8")


def entry(asked: Asked) -> Response:
    """The octets of an entry of the log: what its leaf is the hash of."""
    log, index = _logged(asked)
    return _attached(log.entry(index), f"entry-{index}.json", "application/json")


def proof(asked: Asked) -> Response:
    """That an entry is in the log, as a C2SP tlog-proof."""
    log, index = _logged(asked)
    said = write_proof(index, log.inclusion(index), log.octets)
    return _attached(said, f"entry-{index}.tlog-proof", "text/plain; charset=utf-8")


class Bundles:
    """Makes WACZ files as they are asked for, and keeps the last few."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="dateline-web-")
        self._made: OrderedDict[tuple[str, int], Path] = OrderedDict()
        self._one_at_a_time = threading.Lock()

    def bundle(self, asked: Asked) -> Response:
        """A capture and all that proves it; pieces of it may be asked for (RFC 9110 14.2).

        Pieces are of the bundle that was made last, however the log has grown since: of two that
        were made at two sizes of the log they would be no file.
        """
        name = asked.path["record"]
        capture = capture_named(asked.desk, name)
        with self._one_at_a_time:
            path = self._last(name) if asked.in_part and not capture.taken_down else None
            path = path or self._of(asked.desk, capture, name)
        return FileResponse(
            path, media_type="application/wacz", filename=f"{name}.wacz", headers=HARMLESS
        )

    def close(self) -> None:
        """Throw away what was made."""
        self._folder.cleanup()

    def _last(self, name: str) -> Path | None:
        """The bundle of that name that was made or asked for last."""
        return next((path for key, path in reversed(self._made.items()) if key[0] == name), None)

    def _of(self, desk: Desk, capture: Shown, name: str) -> Path:
        log = LogReader.open(desk.settings.archive)
        key = name, log.size
        if key in self._made:
            self._made.move_to_end(key)
            return self._made[key]
        path = Path(self._folder.name) / f"{name}-{log.size}.wacz"
        path.write_bytes(wacz_of(_gathering(desk, log).about(capture), software=SOFTWARE))
        self._made[key] = path
        while len(self._made) > MOST_BUNDLES:
            _, oldest = self._made.popitem(last=False)
            oldest.unlink(missing_ok=True)
        return path


def _gathering(desk: Desk, log: LogReader) -> Gathering:
    archive = desk.settings.archive
    key = published(archive)
    if key is None:
        raise LedgerBroken(archive / PUBLISHED, why="is missing")
    reader = desk.reader
    return Gathering(folder=archive, index=reader, log=log, key=key, keys=reader.keys())


def _logged(asked: Asked) -> tuple[LogReader, int]:
    log, said = LogReader.open(asked.desk.settings.archive), asked.path["index"]
    index = number_named(said, digits=MOST_DIGITS)
    if index is None or index >= log.size:
        raise NotThere(f"entry {said[:MOST_DIGITS]} in a log of {log.size}")
    return log, index


def _attached(octets: bytes, name: str, kind: str) -> Response:
    disposition = f'attachment; filename="{name}"'
    return Response(
        octets, media_type=kind, headers={**HARMLESS, "Content-Disposition": disposition}
    )
