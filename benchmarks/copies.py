"""Near copies at scale: what signing a text costs, how large the index is, how long asking takes.

    python benchmarks/copies.py [--documents N] [--words N]

Texts are made of a vocabulary with a language's own skew; one in a hundred is a copy of an earlier
one with one word in twenty changed, one in a hundred an earlier one's beginning.  Their rows are
those that as many looks would have left; then they are indexed as the daemon does it, and copies
are asked for as `dateline similar` does.
"""

from __future__ import annotations

import argparse
import random
import resource
import sqlite3
import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.archive.texts import text_bytes
from pipeline.catalog import Catalog, embedded
from pipeline.errors import DamagedRecord
from pipeline.model import Digest
from pipeline.reading.likening import Likening, copies_of

if TYPE_CHECKING:
    from collections.abc import Iterator

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
VOCABULARY = 30_000
SAID, PHRASE = 2_000_000, 20
"""Texts are phrases out of so many words: drawing each word would take as long as the rest."""
ASKED = 200
AT_ONCE = 500


class Made:
    """Texts by number, made when they are read: a million files would measure the disk."""

    def __init__(self, seed: str, words: int) -> None:
        self._seed, self._words = seed, words
        chance = random.Random(seed)  # noqa: S311 - nothing secret
        vocabulary = [f"w{n:x}" for n in range(VOCABULARY)]
        weights = list(accumulate(1 / (n + 3) for n in range(VOCABULARY)))
        self._said = chance.choices(vocabulary, cum_weights=weights, k=SAID)
        self.numbers: dict[Digest, int] = {}
        self.making_s = 0.0

    def text(self, number: int) -> str:
        chance = random.Random(f"{self._seed} {number}")  # noqa: S311 - nothing secret
        if number % 100 == 99:
            words = self.text(number - 50).split()
            for at in range(len(words)):
                if chance.random() < 0.05:
                    words[at] = "changed"
            return " ".join(words)
        if number % 100 == 98:
            words = self.text(number - 50).split()
            return " ".join(words[: len(words) // 2])
        long = max(40, round(chance.lognormvariate(0, 0.5) * self._words))
        starts = [int(chance.random() * (SAID - PHRASE)) for _ in range(long // PHRASE)]
        return " ".join(word for at in starts for word in self._said[at : at + PHRASE])

    def digest(self, number: int) -> Digest:
        """Stands for the text: hashing it is not what is measured."""
        digest = Digest.of(text_bytes(f"{self._seed} {number}"))
        self.numbers[digest] = number
        return digest

    def read_text(self, digest: Digest) -> str:
        began = time.process_time()
        if digest not in self.numbers:
            raise DamagedRecord(Path("nowhere"), offset=0, why="it was never made")
        text = self.text(self.numbers[digest])
        self.making_s += time.process_time() - began
        return text


def know(path: Path, made: Made, documents: int) -> None:
    """Let the catalog know so many documents, each of which was read once."""

    def rows() -> Iterator[tuple[int, str, bytes, bytes, int]]:
        for number in range(documents):
            digest = made.digest(number).value
            at = int((BEGAN + timedelta(seconds=number)).timestamp() * 10**6)
            yield number, f"https://site{number % 200}.example/{number}", digest, digest[::-1], at

    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        for number, url, text, document, at in rows():
            connection.execute(
                "INSERT INTO record_extractions VALUES"
                " (?, ?, ?, '', ?, ?, 'utf-8', ?, '1', 'x', ?, ?, 0, 0)",
                (number, at, url, f"urn:uuid:{number}", document, document, text, document),
            )
            connection.execute(
                "INSERT INTO record_sidecars VALUES (?, ?, 'a title', '2026-01-01', 'en', 0)",
                (document, text),
            )
            connection.execute(
                "INSERT INTO record_documents (url, site, state, outcome, last_look_at, first_seen,"
                " gone_looks, looks, changes, versions, text)"
                " VALUES (?, ?, 'present', 'captured', ?, ?, 0, 1, 0, 1, ?)",
                (url, f"site{number % 200}", at, at, text),
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--documents", type=int, default=50_000)
    parser.add_argument("--words", type=int, default=300)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir="build" if Path("build").is_dir() else None) as folder:
        path = Path(folder) / "catalog.sqlite"
        with Catalog.open(embedded(Path(folder))) as catalog:
            made = Made("copies", given.words)
            know(path, made, given.documents)
            before = path.stat().st_size
            with closing(catalog.reader()) as reader:
                index = Likening(reader, made)  # type: ignore[arg-type]
                began = time.process_time()
                while (prepared := index.prepare(AT_ONCE)) is not None:
                    with catalog.batch() as batch:
                        prepared.write(batch)
                took = time.process_time() - began - made.making_s
                count = "SELECT count(*) FROM work_shingles"
                with closing(sqlite3.connect(path)) as connection:
                    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                    rows = connection.execute(count).fetchone()[0]
                size = path.stat().st_size - before
                each_ms = 1000 * took / given.documents
                print(f"{given.documents} texts: {each_ms:.2f} ms of CPU a text,")
                print(
                    f"  {rows / given.documents:.1f} rows and {size / given.documents:.0f} octets"
                )
                _ask(reader, made, given.documents)
    print(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB at most")


def _ask(reader: object, made: Made, documents: int) -> None:
    chance = random.Random("asked")  # noqa: S311 - nothing secret
    for told, at in (("copies", 99), ("beginnings", 98), ("others", 0)):
        found, times = 0, []
        for _ in range(ASKED):
            number = 100 * chance.randrange(documents // 100) + at
            text = made.digest(number)
            origin = made.digest(number - 50) if at else None
            made.making_s, began = 0.0, time.process_time()
            copies = copies_of(text, reader, made, url=None)  # type: ignore[arg-type]
            times.append(time.process_time() - began - made.making_s)
            found += any(one.text == origin for one in copies)
        times.sort()
        p50, p99 = (1000 * times[int(share * len(times))] for share in (0.5, 0.99))
        print(f"  {told}: {found} of {ASKED} found, p50 {p50:.1f} ms, p99 {p99:.1f} ms")


if __name__ == "__main__":
    main()
