"""`dateline verify`: a bundle against the key of the log."""

from __future__ import annotations

from collections import Counter
from pathlib import Path  # noqa: TC003 - typer reads it
from typing import Annotated

import typer
from msgspec.structs import asdict

from pipeline.bundle.outside import Brought
from pipeline.bundle.verifying import Verification, verify
from pipeline.bundle.zipped import MOST_OCTETS
from pipeline.cli import claimed, terminal
from pipeline.cli.brought import pin_in, policy_in, trust_in, vkey_in
from pipeline.cli.options import options_of
from pipeline.errors import COULD_NOT, FOUND_SOMETHING, CannotError
from pipeline.ground.claims import Verdict
from pipeline.ground.clock import stamp

EXITS: dict[str, int] = {Verdict.FAILED: FOUND_SOMETHING, Verdict.INCONCLUSIVE: COULD_NOT}


def command(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE.wacz", help="What dateline prove wrote.")],
    vkey: Annotated[Path, typer.Option(help="The log's key, from elsewhere than the bundle.")],
    pin: Annotated[Path | None, typer.Option(help="A checkpoint kept earlier.")] = None,
    tsa_cert: Annotated[
        Path | None, typer.Option(help="The time stamping authority's certificates.")
    ] = None,
    witness_policy: Annotated[Path | None, typer.Option(help="Whose witnesses count.")] = None,
) -> int:
    """Check one document's bundle offline, without the archive, with the log's key alone."""
    brought = Brought(
        vkey=vkey_in(vkey),
        pin=pin_in(pin),
        trust=trust_in(tsa_cert),
        policy=policy_in(witness_policy),
    )
    found = verify(_read(file), brought, file=str(file))
    if options_of(context).as_json:
        for claim in found.claims:
            terminal.emit(asdict(claim))
        terminal.emit(summary(found))
    else:
        _tell(found)
    return EXITS.get(found.verdict, 0)


def summary(found: Verification) -> dict[str, object]:
    """The last line of `--json`."""
    about, checkpoint = found.about, found.checkpoint
    return {
        "verdict": str(found.verdict),
        "tree_size": checkpoint.size if checkpoint else None,
        "log": checkpoint.origin if checkpoint else None,
        "counts": dict(Counter(str(one.verdict) for one in found.claims)),
        "url": about.requested if about else None,
        "observed_at": stamp(about.observed_at) if about else None,
        "origin": str(about.origin) if about else None,
    }


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(MOST_OCTETS + 1)
    except OSError as error:
        raise CannotError(f"cannot read {file}: {error.strerror or error}") from error


def _tell(found: Verification) -> None:
    if (about := found.about) is not None:
        terminal.line((about.requested, "bold"))
        terminal.line(f"  seen at {stamp(about.observed_at)}, {about.origin}: {about.outcome}")
    claimed.tell(found.claims)
    claimed.conclude(found.verdict)
