"""`dateline audit` beside `warcio check` over the same WARC files, with both cores, in one run.

    python benchmarks/audit.py [--megabytes N] [--repeats R] [--edition article|portal] [--keep DIR]
                              [--brief]

The archive is made by the product's own parts, of pages that are gzipped as servers send them, in
several files.  `warcio check` uses one core a call: as many calls as there are cores share the
files; beside them stands one call alone, which is what one gets who types `warcio check`.  The
audit leaves out the derivation (`--sample 0`); it hashes every block, and holds heads,
entries, tree, seals, texts and sidecars against each other, which `warcio check` does not.
Beside it stand the same audit with the catalog, which folds all evidence anew, and the one with
every entity and body decoded and hashed, and every text derived.  They take turns; the first of
each turn finds the files in the page cache, as all others do.

The table goes to stderr, JSON to stdout.  The goal is a ratio of 5 at least, by the clock, beside
as many calls as there are cores; the last column is beside one call.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from time import perf_counter

from cost import machine
from dateline_run import Spent, installed
from filled_archive import MEGABYTE, fill

GOAL = 5.0
FILES = 4
TOOLS = Path(sys.executable).parent
WARCIO, ALONE = "warcio check", "the same, one call"
AUDITS = {
    "audit": ("--sample", "0", "--no-catalog"),
    "with the catalog": ("--sample", "0"),
    "with all texts": ("--no-catalog",),
}


def warcio(files: list[Path], calls: int) -> Spent:
    """Check `files`, shared among so many calls at the same time."""
    shares = [share for at in range(calls) if (share := files[at::calls])]
    return _spent([[str(TOOLS / "warcio"), "check", *map(str, share)] for share in shares])


def audit(folder: Path, options: tuple[str, ...]) -> Spent:
    """Audit the archive in `folder`, which must come out whole."""
    places = ("--archive", str(folder / "archive"), "--configs", str(folder / "configs"))
    return _spent([[str(TOOLS / "dateline"), *places, "audit", *options]])


def _spent(commands: list[list[str]]) -> Spent:
    """What `commands` cost that run at the same time, each to its good end."""
    began, cpu_s = perf_counter(), 0.0
    with tempfile.TemporaryFile() as said:
        running = [
            subprocess.Popen(one, stdout=said, stderr=said, env=installed()) for one in commands
        ]
        for process in running:
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            cpu_s += usage.ru_utime + usage.ru_stime
        wall_s = perf_counter() - began
        if any(process.returncode for process in running):
            said.seek(0)
            raise SystemExit(f"{commands} ended badly:\n{said.read().decode()[-3000:]}")
    return Spent(cpu_s=cpu_s, wall_s=wall_s)


def measure(folder: Path, repeats: int, audits: dict[str, tuple[str, ...]]) -> dict[str, object]:
    """All by turns over the archive in `folder`."""
    files = sorted((folder / "archive" / "warc").iterdir())
    cores = len(os.sched_getaffinity(0))
    turns: dict[str, list[Spent]] = {name: [] for name in (WARCIO, ALONE, *audits)}
    for _ in range(repeats):
        turns[WARCIO].append(warcio(files, cores))
        turns[ALONE].append(warcio(files, 1))
        for name, options in audits.items():
            turns[name].append(audit(folder, options))
    theirs = turns[WARCIO]
    return {
        "files": len(files),
        "megabytes": round(sum(file.stat().st_size for file in files) / MEGABYTE),
        "repeats": repeats,
        "goal": GOAL,
        "found": {
            name: {
                "wall_s": round(median(one.wall_s for one in spent), 2),
                "cpu_s": round(median(one.cpu_s for one in spent), 2),
                "ratio_wall": _ratio(theirs, spent, "wall_s"),
                "ratio_cpu": _ratio(theirs, spent, "cpu_s"),
                "ratio_one_call": _ratio(turns[ALONE], spent, "wall_s"),
            }
            for name, spent in turns.items()
        },
    }


def _ratio(theirs: list[Spent], ours: list[Spent], name: str) -> tuple[float, float, float]:
    """Median, least and most of the turns' ratios."""
    ratios = [
        getattr(one, name) / getattr(other, name) for one, other in zip(theirs, ours, strict=True)
    ]
    return round(median(ratios), 2), round(min(ratios), 2), round(max(ratios), 2)


def table(found: dict[str, object], pages: int | None) -> str:
    """What was found, for people."""
    of = "" if pages is None else f" of {pages} pages"
    lines = [
        f"{found['megabytes']} MB{of} in {found['files']} files, {found['repeats']} repeats",
        f"{'':18}{'wall':>9}{'CPU':>9}{'times as fast':>22}{'by CPU':>22}{'as one call':>22}",
    ]
    for name, cost in found["found"].items():
        lines.append(
            f"{name:18}{cost['wall_s']:>7.2f} s{cost['cpu_s']:>7.2f} s"
            f"{_told(cost['ratio_wall']):>22}{_told(cost['ratio_cpu']):>22}"
            f"{_told(cost['ratio_one_call']):>22}"
        )
    return "\n".join([*lines, f"goal: audit at least {GOAL:.0f} times as fast by the clock"])


def _told(spread: tuple[float, float, float]) -> str:
    middle, least, most = spread
    return f"{middle:.1f} ({least:.1f}-{most:.1f})"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--megabytes", type=int, default=200)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--edition", choices=("article", "portal"), action="append")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="make it there, or find it there")
    parser.add_argument("--brief", action="store_true", help="only the audit that has a goal")
    given = parser.parse_args()
    audits = dict([*AUDITS.items()][: 1 if given.brief else None])
    with ExitStack() as stack:
        folder = given.keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        editions = tuple(given.edition or ("article", "portal"))
        pages = None
        if not (folder / "archive").exists():
            folder.mkdir(exist_ok=True)
            pages = fill(folder, megabytes=given.megabytes, files=FILES, editions=editions)
        found = measure(folder, given.repeats, audits)
    print(table(found, pages), file=sys.stderr)
    print(json.dumps({"pages": pages, "machine": machine(), **found}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
