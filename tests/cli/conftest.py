"""The command in this process, and a server beside it that says whatever octets it is told."""

import asyncio
import contextlib
import json
import os
import socketserver
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
import structlog

from pipeline.archive.reader import records
from pipeline.cli import logs, main

DATELINE = Path(sys.executable).parent / "dateline"
VARIABLES = ("ARCHIVE", "CONFIGS", "DATABASE", "STORE", "ALLOW_PRIVATE")
GONE = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

ARTICLE = (
    "<!doctype html><html lang=en><head><title>A bridge opens</title></head><body>"
    "<h1>A bridge opens</h1><time datetime=2026-03-18>18 March</time><div class=story>"
    "<p>The bridge over the narrow river was opened to carts and bicycles this morning.</p>"
    "<p>It replaces the rope ferry, which had crossed the water for ninety years.</p>"
    "</div></body></html>"
)


@dataclass(frozen=True)
class Ended:
    """How the command ended: exit code, data, talk."""

    code: int
    out: str
    err: str

    @property
    def objects(self):
        """stdout, each line of which is one JSON object."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def only(self):
        (single,) = self.objects
        return single


@pytest.fixture(autouse=True)
def _own_place(tmp_path, monkeypatch):
    """Nothing of this machine: an empty folder, no variable of ours, a plain terminal."""
    monkeypatch.chdir(tmp_path)
    for name in VARIABLES:
        monkeypatch.delenv(f"DATELINE_{name}", raising=False)
    for name in ("FORCE_COLOR", "NO_COLOR", "CLICOLOR_FORCE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "200")


@pytest.fixture
def run(capsys):
    """Runs the command in this process: `run("fetch", url, "--json")`."""

    def outcome(*arguments):
        capsys.readouterr()
        logs.configure()
        code = main._outcome([str(argument) for argument in arguments])
        told = capsys.readouterr()
        assert "Traceback" not in told.err
        assert "a fault of ours" not in told.err, told.err
        return Ended(code, told.out, told.err)

    yield outcome
    # The log was sent to this test's stderr, which is closed when the next one writes.
    structlog.reset_defaults()


@pytest.fixture
def process():
    """Runs the command in a process of its own."""
    begun = []

    def start(*arguments, **more):
        begun.append(
            subprocess.Popen(
                [DATELINE, *map(str, arguments)],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env={**os.environ, **more.pop("env", {})},
                **more,
            )
        )
        return begun[-1]

    yield start
    for one in begun:
        with contextlib.suppress(ProcessLookupError):
            one.kill()
        one.communicate()


@pytest.fixture
def ended(process):
    def run_to_end(*arguments, timeout=30, **more):
        told = process(*arguments, **more)
        out, err = told.communicate(timeout=timeout)
        assert b"Traceback" not in err
        return Ended(told.returncode, out.decode(), err.decode())

    return run_to_end


@dataclass
class Desk:
    """A server whose `pages` say octets, or do as they like with the connection."""

    pages: dict = field(default_factory=dict)
    asked: list = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)
    base: str = ""

    def url(self, path="/a"):
        return self.base + path

    def serve(self, talk):
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            piece = talk.recv(65536)
            if not piece:
                return
            head += piece
        path = head.split(b" ")[1].decode()
        self.asked.append((path, head))
        page = self.pages.get(path) or self.pages.get(path.partition("?")[0], GONE)
        if callable(page):
            page(talk, head)
        else:
            talk.sendall(page)


@pytest.fixture
def desk():
    told = Desk()

    class Handler(socketserver.BaseRequestHandler):
        def handle(self):
            self.request.settimeout(20)
            with contextlib.suppress(OSError):
                told.serve(self.request)

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True
        block_on_close = False

    server = Server(("127.0.0.1", 0), Handler)
    told.base = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield told
    told.stopping.set()
    server.shutdown()
    server.server_close()


@pytest.fixture
def answer():
    """Makes a whole response: `answer(body, "ETag: x", status="200 OK")`."""

    def make(body=ARTICLE, *fields, status="200 OK", kind="text/html; charset=utf-8"):
        body = body if isinstance(body, bytes) else body.encode()
        lines = (f"HTTP/1.1 {status}", f"Content-Type: {kind}", *fields, "Connection: close")
        return "\r\n".join((*lines, f"Content-Length: {len(body)}", "", "")).encode() + body

    return make


@pytest.fixture
def declare(tmp_path):
    """Writes a declaration into ./configs: `declare("harbour", desk, fetch={…})`."""

    def write(site, desk, **parts):
        told = {
            "site": site,
            "name": "The Harbour",
            "match": [desk.base.removeprefix("http://")],
            "discover": [{"listing": desk.url("/"), "links": "a"}],
            "targets": {"canonical": {"drop_query": ["t"]}},
            "fetch": {"delay": "0s", "attempts": 1, "timeout": "10s", "deadline": "30s"},
            "extract": [{"title": "h1", "body": "div.story", "published": "time@datetime"}],
        }
        told["fetch"] |= parts.pop("fetch", {})
        folder = tmp_path / "configs"
        folder.mkdir(exist_ok=True)
        (folder / f"{site}.yaml").write_text(json.dumps(told | parts), "utf-8")
        return folder / f"{site}.yaml"

    return write


@pytest.fixture
def site(desk, declare, answer):
    """A site `harbour` with one article, `/a`, that its front page links to."""
    declare("harbour", desk)
    desk.pages["/"] = answer("<a href=/a>A bridge opens</a>")
    desk.pages["/a"] = answer()
    return desk


@pytest.fixture
def recorded(tmp_path):
    """The records of ./archive, in order."""

    def read(folder="archive"):
        files = sorted((tmp_path / folder / "warc").glob("*"))
        return [found.record for path in files for found in records(path)]

    return read


@pytest.fixture
def replayable(site, run, tmp_path):
    """A WARC file with the site's pages, and the server gone quiet."""
    assert run("fetch", "harbour", "--archive", "recorded", "--allow-private").code == 0
    (made,) = (tmp_path / "recorded" / "warc").glob("*.warc.gz")
    site.pages.clear()
    return made


class Browser:
    """Asks an application without a socket; follows nothing and keeps nothing."""

    base = "http://127.0.0.1:8484"

    def __init__(self, app):
        self._app = app

    def request(self, method, path, **more):
        async def ask():
            transport = httpx.ASGITransport(self._app)
            async with httpx.AsyncClient(transport=transport, base_url=self.base) as client:
                return await client.request(method, self.base + path, **more)

        return asyncio.run(ask())

    def get(self, path, **more):
        return self.request("GET", path, **more)


@pytest.fixture
def browse():
    """Makes a browser of an application."""
    return Browser
