"""What each page of the web costs in an archive of a million documents, in CPU time.

The catalog is filled without fetching: documents of thousands of sites over a year, two looks
each, one document with 2,000 versions and one with 100,000 looks.  With `--words` the index that
`search.py --keep` made stands beside it.  Each page is asked for without a socket; every thread
of the process counts, so what is read beside the requests does too.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import shutil
import sqlite3
import statistics
import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import httpx
from filled_catalog import EDITED, WATCHED, Filling

from pipeline.ground.clock import SystemClock
from pipeline.settings import Settings
from pipeline.web.admission import Admission
from pipeline.web.application import application, room
from pipeline.web.desk import Desk
from pipeline.web.downloads import Bundles

GOAL_MS = 100


def addresses(folder):
    """What is asked for, by name."""
    edited, watched = quote(EDITED, safe=""), quote(WATCHED, safe="")
    yield "overview", "/"
    yield "changes", "/changes"
    yield "changes, far back", f"/changes?before={_ago(300)}"
    yield "changes of a site", "/changes?site=site00007"
    yield "a site", "/sites/site00007"
    yield "a site, edited", "/sites/site00000?state=edited"
    yield "a site, gone", "/sites/site00007?state=gone"
    yield "a site, far back", f"/sites/site00007?at={_ago(300)}&url=x"
    yield "a document", f"/document?url={quote(_any(folder), safe='')}"
    yield "a document of 2,000 versions", f"/document?url={edited}"
    yield "a document of 100,000 looks", f"/document?url={watched}"
    yield "a diff among 2,000 versions", f"/diff?url={edited}"
    yield "alarms", "/alarms"
    yield "audit", "/audit"
    yield "feed", "/feeds/changes.atom"
    yield "feed of edits", "/feeds/changes.atom?what=changed"
    yield "feed of removals", "/feeds/changes.atom?what=removed"
    yield "feed of a site", "/feeds/changes.atom?site=site00007"
    yield "api: sites", "/api/v1/sites"
    yield "api: documents", "/api/v1/sites/site00007/documents"
    yield "api: 2,000 versions", f"/api/v1/document?url={edited}"
    yield "api: 100,000 looks", f"/api/v1/looks?url={watched}"
    yield "api: changes", "/api/v1/changes?limit=200"
    yield "api: changes, far back", f"/api/v1/changes?limit=200&cursor={_ago(300)}"
    yield "api: edits", "/api/v1/changes?what=changed"
    yield "api: alarms", "/api/v1/alarms"
    if (folder / "search.sqlite").is_file():
        yield "search, a common word", "/search?q=bache"
        yield "search, newest", "/search?q=bache&order=newest"
        yield "search, a rare word", "/search?q=bachedojoba"
        yield "feed of a search", "/feeds/search.atom?q=bache"
        yield "api: search", "/api/v1/search?q=bache"


def _ago(days):
    return quote(f"{datetime.now(UTC) - timedelta(days=days):%Y-%m-%dT%H:%M:%SZ}", safe="")


def _any(folder):
    with closing(sqlite3.connect(folder / "catalog.sqlite")) as rows:
        found = rows.execute("SELECT url FROM record_extractions WHERE entry = 1502").fetchone()
    return found[0]


async def measure(folder, repeats, only):
    settings = Settings.read(archive=folder, configs=folder / "configs")
    over = []
    with closing(Desk(settings, SystemClock())) as desk, closing(Bundles()) as bundles:
        began = time.process_time()
        desk.warm()
        print(f"read beside the pages{time.process_time() - began:24.2f} s")
        app = application(room(desk, bundles), Admission(token=None))
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            for name, address in addresses(folder):
                if only not in name:
                    continue
                half, most, answer = await _asked(client, address, repeats)
                flag = " " if half < GOAL_MS else "!"
                size = len(answer.content) // 1000
                print(
                    f"{flag} {name:32} {half:7.1f} ms  at most {most:7.1f}  {size:6} kB"
                    f"  {answer.status_code}",
                    flush=True,
                )
                over += [name] if half >= GOAL_MS or answer.status_code != httpx.codes.OK else []
    return over


async def _asked(client, address, repeats):
    took = []
    for _ in range(repeats + 1):
        began = time.process_time()
        answer = await client.get(address)
        took.append((time.process_time() - began) * 1000)
    took.sort()
    return statistics.median(took), took[-1], answer


def at(kept):
    """The folder `kept`, or one that is gone afterwards."""
    if kept is None:
        return tempfile.TemporaryDirectory(prefix="dateline-pages-")
    kept.mkdir(parents=True, exist_ok=True)
    return contextlib.nullcontext(str(kept))


def beside(words, folder):
    """The index of words, and the texts that it speaks of, linked from where they lie."""
    if not (folder / "search.sqlite").exists():
        shutil.copytree(words / "text", folder / "text", copy_function=os.link, dirs_exist_ok=True)
        (folder / "search.sqlite").symlink_to(words / "search.sqlite")
    with closing(sqlite3.connect(words / "search.sqlite")) as index, index:
        # else each page would count a million texts that are not indexed
        index.execute("REPLACE INTO about VALUES ('start', ?)", (str(1 << 40),))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=1_000_000)
    parser.add_argument("--sites", type=int, default=10_000)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--keep", type=Path, help="fill this folder once, and ask it again later")
    parser.add_argument("--words", type=Path, help="a folder that search.py --keep has filled")
    parser.add_argument("--only", default="", help="pages whose names have this")
    asked = parser.parse_args()
    with at(asked.keep) as made:
        folder = Path(made)
        if not (folder / "filled").exists():
            Filling(folder, asked.documents, asked.sites).fill()
            (folder / "filled").touch()
        if asked.words:
            beside(asked.words.absolute(), folder)
        over = asyncio.run(measure(folder, asked.repeats, asked.only))
    if over:
        raise SystemExit(f"over {GOAL_MS} ms, or not answered: {', '.join(over)}")


if __name__ == "__main__":
    main()
