"""How fast words and passages are found in an index of many documents, and what it costs to make.

The index is filled by the catalog's own batches, without the fetching: `--documents` texts of
words of our own, as frequent as words are (Zipf), of four sites over six years.  Texts are files,
as in an archive, so that snippets and passages are read where they would be; to spare the disk
each file stands for several documents, which costs a search nothing.  Times are the processor's.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import random
import statistics
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipeline.archive.texts import Texts
from pipeline.catalog import Heading
from pipeline.catalog.entered import PageStanding, Reading
from pipeline.catalog.word_answers import Terms
from pipeline.catalog.word_file import word_file
from pipeline.catalog.word_reader import WordReader
from pipeline.catalog.word_writer import WordWriter
from pipeline.ground.query import Order
from pipeline.model import Digest
from pipeline.reading.indexing import apart
from pipeline.reading.searching import Searching
from pipeline.reading.tracing import Tracing
from pipeline.search.analyzer import ANALYZER, terms

BEGAN = datetime(2020, 1, 1, tzinfo=UTC)
SPAN_DAYS = 2200
SITES = ("harbour", "gazette", "courier", "ministry")
VOCABULARY = 60_000
BATCH = 1000
TEXTS = 5000
WORDS_A_TEXT = 300
SYLLABLES = (
    "ba",
    "che",
    "do",
    "fi",
    "gu",
    "ha",
    "jo",
    "ki",
    "lu",
    "mo",
    "ne",
    "po",
    "ra",
    "su",
    "ti",
)


class NoCatalog:
    """Nobody asks a catalog in a benchmark of the index."""

    def taken_down(self, text):
        assert text

    def readings(self, url):
        assert url
        return ()


class NoRegister:
    def of(self, _name):
        return self

    @property
    def declared(self):
        return self

    zone = UTC


def vocabulary():
    words = (
        "".join(parts) for n in (2, 3, 4, 5) for parts in itertools.product(SYLLABLES, repeat=n)
    )
    return list(itertools.islice(words, VOCABULARY))


def printed(chance, words, weights):
    """A title and a text below it."""
    told = chance.choices(words, cum_weights=weights, k=WORDS_A_TEXT)
    title = " ".join(told[:8]).capitalize()
    paragraphs = [" ".join(told[n : n + 60]).capitalize() + "." for n in range(8, WORDS_A_TEXT, 60)]
    return title, "\n\n".join((title, *paragraphs)) + "\n"


def written(folder, documents, words, chance):
    """The texts that stand for `documents`, kept as an archive keeps them."""
    weights = list(itertools.accumulate(1 / (n + 2.7) for n in range(VOCABULARY)))
    texts, known = Texts(folder), []
    for _ in range(min(TEXTS, documents)):
        title, text = printed(chance, words, weights)
        known.append((title, text, texts.keep_text(text)))
    texts.sync()
    return known


def fill(folder, documents, known, chance):
    """Index `documents`, or those of them that a fill which was broken off left; what it took."""
    spent, number = 0.0, WordReader(folder).newest()
    if number >= documents:
        return 0.0, 0.0
    writer = WordWriter.open(folder, analyzer=ANALYZER)
    while number < documents:
        began = time.process_time()
        with writer.batch() as batch:
            for number in range(number, min(number + BATCH, documents)):  # noqa: B020
                index(batch, number, *known[number % len(known)], documents, chance)
        number += 1
        spent += time.process_time() - began
    began = time.process_time()
    writer.tidy()
    tidied = time.process_time() - began
    writer.close()
    return spent, tidied


def index(batch, number, title, text, digest, documents, chance):
    seen_at = BEGAN + timedelta(days=SPAN_DAYS * number / documents)
    day = seen_at - timedelta(days=chance.random() * 3)
    heading = Heading(title=title, published=f"{day:%Y-%m-%d}", language="en", degraded=False)
    site = SITES[number % len(SITES)]
    url = f"https://{site}.example/news/{number}"
    reading = Reading(
        entry=number,
        at=seen_at,
        url=url,
        text=digest,
        document=Digest.of(url.encode()),
        heading=heading,
        observed_at=seen_at,
        technical=False,
    )
    version = batch.lacks(reading, site)
    heading_terms, body = apart(text, title)
    made = Terms(title=" ".join(terms(heading_terms)), body=" ".join(terms(body)))
    batch.add(version, made)
    state = "gone" if number % 50 == 0 else "present"
    batch.stand(PageStanding(url=url, site=site, state=state, text=digest, heading=heading))


def timed(act, repeats):
    took = []
    for _ in range(repeats):
        began = time.process_time()
        came = act()
        took.append((time.process_time() - began) * 1000)
    took.sort()
    return statistics.median(took), took[int(len(took) * 0.95) - 1 if len(took) > 1 else 0], came


def queries(words):
    yield "a word of nine documents in ten", words[0]
    yield "a common word", words[60]
    yield "a less common word", words[800]
    yield "a rare word", words[30_000]
    yield "two common words", f"{words[40]} {words[90]}"
    yield "either of two words", f"{words[300]} OR {words[900]}"
    yield "a word and not another", f"{words[200]} -{words[1]}"
    yield "a phrase of common words", f'"{words[1]} {words[2]}"'
    yield "a beginning", f"{words[5000][:5]}*"
    yield "in the title", f"title:{words[300]}"
    yield "of one site", f"{words[60]} site:harbour"
    yield "of one year", f"{words[60]} published:2022"
    yield "of one month, long ago", f"{words[60]} published:2020-03"
    yield "of pages that are gone", f"{words[60]} state:gone"
    yield "all of one site", "site:harbour"


def at(kept):
    """The folder `kept`, or one that is gone afterwards."""
    if kept is None:
        return tempfile.TemporaryDirectory(prefix="dateline-search-")
    kept.mkdir(parents=True, exist_ok=True)
    return contextlib.nullcontext(str(kept))


def told(name, half, most, came):
    print(f"{name:40} p50 {half:7.1f} ms  p95 {most:7.1f} ms  {came}")


def ask(folder, words, repeats):
    searching = Searching(folder, NoCatalog())
    for name, query in queries(words):
        for order in Order:
            half, most, found = timed(
                lambda query=query, order=order: searching.search(query, order=order), repeats
            )
            many = f"{'more than ' if found.is_more else ''}{found.count}"
            told(f"{name:32} {order:7}", half, most, many)


def trace(folder, words, known, repeats):
    tracing = Tracing(folder, NoCatalog(), NoRegister())
    _, text, _ = known[len(known) // 2]
    sentence = text.split("\n\n")[2]
    changed = " ".join(
        "other" if n % 9 == 4 else word for n, word in enumerate(sentence.split()[:30])
    )
    for name, passage in (
        ("its words", sentence),
        ("nearly", changed),
        ("nowhere", " ".join(words[100:900:40])),
    ):
        half, most, traced = timed(lambda passage=passage: tracing.trace(passage), repeats)
        told(f"trace: {name}", half, most, len(traced.standings))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=100_000)
    parser.add_argument("--repeats", type=int, default=20)
    parser.add_argument("--keep", type=Path, help="fill this folder once, and ask it again later")
    asked = parser.parse_args()
    with at(asked.keep) as made:
        folder = Path(made)
        chance = random.Random(7)  # noqa: S311 - the same texts every time
        words = vocabulary()
        known = written(folder, asked.documents, words, chance)
        before = WordReader(folder).newest()
        spent, tidied = fill(folder, asked.documents, known, chance)
        size = word_file(folder).stat().st_size / asked.documents
        if spent:
            many = (asked.documents - before) / spent
            print(f"{many:.0f} documents a second, {tidied:.1f} s to tidy")
        print(f"{asked.documents} documents of {WORDS_A_TEXT} words, {size:.0f} octets each")
        ask(folder, words, asked.repeats)
        trace(folder, words, known, asked.repeats)


if __name__ == "__main__":
    main()
