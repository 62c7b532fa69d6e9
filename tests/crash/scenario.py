"""A dozen looks in a handful of batches, that leave every kind of file behind."""

from __future__ import annotations

import asyncio
import json
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from msgspec import Struct

from pipeline.fetch.fetcher import Fetcher
from pipeline.flow import Flow
from pipeline.ground.clock import SystemClock
from pipeline.ground.evidence import AnchorEntry
from pipeline.ledger.config import LedgerConfig
from pipeline.model import Digest
from pipeline.settings import Settings, Whole
from pipeline.sites.register import Register
from pipeline.writing.opening import opened

if TYPE_CHECKING:
    from pathlib import Path

AGENT = "Dateline/0 (tests)"
ORIGIN = "example.org/harbour"
ANCHORS = 232
"""So many that the log comes to a full tile on the way, and drops the partial ones."""
LATER = datetime.now(UTC) + timedelta(days=1)
"""When archives are opened after a crash: later than all that happens in these tests."""
MOST_BYTES = 6000
"""Of a WARC file, so that there are several."""


BARE = {"disk": None, "user": None}
"""What is there before anything: a disk for archives, and a user's own folder."""


class Place(Struct, frozen=True):
    """Where an archive and its key lie: folders that nobody has made yet, two levels deep."""

    root: Path

    @property
    def archive(self):
        return self.root / "disk" / "shelf" / "archive"

    @property
    def home(self):
        return self.root / "user" / "home"

    @property
    def catalog(self):
        return self.archive / "catalog.sqlite"

    @property
    def settings(self):
        return Settings(
            archive=self.archive,
            configs=self.root / "configs",
            database=None,
            allow_private=True,
            keys=self.home / "dateline" / "keys",
            whole=Whole(ledger=LedgerConfig(origin=ORIGIN)),
        )


class _Page(BaseHTTPRequestHandler):
    """What a page says follows from its path alone, so that any number of runs may ask."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        asked = urlsplit(self.path)
        edition = parse_qs(asked.query).get("t", ["1"])[0]
        match asked.path.split("/")[1:]:
            case ["robots.txt"]:
                self._say(200, b"User-agent: *\nDisallow: /secret/\n", kind="text/plain")
            case ["news", "moved"]:
                self._say(302, b"", location="/news/2")
            case ["news", number] if number != "gone":
                self._say(200, _story(number, edition))
            case _:
                self._say(404, b"There is no such page.\n", kind="text/plain")

    def _say(self, status, body, *, kind="text/html; charset=utf-8", location=None):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if location:
            self.send_header("Location", location)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Nobody listens."""


def _story(number, edition):
    told = " ".join(f"The tide of day {day} took boat {number} along." for day in range(12))
    news = f"It was mended {edition} times." if edition > "1" else ""
    return (
        f"<!doctype html><html lang=en><title>Boat {number}</title><h1>Boat {number}</h1>"
        f"<p class=lead>From the harbour's log.</p>"
        f"<div class=story><p>{told} {news}</p></div></html>"
    ).encode()


class Newsroom(Struct, frozen=True):
    """A server on loopback, and the site that it is declared as, by old rules and by new ones."""

    base: str
    configs: Path
    old: Register
    new: Register

    def stages(self):
        """The register in force, and the paths that are looked at together under it."""
        yield self.old, ("/news/1", "/news/2", "/news/moved", "/news/gone")
        yield self.old, ("/news/1?t=2", "/news/2", "/news/3", "/secret/1")
        yield self.new, ("/news/3", "/news/4")
        yield self.new, ("/news/5", "/news/6")

    def later(self):
        """What is looked at when all that has happened, or half of it."""
        yield self.new, ("/news/2", "/news/7")


@contextmanager
def newsroom(configs):
    """A Newsroom whose declarations lie below `configs`."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Page)
    serving = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    serving.start()
    host = f"127.0.0.1:{server.server_port}"
    rules = ("div.story", "p.lead, div.story")
    folders = [configs / f"rules-{number}" for number in range(len(rules))]
    registers = [_declared(folder, host, body) for folder, body in zip(folders, rules, strict=True)]
    (configs / "dateline.yaml").write_text(json.dumps({"ledger": {"origin": ORIGIN}}))
    try:
        yield Newsroom(f"http://{host}", folders[0], *registers)
    finally:
        server.shutdown()
        server.server_close()
        serving.join()


def _declared(folder, host, body):
    folder.mkdir(parents=True)
    declared = {
        "site": "harbour",
        "name": "The Harbour",
        "match": [host],
        "timezone": "Europe/Lisbon",
        "schedule": {"every": "1h"},
        "discover": [{"listing": f"http://{host}/", "links": "a"}],
        "targets": {"allow": ["/news/"], "canonical": {"drop_query": ["t"], "scheme": "keep"}},
        "fetch": {"delay": "0s", "attempts": 1, "timeout": "5s"},
        "extract": [{"title": "h1", "body": body, "require": {"min_chars": 20}}],
    }
    (folder / "harbour.yaml").write_text(json.dumps(declared))
    return Register.read(folder)


async def look_at(place, base, stages, tell, *, anchors=0):
    """Look at the paths of each of the `stages`, and `tell` each report once it is durable."""
    clock, in_force = SystemClock(), []
    with opened(place.settings, verb="fetch", clock=clock) as archive:
        archive.warc._most_bytes = MOST_BYTES
        fetcher = Fetcher(agent=AGENT, clock=clock, allow_private=True)
        flow = Flow(
            archive, register=lambda: in_force[-1], fetcher=fetcher, clock=clock, agent=AGENT
        )
        for register, paths in stages:
            in_force.append(register)
            looks = await asyncio.gather(*(flow.look(base + path) for path in paths))
            for report in await asyncio.gather(*looks):
                tell(report.as_json())
            await archive.scribe.submit(partial(_anchor, archive, count=anchors))
            anchors = 0
        await fetcher.aclose()


def _anchor(archive, batch, *, count):
    """Make the log long: of all entries, time stamps need the fewest files."""
    for number in range(count):
        entry = AnchorEntry(at=SystemClock().now(), size=number, token=Digest.of(b"%d" % number))
        batch.record.enter_anchor(archive.log.append(entry), entry)


class _Stopped(SystemClock):
    """Says one instant, so that recoveries from the same state give the same octets."""

    def now(self):
        return LATER


def reopen(place):
    """Open the archive later, so that it recovers from what happened, and close it."""
    with opened(place.settings, verb="check", clock=_Stopped()):
        pass
