"""Sites by the thousand, declared and known: what the benchmarks of watching begin with."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dateline_run import HERE, installed
from wire_room import address

if TYPE_CHECKING:
    from collections.abc import Iterator

TICKS = os.sysconf("SC_CLK_TCK")
MICROSECONDS = 10**6
DAY_US = 86_400 * MICROSECONDS


@contextmanager
def wire_room(hosts: int) -> Iterator[int]:
    """Serve feeds on so many loopback addresses; the port."""
    command = [sys.executable, str(HERE / "wire_room.py"), str(hosts)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield json.loads(server.stdout.readline())
        finally:
            server.terminate()


def name(number: int) -> str:
    return f"site{number:05}"


def seed(number: int, hosts: int, port: int) -> str:
    """The address of a site's feed."""
    return f"http://{address(number % hosts)}:{port}/{name(number)}/feed"


def declare(folder: Path, sites: int, hosts: int, port: int, *, every: str, robots: str) -> None:
    """Write so many declarations into `folder`, and the key beside it."""
    folder.mkdir(parents=True)
    folder.with_name("dateline.yaml").write_text("ledger: {key: signing.key}\n", "utf-8")
    for number in range(sites):
        url = seed(number, hosts, port)
        (folder / f"{name(number)}.yaml").write_text(
            f"site: {name(number)}\n"
            f"name: Site {number}\n"
            f"home: {url.removesuffix('feed')}\n"
            f"timezone: Asia/Seoul\n"
            f"language: en\n"
            f"schedule: {{every: {every}, revisit: aging}}\n"
            f"discover:\n  - feed: {url}\n"
            f'targets: {{allow: ["/{name(number)}/news/"]}}\n'
            f"fetch: {{delay: 0s, robots: {robots}}}\n"
            f"extract:\n  - title: h1\n    body: [div.story, article]\n"
            f"    published: time@datetime\n    require: {{min_chars: 200}}\n",
            "utf-8",
        )


def know(archive: Path, sites: int, hosts: int, port: int, *, documents: int, span_s: int) -> None:
    """Let the catalog know so many documents, and the seeds, whose polls are spread over `span_s`.

    The rows are what as many looks would have left, without the evidence behind them.
    """
    now = int(time.time() * MICROSECONDS)
    with closing(sqlite3.connect(archive / "catalog.sqlite")) as connection, connection:
        connection.executemany(
            "INSERT INTO work_targets (url, site, found_in, discovered_at, next_look_at, looks,"
            " failures) VALUES (?, ?, ?, ?, ?, 5, 0)",
            (
                (_document(n, sites, hosts, port), name(n % sites), None, now - 90 * DAY_US, due)
                for n in range(documents)
                for due in [now + DAY_US + n * 29 * DAY_US // documents]
            ),
        )
        connection.executemany(
            "INSERT INTO record_documents (url, site, state, outcome, last_look_at, first_seen,"
            " last_seen, captured_at, gone_looks, looks, changes, versions)"
            " VALUES (?, ?, 'present', 'captured', ?, ?, ?, ?, 0, 5, 0, 1)",
            (
                (_document(n, sites, hosts, port), name(n % sites), now, now, now, now)
                for n in range(documents)
            ),
        )
        # Last of all, because a million rows take a while: from here on polls fall due.
        now = int(time.time() * MICROSECONDS)
        connection.execute("DELETE FROM work_seeds")
        connection.executemany(
            "INSERT INTO work_seeds (site, url, next_poll_at, last_poll_at, polls, failures, links)"
            " VALUES (?, ?, ?, ?, 9, 0, 10)",
            (
                (name(n), seed(n, hosts, port), now + n * span_s * MICROSECONDS // sites, now)
                for n in range(sites)
            ),
        )
        connection.execute("DELETE FROM work_sites")
        connection.execute(
            "INSERT INTO work_sites (site, next_due_at, last_look_at, outcome, failures)"
            " SELECT site, next_poll_at, last_poll_at, 'captured', 0 FROM work_seeds"
        )


def _document(number: int, sites: int, hosts: int, port: int) -> str:
    site = number % sites
    return seed(site, hosts, port).removesuffix("feed") + f"news/{number // sites}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """What a process has used so far: CPU seconds, resident megabytes, open files."""

    cpu_s: float
    rss_mb: float
    files: int


def used(pid: int) -> Used:
    """What the kernel says of a process now."""
    folder = Path(f"/proc/{pid}")
    status = dict(line.split(":", 1) for line in (folder / "status").read_text().splitlines())
    times = (folder / "stat").read_text().rpartition(")")[2].split()
    return Used(
        cpu_s=(int(times[11]) + int(times[12])) / TICKS,
        rss_mb=int(status["VmRSS"].split()[0]) / 1024,
        files=len(list((folder / "fd").iterdir())),
    )


def dateline(folder: Path, *arguments: str) -> list[str]:
    """The command over the archive and configs below `folder`."""
    program = str(Path(sys.executable).with_name("dateline"))
    places = ["--archive", str(folder / "archive"), "--configs", str(folder / "configs")]
    return [program, *places, "--allow-private", "--json", *arguments]


@contextmanager
def daemon(folder: Path, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """A daemon at work, its talk in `daemon.log`, ended by SIGTERM."""
    with (folder / "daemon.log").open("wb") as talk:
        process = subprocess.Popen(
            dateline(folder, "run", *arguments),
            stdout=subprocess.DEVNULL,
            stderr=talk,
            env=installed() | {"DATELINE_LOG_LEVEL": "info"},
        )
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            if process.wait(30):
                raise SystemExit(f"the daemon ended with {process.returncode}: {folder}/daemon.log")
