"""`dateline diff`: what a document said, and says now, word by word."""

from __future__ import annotations

import sys
from functools import partial
from typing import Annotated

import typer

from pipeline.archive.texts import Texts
from pipeline.cli import differing, terminal
from pipeline.cli.history import looks_at
from pipeline.cli.options import options_of
from pipeline.diff.difference import difference
from pipeline.diff.html import fragment
from pipeline.errors import NotRecorded
from pipeline.reading.versions import edition, last_differing, named, versions_of
from pipeline.writing.opening import looked_into

VERSION = "A version: its number, a date on which it stood, or how its text's digest begins."


def command(
    context: typer.Context,
    url: Annotated[str, typer.Argument(help="Any variant of its URL.")],
    since: Annotated[str | None, typer.Argument(metavar="[FROM]", help=VERSION)] = None,
    until: Annotated[str | None, typer.Argument(metavar="[TO]", help="The same.")] = None,
    *,
    full: Annotated[bool, typer.Option("--full", help="With all that stayed the same.")] = False,
    html: Annotated[bool, typer.Option("--html", help="As a fragment of HTML.")] = False,
) -> None:
    """Words added and removed between two versions: the last two, or from FROM to the last.

    Paragraphs that were moved, edits of title, byline and date, and noise are told apart.
    """
    options = options_of(context)
    settings = options.settings
    rows = looks_at(url, settings)
    if not rows:
        raise NotRecorded(url, archive=settings.archive)
    versions = versions_of(rows)
    if len(versions) < 2 and since is None:  # noqa: PLR2004 - two sides
        terminal.say(f"{url} has {len(versions) or 'no'} version: there is nothing to compare")
        return
    texts, reader = Texts(settings.archive), looked_into(settings)
    read = partial(edition, texts=texts, reader=reader)
    if since is None:
        before, after = last_differing(versions, read)
    else:
        before = named(since, versions, url=url)
        after = named(until, versions, url=url) if until is not None else versions[-1]
    found = difference(read(before), read(after))
    compared = differing.Compared(url=url, before=before, after=after, versions=versions)
    if options.as_json:
        terminal.emit(differing.as_object(compared) | differing.diff_object(found))
    elif html:
        sys.stdout.write(fragment(found))
    else:
        differing.tell(compared)
        differing.show(found, full=full)
