"""`dateline audit`: everything that the archive commits to, looked at again."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads it
from typing import TYPE_CHECKING, Annotated

import typer
from msgspec.structs import asdict

from pipeline.audit.auditing import audit
from pipeline.audit.brought import Brought, Sample
from pipeline.audit.summary import Summary, Whole
from pipeline.cli import audited, terminal
from pipeline.cli.brought import pin_in, policy_in, trust_in, vkey_in
from pipeline.cli.options import options_of
from pipeline.errors import COULD_NOT, FOUND_SOMETHING

if TYPE_CHECKING:
    from pipeline.settings import Settings

EXITS: dict[Whole, int] = {Whole.FAILED: FOUND_SOMETHING, Whole.INCONCLUSIVE: COULD_NOT}
HUNDRED = 100


def share(text: str) -> float:
    """`0.1` and `10%` alike.  Raises BadParameter for what is no share."""
    try:
        number = float(text.removesuffix("%")) / (HUNDRED if text.endswith("%") else 1)
    except ValueError:
        number = -1
    if not 0 <= number <= 1:
        raise typer.BadParameter(f"{text!r} is no share: write 0.1 or 10%, at most 1 or 100%")
    return number


def _catalog_url(settings: Settings) -> str:
    from pipeline.writing.opening import catalog_url  # noqa: PLC0415 - loads all that writes an archive

    return catalog_url(settings)


def command(  # noqa: PLR0913 - one for each thing that an auditor may bring
    context: typer.Context,
    vkey: Annotated[Path | None, typer.Option(help="The log's key, from elsewhere.")] = None,
    pin: Annotated[Path | None, typer.Option(help="A checkpoint that was kept earlier.")] = None,
    tsa_cert: Annotated[
        Path | None, typer.Option(help="The time stamping authority's certificates.")
    ] = None,
    witness_policy: Annotated[Path | None, typer.Option(help="Whose witnesses count.")] = None,
    bundle: Annotated[
        list[Path] | None, typer.Option(help="An exported bundle to check as well.")
    ] = None,
    sample: Annotated[
        str, typer.Option(help="Share of responses to decode and read anew: 0.1, or 10%.")
    ] = "1",
    seed: Annotated[
        str, typer.Option(help="Chooses which; one that the operator could not foresee.")
    ] = "",
    *,
    since_pin: Annotated[
        bool,
        typer.Option("--since-pin", help="Trust what the pin covers; look at what came since."),
    ] = False,
    catalog: Annotated[
        bool, typer.Option(help="Hold the catalog against the evidence too.")
    ] = True,
) -> int:
    """Check log, WARC files, texts and catalog against each other; write nothing."""
    options = options_of(context)
    if since_pin and pin is None:
        raise typer.BadParameter("--since-pin needs a pin: name it with --pin FILE")
    brought = Brought(
        vkey=None if vkey is None else vkey_in(vkey),
        pin=pin_in(pin),
        since_pin=since_pin,
        trust=trust_in(tsa_cert),
        witness_policy=policy_in(witness_policy),
        sample=Sample(share=share(sample), seed=seed),
        bundles=tuple(bundle or ()),
    )
    url = _catalog_url(options.settings) if catalog else None
    progress = audited.Progress()
    told = audited.Told()
    for one in audit(options.settings.archive, brought, catalog_url=url, progress=progress):
        match one:
            case Summary():
                progress.clear()
                if options.as_json:
                    terminal.emit(audited.as_object(one))
                else:
                    told.conclude(one)
                return EXITS.get(one.verdict, 0)
            case claim:
                if options.as_json:
                    terminal.emit(asdict(claim))
                else:
                    told.take(claim)
    raise AssertionError("an audit ends with its summary")
