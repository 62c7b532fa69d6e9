"""What a comparison comes to: runs of words within a paragraph, and pieces of a text.

The `before` of all runs of a paragraph, one behind the other, is the old paragraph to the
character, and `after` the new one; the same holds of the pieces of a text, by `old` and `new`.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Kind(StrEnum):
    """What became of some words.  `noise`: other characters, and the same words to a reader."""

    SAME = "same"
    NOISE = "noise"
    REMOVED = "removed"
    ADDED = "added"


class Run(Struct, frozen=True):
    """Words that share a fate.  `before` is empty where they were added, `after` where removed."""

    kind: Kind
    before: str
    after: str


class Same(Struct, frozen=True, kw_only=True):
    """A paragraph that stands in both."""

    text: str


class Noise(Struct, frozen=True, kw_only=True):
    """A paragraph whose words are the same: `what` differs are white space, quotes, …."""

    before: str
    after: str
    what: tuple[str, ...]


class Removed(Struct, frozen=True, kw_only=True):
    """A paragraph of the old text alone."""

    text: str


class Added(Struct, frozen=True, kw_only=True):
    """A paragraph of the new text alone."""

    text: str


class Changed(Struct, frozen=True, kw_only=True):
    """A paragraph of which some words differ."""

    runs: tuple[Run, ...]


class MovedAway(Struct, frozen=True, kw_only=True):
    """Where a paragraph stood before it was moved; `number`, from 1, tells which move it was."""

    text: str
    number: int


class MovedHere(Struct, frozen=True, kw_only=True):
    """Where a moved paragraph stands now, with what was edited in it on the way."""

    runs: tuple[Run, ...]
    number: int


Piece = Same | Noise | Removed | Added | Changed | MovedAway | MovedHere


class Edit(Struct, frozen=True, kw_only=True):
    """A field of a document that says something else; None where it says nothing."""

    field: str
    before: str | None
    after: str | None
    runs: tuple[Run, ...]


class Diff(Struct, frozen=True, kw_only=True):
    """How one text became another.

    `edits` are those of title, byline, date and source.  `coarse` says that the texts are so long
    or so unlike that some parts are told as removed and added without being compared further.
    """

    pieces: tuple[Piece, ...]
    edits: tuple[Edit, ...] = ()
    coarse: bool = False

    @property
    def moved(self) -> int:
        """How many paragraphs were moved."""
        return sum(isinstance(piece, MovedHere) for piece in self.pieces)

    @property
    def noise(self) -> tuple[str, ...]:
        """What differs that is no change of words, each once."""
        told = [what for piece in self.pieces if isinstance(piece, Noise) for what in piece.what]
        runs = (run for piece in self.pieces for run in runs_of(piece))
        inside = ["within paragraphs"] if any(run.kind is Kind.NOISE for run in runs) else []
        return tuple(dict.fromkeys((*told, *inside)))

    @property
    def is_same(self) -> bool:
        """Whether there is no difference but noise."""
        quiet = all(isinstance(piece, Same | Noise) for piece in self.pieces)
        return quiet and all(is_noise(edit.runs) for edit in self.edits)


def runs_of(piece: Piece) -> tuple[Run, ...]:
    """The runs of an edited paragraph; none of those that stand or fall as a whole."""
    return piece.runs if isinstance(piece, Changed | MovedHere) else ()


def is_noise(runs: tuple[Run, ...]) -> bool:
    """Whether no word was added or removed."""
    return all(run.kind in (Kind.SAME, Kind.NOISE) for run in runs)


def old_of(runs: tuple[Run, ...]) -> str:
    """The paragraph as it was."""
    return "".join([run.before for run in runs])


def new_of(runs: tuple[Run, ...]) -> str:
    """The paragraph as it is."""
    return "".join([run.after for run in runs])


def old(pieces: tuple[Piece, ...]) -> tuple[str, ...]:
    """The paragraphs of the old text."""
    return tuple(text for piece in pieces if (text := _old(piece)) is not None)


def new(pieces: tuple[Piece, ...]) -> tuple[str, ...]:
    """The paragraphs of the new text."""
    return tuple(text for piece in pieces if (text := _new(piece)) is not None)


def _old(piece: Piece) -> str | None:
    match piece:
        case Same() | Removed() | MovedAway():
            return piece.text
        case Noise():
            return piece.before
        case Changed():
            return old_of(piece.runs)
        case Added() | MovedHere():
            return None


def _new(piece: Piece) -> str | None:
    match piece:
        case Same() | Added():
            return piece.text
        case Noise():
            return piece.after
        case Changed() | MovedHere():
            return new_of(piece.runs)
        case Removed() | MovedAway():
            return None
