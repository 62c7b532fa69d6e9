"""`/diff`: what is between two versions of a document, side by side or in one text."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from markupsafe import Markup
from msgspec import Struct
from msgspec.structs import replace

from pipeline.archive.texts import Texts
from pipeline.diff.difference import difference
from pipeline.diff.edition import paragraphs_of
from pipeline.diff.html import fragment
from pipeline.diff.pieces import (
    Added,
    Changed,
    Diff,
    Kind,
    MovedAway,
    MovedHere,
    Noise,
    Removed,
    Run,
    Same,
)
from pipeline.errors import DamagedRecord
from pipeline.reading.versions import edition_said
from pipeline.web.asked import NotThere
from pipeline.web.document import MOST_VERSIONS
from pipeline.web.known import known_as
from pipeline.web.leafing import leaves, leaves_with
from pipeline.web.legible import MOST_IN_ALL, PARAGRAPH_WEIGHS, weight
from pipeline.web.rendering import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.responses import Response

    from pipeline.catalog import Version
    from pipeline.diff.edition import Edition
    from pipeline.diff.pieces import Piece
    from pipeline.web.asked import Asked
    from pipeline.web.desk import Desk

LONG = 600
"""Characters of an unchanged paragraph: of a longer one nobody needs all to find the place."""


MOST_READ = 2_000_000
"""Characters of a version: half a second to find out which paragraphs stand."""
MOST_COMPARED = 200_000
"""Characters of what does not stand in both: half a second to find out which words do."""
NOT_COMPARED = Diff(pieces=(), edits=(), coarse=True)


class Row(Struct, frozen=True, kw_only=True):
    """A paragraph on both sides: runs of words with their fate; empty where there is none."""

    kind: str
    old: tuple[Run, ...]
    new: tuple[Run, ...]


def comparison(asked: Asked) -> Response:
    """Two versions of the document `url`: `from` and `to`, or the last two."""
    desk, url = asked.desk, known_as(asked.desk, asked.query.get("url", ""))
    listed, after = leaves_with(desk, url, asked.query.get("to"), most=MOST_VERSIONS)
    before = _before(desk, url, after, asked.query.get("from")) if after else None
    if before is None or after is None:
        raise NotThere("a second version to compare with")
    older, newer = _edition(desk, before), _edition(desk, after)
    between = NOT_COMPARED if _are_long(older, newer) else brief(difference(older, newer))
    is_inline = asked.query.get("view") == "inline"
    is_long = between is NOT_COMPARED or sum(map(_size, between.pieces)) > 2 * MOST_IN_ALL
    return shown(
        "diff.html",
        here="diff",
        url=url,
        versions=listed.versions,
        before=before,
        after=after,
        zone=desk.zone(None),
        diff=between,
        rows=() if is_inline or is_long else tuple(rows_of(between)),
        inline=Markup(fragment(between)) if is_inline and not is_long else None,  # noqa: S704 - fragment escapes
        is_inline=is_inline,
        is_long=is_long,
    )


def brief(between: Diff) -> Diff:
    """The same, with no more of a paragraph that stayed than it takes to find the place."""
    pieces = (
        Same(text=f"{one.text[:LONG]} …") if isinstance(one, Same) and len(one.text) > LONG else one
        for one in between.pieces
    )
    return replace(between, pieces=tuple(pieces))


def rows_of(between: Diff) -> Iterator[Row]:
    """The pieces of a comparison, each on its sides."""
    return map(_row, between.pieces)


def _row(piece: Piece) -> Row:
    match piece:
        case Same(text=text):
            both = (Run(Kind.SAME, text, text),)
            return Row(kind="same", old=both, new=both)
        case Noise():
            both = (Run(Kind.NOISE, piece.before, piece.after),)
            return Row(kind="noise", old=both, new=both)
        case Removed() | MovedAway():
            kind = "removed" if isinstance(piece, Removed) else "moved away"
            return Row(kind=kind, old=(Run(Kind.REMOVED, piece.text, ""),), new=())
        case Added():
            return Row(kind="added", old=(), new=(Run(Kind.ADDED, "", piece.text),))
        case Changed():
            return Row(kind="edited", old=piece.runs, new=piece.runs)
        case MovedHere():
            return Row(kind="moved here", old=(), new=piece.runs)
        case _ as never:
            assert_never(never)


def _size(piece: Piece) -> int:
    row = _row(piece)
    shown = (*(run.before for run in row.old), *(run.after for run in row.new))
    return 2 * PARAGRAPH_WEIGHS + sum(map(weight, shown))


def _are_long(before: Edition, after: Edition) -> bool:
    """Whether a page would be kept waiting for the comparison of the two."""
    if max(len(before.text), len(after.text)) > MOST_READ:
        return True
    fields = (one for said in (before, after) for one in (said.byline, said.source) if one)
    apart = set(paragraphs_of(before.text)) ^ set(paragraphs_of(after.text))
    return sum(map(len, (*fields, *apart))) > MOST_COMPARED


def _edition(desk: Desk, version: Version) -> Edition:
    texts = Texts(desk.settings.archive)
    try:
        said = texts.read_document(version.document)
        return edition_said(dict(said), texts.read_text(version.text))
    except DamagedRecord as damage:
        reason = desk.reader.taken_down(version.text)
        raise NotThere(f"text {version.text.hex}: {reason or damage}") from damage


def _before(desk: Desk, url: str, after: Version, said: str | None) -> Version | None:
    """The version that is named, or else the one before `after`."""
    if said:
        return leaves_with(desk, url, said, most=MOST_VERSIONS)[1]
    older = leaves(desk, url, most=MOST_VERSIONS, upto=after.entry).versions[1:]
    return older[0] if older else None
