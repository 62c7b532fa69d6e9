"""Ten thousand sites and a million documents on one machine: start, memory, and how late looks are.

    python benchmarks/watch.py [--sites N] [--documents N] [--rate N] [--seconds S]

The catalog is filled with the rows that as many looks would have left, and the polls are spread
over the interval that gives `--rate` looks a second.  A real daemon is started and watched from
outside: how long until its first look, its resident memory and open files, and from its own metrics
how late looks were begun.  Goals: start under 10 s, memory under 500 MB, p99 of the lag under 2 s.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from dateline_run import installed
from watched_sites import daemon, dateline, declare, know, used, wire_room

HOSTS = 500
BUCKET = re.compile(r'dateline_look_lag_seconds_bucket\{le="([^"]+)"\} (\S+)')
COUNT = re.compile(r'dateline_looks_total\{outcome="([^"]+)",role="([^"]+)"\} (\S+)')
GLANCE_S = 0.05
GOALS = {"start_s": 10, "rss_mb": 500, "lag_p99_s": 2}


def metrics(port: int) -> str:
    """What the daemon says of itself."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=30) as answer:
        return answer.read().decode()


def lags(told: str) -> dict[float, float]:
    """How many looks were begun at most so late."""
    return {float(bound.replace("+Inf", "inf")): float(n) for bound, n in BUCKET.findall(told)}


def looks(told: str) -> dict[str, float]:
    """How many looks there were, by outcome and role."""
    return {f"{outcome} {role}": float(n) for outcome, role, n in COUNT.findall(told)}


def quantile(before: dict[float, float], after: dict[float, float], share: float) -> float:
    """The bucket's bound under which `share` of the looks between two tellings lie."""
    counts = {bound: after[bound] - before.get(bound, 0.0) for bound in sorted(after)}
    whole = counts[float("inf")]
    return next(bound for bound, count in counts.items() if count >= share * whole)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def started(web: int) -> float:
    """Seconds until the daemon has told of a look."""
    began = time.monotonic()
    while True:
        with contextlib.suppress(OSError):
            if sum(looks(metrics(web)).values()):
                return time.monotonic() - began
        time.sleep(GLANCE_S)


def measure(folder: Path, given: argparse.Namespace, port: int) -> dict[str, object]:
    interval_s = given.sites // given.rate
    declare(folder / "configs", given.sites, HOSTS, port, every=f"{interval_s}s", robots="obey")
    subprocess.run(
        dateline(folder, "fetch", f"http://127.0.1.1:{port}/none"),
        check=False,
        env=installed(),
        capture_output=True,
    )
    know(
        folder / "archive",
        given.sites,
        HOSTS,
        port,
        documents=given.documents,
        span_s=interval_s,
    )
    web = free_port()
    with daemon(folder, "--listen", f"127.0.0.1:{web}") as process:
        start_s = started(web)
        start_cpu_s = used(process.pid).cpu_s
        time.sleep(interval_s / 4)  # what fell due while it was starting is looked at
        before, began, cpu_s, rss_mb, files = metrics(web), time.monotonic(), 0.0, 0.0, 0
        cpu_s = used(process.pid).cpu_s
        while time.monotonic() - began < given.seconds:
            time.sleep(1)
            now = used(process.pid)
            rss_mb, files = max(rss_mb, now.rss_mb), max(files, now.files)
        ran_s, after = time.monotonic() - began, metrics(web)
        cpu_s = used(process.pid).cpu_s - cpu_s
    made = sum(looks(after).values()) - sum(looks(before).values())
    return {
        "sites": given.sites,
        "documents": given.documents,
        "start_s": round(start_s, 1),
        "start_cpu_s": round(start_cpu_s, 1),
        "rss_mb": round(rss_mb, 1),
        "files": files,
        "looks_a_second": round(made / ran_s, 1),
        "lag_p50_s": quantile(lags(before), lags(after), 0.5),
        "lag_p99_s": quantile(lags(before), lags(after), 0.99),
        "cpu_share": round(cpu_s / ran_s, 2),
        "cpu_ms_a_look": round(cpu_s / made * 1000, 2),
        "outcomes": looks(after),
        "goals": GOALS,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sites", type=int, default=10_000)
    parser.add_argument("--documents", type=int, default=1_000_000)
    parser.add_argument("--rate", type=int, default=50)
    parser.add_argument("--seconds", type=int, default=240)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as below, wire_room(HOSTS) as port:
        found = measure(Path(below), given, port)
    print(json.dumps(found))
    missed = [name for name, goal in GOALS.items() if found[name] > goal]
    sys.exit(f"over the goal: {', '.join(missed)}" if missed else 0)


if __name__ == "__main__":
    main()
