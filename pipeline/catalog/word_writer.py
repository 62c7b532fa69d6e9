"""Texts as terms → the index of words, one batch at a time.

A version is a page's text together with what the page says of it: nothing of it ever changes, so
rows are only added.  What was taken down is found no more at once; then the index is made anew
beside the old one, because a contentless index cannot forget without the text.
"""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

import structlog

from pipeline.catalog import fts5, word_file
from pipeline.catalog.word_answers import EPOCH, MICROSECOND, Known
from pipeline.ground.published import begins_at, day_of, epoch
from pipeline.model import Digest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from pipeline.catalog.entered import PageStanding, Reading
    from pipeline.catalog.word_answers import Terms

log = structlog.get_logger()

ANEW = "words_anew"
ADD = "INSERT INTO {name} (rowid, title, body, tags) VALUES (?, ?, ?, ?)"


class WordBatch:
    """One transaction; what it has added is found when it has ended."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @property
    def start(self) -> int:
        """The entry of the log from which on nothing was indexed."""
        return int(self._about("start") or 0)

    @property
    def last(self) -> str | None:
        """What `go_on` was told of the last text."""
        return self._about("last")

    def lacks(self, reading: Reading, site: str | None) -> int | None:
        """The id under which `reading` is to be added; None where the page had that before."""
        page = self._page(reading.url, site)
        heading = reading.heading
        found = self._connection.execute(
            "SELECT 1 FROM versions WHERE page = ? AND text = ? AND published IS ?"
            " AND language IS ? AND title IS ?",
            (page, reading.text.value, heading.published, heading.language, heading.title),
        ).fetchone()
        if found is not None:
            return None
        day, begins = day_of(heading.published), begins_at(heading.published)
        added = self._connection.execute(
            "INSERT INTO versions (page, text, title, published, language, day, published_at,"
            " seen_at, seen_day) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                page,
                reading.text.value,
                heading.title,
                heading.published,
                heading.language,
                day.toordinal() if day else None,
                epoch(begins) if begins else None,
                (reading.observed_at - EPOCH) // MICROSECOND,
                reading.observed_at.date().toordinal(),
            ),
        )
        return added.lastrowid

    def add(self, number: int, terms: Terms) -> None:
        """Index the version `number`."""
        self._add("words", number, terms)

    def stand(self, page: PageStanding) -> None:
        """The page stands so now."""
        current = None
        if page.text is not None and page.heading is not None:
            heading = page.heading
            row = self._connection.execute(
                "SELECT v.id FROM versions v JOIN pages p ON p.id = v.page WHERE p.url = ?"
                " AND v.text = ? AND v.published IS ? AND v.language IS ? AND v.title IS ?",
                (
                    page.url,
                    page.text.value,
                    heading.published,
                    heading.language,
                    heading.title,
                ),
            ).fetchone()
            current = row and row[0]
        self._connection.execute(
            "UPDATE pages SET state = ?, current = ? WHERE url = ?",
            (page.state, current, page.url),
        )

    def forget(self, gone: Collection[tuple[str, Digest]]) -> int:
        """Let these texts of pages be found no more, and begin to make the index anew; how many."""
        forgotten = 0
        for url, text in gone:
            forgotten += self._connection.execute(
                "DELETE FROM versions WHERE text = ?"
                " AND page = (SELECT id FROM pages WHERE url = ?)",
                (text.value, url),
            ).rowcount
        if forgotten:
            self._connection.execute(f"DROP TABLE IF EXISTS {ANEW}")
            self._connection.execute(word_file.INDEX.format(name=ANEW))
            self._say("anew", "0")
        return forgotten

    @property
    def made_anew(self) -> int | None:
        """The version up to which the index was made anew; None where that is not under way."""
        said = self._about("anew")
        return None if said is None else int(said)

    def known(self, after: int, most: int) -> tuple[Known, ...]:
        """The first versions after that one."""
        found = self._connection.execute(
            "SELECT id, text, title FROM versions WHERE id > ? ORDER BY id LIMIT ?", (after, most)
        )
        return tuple(
            Known(id=number, text=Digest("sha256", text), title=title)
            for number, text, title in found
        )

    def make_anew(self, number: int, terms: Terms) -> None:
        """Index a known version in the index that is being made."""
        self._add(ANEW, number, terms)

    def made_up_to(self, number: int) -> None:
        """Every known version up to `number` is in the new index."""
        self._say("anew", str(number))

    def exchange(self) -> None:
        """Let the new index take the old one's place."""
        self._connection.execute("DROP TABLE words")
        self._connection.execute(f"ALTER TABLE {ANEW} RENAME TO words")
        self._connection.execute("DELETE FROM about WHERE key = 'anew'")

    def go_on(self, start: int, last: str | None) -> None:
        """Everything before entry `start` is indexed; `last` names the last text among it."""
        self._say("start", str(start))
        if last is not None:
            self._say("last", last)

    def _page(self, url: str, site: str | None) -> int:
        found = self._connection.execute("SELECT id FROM pages WHERE url = ?", (url,)).fetchone()
        if found is not None:
            return int(found[0])
        added = self._connection.execute(
            "INSERT INTO pages (url, site, host, state) VALUES (?, ?, ?, 'present')",
            (url, site, _host(url)),
        )
        return int(added.lastrowid or 0)

    def _add(self, name: str, number: int, terms: Terms) -> None:
        site, host, language, day = self._connection.execute(
            "SELECT p.site, p.host, v.language, v.day FROM versions v JOIN pages p ON p.id = v.page"
            " WHERE v.id = ?",
            (number,),
        ).fetchone()
        tags = fts5.tags(
            site=site,
            host=host,
            language=language,
            day=date.fromordinal(day) if day else None,
        )
        row = (number, terms.title, terms.body, tags)
        self._connection.execute(ADD.format(name=name), row)

    def _about(self, key: str) -> str | None:
        row = self._connection.execute("SELECT value FROM about WHERE key = ?", (key,)).fetchone()
        return None if row is None else str(row[0])

    def _say(self, key: str, value: str) -> None:
        self._connection.execute("REPLACE INTO about (key, value) VALUES (?, ?)", (key, value))


class WordWriter:
    """The index of an archive, open for writing.  Whoever writes at the same time is waited for.

    `analyzer` names the analyzer that makes the terms: an index of another one is begun anew, and
    so is one that is damaged.
    """

    def __init__(self, path: Path, analyzer: str) -> None:
        self._path = path
        self._made_for = f"{word_file.LAYOUT}/{analyzer}"
        self._connection: sqlite3.Connection | None = None

    @classmethod
    def open(cls, archive: Path, *, analyzer: str) -> Self:
        """Open the index of `archive`, or begin one.  Raises ArchiveUnwritable and CatalogAway."""
        writer = cls(word_file.word_file(archive), analyzer)
        with word_file.edge(writer._path, to_write=True):
            writer._connect()
        return writer

    @contextmanager
    def batch(self) -> Iterator[WordBatch]:
        """One transaction: found when the block ends, undone when it raises."""
        with word_file.edge(self._path, to_write=True):
            connection = self._connection or self._connect()
            try:
                connection.execute("BEGIN IMMEDIATE")
                try:
                    yield WordBatch(connection)
                except BaseException:
                    connection.execute("ROLLBACK")
                    raise
                connection.execute("COMMIT")
            except sqlite3.Error as error:
                if word_file.is_damage(error):
                    self.begin_anew()
                raise

    def begin_anew(self) -> None:
        """Forget everything, as if nothing had been indexed."""
        log.info("index begun anew", path=str(self._path))
        self.close()
        word_file.discard(self._path)
        self._connect()

    def scrub(self) -> None:
        """Leave nothing of what was exchanged in the file's log."""
        with word_file.edge(self._path, to_write=True):
            connection = self._connection or self._connect()
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def tidy(self) -> None:
        """Bring the index into one piece, which is read the fastest; takes as long as it takes."""
        with word_file.edge(self._path, to_write=True):
            connection = self._connection or self._connect()
            connection.execute("INSERT INTO words(words) VALUES ('optimize')")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Let go of the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _connect(self) -> sqlite3.Connection:
        try:
            self._connection = _prepared(self._path, self._made_for)
        except sqlite3.DatabaseError as error:
            if not word_file.is_damage(error):
                raise
            word_file.discard(self._path)
            self._connection = _prepared(self._path, self._made_for)
        return self._connection


def _prepared(path: Path, made_for: str) -> sqlite3.Connection:
    """A connection to an index of today's layout and analyzer; one of others is emptied."""
    connection = word_file.writing(path)
    try:
        connection.execute("BEGIN IMMEDIATE")
        names = {
            name
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        }
        said = None
        if "about" in names:
            said = connection.execute("SELECT value FROM about WHERE key = 'made_for'").fetchone()
        if said != (made_for,):
            for name in ("words", ANEW, "versions", "pages", "about"):
                connection.execute(f"DROP TABLE IF EXISTS {name}")
            for statement in word_file.TABLES:
                connection.execute(statement)
            connection.execute("INSERT INTO about VALUES ('made_for', ?)", (made_for,))
        connection.execute("COMMIT")
    except BaseException:
        connection.close()
        raise
    return connection


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""
