"""Entries to fold, and real SQLite files to fold them into."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import make_url

from pipeline.catalog import Catalog, Heading, Reader, WatchedTarget, embedded
from pipeline.ground.evidence import CaptureEntry, ExtractionEntry
from pipeline.model import Digest, Origin, Place, RecordRef, Role

if TYPE_CHECKING:
    from pathlib import Path

START = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Page(Struct, frozen=True):
    """One look at a page: its entry, where its records lie, and what was read in it."""

    entry: CaptureEntry
    places: dict[str, Place]
    extraction: ExtractionEntry
    index: int = 0

    def but(self, **fields) -> Page:
        return replace(self, entry=replace(self.entry, **fields))


class Story:
    """Makes looks that tell of `words`; every record id and visit is used once."""

    start = START
    heading = Heading(
        title="Harbour reopens", published="2026-03-01", language="en", degraded=False
    )

    def __init__(self):
        self.ids = 0
        self.logged = 0

    def uuid(self) -> str:
        self.ids += 1
        return str(UUID(int=self.ids))

    @staticmethod
    def digest(*of) -> Digest:
        return Digest.of(repr(of).encode())

    def look(self, url="https://port.example/a", *, minute=0, words="one", **fields) -> Page:
        at = START + timedelta(minutes=minute)
        request, response, metadata = (f"urn:uuid:{self.uuid()}" for _ in range(3))
        kind = "response" if fields.get("payload_record") is None else "revisit"
        entry = CaptureEntry(
            **{
                "at": at,
                "observed_at": at,
                "visit": self.uuid().replace("-", ""),
                "site": "port",
                "role": Role.TARGET,
                "url": url,
                "requested": url,
                "origin": Origin.LIVE,
                "source": None,
                "outcome": "captured",
                "reason": None,
                "detail": "",
                "change": "new",
                "status": 200,
                "records": (
                    RecordRef(record_id=request, type="request", block=self.digest("q", request)),
                    RecordRef(record_id=response, type=kind, block=self.digest("b", response)),
                ),
                "payload_record": response,
                "entity": self.digest("entity", words),
                "decoded": self.digest("decoded", words),
                "ip": "127.0.0.1",
                "protocol": ("http/1.1", "tls/1.3"),
                "certificate": None,
                "tls_verified": True,
                "attempt": 1,
                "config": self.digest("config"),
                "rules": self.digest("rules"),
                "agent": "Dateline/0",
            }
            | fields
        )
        places = {
            record: Place(file="warc/a-20260301120000-0.warc.gz", offset=self.ids * 100, length=99)
            for record in (*(ref.record_id for ref in entry.records), metadata)
        }
        self.logged += 2
        return Page(entry, places, self.extraction(entry, words), self.logged - 2)

    def extraction(self, entry: CaptureEntry, words="one", **fields) -> ExtractionEntry:
        return ExtractionEntry(
            **{
                "at": entry.at,
                "url": entry.url,
                "visit": entry.visit,
                "record_id": entry.payload_record or "urn:uuid:none",
                "decoded": entry.decoded or self.digest("none"),
                "charset": "utf-8",
                "rules": self.digest("rules"),
                "generation": "0",
                "extractor": "dateline/1",
                "text": self.digest("text", words),
                "document": self.digest("document", words),
                "technical": False,
            }
            | fields
        )

    def nothing_came(self, url="https://port.example/a", *, minute=0, **fields) -> Page:
        """A look that left a metadata record alone."""
        none = dict.fromkeys(("status", "payload_record", "entity", "decoded", "ip", "change"))
        fields = {"outcome": "failed", "reason": "refused", "records": (), **none} | fields
        return self.look(url, minute=minute, **fields)

    def enter(self, batch, page: Page) -> bool:
        """Fold a look in, and its text if it has one."""
        read = page.extraction if page.entry.outcome == "captured" else None
        added = batch.record.enter_capture(
            page.index,
            page.entry,
            places=page.places,
            text=read and read.text,
            document=read and read.document,
        )
        if read and page.entry.change in {"new", "changed"}:
            batch.record.enter_extraction(page.index + 1, read, self.heading)
        return added

    @staticmethod
    def target(url="https://port.example/a", *, minute=0, **fields) -> WatchedTarget:
        due = None if minute is None else START + timedelta(minutes=minute)
        return WatchedTarget(
            **{
                "url": url,
                "site": "port",
                "found_in": "https://port.example/",
                "discovered_at": START,
                "next_look_at": due,
            }
            | fields
        )


@pytest.fixture(scope="session")
def anew():
    """A maker of stories."""
    return Story


@pytest.fixture
def story() -> Story:
    return Story()


@pytest.fixture(scope="session")
def template(tmp_path_factory) -> Path:
    """An empty catalog, migrated once for all tests."""
    folder = tmp_path_factory.mktemp("template")
    Catalog.open(embedded(folder)).close()
    return folder / "catalog.sqlite"


@pytest.fixture(scope="session")
def fresh(template, tmp_path_factory):
    """A maker of URLs of empty catalogs."""

    def make() -> str:
        folder = tmp_path_factory.mktemp("archive")
        shutil.copy(template, folder)
        return embedded(folder)

    return make


@pytest.fixture
def url(fresh) -> str:
    return fresh()


@pytest.fixture
def catalog(url):
    with Catalog.open(url) as opened:
        yield opened


@pytest.fixture
def reader(url):
    opened = Reader.open(url)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def dump():
    """A maker of dumps: every row of the record's tables, as SQLite holds them."""

    def read(url: str, prefix: str = "record_") -> dict[str, list[tuple]]:
        with closing(sqlite3.connect(make_url(url).database)) as connection:
            names = [
                name
                for (name,) in connection.execute(
                    "SELECT name FROM sqlite_master WHERE type='table'"
                )
                if name.startswith(prefix)
            ]
            return {
                name: sorted(connection.execute(f"SELECT * FROM {name}"), key=repr)  # noqa: S608 - our own names
                for name in names
            }

    return read
