"""A server on loopback, a site that is declared for it, an archive at work, and who judges it."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections import defaultdict
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings

from pipeline.archive.noting import read_entry
from pipeline.archive.reader import records
from pipeline.archive.texts import Texts
from pipeline.catalog import Catalog, Reader, embedded
from pipeline.fetch.fetcher import Fetcher
from pipeline.flow import Flow
from pipeline.ledger.reader import LogReader
from pipeline.running.errands import Errands, Fetching
from pipeline.settings import Settings
from pipeline.sites.register import Register
from pipeline.writing.attesting import Attesting
from pipeline.writing.folding import Shelf, fold
from pipeline.writing.opening import opened

# Private keys are made in the user's own folder, and no test may leave one there.
os.environ["XDG_CONFIG_HOME"] = tempfile.mkdtemp(prefix="dateline-tests-")

# The same examples at every run: what CI says must be what the next run says.
hypothesis_settings.register_profile("steady", derandomize=True, deadline=None)
hypothesis_settings.load_profile("steady")

BEGAN = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
AGENT = "Dateline/0 (tests)"
TOOLS = Path(sys.executable).parent


class HandClock:
    """Time goes by when somebody waits for it, and by a millisecond whenever it is asked.

    The loop and the scribe's thread both ask.
    """

    def __init__(self):
        self.slept = []
        self._now = BEGAN
        self._gate = threading.Lock()

    def now(self):
        return self.advance(milliseconds=1)

    def advance(self, **span):
        with self._gate:
            self._now += timedelta(**span)
            return self._now

    async def sleep(self, seconds):
        self.slept.append(seconds)
        self.advance(seconds=seconds)
        await asyncio.sleep(0)


@dataclass(frozen=True)
class Say:
    """Octets, and what the server does then: `keep` the connection, `close` it, or `hang`."""

    octets: bytes
    then: str = "keep"


@dataclass
class Press:
    """A server on loopback.

    `pages` holds for a path what it says: octets, a Say, a function of the request's head, or a
    list of those, of which each is said once and the last for ever.  All else is a 404.
    """

    pages: dict[str, object] = field(default_factory=dict)
    heads: list[str] = field(default_factory=list)
    base: str = ""
    _heard: defaultdict[str, asyncio.Event] = field(
        default_factory=lambda: defaultdict(asyncio.Event)
    )

    def asked(self, path=None):
        """The heads of the requests for `path`, or the paths of all requests."""
        paths = [head.split(" ")[1] for head in self.heads]
        if path is None:
            return paths
        return [head for head, asked in zip(self.heads, paths, strict=True) if asked == path]

    async def hears(self, path):
        """Return when `path` has been asked for."""
        await asyncio.wait_for(self._heard[path].wait(), 30)

    def url(self, path):
        return self.base + path

    def _script(self, head):
        path = head.split(" ")[1]
        script = self.pages.get(path, b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
        if isinstance(script, list):
            script = script.pop(0) if len(script) > 1 else script[0]
        if callable(script):
            script = script(head)
        return script if isinstance(script, Say) else Say(script)

    async def serve(self, reader, writer):
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                self.heads.append(head)
                self._heard[head.split(" ")[1]].set()
                script = self._script(head)
                writer.write(script.octets)
                await writer.drain()
                if script.then == "hang":
                    await reader.read()
                if script.then != "keep":
                    break
        writer.close()


@pytest.fixture(scope="session")
def say():
    return Say


@pytest.fixture
async def open_press():
    """Opens presses on ports of their own: `await open_press()`."""
    async with AsyncExitStack() as stack:

        async def opener():
            press, writers = Press(), set()

            async def serve(reader, writer):
                writers.add(writer)
                await press.serve(reader, writer)

            server = await asyncio.start_server(serve, "127.0.0.1", 0)
            press.base = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"

            async def close():
                server.close()
                for writer in writers:
                    writer.transport.abort()
                await server.wait_closed()
                await asyncio.sleep(0)

            stack.push_async_callback(close)
            return press

        yield opener


@pytest.fixture
async def press(open_press):
    return await open_press()


@pytest.fixture
def nobody(unused_tcp_port):
    """The address of a port that nobody listens at."""
    return f"http://127.0.0.1:{unused_tcp_port}"


@pytest.fixture(scope="session")
def answer():
    """Makes a response: `answer(body, "ETag: x", status="200 OK", gzipped=0)`."""

    def make(body=b"", *fields, status="200 OK", kind="text/html; charset=utf-8", gzipped=None):
        body = body.encode() if isinstance(body, str) else body
        if gzipped is not None:
            body = gzip.compress(body, mtime=gzipped)
            fields = ("Content-Encoding: gzip", *fields)
        lines = (f"HTTP/1.1 {status}", f"Content-Type: {kind}", *fields)
        return "\r\n".join((*lines, f"Content-Length: {len(body)}", "", "")).encode() + body

    return make


WORDS = (
    "The ferry between the old quay and the island runs again since Monday.",
    "It had lain in the dock for eleven weeks, because a bearing had to be cast anew.",
    "The harbour office has put two more boats on the evening tide.",
)


@pytest.fixture(scope="session")
def story():
    """Makes a page of the site `harbour`: `story(*paragraphs, title=…, clock=…)`."""

    def make(*paragraphs, title="Ferry runs again", clock="Saturday", aside=""):
        told = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs or WORDS)
        return (
            f"<!doctype html><html lang=en><head><title>{title} | Harbour</title></head><body>"
            f"<header>{clock}</header><h1>{title}</h1><time datetime=2026-11-20>20 Nov</time>"
            f"<div class=story>{told}</div><div class=aside>{aside}</div></body></html>"
        )

    return make


@pytest.fixture
def configs(tmp_path):
    folder = tmp_path / "configs"
    folder.mkdir()
    return folder


@pytest.fixture
def declare(configs):
    """Writes the declaration of a site that `press` serves; parts may be given anew."""

    def write(press, site="harbour", **parts):
        told = {
            "site": site,
            "name": "The Harbour",
            "match": [press.base.removeprefix("http://")],
            "timezone": "Europe/Lisbon",
            "schedule": {"every": "1h", "revisit": "aging"},
            "discover": [{"listing": press.url("/"), "links": "a.story"}],
            "targets": {"allow": ["/news/"], "canonical": {"drop_query": ["t"], "scheme": "keep"}},
            "fetch": {"delay": "0s", "attempts": 1, "timeout": "5s"},
            "extract": [
                {
                    "title": "h1",
                    "body": "div.story",
                    "published": "time@datetime",
                    "require": {"min_chars": 20},
                }
            ],
        }
        (configs / f"{site}.yaml").write_text(json.dumps(told | parts))
        return Register.read(configs)

    return write


@pytest.fixture
def settings_of(configs):
    """The settings of an archive folder: `settings_of(tmp_path / "archive")`."""

    def make(folder, *, allow_private=True):
        return Settings.read(
            archive=folder,
            configs=configs,
            database=f"sqlite:///{folder / 'catalog.sqlite'}",
            allow_private=allow_private,
        )

    return make


@dataclass
class Work:
    """An archive at work, and what one wants of it."""

    archive: object
    flow: Flow
    errands: Errands
    clock: HandClock
    settings: Settings

    async def look(self, url):
        """Look at `url`; the report as `fetch --json` tells it."""
        return (await (await self.flow.look(url))).as_json()

    async def revisit(self, url):
        """Look at a watched target again, as the daemon does."""
        watched = await self.archive.scribe.submit(lambda batch: batch.work.target(url))
        return (await (await self.flow.revisit(watched))).as_json()

    async def run(self, *targets, replay=()):
        """Run an errand: its exit code, its reports, its talk."""
        reports, talk = [], []

        async def tell(tidings):
            (reports if "report" in tidings else talk).extend(tidings.values())

        code = await self.errands.run(Fetching(targets=targets, replay=tuple(replay)), tell)
        return code, reports, talk


@pytest.fixture
def hand_clock():
    return HandClock()


@pytest.fixture
def open_work(tmp_path, settings_of, hand_clock, request):
    """Opens archives: `async with open_work(register) as work`, on a clock that waits for nothing.

    When one is left in order, folding its evidence anew must give the very rows of its catalog,
    unless the test is marked `damages`.  `register` is a Register, or what gives the one that is
    in force.
    """
    clock = hand_clock

    @asynccontextmanager
    async def opener(register, *, folder="archive", allow_private=True, transport=None):
        given = register if callable(register) else lambda: register
        settings = settings_of(tmp_path / folder, allow_private=allow_private)
        with opened(settings, verb="test", clock=clock) as archive:
            fetcher = Fetcher(
                agent=AGENT,
                clock=clock,
                allow_private=allow_private,
                transport=transport,
                chance=lambda: 0.5,
            )
            flow = Flow(archive, register=given, fetcher=fetcher, clock=clock, agent=AGENT)
            attesting = Attesting(archive, settings, clock)
            errands = Errands(archive, flow, attesting, register=given, agent=AGENT)
            try:
                yield Work(archive, flow, errands, clock, settings)
            finally:
                await fetcher.aclose()
        if not request.node.get_closest_marker("damages"):
            assert folded_anew(settings.archive) == rows_of(settings.archive)

    return opener


def rows_of(folder):
    """Every row of the record's tables, as SQLite holds them."""
    with contextlib.closing(sqlite3.connect(folder / "catalog.sqlite")) as connection:
        found = connection.execute("SELECT name FROM sqlite_master WHERE name LIKE 'record_%'")
        tables = sorted(name for (name,) in found)
        return {t: sorted(connection.execute(f"SELECT * FROM {t}"), key=repr) for t in tables}  # noqa: S608 - our own names


def folded_anew(folder):
    """The rows that follow from the evidence in `folder` alone, of which nothing may be lost."""
    with tempfile.TemporaryDirectory() as elsewhere:
        anew = Path(elsewhere)
        with Catalog.open(embedded(anew)) as catalog, catalog.batch() as batch:
            lost = fold(batch.record, LogReader.open(folder), Shelf(folder), Texts(folder))
            assert list(lost) == []
        return rows_of(anew)


class Evidence:
    """What an archive holds: its WARC files as our own reader finds them, and its catalog."""

    def __init__(self, folder, catalog):
        self.folder, self.catalog = folder, catalog

    @cached_property
    def records(self):
        """Every record of every file, in order."""
        files = sorted((self.folder / "warc").iterdir())
        return [found.record for path in files for found in records(path)]

    def of_type(self, kind):
        return [record for record in self.records if record.type == kind]

    @cached_property
    def entries(self):
        """What the metadata records of captures say."""
        return [read_entry(record) for record in self.of_type("metadata")]

    def by_id(self, record_id):
        return next(record for record in self.records if record.record_id == record_id)

    def judge(self):
        """Let warcio and fastwarc check every sealed file."""
        files = sorted((self.folder / "warc").glob("*.warc.gz"))
        assert files
        for tool, *arguments in (("warcio", "check", "-v"), ("fastwarc", "check", "--quiet")):
            for path in files:
                command = (TOOLS / tool, *arguments, path)
                done = subprocess.run(
                    command, capture_output=True, text=True, check=False, timeout=60
                )
                assert done.returncode == 0, done.stdout + done.stderr
                assert "fail" not in done.stdout


@pytest.fixture
def evidence(tmp_path):
    """What an archive folder holds at this moment: `evidence("archive")`."""
    with ExitStack() as stack:

        def read(folder="archive"):
            catalog = Reader.open(f"sqlite:///{tmp_path / folder / 'catalog.sqlite'}")
            stack.callback(catalog.close)
            return Evidence(tmp_path / folder, catalog)

        yield read


@pytest.fixture
async def spawn(configs):
    """Starts the command in a process of its own: `await spawn("fetch", url, archive=folder)`."""
    started = []

    async def start(*arguments, archive, private=True):
        process = await asyncio.create_subprocess_exec(
            TOOLS / "dateline",
            *("--archive", archive, "--configs", configs),
            *(("--allow-private",) if private else ()),
            *map(str, arguments),
            *(("--no-web",) if arguments[0] == "run" and "--listen" not in arguments else ()),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.communicate()


@pytest.fixture
def dateline(spawn):
    """Runs the command to its end: its exit code, the objects on stdout, the words on stderr."""

    async def run(*arguments, archive, private=True):
        process = await spawn(*arguments, "--json", archive=archive, private=private)
        said, talk = await asyncio.wait_for(process.communicate(), 30)
        return process.returncode, [json.loads(line) for line in said.splitlines()], talk.decode()

    return run


class Mailroom:
    """Receivers on loopback, to whom apprise speaks HTTP: `to("desk")` is an address.

    `taken` has what each was told.  A name in `says` answers with that status instead; one in
    `sleeping` does not answer before the test ends.
    """

    def __init__(self):
        self.taken, self.asked = defaultdict(list), defaultdict(int)
        self.says, self.sleeping, self.over = {}, set(), threading.Event()
        room = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                name = self.path.strip("/")
                told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                room.asked[name] += 1
                if name in room.sleeping:
                    room.over.wait(20)
                status = room.says.get(name, 200)
                if status == 200:
                    room.taken[name].append(told)
                with contextlib.suppress(OSError):
                    self.send_response(status)
                    self.send_header("Content-Length", "0")
                    self.end_headers()

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    def to(self, name, port=None):
        """The address of a receiver; at another port nobody listens."""
        return f"json://127.0.0.1:{port or self._server.server_port}/{name}"

    def close(self):
        self.over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def mailroom():
    room = Mailroom()
    yield room
    room.close()
