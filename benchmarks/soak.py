"""Is memory flat?  Ten thousand pages through one process, watched from outside.

    python benchmarks/soak.py [--pages N] [--again PAGES]

Samples the process's resident memory and open files every thousand pages, and fails (exit 1) when
after the first two thousand memory grows by more than 5 % and 10 MB, or files by more than a few.
With `--again 100` it looks at the same hundred pages over and over: all but the first looks must
come to `same_bytes`.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from dateline_run import command, declare, newsstand

EVERY = 1000
WARM = 2000
ALLOWED_SHARE, ALLOWED_MB = 0.05, 10.0
ALLOWED_FILES = 8
"""Connections come and go, so a few files more or less say nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """The process after so many pages: resident megabytes and open files."""

    pages: int
    rss_mb: float
    files: int


def look(process: subprocess.Popen[str], pages: int) -> Sample:
    """What the kernel says of the process now."""
    folder = Path(f"/proc/{process.pid}")
    status = dict(line.split(":", 1) for line in (folder / "status").read_text().splitlines())
    rss_kb = int(status["VmRSS"].split()[0])
    return Sample(pages=pages, rss_mb=rss_kb / 1024, files=len(list((folder / "fd").iterdir())))


def soak(folder: Path, urls: list[str]) -> tuple[list[Sample], Counter[str]]:
    """Fetch `urls` in one process; the samples, and what the looks came to."""
    listed = folder / "urls.txt"
    listed.write_text("\n".join(urls), "utf-8")
    declare(folder / "configs", urls)
    samples: list[Sample] = []
    changes: Counter[str] = Counter()
    with subprocess.Popen(command(folder, listed), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for count, line in enumerate(process.stdout, 1):
            report = json.loads(line)
            changes[str(report["change"] or report["outcome"])] += 1
            if count % EVERY == 0 and count < len(urls):
                samples.append(look(process, count))
                print(told(samples[-1]), file=sys.stderr, flush=True)
    if process.returncode:
        raise SystemExit(f"dateline ended with {process.returncode}")
    return samples, changes


def told(sample: Sample) -> str:
    return f"{sample.pages:>7} pages {sample.rss_mb:>8.1f} MB {sample.files:>5} open files"


def growth(samples: list[Sample]) -> list[str]:
    """Why these samples are not flat; nothing when they are."""
    warm = [sample for sample in samples if sample.pages >= WARM]
    if len(warm) < 2:
        raise SystemExit(f"too few pages to tell: give more than {WARM + EVERY}")
    first, last = warm[0], warm[-1]
    most_mb = first.rss_mb * (1 + ALLOWED_SHARE) + ALLOWED_MB
    found = []
    if last.rss_mb > most_mb:
        found.append(f"memory grew from {first.rss_mb:.1f} to {last.rss_mb:.1f} MB")
    if last.files > first.files + ALLOWED_FILES:
        found.append(f"open files grew from {first.files} to {last.files}")
    return found


def unexpected(changes: Counter[str], pages: int, distinct: int) -> list[str]:
    """What the looks should not have come to."""
    expected = Counter(new=distinct, same_bytes=pages - distinct)
    return (
        [] if +changes == +expected else [f"looks came to {dict(changes)}, not {dict(+expected)}"]
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--pages", type=int, default=10_000)
    parser.add_argument("--again", type=int, metavar="PAGES", help="so few pages, over and over")
    given = parser.parse_args()
    distinct = given.again or given.pages
    with tempfile.TemporaryDirectory() as folder, newsstand("article", distinct) as urls:
        asked = [urls[at % distinct] for at in range(given.pages)]
        samples, changes = soak(Path(folder), asked)
    faults = [*growth(samples), *unexpected(changes, given.pages, distinct)]
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
