"""What the catalog has come to know → the indexes that are made of it, a little at a time.

An index is no part of what a look commits: it follows the log's entries at its own pace, in a
file of its own, and says itself how far it has come.  The daemon lets every one of them go on in
slices that are small enough to delay nobody; `search`, `trace` and `rebuild` bring them up to date.
"""

from __future__ import annotations

import asyncio
import threading
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

import structlog

from pipeline.archive.texts import Texts
from pipeline.catalog import LONGEST_TITLE
from pipeline.catalog.word_answers import Terms
from pipeline.catalog.word_file import word_file
from pipeline.catalog.word_writer import WordWriter
from pipeline.errors import CannotError, DamagedRecord
from pipeline.writing.attesting import Timer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from pipeline.catalog import Reader
    from pipeline.catalog.word_writer import WordBatch
    from pipeline.model import Digest

log = structlog.get_logger()

EVERY = timedelta(seconds=2)
SLICE = 20
"""Entries that the daemon indexes before it lets others go first: some tens of milliseconds."""
SPARING = 4
"""How many times as long as a slice took the daemon waits before the next one."""
STEP = 500
"""Entries a transaction where nobody is to be spared."""
A_LITTLE = 1000
"""Entries that a command indexes on its way out; more are left to whoever searches."""
AGAIN_S = 60.0
"""How long an index that could not be written is left alone."""

MOST_CHARACTERS = 1_000_000
"""Of a text that are indexed; the longest page that is read has ten times as many at most."""


class Index(Protocol):
    """Something that is made of the catalog and the texts, and follows them."""

    @property
    def is_there(self) -> bool:
        """Whether anybody has begun one."""
        ...

    def index_some(self, limit: int) -> int:
        """Take in at most about `limit` entries of the log; 0 when there were none to take in.

        Raises CannotError.  Any thread may call it, one at a time.
        """
        ...

    def close(self) -> None:
        """Let go of what it is kept in."""
        ...


class WordIndex:
    """The words of every text of every page, for `search` and `trace`."""

    def __init__(self, archive: Path, reader: Reader) -> None:
        self._archive = archive
        self._reader = reader
        self._texts = Texts(archive)
        self._gate = threading.Lock()
        self._opened: WordWriter | None = None

    @property
    def is_there(self) -> bool:
        """Whether anybody has begun one."""
        return word_file(self._archive).exists()

    def behind(self) -> int:
        """How many texts are not indexed yet."""
        from pipeline.catalog.word_reader import WordReader  # noqa: PLC0415 - only who searches asks
        from pipeline.search.analyzer import ANALYZER  # noqa: PLC0415 - slow to load

        words = WordReader(self._archive)
        start = words.start(ANALYZER)
        words.close()
        return self._reader.unread(start or 0)[0]

    def index_some(self, limit: int) -> int:
        """As `Index` has it."""
        with self._gate:
            writer = self._writer()
            with writer.batch() as batch:
                if batch.made_anew is not None and not self._make_anew(batch, limit):
                    batch.exchange()
                    exchanged = True
                else:
                    exchanged = False
                taken = self._take(batch, limit) + exchanged
                pending = batch.made_anew is not None
            if exchanged:
                writer.scrub()
            return taken or int(pending)

    def begin_anew(self) -> None:
        """Forget everything; it is indexed again from the beginning."""
        with self._gate:
            self._writer().begin_anew()

    def tidy(self) -> None:
        """Bring it into the form that is read the fastest."""
        with self._gate:
            self._writer().tidy()

    def close(self) -> None:
        """Let go of the file."""
        with self._gate:
            if self._opened is not None:
                self._opened.close()
                self._opened = None

    def _writer(self) -> WordWriter:
        from pipeline.search.analyzer import ANALYZER  # noqa: PLC0415 - slow to load

        if self._opened is None:
            writer = WordWriter.open(self._archive, analyzer=ANALYZER)
            if not self._follows(writer):
                writer.begin_anew()
            self._opened = writer
        return self._opened

    def _follows(self, writer: WordWriter) -> bool:
        """Whether the index was made of this catalog's history, and not of another one."""
        with writer.batch() as batch:
            start, last = batch.start, batch.last
        if start > self._reader.unread(start)[1]:
            return False
        entry, _, text = (last or "").partition(" ")
        found = self._reader.entered(int(entry), 1).readings if entry else ()
        return not found or str(found[0].text) == text

    def _take(self, batch: WordBatch, limit: int) -> int:
        start = batch.start
        entered = self._reader.entered(start, limit)
        sites = {page.url: page.site for page in entered.pages}
        last = None
        for reading in entered.readings:
            last = f"{reading.entry} {reading.text}"
            terms = self._terms(reading.text, reading.heading.title)
            if terms is not None:
                number = batch.lacks(reading, sites.get(reading.url))
                if number is not None:
                    batch.add(number, terms)
        for page in entered.pages:
            batch.stand(page)
        if entered.took_down:
            batch.forget(self._reader.forgotten())
        batch.go_on(entered.upto, last)
        return entered.upto - start

    def _make_anew(self, batch: WordBatch, limit: int) -> int:
        """Go on with making the index anew; how many versions were indexed."""
        known = batch.known(batch.made_anew or 0, limit)
        for one in known:
            terms = self._terms(one.text, one.title)
            if terms is not None:
                batch.make_anew(one.id, terms)
        if known:
            batch.made_up_to(known[-1].id)
        return len(known)

    def _terms(self, text: Digest, title: str | None) -> Terms | None:
        """The terms of a text; None where it is not there, or not what it was."""
        from pipeline.search.analyzer import terms  # noqa: PLC0415 - slow to load

        try:
            read = self._texts.read_text(text)
        except DamagedRecord as damage:
            log.debug("not indexed", text=str(text), why=str(damage))
            return None
        heading, body = apart(read, title)
        return Terms(title=" ".join(terms(heading)), body=" ".join(terms(body[:MOST_CHARACTERS])))


def apart(text: str, title: str | None) -> tuple[str, str]:
    """The title of a text, and the text below it; a text without one has all of it below."""
    if not title:
        return "", text
    first, _, below = text.partition("\n\n")
    is_first = first.strip()[:LONGEST_TITLE] == title.strip()
    return (title, below) if is_first else (title, text)


class Indexing:
    """Brings indexes up to date: all at once, or slice by slice beside other work."""

    def __init__(self, indexes: Sequence[Index]) -> None:
        self._indexes = indexes
        self._not_before = 0.0

    def catch_up(self, tell: Callable[[int], object] = lambda _: None) -> int:
        """Index all there is; how many entries.  `tell` hears how many so far.

        Raises CannotError.
        """
        taken = 0
        for index in self._indexes:
            while some := index.index_some(STEP):
                taken += some
                tell(taken)
        return taken

    def catch_up_a_little(self) -> None:
        """Index what has just come, where it is little and somebody has begun to search.

        What cannot be written now is left for later.
        """
        for index in self._indexes:
            if not index.is_there:
                continue
            try:
                for _ in range(A_LITTLE // STEP):
                    if not index.index_some(STEP):
                        break
            except CannotError as error:
                log.debug("not indexed", why=str(error))

    def timers(self) -> tuple[Timer, ...]:
        """What is to be done beside the fetching, and how often."""
        return (Timer("index", EVERY, self._slices),)

    def close(self) -> None:
        """Let go of the indexes."""
        for index in self._indexes:
            index.close()

    async def _slices(self) -> None:
        if time.monotonic() < self._not_before:
            return
        try:
            for index in self._indexes:
                began = time.monotonic()
                while await asyncio.to_thread(index.index_some, SLICE):
                    await asyncio.sleep(SPARING * (time.monotonic() - began))
                    began = time.monotonic()
        except CannotError as error:
            self._not_before = time.monotonic() + AGAIN_S
            log.warning("not indexed", why=str(error), hint="it is tried again in a minute")
