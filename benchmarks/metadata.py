"""Titles and authors of real pages: ours and trafilatura's beside what people found, in one run.

    python benchmarks/metadata.py PAGES.warc.gz GOLD.jsonl

A line of gold has a `url`, a `title` and an `author`, null where the page names none.  Titles and
names are the same when their words are, whatever stands between them; all of several authors count.
The table goes to stderr, JSON to stdout.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
import unicodedata
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import trafilatura
from dates import pages

from pipeline.extract import metadata
from pipeline.extract.bylines import byline_of
from pipeline.extract.head import head_of
from pipeline.extract.own_names import OwnNames
from pipeline.extract.page import Page

if TYPE_CHECKING:
    from collections.abc import Callable

    Said = tuple[str | None, str | None]
    Read = Callable[[str, str], Said]

KINDS = ("title", "right", "wrong", "missing", "none", "invented")
BETWEEN = re.compile(r"[,;&|]|\band\b")


def ours(html: str, url: str) -> Said:
    """As a page of no site is read."""
    page = Page.parse(html)
    if page is None:
        return None, None
    head = head_of(page, url)
    own = OwnNames.of(url, (head.site_name, metadata.publisher_of(page, url)))
    title = metadata.title_of(page, own)
    return title, byline_of(page, url, own, page.heading(title))


def theirs(html: str, url: str) -> Said:
    """As trafilatura reads it."""
    found = trafilatura.extract_metadata(html, default_url=url)
    return (found.title, found.author) if found else (None, None)


def words(text: str | None) -> str:
    """What is compared of a title or a name."""
    plain = unicodedata.normalize("NFKC", text or "").casefold()
    return " ".join(re.findall(r"\w+", plain))


def names(text: str | None) -> frozenset[str]:
    """The people in a byline."""
    return frozenset(filter(None, map(words, BETWEEN.split(text or ""))))


def judged(found: str | None, gold: str | None) -> str:
    """What a found author is beside the true one."""
    if not gold:
        return "invented" if found else "none"
    if not found:
        return "missing"
    return "right" if names(found) == names(gold) else "wrong"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("pages", type=Path)
    parser.add_argument("gold", type=Path)
    given = parser.parse_args()
    lines = (json.loads(line) for line in given.gold.read_text("utf-8").splitlines() if line)
    gold = {line["url"]: line for line in lines}
    readers: dict[str, Read] = {"dateline": ours, "trafilatura": theirs}
    counts = {name: Counter[str]() for name in readers}
    spent = dict.fromkeys(readers, 0.0)
    judged_pages = [(url, html) for url, html, _ in pages(given.pages) if url in gold]
    for name, read in readers.items():
        for url, html in judged_pages:
            began = time.process_time()
            title, author = read(html, url)
            spent[name] += time.process_time() - began
            counts[name]["title"] += words(title) == words(gold[url]["title"])
            counts[name][judged(author, gold[url]["author"])] += 1
    found = {
        name: {
            **{kind: counts[name][kind] for kind in KINDS},
            "ms_a_page": round(1000 * spent[name] / max(1, len(judged_pages)), 2),
        }
        for name in readers
    }
    columns = (*KINDS, "ms_a_page")
    print(f"{'':12}" + "".join(f"{column:>10}" for column in columns), file=sys.stderr)
    for name, row in found.items():
        print(f"{name:12}" + "".join(f"{row[column]:>10g}" for column in columns), file=sys.stderr)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
