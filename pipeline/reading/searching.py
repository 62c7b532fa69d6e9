"""A query as it was typed → documents in which the words stand, and where they stand in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from msgspec import Struct

from pipeline.archive.texts import Texts
from pipeline.catalog.word_reader import MOST_RANKED, WordReader
from pipeline.errors import DamagedRecord
from pipeline.ground.query import Order, Query, leaves
from pipeline.reading.indexing import WordIndex, apart
from pipeline.search import cursors
from pipeline.search.parsing import parse
from pipeline.search.snippets import Piece, marked, snippet
from pipeline.writing.opening import looked_into

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from pipeline.catalog import Reader
    from pipeline.catalog.word_answers import Ranked, Stretch, Version
    from pipeline.ground.query import Words
    from pipeline.model import Digest
    from pipeline.search.cursors import Cursor
    from pipeline.settings import Settings

MOST_ON_A_PAGE = 200
MOST_SHOWN = 1000
"""Documents of one search, best first; a cursor that names more of them is too long for a URL."""
ROWS_AT_ONCE = 4


class Hit(Struct, frozen=True, kw_only=True):
    """A document in which the words stand: now, or only in what it said from `seen_at` to `until`.

    `snippet` is empty where the text cannot be read.  `state` is that of the page.
    """

    url: str
    site: str | None
    title: tuple[Piece, ...]
    published: str | None
    language: str | None
    text: Digest
    snippet: tuple[Piece, ...]
    state: str
    is_current: bool
    seen_at: datetime
    until: datetime | None


class Found(Struct, frozen=True, kw_only=True):
    """A page of hits.  `count` documents fit, or more than that many with `is_more`.

    `next` is the cursor with which the list goes on; None at its end.
    """

    hits: tuple[Hit, ...]
    count: int
    is_more: bool
    next: str | None


class Searching:
    """Searches an archive, beside whoever writes it; any thread may ask."""

    def __init__(self, archive: Path, reader: Reader) -> None:
        self._reader = reader
        self._words = WordReader(archive)
        self._texts = Texts(archive)
        self.index = WordIndex(archive, reader)

    @classmethod
    def open(cls, settings: Settings) -> Self:
        """Search the archive of `settings`.  Raises CatalogAway."""
        return cls(settings.archive, looked_into(settings))

    def behind(self) -> int:
        """How many texts are not indexed yet."""
        return self.index.behind()

    def search(
        self,
        query: str | Query,
        *,
        limit: int = 20,
        cursor: str | None = None,
        order: Order = Order.BEST,
    ) -> Found:
        """The documents that fit, from `cursor` on.

        Raises BadQuery, BadCursor, and CatalogAway where the index cannot be read.
        """
        asked = parse(query) if isinstance(query, str) else query
        limit = max(1, min(limit, MOST_ON_A_PAGE))
        # without words nothing fits better than another
        order = order if leaves(asked.wanted) else Order.NEWEST
        begins = cursors.Cursor(order=order, upto=self._words.newest())
        goes_on = begins if cursor is None else cursors.read(cursor, asked, order)
        if order is Order.NEWEST:
            return self._newest(asked, goes_on, limit)
        return self._best(asked, goes_on, limit)

    def close(self) -> None:
        """Let go of what is open in this thread."""
        self._words.close()
        self.index.close()

    def _best(self, query: Query, cursor: Cursor, limit: int) -> Found:
        ranked, is_more = self._words.ranked(query, cursor.upto)
        best = sorted(_of_pages(ranked), key=lambda one: (round(one.score, 9), -one.version))
        left = [one for one in best if one.page not in cursor.shown]
        shown = left[: min(limit, MOST_SHOWN - len(cursor.shown))]
        all_shown = cursor.shown | {one.page for one in shown}
        goes_on = len(left) > len(shown) and len(all_shown) < MOST_SHOWN
        after = cursors.Cursor(order=cursor.order, upto=cursor.upto, shown=all_shown)
        return Found(
            hits=self._hits(shown, query),
            count=len(best),
            is_more=is_more,
            next=cursors.write(after, query) if goes_on else None,
        )

    def _newest(self, query: Query, cursor: Cursor, limit: int) -> Found:
        top = cursor.below - 1 if cursor.below else cursor.upto
        first = self._words.newest_first(query, cursor.upto)
        shown: list[Ranked] = []
        seen: set[int] = set()
        for found in self._going_back(query, first, top, ROWS_AT_ONCE * (limit + 1)):
            pages = {one.page for one in found}
            seen |= self._words.fits_since(query, pages, top, cursor.upto)
            for one in found:
                if one.page not in seen:
                    seen.add(one.page)
                    shown.append(one)
            if len(shown) > limit:
                break
        page = shown[:limit]
        after = None
        if len(shown) > limit:
            after = cursors.Cursor(order=cursor.order, upto=cursor.upto, below=page[-1].version)
        return Found(
            hits=self._hits(page, query),
            count=len({one.page for one in first.found}),
            is_more=first.last is not None,
            next=cursors.write(after, query) if after else None,
        )

    def _going_back(
        self, query: Query, first: Stretch, top: int, most: int
    ) -> Iterator[tuple[Ranked, ...]]:
        """What fits from version `top` back: of the `first` stretch, and then of older ones."""
        ahead = tuple(one for one in first.found if one.version <= top)
        for begin in range(0, len(ahead), most):
            yield ahead[begin : begin + most]
        last = first.last
        while last is not None:
            stretch = self._words.newest_first(query, min(last - 1, top), most)
            yield stretch.found
            last = stretch.last

    def _hits(self, shown: Sequence[Ranked], query: Query) -> tuple[Hit, ...]:
        if not shown:
            return ()
        wanted = leaves(query.wanted)
        versions = self._words.versions([one.version for one in shown])
        made = (
            self._hit(versions[one.version], wanted) for one in shown if one.version in versions
        )
        return tuple(hit for hit in made if hit is not None)

    def _hit(self, version: Version, wanted: tuple[Words, ...]) -> Hit | None:
        title = version.title or ""
        pieces: tuple[Piece, ...] = ()
        try:
            _, body = apart(self._texts.read_text(version.text), title)
            pieces = snippet(body, [words for words in wanted if not words.in_title])
        except DamagedRecord:
            if self._reader.taken_down(version.text) is not None:
                return None
        return Hit(
            url=version.url,
            site=version.site,
            title=marked(title, wanted),
            published=version.published,
            language=version.language,
            text=version.text,
            snippet=pieces,
            state=version.state,
            is_current=version.is_current,
            seen_at=version.seen_at,
            until=version.until,
        )


def _of_pages(ranked: Sequence[Ranked]) -> list[Ranked]:
    """One version of each page: what it says now, or else the newest that fits."""
    chosen: dict[int, Ranked] = {}
    for one in ranked:
        other = chosen.get(one.page)
        if other is None or (one.is_current, one.version) > (other.is_current, other.version):
            chosen[one.page] = one
    return list(chosen.values())


__all__ = ["MOST_RANKED", "Found", "Hit", "Order", "Searching"]
