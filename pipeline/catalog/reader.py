"""The catalog for reading, by any process, beside the writer or without one."""

from __future__ import annotations

from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self, TypeVar

from sqlalchemy import StaticPool, create_engine, select

from pipeline.catalog import alarms as alarm_rows
from pipeline.catalog import engines, lookups, questions, rows, schema, tables
from pipeline.catalog.answers import Counts, Shown
from pipeline.catalog.faults import edge
from pipeline.catalog.vitals import vitals
from pipeline.catalog.wholesale import Wholesale
from pipeline.errors import CatalogAway

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping
    from datetime import datetime
    from typing import Any

    from sqlalchemy import URL, Connection, Engine, Row, Select

    from pipeline.catalog.alarms import Waiting
    from pipeline.catalog.answers import CurrentDocument, HistoryRow, Looked, SiteSummary, Vitals
    from pipeline.catalog.browsing import Question
    from pipeline.ground.alarm import Alarm
    from pipeline.model import Digest

T = TypeVar("T")

ROWS_AT_ONCE = 500
"""Rows of an export that are in memory at a time."""


class Reader(Wholesale):
    """A catalog open for reading.

    Every answer is taken from one committed state.  Nothing here waits for the writer or keeps
    it waiting.  Where there is no catalog yet, it answers like an empty one, until there is one.
    Any thread may ask.  CatalogAway for a database that does not answer as it should.
    """

    def __init__(self, url: URL) -> None:
        self._url = url
        self._found: Engine | None = None

    @classmethod
    def open(cls, url: str) -> Self:
        """Open the catalog at `url`; what is wrong with it is said at once."""
        reader = cls(engines.parse(url))
        with reader._reading():
            return reader

    def history(self, url: str) -> tuple[HistoryRow, ...]:
        """All looks at `url` by the time they were made, and technical texts among them.

        A technical text stands before the look that it was made for.
        """
        with self._reading() as connection:
            looks = connection.execute(questions.LOOKS, {"url": url}).all()
            technical = connection.execute(questions.TECHNICAL, {"url": url}).all()
            gone = {row.record_id: row.reason for row in connection.execute(questions.GONE)}
        seen_at = {row.visit: row.observed_at for row in looks}
        dated = [
            (_called_for_at(row, seen_at), rows.technical_text(row, gone)) for row in technical
        ]
        dated += [(row.observed_at, rows.look(row, gone)) for row in looks]
        return tuple(row for _, row in sorted(dated, key=lambda each: each[0]))

    def sites(self) -> tuple[SiteSummary, ...]:
        """Every site of which anything is planned or archived, by name."""
        with self._reading() as connection:
            planned = {row.site: row for row in connection.execute(questions.SITES)}
            archived = {row.site: row for row in connection.execute(questions.PER_SITE)}
        return tuple(
            rows.site_summary(site, planned.get(site), archived.get(site))
            for site in sorted(planned.keys() | archived.keys())
        )

    def capture(self, record_id: str) -> Shown | None:
        """The capture of which `record_id` (`urn:uuid:…`) is any record."""
        return next(iter(self._shown(questions.OF_RECORD, record_id=record_id)), None)

    def captures_of_visit(self, visit: str) -> tuple[Shown, ...]:
        """The hops, attempts and last capture of a visit, in order."""
        return self._shown(questions.OF_VISIT, visit=visit)

    def captures_of_text(self, text: Digest) -> tuple[Shown, ...]:
        """The captures in which this clean text was read, oldest first."""
        return self._shown(questions.OF_TEXT, digest=text)

    def captures_of_document(self, document: Digest) -> tuple[Shown, ...]:
        """The captures in which the document of this sidecar was read, oldest first."""
        return self._shown(questions.OF_DOCUMENT, digest=document)

    def resource(self, urn: str) -> str | None:
        """The record that holds a config or certificate; None where none was written."""
        with self._reading() as connection:
            row = connection.execute(lookups.RESOURCE, {"urn": urn}).one_or_none()
        return None if row is None else str(row.record_id)

    def keys(self) -> tuple[int, ...]:
        """The entries by which one key named another its successor, in order."""
        with self._reading() as connection:
            return tuple(row.entry for row in connection.execute(questions.KEYS))

    def stamped_over(self, index: int) -> int | None:
        """The size of the first time stamp that has entry `index` under it; None without one."""
        with self._reading() as connection:
            found: int | None = connection.execute(
                questions.STAMPED_OVER, {"index": index}
            ).scalar()
        return found

    def captures_of_url(self, url: str) -> tuple[Shown, ...]:
        """Every capture under canonical URL `url`, hops and attempts included, oldest first."""
        return self._shown(questions.OF_URL, url=url)

    def looked(self) -> Iterator[Looked]:
        """Every live capture of a seed or target, in the log's order; read as they are asked for.

        The captures of one visit stand together.
        """
        with self._reading() as connection:
            found = connection.execution_options(yield_per=ROWS_AT_ONCE).execute(questions.LOOKED)
            yield from map(rows.looked, found)

    def taken_down(self, text: Digest) -> str | None:
        """Why the bytes in which this clean text was read were taken down; None if they were not.

        Other bytes may have given the same text, and then its file is still there.
        """
        with self._reading() as connection:
            reason: str | None = connection.execute(
                questions.TEXT_TAKEN_DOWN, {"text": text}
            ).scalar()
        return reason

    def document(self, url: str) -> CurrentDocument | None:
        """The document `url` as it stands; None if it was never captured."""
        with self._reading() as connection:
            row = connection.execute(questions.DOCUMENT, {"url": url}).one_or_none()
        return None if row is None else rows.current_document(row)

    def documents(self, site: str | None = None) -> Iterator[CurrentDocument]:
        """The documents of one site or of all, by the time they were first seen.

        They are read as they are asked for, all from the state at the first one.
        """
        query = questions.OLDEST_FIRST if site is None else questions.OLDEST_OF_SITE
        with self._reading() as connection:
            found = connection.execution_options(yield_per=ROWS_AT_ONCE).execute(
                query, {} if site is None else {"site": site}
            )
            yield from map(rows.current_document, found)

    def counts(self) -> Counts:
        """How much there is."""
        with self._reading() as connection:
            row = connection.execute(questions.COUNTS).one()
        return Counts(**row._asdict())

    def alarms(self) -> tuple[Alarm, ...]:
        """What holds now and was told, by when it was."""
        with self._reading() as connection:
            return alarm_rows.standing(connection)

    def waiting(self, receiver: str, *, by: datetime, now: datetime, most: int) -> Waiting | None:
        """What waits for `receiver`, with the first `most` of each word.

        None where nothing was made `by` then, and while the receiver is left alone.
        """
        with self._reading() as connection:
            return alarm_rows.waiting(connection, receiver, by=by, now=now, most=most)

    def vitals(self, now: datetime, *, among: Container[str]) -> Vitals:
        """What waits and what is wrong at `now`; of the sites, those `among` alone."""
        with self._reading() as connection:
            return vitals(connection, now, among)

    def ask(self, question: Question[T]) -> T:
        """The answer to one of the questions of `browsing`, from one committed state."""
        with self._reading() as connection:
            return question(connection)

    def answer(self) -> None:
        """Return when the database has answered.  Raises CatalogAway when it does not."""
        with self._reading() as connection:
            connection.execute(select(tables.folded.c.size)).first()

    def close(self) -> None:
        """Let go of the database."""
        if self._found is not None:
            self._found.dispose()

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with edge(self._url, writing=False):
            if self._found is None:
                self._found = _look_for(self._url)
            with (self._found or self._nothing).begin() as connection:
                yield connection

    @cached_property
    def _nothing(self) -> Engine:
        engine = create_engine(
            "sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False}
        )
        tables.METADATA.create_all(engine)
        return engine

    def _shown(self, query: Select[Any], **asked: object) -> tuple[Shown, ...]:
        with self._reading() as connection:
            found = connection.execute(query, asked).all()
            return tuple(_with_all_of_it(connection, row) for row in found)


def _look_for(url: URL) -> Engine | None:
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        return None
    engine = engines.reading(url)
    with engine.begin() as connection:
        found = schema.version(connection)
    schema.refuse_newer(url, found)
    if found is None:
        return None
    if found != schema.HEAD:
        why = (
            f"its tables have version {found}, older than {schema.HEAD};"
            " any command that writes, such as dateline run --once, brings it up to date"
        )
        raise CatalogAway(engines.masked(url), why=why)
    return engine


def _called_for_at(technical: Row[Any], seen_at: Mapping[str, datetime]) -> datetime:
    """When the look was made that a technical text was made for; else when it was made itself."""
    look, of_bytes = seen_at.get(technical.visit), technical.observed_at
    made_at: datetime = technical.at
    return made_at if look is None or of_bytes is None or look <= of_bytes else look


def _with_all_of_it(connection: Connection, row: Row[Any]) -> Shown:
    laid = connection.execute(questions.PLACES, {"capture": row.entry}).all()
    asked = {"url": row.url, "record_id": row.payload_record}
    made = connection.execute(questions.EXTRACTIONS, asked).all()
    first_needed = connection.execute(questions.FIRST_NEEDED, asked).all()
    return Shown(
        index=row.entry,
        entry=rows.capture_entry(row, rows.record_refs(laid)),
        record=row.record_id,
        places=tuple((each.record_id, rows.place(each)) for each in laid if each.file is not None),
        text=row.text,
        document=row.document,
        heading=rows.heading(row),
        extractions=tuple(
            rows.extraction_entry(
                one,
                rows.record_refs([each for each in first_needed if each.extraction == one.entry]),
            )
            for one in made
        ),
        taken_down=connection.execute(
            questions.TAKEN_DOWN, {"record_id": row.payload_record or row.record_id}
        ).scalar(),
    )
