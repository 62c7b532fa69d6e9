# ruff: noqa: S608 - what is put into statements is numbers and words of our own
"""A Query → the versions of pages that it finds; phrases → the versions in which they stand."""

from __future__ import annotations

import sqlite3
import threading
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from pipeline.catalog import fts5, word_file
from pipeline.catalog.word_answers import Ranked, Stretch, version_of
from pipeline.ground.query import Query, Stands, Words, leaves

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    from pipeline.catalog.word_answers import Version

MOST_RANKED = 2000
"""Versions that are ranked: the newest, where more fit.  Each costs several microseconds, and a
word that stands everywhere says nothing of one document more than of another."""

OF_A_STATE = 2
"""As many times fewer are ranked where the page's state is asked for: they lie far apart."""

WIDESPREAD = 100_000
"""Versions that hold the words, each for itself, from which on BM25 would take too long: it goes
through all of them to know how rare the words are.  Then those with the words in the title come
first, the newest before others.  How many they are is told by the density of the newest."""

WEIGHTS = "5.0, 1.0, 0.0"
"""What a term counts in title, body and tags."""

COLUMNS = (
    "v.id, p.id, p.url, p.site, p.state, p.current, v.text, v.title, v.published, v.language,"
    " v.seen_at"
)
FOUND = "FROM words CROSS JOIN versions v ON v.id = words.rowid CROSS JOIN pages p ON p.id = v.page"


class WordReader:
    """The index of an archive, for reading, beside whoever writes it; any thread may ask.

    Where there is none yet, nothing is found.  Raises CatalogAway for one that cannot be read.
    """

    def __init__(
        self, archive: Path, *, most_ranked: int = MOST_RANKED, widespread: int = WIDESPREAD
    ) -> None:
        self._most = most_ranked
        self._widespread = widespread
        self._path = word_file.word_file(archive)
        self._of_thread = threading.local()

    def start(self, analyzer: str) -> int | None:
        """The entry of the log from which on nothing is indexed; None without an index of today."""
        said: dict[str, str] = dict(self._rows("SELECT key, value FROM about", ()))
        if said.get("made_for") != f"{word_file.LAYOUT}/{analyzer}":
            return None
        return int(said.get("start", 0))

    def newest(self) -> int:
        """The number of the newest version."""
        return next(
            (number or 0 for (number,) in self._rows("SELECT max(id) FROM versions", ())), 0
        )

    def ranked(self, query: Query, upto: int) -> tuple[tuple[Ranked, ...], bool]:
        """The newest that fit, up to version `upto`, and whether there are more; in no order."""
        asked = fts5.match(query, with_tags=False)
        if fts5.has_tags(query) and self._newest_of(asked, upto)[0] > self._most:
            asked = fts5.match(query, with_tags=True)
        is_widespread = self._is_widespread(query, upto)
        score = "0.0" if is_widespread else f"bm25(words, {WEIGHTS})"
        most = self._most_of(query)
        made = self._made(score, asked, query, upto, most + 1)
        is_more = len(made) > most
        if is_widespread:
            titled = fts5.match(query, with_tags=False, in_title=True)
            heads = self._standing_among(titled, [one.version for one in made])
            made = tuple(replace(one, score=-1.0) if one.version in heads else one for one in made)
        return self._of_standing(made[:most], asked, query), is_more

    def newest_first(self, query: Query, upto: int, most: int | None = None) -> Stretch:
        """The newest that fit, up to version `upto`; one page may come several times.

        `most` are looked at, or as many as are ranked.
        """
        asked, most = fts5.match(query, with_tags=True), most or self._most_of(query)
        made = self._made("0.0", asked, query, upto, most + 1)
        last = made[most - 1].version if len(made) > most else None
        return Stretch(self._of_standing(made[:most], asked, query), last)

    def fits_since(self, query: Query, pages: Collection[int], after: int, upto: int) -> set[int]:
        """Those of `pages` that have a version which fits, between those two."""
        listed = ", ".join("?" * len(pages))
        newer = self._rows(
            f"SELECT id, page FROM versions WHERE page IN ({listed}) AND id > ? AND id <= ?",
            (*pages, after, upto),
        )
        among: dict[int, int] = dict(newer)
        if not among:
            return set()
        found = self._fitting(
            "v.id, p.id, 0, 0.0",
            fts5.match(query, with_tags=True),
            query,
            max(among),
            -1,
            among=among,
        )
        return {page for _, page, *_ in found}

    def versions(self, numbers: Sequence[int]) -> dict[int, Version]:
        """These versions, by number."""
        listed = ", ".join("?" * len(numbers))
        found = self._rows(
            f"SELECT {COLUMNS}, (SELECT min(l.seen_at) FROM versions l WHERE l.page = v.page"
            f" AND l.id > v.id) FROM versions v JOIN pages p ON p.id = v.page"
            f" WHERE v.id IN ({listed})",
            tuple(numbers),
        )
        return {row[0]: version_of(row) for row in found}

    def versions_of(self, url: str) -> tuple[Version, ...]:
        """Every version of a page, in the order in which they were read."""
        found = self._rows(
            f"SELECT {COLUMNS}, NULL FROM versions v JOIN pages p ON p.id = v.page"
            " WHERE p.url = ? ORDER BY v.id",
            (url,),
        )
        return tuple(map(version_of, found))

    def holding(self, words: Words, most: int) -> tuple[int, ...]:
        """The versions in which `words` stand, those first that were published first."""
        asked = fts5.match(Query(wanted=words), with_tags=False)
        found = self._rows(
            f"SELECT v.id {FOUND} WHERE words MATCH ? ORDER BY v.published_at IS NULL,"
            " v.published_at, v.seen_at, v.id LIMIT ?",
            (asked, most),
        )
        return tuple(number for (number,) in found)

    def resembling(self, phrases: Mapping[Words, float], most: int) -> tuple[int, ...]:
        """The versions in which any of `phrases` stands, those first that have the most weight."""
        each = " UNION ALL ".join(
            ["SELECT rowid AS id, ? AS weight FROM words WHERE words MATCH ?"] * len(phrases)
        )
        values: list[object] = []
        for phrase, weight in phrases.items():
            values += weight, fts5.match(Query(wanted=phrase), with_tags=False)
        found = self._rows(
            f"SELECT id FROM ({each}) GROUP BY id ORDER BY sum(weight) DESC, id LIMIT ?",
            (*values, most),
        )
        return tuple(number for (number,) in found)

    def commonness(self, term: str, most: int) -> int:
        """In how many versions a term stands: counted up to `most`, and told by those beyond."""
        asked = fts5.match(Query(wanted=Words(terms=(term,))), with_tags=False)
        first = "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid LIMIT ?"
        counted = f"SELECT count(*), max(rowid), (SELECT max(id) FROM versions) FROM ({first})"
        (count, last, newest), *_ = self._rows(counted, (asked, most)) or [(0, 0, 0)]
        return int(count if count < most else count * newest // last)

    def close(self) -> None:
        """Let go of the file, in this thread."""
        connection = getattr(self._of_thread, "connection", None)
        if connection is not None:
            connection.close()
            self._of_thread.connection = None

    def _fitting(
        self,
        columns: str,
        asked: str,
        query: Query,
        upto: int,
        most: int,
        *,
        among: Collection[int] = (),
    ) -> list[tuple[int, int, int, float]]:
        where = ""
        values: list[object] = []
        if among:
            where = f" AND words.rowid IN ({', '.join(map(str, among))})"
        for text, given in fts5.clauses(query):
            where += f" AND {text}"
            values += given
        return self._rows(
            f"SELECT {columns} {FOUND} WHERE words MATCH ? AND words.rowid <= ?{where}"
            " ORDER BY words.rowid DESC LIMIT ?",
            (asked, upto, *values, most),
        )

    def _made(
        self, score: str, asked: str, query: Query, upto: int, most: int
    ) -> tuple[Ranked, ...]:
        columns = f"v.id, p.id, p.current IS v.id, {score}"
        found = self._fitting(columns, asked, query, upto, most)
        return tuple(Ranked(version, page, bool(now), by) for version, page, now, by in found)

    def _of_standing(
        self, found: tuple[Ranked, ...], asked: str, query: Query
    ) -> tuple[Ranked, ...]:
        if query.stands is not Stands.EARLIER or query.wanted is None:
            return found
        return tuple(self._without_current(found, asked))

    def _most_of(self, query: Query) -> int:
        return self._most // OF_A_STATE if query.states else self._most

    def _is_widespread(self, query: Query, upto: int) -> bool:
        """Whether the words, each for itself, stand in too many versions to go through."""
        left = self._widespread
        for words in leaves(query.wanted):
            left -= min(self._about(one, upto) for one in _apart(words))
            if left < 0:
                return True
        return False

    def _about(self, words: Words, upto: int) -> int:
        """In how many versions `words` stand, by the density of the newest of them."""
        asked = fts5.match(Query(wanted=words), with_tags=False)
        many, oldest = self._newest_of(asked, upto)
        return many * upto // (upto - oldest + 1) if many > self._most else many

    def _newest_of(self, asked: str, upto: int) -> tuple[int, int]:
        """How many versions fit, one more than are ranked at most, and the oldest of those."""
        newest = "SELECT rowid FROM words WHERE words MATCH ? AND rowid <= ?"
        counted = f"SELECT count(*), min(rowid) FROM ({newest} ORDER BY rowid DESC LIMIT ?)"
        found = self._rows(counted, (asked, upto, self._most + 1))
        return next(((many, oldest or 0) for many, oldest in found), (0, 0))

    def _without_current(self, found: tuple[Ranked, ...], asked: str) -> Iterator[Ranked]:
        """Those whose page does not say it now, in whichever version that is."""
        pages = {one.page for one in found}
        listed = ", ".join(map(str, pages))
        now: dict[int, int] = dict(
            self._rows(
                f"SELECT current, id FROM pages WHERE current IS NOT NULL AND id IN ({listed})", ()
            )
        )
        say_it = {now[number] for number in self._standing_among(asked, now)}
        return (one for one in found if one.page not in say_it)

    def _standing_among(self, asked: str, numbers: Collection[int]) -> set[int]:
        if not numbers:
            return set()
        listed = ", ".join(map(str, numbers))
        found = self._rows(
            f"SELECT rowid FROM words WHERE words MATCH ? AND rowid BETWEEN ? AND ?"
            # the plus keeps SQLite from beginning anew at each number: one walk finds them all
            f" AND +rowid IN ({listed})",
            (asked, min(numbers), max(numbers)),
        )
        return {number for (number,) in found}

    def _rows(self, statement: str, values: tuple[object, ...]) -> list[Any]:
        with word_file.edge(self._path, to_write=False):
            connection = self._connected()
            if connection is None:
                return []
            try:
                return connection.execute(statement, values).fetchall()
            except sqlite3.OperationalError as error:
                if str(error).startswith("no such table"):  # it is being begun
                    return []
                raise

    def _connected(self) -> sqlite3.Connection | None:
        connection: sqlite3.Connection | None = getattr(self._of_thread, "connection", None)
        try:
            there = self._path.stat().st_ino
        except FileNotFoundError:
            return None
        if connection is None or self._of_thread.file != there:
            connection = word_file.reading(self._path)
            self._of_thread.connection, self._of_thread.file = connection, there
        return connection


def _apart(words: Words) -> tuple[Words, ...]:
    """The terms of a phrase, each for itself; none goes on but a lone one."""
    if len(words.terms) == 1:
        return (words,)
    return tuple(Words(terms=(term,), in_title=words.in_title) for term in words.terms)
