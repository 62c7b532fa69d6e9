"""CPU of a poll that is answered 304, beside a bare httpx conditional GET, in one run.

    python benchmarks/unchanged.py [--sites N] [--repeats R]

Every site has a feed of its own.  A first `dateline run --once` captures them all; the second,
once they are due again, asks by their ETags and hears 304 from all.  What a third costs, in which
nothing is due, is its start-up.  The bare loop asks for the same feeds by the same ETags with a
client per host.  The goal is a ratio of 3.0 at most.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from dateline_run import HERE, installed, run
from watched_sites import dateline, declare, seed, wire_room

GOAL = 3.0
HOSTS = 50
EVERY_S = 60
"""Longer than a first round takes, so that nothing falls due within it."""


def once(folder: Path, said: str) -> tuple[float, list[dict[str, object]]]:
    """Poll what is due: the CPU of it, in seconds, and the reports."""
    output = folder / said
    spent = run([*dateline(folder, "--log-level", "error", "run", "--once")], output)
    return spent.cpu_s, [json.loads(line) for line in output.read_text("utf-8").splitlines()]


def bare(folder: Path, urls: list[str]) -> float:
    """Ask for `urls` twice, the second time by their ETags: the CPU of the second round."""
    listed, said = folder / "urls.txt", folder / "bare.json"
    listed.write_text("\n".join(urls), "utf-8")
    command = [sys.executable, str(HERE / "bare_conditional.py"), str(listed)]
    with said.open("w") as output:
        subprocess.run(command, stdout=output, check=True, env=installed())
    told = json.loads(said.read_text("utf-8"))
    if told["unchanged"] != len(urls):
        raise SystemExit(f"{told['unchanged']} of {len(urls)} conditional requests heard 304")
    return float(told["cpu_s"])


def measure(folder: Path, sites: int, port: int) -> tuple[float, float]:
    """Milliseconds of CPU for a poll of ours and for a bare request."""
    urls = [seed(number, HOSTS, port) for number in range(sites)]
    declare(folder / "configs", sites, HOSTS, port, every=f"{EVERY_S}s", robots="ignore")
    _, first = once(folder, "first.jsonl")
    ended = time.monotonic()
    polls = [report for report in first if report["role"] == "seed"]
    if len(polls) != sites or any(report["status"] != 200 for report in polls):
        raise SystemExit(f"{len(polls)} of {sites} feeds were captured at first")
    idle, nothing = once(folder, "idle.jsonl")
    if nothing:
        raise SystemExit(f"{len(nothing)} polls fell due too early; raise EVERY_S")
    # The last feed was asked for when the first round ended.
    time.sleep(max(0.0, ended + EVERY_S - time.monotonic()))
    busy, second = once(folder, "second.jsonl")
    unchanged = [report for report in second if report["outcome"] == "not_modified"]
    if len(unchanged) != sites:
        raise SystemExit(f"{len(unchanged)} of {sites} polls heard 304")
    return (busy - idle) / sites * 1000, bare(folder, urls) / sites * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sites", type=int, default=1000)
    parser.add_argument("--repeats", type=int, default=3)
    given = parser.parse_args()
    found = []
    with tempfile.TemporaryDirectory() as below, wire_room(HOSTS) as port:
        for turn in range(given.repeats):
            ours, theirs = measure(Path(below) / str(turn), given.sites, port)
            found.append((ours, theirs, ours / theirs))
            print(
                f"a poll answered 304: {ours:.2f} ms, a bare conditional GET {theirs:.2f} ms:"
                f" {ours / theirs:.2f} times, goal {GOAL}",
                file=sys.stderr,
            )
    ours, theirs, ratios = zip(*found, strict=True)
    print(
        json.dumps(
            {
                "sites": given.sites,
                "repeats": given.repeats,
                "ours_ms": round(median(ours), 3),
                "bare_ms": round(median(theirs), 3),
                "ratio": [round(value, 2) for value in (median(ratios), min(ratios), max(ratios))],
                "goal": GOAL,
            }
        )
    )


if __name__ == "__main__":
    main()
