"""`dateline export`: the archive's texts as plain files."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads it
from typing import Annotated

import typer

from pipeline.archive.texts import Texts
from pipeline.cli import terminal
from pipeline.cli.options import options_of
from pipeline.durable import unwritable
from pipeline.errors import FOUND_SOMETHING, DamagedRecord
from pipeline.opening import looked_into

FEWEST_DIGITS = 3
DIGEST_DIGITS = 16

app = typer.Typer(help="Write the archive's documents into files of another kind.")


@app.callback()
def export() -> None:
    """Write the archive's documents into files of another kind."""


@app.command()
def text(
    context: typer.Context,
    output: Annotated[Path, typer.Option("-o", "--output", help="The folder to write into.")],
    site: Annotated[str | None, typer.Option(help="Only this site's documents.")] = None,
) -> int:
    """The current text of every document, as 000_3bc63b99d5b0d0da.txt and so on.

    A running number by the time a document was first seen, and the first 16 digits of its text's
    SHA-256.
    """
    settings = options_of(context).settings
    reader, texts = looked_into(settings), Texts(settings.archive)
    digits = max(FEWEST_DIGITS, len(str(reader.counts().documents)))
    written = lost = 0
    for document in reader.documents(site):
        if document.text is None:
            continue
        try:
            content = texts.read_text(document.text)
        except DamagedRecord as damage:
            if reason := reader.taken_down(document.text):
                terminal.say(f"{document.url}: taken down: {reason}")
                continue
            terminal.complain(f"{document.url}: {damage}")
            lost += 1
            continue
        name = f"{written:0{digits}}_{document.text.hex[:DIGEST_DIGITS]}.txt"
        _write(output / name, content)
        written += 1
    terminal.say(f"{written} texts in {output}" + (f", {lost} could not be read" if lost else ""))
    return FOUND_SOMETHING if lost else 0


def _write(path: Path, content: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8", newline="")
    except OSError as error:
        raise unwritable(path, error) from error
