"""A Diff → a fragment of HTML: `<ins>` and `<del>`, moves and noise marked by class.

Everything of the texts is escaped, and what would turn a line around or cannot be seen is shown
by its number.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, assert_never

from pipeline.diff.pieces import (
    Added,
    Changed,
    Kind,
    MovedAway,
    MovedHere,
    Noise,
    Removed,
    Same,
)
from pipeline.ground.hidden import HIDDEN

if TYPE_CHECKING:
    import re

    from pipeline.diff.pieces import Diff, Edit, Piece, Run


def fragment(diff: Diff) -> str:
    """A `<dl>` of edited fields where there are some, and a paragraph for each piece."""
    edits = "".join(map(_edit, diff.edits))
    fields = f'<dl class="diff-fields">{edits}</dl>\n' if edits else ""
    pieces = "\n".join(map(_piece, diff.pieces))
    return f'<div class="diff">\n{fields}{pieces}\n</div>\n'


def shown(text: str) -> str:
    """`text` escaped."""
    return HIDDEN.sub(_numbered, escape(text))


def runs_shown(runs: tuple[Run, ...]) -> str:
    """The runs of one paragraph, behind each other."""
    return "".join(map(_run, runs))


def _numbered(found: re.Match[str]) -> str:
    return f'<span class="diff-unseen">U+{ord(found[0]):04X}</span>'


def _run(run: Run) -> str:
    match run.kind:
        case Kind.SAME:
            return shown(run.after)
        case Kind.NOISE:
            return f'<span class="diff-noise">{shown(run.after)}</span>'
        case Kind.REMOVED:
            return _marked("del", run.before)
        case Kind.ADDED:
            return _marked("ins", run.after)
        case _ as never:
            assert_never(never)


def _marked(tag: str, text: str) -> str:
    """The space behind a word is no part of what was struck out."""
    words = text.rstrip(" ") or text
    return f"<{tag}>{shown(words)}</{tag}>{text[len(words) :]}"


def _edit(edit: Edit) -> str:
    return f"<dt>{shown(edit.field)}</dt><dd>{runs_shown(edit.runs)}</dd>"


def _piece(piece: Piece) -> str:
    more = ""
    match piece:
        case Same():
            kind, inside = "same", shown(piece.text)
        case Noise():
            kind, inside = "noise", shown(piece.after)
            more = f' title="{shown(", ".join(piece.what))}"'
        case Removed():
            kind, inside = "removed", f"<del>{shown(piece.text)}</del>"
        case Added():
            kind, inside = "added", f"<ins>{shown(piece.text)}</ins>"
        case Changed():
            kind, inside = "changed", runs_shown(piece.runs)
        case MovedAway():
            kind, inside = "moved-away", f"<del>{shown(piece.text)}</del>"
            more = f' data-move="{piece.number}"'
        case MovedHere():
            kind, inside = "moved-here", runs_shown(piece.runs)
            more = f' data-move="{piece.number}"'
        case _ as never:
            assert_never(never)
    return f'<p class="diff-{kind}" dir="auto"{more}>{inside}</p>'
