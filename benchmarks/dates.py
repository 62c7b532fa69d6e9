"""Publication dates of real pages: ours and htmldate's beside what people found, in one run.

    python benchmarks/dates.py PAGES.warc.gz GOLD.jsonl

A line of gold has a `url` and a `publish_date` (or `published`): an ISO date, perhaps with time
and offset; null or nothing where the page has none.  `invented` is a date where the gold has
none, `zoned` how many of the gold's own offsets were found as the same moment.
The table goes to stderr, JSON to stdout.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import htmldate
from fastwarc.warc import ArchiveIterator, WarcRecordType

from pipeline import charset
from pipeline.extract import metadata
from pipeline.extract.page import Page
from pipeline.extract.published import Asked, published_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Dated = Callable[[str, str, datetime], str | None]

KINDS = ("right", "wrong", "missing", "none", "invented", "zoned", "of_zones")


def ours(html: str, url: str, captured: datetime) -> str | None:
    """As a page of no site is read."""
    page = Page.parse(html)
    if page is None:
        return None
    language = metadata.language_of(page)
    asked = Asked(url=url, zone=None, captured=captured, language=language)
    return published_of(page, asked, metadata.title_of(page))


def theirs(html: str, url: str, captured: datetime) -> str | None:
    """As htmldate reads it when it is asked for the first publication."""
    try:
        return htmldate.find_date(html, url=url, original_date=True, max_date=captured)
    except (ValueError, TypeError, AttributeError, LookupError, RecursionError):
        return None


def pages(path: Path) -> Iterator[tuple[str, str, datetime]]:
    """Address, markup and time of each response in a WARC file."""
    with path.open("rb") as stream:
        for record in ArchiveIterator(stream, record_types=WarcRecordType.response):
            body = record.reader.read()
            read = charset.read(body, record.http_headers.get("content-type"))
            if read is not None:
                yield record.headers["WARC-Target-URI"], read.text, record.record_date


def judged(found: str | None, gold: str | None) -> Iterator[str]:
    """What a found date is beside the true one."""
    if not gold:
        yield "invented" if found else "none"
        return
    yield "missing" if not found else "right" if found[:10] == gold[:10] else "wrong"
    if "T" in gold and datetime.fromisoformat(gold).tzinfo:
        yield "of_zones"
        if found and "T" in found and datetime.fromisoformat(found) == datetime.fromisoformat(gold):
            yield "zoned"


def measure(path: Path, gold: dict[str, str | None]) -> dict[str, dict[str, float]]:
    """Both readers over the pages that have a line of gold."""
    readers: dict[str, Dated] = {"dateline": ours, "htmldate": theirs}
    counts = {name: Counter[str]() for name in readers}
    spent = dict.fromkeys(readers, 0.0)
    for url, html, captured in pages(path):
        if url not in gold:
            continue
        for name, read in readers.items():
            began = time.process_time()
            found = read(html, url, captured)
            spent[name] += time.process_time() - began
            counts[name].update(judged(found, gold[url]))
            counts[name]["pages"] += 1
    return {
        name: {
            **{kind: float(count[kind]) for kind in KINDS},
            "ms_a_page": round(1000 * spent[name] / max(1, count["pages"]), 2),
        }
        for name, count in counts.items()
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("pages", type=Path)
    parser.add_argument("gold", type=Path)
    given = parser.parse_args()
    lines = (json.loads(line) for line in given.gold.read_text("utf-8").splitlines() if line)
    gold = {line["url"]: line.get("publish_date", line.get("published")) for line in lines}
    found = measure(given.pages, gold)
    print(f"{'':10}" + "".join(f"{kind:>10}" for kind in (*KINDS, "ms_a_page")), file=sys.stderr)
    for name, counts in found.items():
        print(f"{name:10}" + "".join(f"{count:>10g}" for count in counts.values()), file=sys.stderr)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
