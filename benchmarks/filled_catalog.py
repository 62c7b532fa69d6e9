"""Rows for a catalog of many documents, as if they had been fetched over a year.

Documents of thousands of sites, two looks each; beside them one document with 2,000 versions, whose
texts are there to be read, and one with 100,000 looks.
"""

from __future__ import annotations

import itertools
import random
import sqlite3
import time
from datetime import UTC, datetime, timedelta

from pipeline.archive.texts import Texts
from pipeline.catalog import Catalog, embedded
from pipeline.model import Document

SPAN_DAYS = 365
DAY_US = 86_400_000_000
VERSIONS, LOOKS = 2000, 100_000
EDITED = "https://site00000.example/edited-all-the-time"
WATCHED = "https://site00000.example/watched-all-the-time"
ALARMS = 200
DATA = b"\0" * 32


class Filling:
    """Rows for a catalog, written past its own way in, which is measured elsewhere."""

    def __init__(self, folder, documents, sites):
        self._folder, self._documents, self._sites = folder, documents, sites
        self._began = (int(time.time()) - SPAN_DAYS * 86_400) * 1_000_000
        self._step = SPAN_DAYS * DAY_US // (documents + 1)
        self._entry = itertools.count()
        (folder / "warc").mkdir(parents=True, exist_ok=True)
        Catalog.open(embedded(folder)).close()
        self._rows = sqlite3.connect(folder / "catalog.sqlite", isolation_level=None)

    def fill(self):
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "foreign_keys = OFF"):
            self._rows.execute(f"PRAGMA {pragma}")
        kept = self._rows.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
        ).fetchall()
        self._rows.execute("BEGIN")
        for name, _ in kept:
            self._rows.execute(f"DROP INDEX {name}")
        self._many()
        self._edited()
        self._watched()
        self._standing()
        for _, statement in kept:
            self._rows.execute(statement)
        self._rows.execute("COMMIT")
        self._rows.execute("PRAGMA journal_mode = WAL")
        self._rows.close()

    def _add(self, table, rows):
        rows = iter(rows)
        first = next(rows)
        columns = ", ".join(first)
        slots = ", ".join("?" * len(first))
        self._rows.executemany(
            f"INSERT INTO {table} ({columns}) VALUES ({slots})",  # noqa: S608 - names of our own
            (tuple(row.values()) for row in itertools.chain([first], rows)),
        )

    def _capture(self, number, url, site, at, change, text, *, entry, outcome="captured"):
        record = f"urn:uuid:{entry:08x}-0000-4000-8000-{number:012x}"
        return {
            "entry": entry,
            "record_id": record,
            "at": at,
            "observed_at": at,
            "visit": f"{entry:032x}",
            "site": site,
            "role": "target",
            "url": url,
            "requested": url,
            "origin": "live",
            "outcome": outcome,
            "detail": "",
            "change": change,
            "status": 200,
            "payload_record": record,
            "entity": text,
            "decoded": text,
            "protocol": "http/1.1",
            "attempt": 1,
            "agent": "Dateline",
            "adopted": 0,
            "text": text,
            "document": text,
        }

    def _document(self, url, site, at, text, *, state="present", looks=2, changes=0, entry):
        return {
            "url": url,
            "site": site,
            "state": state,
            "outcome": "captured",
            "last_look_at": at + DAY_US,
            "first_seen": at,
            "last_seen": at + DAY_US,
            "last_changed_at": at,
            "captured_at": at,
            "gone_looks": 0,
            "looks": looks,
            "changes": changes,
            "versions": changes + 1,
            "capture": entry,
            "text": text,
            "document": text,
        }

    def _extraction(self, url, at, text, sidecar, *, entry, capture):
        return {
            "entry": entry,
            "at": at,
            "url": url,
            "visit": f"{capture:032x}",
            "record_id": f"urn:uuid:{capture:08x}-0000-4000-8000-{0:012x}",
            "decoded": text,
            "charset": "utf-8",
            "rules": DATA,
            "generation": "0",
            "extractor": "x",
            "text": text,
            "document": sidecar,
            "technical": 0,
            "adopted": 0,
        }

    def _sidecar(self, text, sidecar, title, published):
        return {
            "document": sidecar,
            "text": text,
            "title": title,
            "published": published,
            "language": "en",
            "degraded": 0,
        }

    def _page(self, number):
        site = f"site{number % self._sites:05}"
        url = f"https://{site}.example/news/{number}-an-article-about-something"
        return url, site, self._began + number * self._step, number.to_bytes(32, "big")

    def _many(self):
        states = {0: "gone", 1: "blocked", 2: "failed"}
        self._add("record_captures", self._looked())
        many = range(self._documents)
        self._add(
            "record_documents",
            (
                self._document(
                    *self._page(n),
                    entry=3 * n,
                    changes=int(n % 50 == 0),
                    state=states.get(n // self._sites % 30, "present"),
                )
                for n in many
            ),
        )
        self._add(
            "record_extractions",
            (
                self._extraction(url, at, text, text, entry=3 * n + 2, capture=3 * n)
                for n in many
                for url, _, at, text in (self._page(n),)
            ),
        )
        self._add(
            "record_sidecars",
            (
                self._sidecar(text, text, f"An article about something that happened {n}", _day(at))
                for n in many
                for _, _, at, text in (self._page(n),)
            ),
        )
        self._add(
            "work_targets",
            (
                {
                    "url": url,
                    "site": site,
                    "discovered_at": at,
                    "looks": 2,
                    "failures": 0,
                    "removed_at": at if n // self._sites % 30 == 0 else None,
                }
                for n in many
                for url, site, at, _ in (self._page(n),)
            ),
        )
        self._entry = itertools.count(3 * self._documents)

    def _looked(self):
        for n in range(self._documents):
            url, site, at, text = self._page(n)
            yield self._capture(0, url, site, at, "new", text, entry=3 * n)
            change, outcome = "changed" if n % 50 == 0 else "same_bytes", "captured"
            if n % 97 == 0:
                change, outcome = None, "blocked"
            yield self._capture(
                0, url, site, at + DAY_US, change, text, entry=3 * n + 1, outcome=outcome
            )

    def _edited(self):
        """A document of which every look finds another text; its texts are there to be read."""
        texts = Texts(self._folder, fsync=lambda _: None)
        chance = random.Random(3)  # noqa: S311 - the same texts every time
        words = [f"word{number}" for number in range(3000)]
        captures, extractions, sidecars = [], [], []
        for number in range(VERSIONS):
            at = self._began + number * SPAN_DAYS * DAY_US // VERSIONS
            body = "\n\n".join(" ".join(chance.choices(words, k=60)) for _ in range(6))
            read = _document(f"The state of things, {number}", body, _day(at))
            text, sidecar = texts.keep_text(read.text), texts.keep_document(read)
            entry, extraction = next(self._entry), next(self._entry)
            change = "changed" if number else "new"
            captures.append(
                self._capture(0, EDITED, "site00000", at, change, text.value, entry=entry)
            )
            extractions.append(
                self._extraction(
                    EDITED, at, text.value, sidecar.value, entry=extraction, capture=entry
                )
            )
            sidecars.append(self._sidecar(text.value, sidecar.value, read.title, read.published))
        texts.sync()
        self._add("record_captures", captures)
        self._add("record_extractions", extractions)
        self._add("record_sidecars", sidecars)
        last = self._document(
            EDITED, "site00000", at, text.value, looks=VERSIONS, changes=VERSIONS - 1, entry=entry
        )
        self._add("record_documents", [last | {"document": sidecar.value}])

    def _watched(self):
        """A document at which somebody looks every five minutes."""
        at, step = self._began, SPAN_DAYS * DAY_US // LOOKS
        first = next(self._entry)
        self._add(
            "record_captures",
            (
                self._capture(
                    n,
                    WATCHED,
                    "site00000",
                    at + n * step,
                    "new" if n == 0 else "same_bytes",
                    DATA,
                    entry=first if n == 0 else next(self._entry),
                    outcome="failed" if n % 211 == 7 else "captured",
                )
                for n in range(LOOKS)
            ),
        )
        self._add(
            "record_extractions",
            [self._extraction(WATCHED, at, DATA, DATA, entry=next(self._entry), capture=first)],
        )
        self._add(
            "record_documents",
            [self._document(WATCHED, "site00000", at, DATA, looks=LOOKS, entry=first)],
        )

    def _standing(self):
        first = self._began // DAY_US
        names = [f"site{number:05}" for number in range(self._sites)]
        self._add(
            "record_days",
            (
                {
                    "site": site,
                    "day": first + day,
                    "looks": 24,
                    "new": 1,
                    "changed": 0,
                    "gone": 0,
                    "blocked": 0,
                    "failed": int(day % 40 == 0),
                }
                for site in names
                for day in range(SPAN_DAYS + 1)
            ),
        )
        last = self._began + SPAN_DAYS * DAY_US
        self._add(
            "work_sites",
            (
                {
                    "site": site,
                    "next_due_at": last,
                    "last_look_at": last,
                    "outcome": "captured",
                    "failures": 0,
                }
                for site in names
            ),
        )
        self._add(
            "work_seeds",
            (
                {
                    "site": site,
                    "url": f"https://{site}.example/feed",
                    "last_poll_at": last,
                    "polls": 9000,
                    "failures": 0,
                    "links": 20,
                }
                for site in names
            ),
        )
        self._add(
            "work_alarms",
            (
                {
                    "kind": "stale",
                    "subject": site,
                    "site": site,
                    "since": last,
                    "signs": 3,
                    "good": 0,
                    "recent": "",
                    "raised_at": last,
                    "detail": "nothing new for three days",
                }
                for site in names[:ALARMS]
            ),
        )
        self._add("record_folded", [{"log": 1, "size": next(self._entry)}])


def _day(at):
    return f"{datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=at):%Y-%m-%d}"


def _document(title, body, published):
    return Document(
        title=title,
        byline=None,
        published=published,
        source=None,
        language="en",
        text=f"{title}\n\n{body}\n",
        charset="utf-8",
        charset_why="declared",
        generation="0",
        extractor="x",
    )
