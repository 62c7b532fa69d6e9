"""Main text found on real pages, beside other extractors; and what reading a page by rules costs.

    python benchmarks/extraction.py pages.warc.gz gold.jsonl [--only NAME…] [--most N]
    python benchmarks/extraction.py --speed [pages.warc.gz gold.jsonl] [--pages N] [--repeats R]

The gold has an object a line: `url`, `main_content`, and perhaps `page_type`, `title`, `author`,
`publish_date`.  Text is compared as a bag of its shingles, four words each: precision and recall
are means over the pages, F1 is theirs.  A date counts by its day, a title or author by its words.

Speed is on the gazette's pages, of 15 and 188 kB, and where real pages are given on those of them
that `COMMON` rules can read: by turns our rules, a bare parse by selectolax, and trafilatura.
The goals: a tenth of trafilatura, twice the parse.  Our rules go from bytes to a document:
charset, text, title, date, source, byline, language, addresses.  trafilatura is given characters
and asked for the same (`bare_extraction` with metadata, without comments: `document`), for text
alone as it is by default (`text`), and for that in a hurry (`fast`).

The table goes to stderr, JSON to stdout.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import mean, median
from time import process_time
from typing import TYPE_CHECKING, Any

import gazette
import trafilatura
from extractors import EXTRACTORS, METADATA, stored
from pydantic import TypeAdapter
from selectolax.lexbor import LexborHTMLParser

from pipeline import charset
from pipeline.archive.message import read_message
from pipeline.archive.reader import Damage, records
from pipeline.extract.config import ExtractConfig
from pipeline.extract.derive import derive
from pipeline.extract.rules import Rules
from pipeline.sites.site import read_site

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pipeline.model import StoredBlock

WORD = re.compile(r"\w+")
SHINGLE = 4
HERE = Path(__file__).parent
# Pages that are enough to time what is slow.
FEW = 10
# What somebody writes for a site of a common kind, and what finds a body on most real articles.
COMMON = [
    {
        "title": ["h1", "meta[property='og:title']@content"],
        "body": [
            *(".entry-content", ".post-content", ".article-body", "[itemprop='articleBody']"),
            *("article", "main"),
        ],
        "published": [
            "json-ld:datePublished",
            "meta[property='article:published_time']@content",
            "time@datetime",
        ],
        "byline": ["[rel='author']", ".author", ".byline"],
        "drop": [".share", ".related", "nav", "aside", ".newsletter"],
    }
]
THEIRS: dict[str, Callable[[str], object]] = {
    "document": partial(trafilatura.bare_extraction, with_metadata=True, include_comments=False),
    "text": trafilatura.extract,
    "fast": partial(trafilatura.extract, fast=True),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One page: its markup, and what people say is on it."""

    html: str
    gold: dict[str, Any]


def pages(warc: Path, gold: Path) -> Iterator[Judged]:
    """Every page that both files know, in the WARC file's order."""
    known = {said["url"]: said for said in map(json.loads, gold.read_text("utf-8").splitlines())}
    for found in records(warc, wanted=lambda record: record.type == "response"):
        if isinstance(found, Damage) or found.record.field("WARC-Target-URI") not in known:
            continue
        # foreign WARC files have digests of other kinds: the message alone is read
        message = read_message(found.record.block)
        if message is None or message.decoded is None:
            continue
        decoded = charset.read(message.decoded, message.joined("content-type"))
        if decoded:
            yield Judged(html=decoded.text, gold=known[found.record.field("WARC-Target-URI")])


def shingles(text: str) -> Counter[tuple[str, ...]]:
    """The text's runs of four words, each as often as it stands there; a short text is one."""
    words = WORD.findall(text)
    return Counter(
        tuple(words[at : at + SHINGLE]) for at in range(max(1, len(words) - SHINGLE + 1)) if words
    )


def agreement(found: str, true: str) -> tuple[float, float]:
    """Precision and recall; of nothing both are 1 where nothing was to be found."""
    ours, theirs = shingles(found), shingles(true)
    both = (ours & theirs).total()
    if not ours or not theirs:
        return (float(not theirs),) * 2 if not ours else (0.0, float(not theirs))
    return both / ours.total(), both / theirs.total()


def f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def quality(judged: list[Judged], extract: Callable[[str], str]) -> dict[str, Any]:
    """F1 over all pages and by kind of page, and CPU for each."""
    scores: dict[str, list[tuple[float, float]]] = {"all": []}
    failed, spent = 0, []
    for page in judged:
        began = process_time()
        try:
            found = extract(page.html)
        except Exception:  # noqa: BLE001 - another's extractor may raise anything: it found nothing
            found, failed = "", failed + 1
        spent.append(process_time() - began)
        score = agreement(found, page.gold["main_content"] or "")
        for kind in ("all", page.gold.get("page_type") or "page"):
            scores.setdefault(kind, []).append(score)
    precision, recall = (mean(score[at] for score in scores["all"]) for at in (0, 1))
    return {
        "precision": round(precision, 4),
        "recall": round(recall, 4),
        "f1": {kind: round(_mean_f1(each), 4) for kind, each in scores.items()},
        "mean_page_f1": round(mean(f1(*score) for score in scores["all"]), 4),
        "cpu_ms": round(1000 * mean(spent), 2),
        "raised": failed,
    }


def _mean_f1(scores: list[tuple[float, float]]) -> float:
    return f1(mean(score[0] for score in scores), mean(score[1] for score in scores))


def metadata(judged: list[Judged], read: Callable[[str], tuple[str | None, ...]]) -> dict[str, Any]:
    """The share of pages on which each field is as the gold has it, and what is made up."""
    found = [(page.gold, read(page.html)) for page in judged]
    return {
        key: {
            "right": round(mean(_same(said[at], gold.get(key), key) for gold, said in found), 4),
            "invented": sum(bool(said[at]) and not gold.get(key) for gold, said in found),
        }
        for at, key in enumerate(("title", "author", "publish_date"))
    }


def _same(found: str | None, true: str | None, key: str) -> bool:
    if key == "publish_date":
        return (found or "")[:10] == (true or "")[:10]
    return WORD.findall((found or "").casefold()) == WORD.findall((true or "").casefold())


def speed(count: int, repeats: int, judged: list[Judged]) -> dict[str, Any]:
    """CPU ms a page, least of the repeats, and the ratios' medians: both editions, real pages."""
    rules = read_site(HERE.parent / "configs" / "kcnawatch.yaml").rules
    found = {
        edition.name: _raced(rules, _issue(edition, count), repeats)
        for edition in (gazette.ARTICLE, gazette.PORTAL)
    }
    if judged:
        common = Rules.compile(
            TypeAdapter(ExtractConfig).validate_python(COMMON), zone=None, language=None
        )
        blocks = [stored(page.html.encode("utf-8", "replace"), page.gold["url"]) for page in judged]
        found["real"] = _raced(common, blocks, repeats)
    return found


def _issue(edition: gazette.Edition, count: int) -> list[StoredBlock]:
    return [
        stored(gazette.page(edition, number), f"https://kcnawatch.org/newstream/{number}-1/")
        for number in range(count)
    ]


def _raced(rules: Rules, given: list[StoredBlock], repeats: int) -> dict[str, Any]:
    """The race over those of the given pages in which the rules find a body."""
    blocks = [block for block in given if (read := derive(block, rules)) and not read.degraded]
    if not blocks:
        raise SystemExit("the rules know none of these pages")
    bodies = [block.decoded or b"" for block in blocks]
    texts = [body.decode() for body in bodies]
    turns = [
        {
            "parse": _each(LexborHTMLParser, bodies),
            "rules": _each(lambda block: derive(block, rules), blocks),
            "rules_few": _each(lambda block: derive(block, rules), blocks[:FEW]),
            **{name: _each(read, texts[:FEW]) for name, read in THEIRS.items()},
        }
        for _ in range(repeats)
    ]
    return {
        "pages": len(blocks),
        "page_bytes": round(mean(map(len, bodies))),
        "cpu_ms": {name: round(min(turn[name] for turn in turns), 3) for name in turns[0]},
        "rules_to_parse": round(median(turn["rules"] / turn["parse"] for turn in turns), 2),
        "trafilatura_to_rules": {
            name: round(median(turn[name] / turn["rules_few"] for turn in turns), 1)
            for name in THEIRS
        },
    }


def _each(read: Callable[[Any], object], given: list[Any]) -> float:
    began = process_time()
    for one in given:
        read(one)
    return 1000 * (process_time() - began) / len(given)


def compared(judged: list[Judged], names: list[str]) -> dict[str, Any]:
    """What each extractor came to; why one could not be asked."""
    found: dict[str, Any] = {}
    for name in names:
        try:
            extract = EXTRACTORS[name]()
        except ImportError as error:
            found[name] = {"absent": str(error)}
            continue
        found[name] = quality(judged, extract)
        if name in METADATA and any("title" in page.gold for page in judged):
            found[name]["metadata"] = metadata(judged, METADATA[name])
    return found


def table(found: dict[str, Any]) -> str:
    """What was found, for people."""
    rows = [f"{'':20} {'F1':>7} {'prec.':>7} {'recall':>7} {'CPU ms':>7}"]
    for name, one in found.items():
        if "absent" in one:
            rows.append(f"{name:20} absent: {one['absent']}")
            continue
        rows.append(
            f"{name:20} {one['f1']['all']:7.4f} {one['precision']:7.4f}"
            f" {one['recall']:7.4f} {one['cpu_ms']:7.1f}"
        )
    return "\n".join(rows)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("warc", nargs="?", type=Path)
    asked.add_argument("gold", nargs="?", type=Path)
    asked.add_argument("--only", nargs="+", choices=EXTRACTORS, default=list(EXTRACTORS))
    asked.add_argument("--most", type=int, help="no more pages than these")
    asked.add_argument("--speed", action="store_true")
    asked.add_argument("--pages", type=int, default=40)
    asked.add_argument("--repeats", type=int, default=7)
    given = asked.parse_args()
    judged = list(pages(given.warc, given.gold))[: given.most] if given.gold else []
    if given.speed:
        print(json.dumps(raced := speed(given.pages, given.repeats, judged)))
        for name, one in raced.items():
            print(
                f"{name:8} {one['cpu_ms']} rules/parse {one['rules_to_parse']}"
                f" trafilatura/rules {one['trafilatura_to_rules']}",
                file=sys.stderr,
            )
        return
    if given.gold is None:
        asked.error("name a WARC file and its gold, or --speed")
    if not judged:
        raise SystemExit(f"{given.warc} holds no page that {given.gold} knows")
    found = compared(judged, given.only)
    print(json.dumps({"pages": len(judged), "found": found}))
    print(table(found), file=sys.stderr)


if __name__ == "__main__":
    main()
