"""A Diff → lines that can be read without colour, and an object for scripts."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any, assert_never

from msgspec import Struct, to_builtins

from pipeline.cli import terminal
from pipeline.diff.pieces import (
    Added,
    Changed,
    Kind,
    MovedAway,
    MovedHere,
    Noise,
    Removed,
    Same,
    runs_of,
)
from pipeline.diff.words import is_word, words_of
from pipeline.ground.clock import stamp

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.diff.pieces import Diff, Piece, Run
    from pipeline.reading.versions import Version

Part = tuple[str, str]
GONE, CAME, QUIET, MOVED = "red", "green", "dim", "cyan"


class Compared(Struct, frozen=True, kw_only=True):
    """Which two of a document's `versions` are held against each other."""

    url: str
    before: Version
    after: Version
    versions: tuple[Version, ...]

    @property
    def steps(self) -> tuple[Version, ...]:
        """The versions by which the one became the other."""
        first, last = sorted((self.before.number, self.after.number))
        return self.versions[first:last]


def words_in(diff: Diff, kind: Kind) -> int:
    """How many words were added, or removed, in the paragraphs."""
    whole = Added if kind is Kind.ADDED else Removed
    texts = [piece.text for piece in diff.pieces if isinstance(piece, whole)]
    runs = [run for piece in diff.pieces for run in runs_of(piece) if run.kind is kind]
    texts += [run.before or run.after for run in runs]
    return sum(is_word(word) for text in texts for word in words_of(text))


def as_object(compared: Compared) -> dict[str, Any]:
    """Which versions are compared; of the steps between them how many are ours."""
    return {
        "url": compared.url,
        "from": _version(compared.before),
        "to": _version(compared.after),
        "steps": len(compared.steps),
        "technical": sum(step.technical for step in compared.steps),
    }


def diff_object(diff: Diff) -> dict[str, Any]:
    """All of a diff."""
    return {
        "same": diff.is_same,
        "words_added": words_in(diff, Kind.ADDED),
        "words_removed": words_in(diff, Kind.REMOVED),
        "moved": diff.moved,
        "noise": list(diff.noise),
        "coarse": diff.coarse,
        "edits": [to_builtins(edit) for edit in diff.edits],
        "pieces": [{"kind": _name(piece), **to_builtins(piece)} for piece in diff.pieces],
    }


def tell(compared: Compared) -> None:
    """Which versions are compared, and whose changes these are."""
    for sign, style, one in (("---", GONE, compared.before), ("+++", CAME, compared.after)):
        ours = "  our rules changed, not the page" if one.technical else ""
        told = f" version {one.number}  {stamp(one.seen_at)[:19]}Z  text {one.text.hex[:16]}"
        terminal.line((sign, style), told, (ours, "blue"))
    technical = sum(step.technical for step in compared.steps)
    if technical and len(compared.steps) > 1:
        count = f"{technical} of {len(compared.steps)} steps between them"
        terminal.say(f"{count} {'is' if technical == 1 else 'are'} ours: other rules, same page")


def show(diff: Diff, *, full: bool = False) -> None:
    """Fields, then paragraphs; those that stayed are counted, unless all are wanted in `full`."""
    for edit in diff.edits:
        terminal.line((f"{edit.field}: ", "bold"), *_runs(edit.runs))
    for kind, group in groupby(diff.pieces, type):
        pieces = list(group)
        if kind is Same and not full:
            terminal.line((f"  = {len(pieces)} paragraph{'s'[: len(pieces) > 1]} the same", QUIET))
            continue
        for piece in pieces:
            terminal.line(*_piece(piece))
    terminal.say(summary(diff))


def summary(diff: Diff) -> str:
    """A diff in one line."""
    added, removed = words_in(diff, Kind.ADDED), words_in(diff, Kind.REMOVED)
    counted = (
        (added, "word", "added"),
        (removed, "word", "removed"),
        (diff.moved, "paragraph", "moved"),
    )
    told = [f"{n} {what}{'' if n == 1 else 's'} {came}" for n, what, came in counted if n]
    told += [f"{edit.field} edited" for edit in diff.edits]
    told += [f"noise: {', '.join(diff.noise)}"] if diff.noise else []
    told += ["too long to compare all of it word by word"] if diff.coarse else []
    return "; ".join(told) or "no difference"


def _piece(piece: Piece) -> Iterator[Part]:
    match piece:
        case Same():
            yield f"  {piece.text}", QUIET
        case Noise():
            yield f"~ {piece.after}", QUIET
            yield f"  ({', '.join(piece.what)} alone)", QUIET
        case Removed():
            yield f"- {piece.text}", GONE
        case Added():
            yield f"+ {piece.text}", CAME
        case Changed():
            yield "! ", "bold"
            yield from _runs(piece.runs)
        case MovedAway():
            yield f"< moved away ({piece.number}): {piece.text}", MOVED
        case MovedHere():
            yield f"> moved here ({piece.number}): ", MOVED
            yield from _runs(piece.runs)
        case _ as never:
            assert_never(never)


def _runs(runs: tuple[Run, ...]) -> Iterator[Part]:
    for run in runs:
        match run.kind:
            case Kind.SAME | Kind.NOISE:
                yield run.after, ""
            case Kind.REMOVED:
                yield from _marked("[-", run.before, "-]", GONE)
            case Kind.ADDED:
                yield from _marked("{+", run.after, "+}", CAME)
            case _ as never:
                assert_never(never)


def _marked(begins: str, text: str, ends: str, style: str) -> Iterator[Part]:
    """White space at the end stays outside the marks."""
    words = text.rstrip()
    yield f"{begins}{words}{ends}", style
    yield text[len(words) :], ""


def _version(version: Version) -> dict[str, Any]:
    return {
        "version": version.number,
        "observed_at": stamp(version.seen_at),
        "text": str(version.text),
        "document": str(version.document),
        "record": version.record,
        "entry": version.entry,
        "technical": version.technical,
        "degraded": version.degraded,
    }


def _name(piece: Piece) -> str:
    return {"MovedAway": "moved_away", "MovedHere": "moved_here"}.get(
        type(piece).__name__, type(piece).__name__.lower()
    )
