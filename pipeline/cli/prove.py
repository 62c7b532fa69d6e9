"""`dateline prove`: one document with everything that a third party needs."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads it
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.bundle.gathering import Gathering
from pipeline.bundle.outside import Brought
from pipeline.bundle.verifying import Verification, verify
from pipeline.bundle.wacz import wacz_of, write_wacz
from pipeline.cli import claimed, terminal
from pipeline.cli.chosen import capture_of
from pipeline.cli.options import options_of
from pipeline.cli.verify import summary
from pipeline.errors import FOUND_SOMETHING, LedgerBroken
from pipeline.ground.claims import Verdict
from pipeline.ledger.keys import PUBLISHED, published
from pipeline.ledger.reader import LogReader
from pipeline.model import Digest
from pipeline.settings import VERSION
from pipeline.writing.opening import looked_into

if TYPE_CHECKING:
    from pipeline.ledger.notes import VerifyKey


def command(
    context: typer.Context,
    what: Annotated[
        str,
        typer.Argument(
            metavar="ID",
            help="A text's digest or its beginning, a record id, an entry, a visit, or a URL.",
        ),
    ],
    output: Annotated[Path, typer.Option("-o", "--output", help="The WACZ file to write.")],
) -> int:
    """One document with its proof, to be checked offline by dateline verify, or by hand."""
    options = options_of(context)
    key = published(options.settings.archive)
    if key is None:
        raise LedgerBroken(options.settings.archive / PUBLISHED, why="is missing")
    shown, reader = capture_of(what, options.settings), looked_into(options.settings)
    gathering = Gathering(
        folder=options.settings.archive,
        index=reader,
        log=LogReader.open(options.settings.archive),
        key=key,
        keys=reader.keys(),
    )
    octets = wacz_of(gathering.about(shown), software=f"Dateline/{VERSION}")
    found = verify(octets, Brought(vkey=key), file=str(output))
    if found.verdict == Verdict.FAILED:
        claimed.tell([one for one in found.claims if one.verdict is Verdict.FAILED])
        terminal.complain("the archive does not prove this, so nothing was written")
        return FOUND_SOMETHING
    write_wacz(output, octets)
    told = summary(found) | {"path": str(output), "sha256": str(Digest.of(octets))}
    if options.as_json:
        terminal.emit(told | {"bytes": len(octets), "vkey": str(key)})
    else:
        _tell(found, output, octets, key)
    return 0


def _tell(found: Verification, path: Path, octets: bytes, key: VerifyKey) -> None:
    terminal.line(str(path), ("  ", ""), (str(Digest.of(octets)), "dim"))
    claimed.tell(found.claims)
    terminal.say(f"check it with: dateline verify {path} --vkey KEY, where the file KEY holds")
    terminal.say(f"  {key}")
    terminal.say("hand the key over by another way than the bundle")
