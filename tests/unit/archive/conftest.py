"""A capture, an archive to lay it in, and the judges that others wrote."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.archive.laying import lay
from pipeline.archive.message import read_message
from pipeline.archive.writer import WarcWriter
from pipeline.model import Capture, Peer

BEGAN = datetime(2026, 11, 21, 10, 0, 0, 123456, tzinfo=UTC)


class StoppedClock:
    """A clock that only moves when it is told to."""

    def __init__(self, now=BEGAN):
        self._now = now

    def now(self):
        return self._now

    def advance(self, span: timedelta):
        self._now += span

    async def sleep(self, seconds):
        self.advance(timedelta(seconds=seconds))


@pytest.fixture
def clock():
    return StoppedClock()


@pytest.fixture
def archive(tmp_path):
    folder = tmp_path / "archive"
    folder.mkdir()
    return folder


@pytest.fixture
def writer(archive, clock):
    with WarcWriter(
        archive,
        writer="test",
        clock=clock,
        enter=lambda _entry: None,
        about=(("software", "Dateline/0.1"),),
    ) as open_writer:
        yield open_writer


@pytest.fixture
def wire():
    """Makes a response: `wire(body, *fields, status=…)`."""

    def make(body=b"<p>News of the day.</p>", *fields, status="200 OK", length=True):
        lines = [f"HTTP/1.1 {status}", *fields]
        if length:
            lines.append(f"Content-Length: {len(body)}")
        return "\r\n".join([*lines, "", ""]).encode("latin-1") + body

    return make


@pytest.fixture
def capture():
    """Makes a capture: `capture(response, …)`."""

    def make(response=b"", **changes):
        given = {
            "visit": "0123456789abcdef0123456789abcdef",
            "url": "https://news.example/a?b=c",
            "attempt": 1,
            "began_at": BEGAN,
            "request": b"GET /a?b=c HTTP/1.1\r\nHost: news.example\r\n\r\n",
            "response": response,
            "peer": Peer(
                ip="192.0.2.7", port=443, protocol=("http/1.1", "tls/1.3"), tls_verified=True
            ),
        }
        return Capture(**{**given, **changes})

    return make


@pytest.fixture
def laid(writer):
    """Lays a capture down and makes it durable."""

    def put(capture, **how):
        result = lay(writer, capture, read_message(capture.response), **how)
        writer.sync()
        return result

    return put


def _run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def judges(archive):
    """Lets warcio and fastwarc check every WARC file of the archive, sealed or open."""

    def judge():
        tools = Path(sys.executable).parent
        files = sorted((archive / "warc").iterdir())
        assert files
        for path in files:
            copy = path.with_name("judged.warc.gz")
            copy.write_bytes(path.read_bytes())
            said = _run(str(tools / "warcio"), "check", "--verbose", str(copy))
            assert "fail" not in said
            _run(str(tools / "fastwarc"), "check", "--quiet", str(copy))
            copy.unlink()

    return judge
