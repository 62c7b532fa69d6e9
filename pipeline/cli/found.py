"""What was found → lines for people and objects for scripts, and the index brought up to date."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.archive.texts import text_name
from pipeline.cli import progress, terminal
from pipeline.errors import CannotError, NoArchive
from pipeline.ground.clock import stamp
from pipeline.reading.indexing import Indexing, WordIndex
from pipeline.search.snippets import plain
from pipeline.writing.opening import is_archive, looked_into

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.reading.searching import Hit
    from pipeline.search.snippets import Piece
    from pipeline.settings import Settings

MARKED = "bold yellow"
MARGIN = "    "
MANY = 200
"""Texts from which on people are told that they have to wait."""


def brought_up_to_date(index: WordIndex, settings: Settings) -> None:
    """Index what is not indexed yet; where that cannot be, say what is missing.

    Raises NoArchive.
    """
    if not is_archive(settings.archive):
        raise NoArchive(settings.archive)
    behind = index.behind()
    if not behind and index.is_there:
        return
    try:
        if behind < MANY:
            Indexing((index,)).catch_up()
            return
        terminal.say(f"{behind} texts are not indexed yet; that is done now, once")
        with progress.shown("indexing") as tell:
            Indexing((index,)).catch_up(
                lambda _: tell(behind - min(index.behind(), behind), behind)
            )
    except CannotError as error:
        terminal.say(f"{behind} texts are not indexed yet, and are not found: {error}")


def indexed_anew(settings: Settings) -> None:
    """Make the index anew from catalog and texts; else who searches does so."""
    index = WordIndex(settings.archive, looked_into(settings))
    indexing = Indexing((index,))
    try:
        index.begin_anew()
        size = index.behind()
        with progress.shown("indexing") as tell:
            indexing.catch_up(lambda _: tell(size - min(index.behind(), size), size))
        index.tidy()
    except CannotError as error:
        terminal.say(f"the words are not indexed: {error}")
    finally:
        indexing.close()


def as_object(hit: Hit) -> dict[str, Any]:
    """A hit for scripts."""
    return {
        "url": hit.url,
        "site": hit.site,
        "title": plain(hit.title) or None,
        "published": hit.published,
        "language": hit.language,
        "text": str(hit.text),
        "path": text_name(hit.text),
        "snippet": plain(hit.snippet),
        "marks": marks(hit.snippet),
        "title_marks": marks(hit.title),
        "state": hit.state,
        "stands": "now" if hit.is_current else "earlier",
        "seen_at": stamp(hit.seen_at),
        "until": stamp(hit.until) if hit.until else None,
    }


def marks(pieces: Iterable[Piece]) -> list[list[int]]:
    """Where in the whole the marked pieces begin and end, in characters."""
    found, at = [], 0
    for piece in pieces:
        if piece.is_match:
            found.append([at, at + len(piece.text)])
        at += len(piece.text)
    return found


def print_hit(number: int, hit: Hit) -> None:
    """A hit for people."""
    title = styled(hit.title, "bold") or [(hit.url, "bold")]
    terminal.line((f"{number:>3} ", "dim"), *title)
    about = [
        hit.site or "no site",
        hit.published or "undated",
        *([hit.language] if hit.language else []),
    ]
    standing = [*_standing(hit)]
    terminal.line(MARGIN, (" · ".join(about), "dim"), *standing)
    if hit.snippet:
        terminal.line(MARGIN, *styled(hit.snippet, ""))
    terminal.line(MARGIN, (terminal.short(hit.url), "cyan"))
    terminal.line("")


def styled(pieces: Iterable[Piece], style: str) -> list[tuple[str, str]]:
    """Pieces as parts of a line."""
    return [(piece.text, MARKED if piece.is_match else style) for piece in pieces]


def _standing(hit: Hit) -> Iterable[tuple[str, str]]:
    if not hit.is_current:
        until = f" until {hit.until:%Y-%m-%d}" if hit.until else ""
        yield f" · no longer said{until}", "magenta"
    if hit.state != "present":
        yield f" · {hit.state}", "red" if hit.state in {"blocked", "failed"} else "magenta"
