"""CPU per new page: the whole product beside a bare httpx loop over the same pages, in one run.

    python benchmarks/cost.py [--pages N] [--repeats R] [--edition article|paper|portal] [--save]

The bare loop fetches and hashes.  Dateline fetches, lays down WARC records, derives the text,
compares, keeps text and sidecar, and enters all of it in the catalog, each durably.  The two take
turns; a child's CPU is the kernel's own count, start-up included, the server's not.  `whole` is
all of a run over its pages; `each` is what one page more costs, start-up taken off.

The table goes to stderr, JSON to stdout.  The goal is a ratio of 2.0 at most.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import gazette
from dateline_run import ACROSS, HERE, fetch, newsstand, run

if TYPE_CHECKING:
    from collections.abc import Callable

    from dateline_run import Spent

    Measure = Callable[[Path, list[str]], Spent]

GOAL = 2.0
RESULTS = HERE / "results"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """CPU of one program: milliseconds a page, median, least and most of the repeats."""

    startup_ms: float
    whole_ms: tuple[float, float, float]
    each_ms: tuple[float, float, float]
    pages_a_second: float


def bare(folder: Path, urls: list[str]) -> Spent:
    """Fetch and hash `urls` with httpx alone."""
    listed, said = folder / "urls.txt", folder / "said.txt"
    listed.write_text("\n".join(urls), "utf-8")
    spent = run([sys.executable, str(HERE / "bare_loop.py"), str(listed), str(ACROSS)], said)
    if int(said.read_text("utf-8")) != len(urls):
        raise SystemExit(f"the bare loop did not see {len(urls)} different pages")
    return spent


def measure(folder: Path, edition: str, pages: int, repeats: int) -> dict[str, object]:
    """Both programs by turns over the same pages, below `folder`, and their ratios."""
    with newsstand(edition, pages) as urls:
        _one_page(fetch, folder / "warm", urls)
        seen = [
            (_turn(fetch, folder / f"ours{turn}", urls), _turn(bare, folder / f"bare{turn}", urls))
            for turn in range(repeats)
        ]
    ours, theirs = ([turn[at] for turn in seen] for at in (0, 1))
    whole = [one[1].cpu_s / other[1].cpu_s for one, other in seen]
    each = [_each_ms(one, pages) / _each_ms(other, pages) for one, other in seen]
    return {
        "edition": edition,
        "pages": pages,
        "repeats": repeats,
        "dateline": asdict(_cost(ours, pages)),
        "bare": asdict(_cost(theirs, pages)),
        "ratio_whole": _spread(whole),
        "ratio_each": _spread(each),
        "goal": GOAL,
    }


def _turn(measured: Measure, folder: Path, urls: list[str]) -> tuple[Spent, Spent]:
    """One page, then all of them, each in an archive of its own."""
    every = folder / "every"
    one = _one_page(measured, folder, urls)
    every.mkdir()
    return one, measured(every, urls)


def _one_page(measured: Measure, folder: Path, urls: list[str]) -> Spent:
    (folder / "one").mkdir(parents=True)
    return measured(folder / "one", urls[:1])


def _each_ms(turn: tuple[Spent, Spent], pages: int) -> float:
    return (turn[1].cpu_s - turn[0].cpu_s) / (pages - 1) * 1000


def _cost(turns: list[tuple[Spent, Spent]], pages: int) -> Cost:
    return Cost(
        startup_ms=round(median(one.cpu_s for one, _ in turns) * 1000, 1),
        whole_ms=_spread([every.cpu_s / pages * 1000 for _, every in turns]),
        each_ms=_spread([_each_ms(turn, pages) for turn in turns]),
        pages_a_second=round(pages / median(every.wall_s for _, every in turns), 1),
    )


def _spread(values: list[float]) -> tuple[float, float, float]:
    return round(median(values), 3), round(min(values), 3), round(max(values), 3)


def table(found: dict[str, object]) -> str:
    """What was found, for people."""
    lines = [
        f"{found['edition']}, {found['pages']} pages, {found['repeats']} repeats",
        f"{'':10}{'start-up':>10}{'each page':>22}{'whole run':>22}{'pages/s':>9}",
    ]
    for name in ("dateline", "bare"):
        cost = found[name]
        lines.append(
            f"{name:10}{cost['startup_ms']:>7.0f} ms{_told(cost['each_ms'], ' ms'):>22}"
            f"{_told(cost['whole_ms'], ' ms'):>22}{cost['pages_a_second']:>9.0f}"
        )
    ratios = (_told(found[key], "") for key in ("ratio_each", "ratio_whole"))
    lines.append(f"{'ratio':20}{''.join(f'{told:>22}' for told in ratios)}   goal {GOAL}")
    return "\n".join(lines)


def _told(spread: tuple[float, float, float], unit: str) -> str:
    middle, least, most = spread
    return f"{middle:.2f}{unit} ({least:.2f}-{most:.2f})"


def machine() -> dict[str, object]:
    """What the numbers were measured on: only ratios of one run may be compared."""
    return {
        "python": platform.python_version(),
        "system": platform.platform(),
        "cpus": os.cpu_count(),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--pages", type=int, default=2000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--edition", choices=tuple(gazette.EDITIONS), action="append")
    parser.add_argument("--save", action="store_true", help="write benchmarks/results/<date>.json")
    given = parser.parse_args()
    found = []
    # Nothing is deleted before the end: where ext4 has just deleted many files it looks at each
    # of their places for minutes before it makes one, which cost a page a millisecond or two.
    with tempfile.TemporaryDirectory() as below:
        for edition in given.edition or gazette.EDITIONS:
            found.append(measure(Path(below) / edition, edition, given.pages, given.repeats))
            print(table(found[-1]), file=sys.stderr, flush=True)
    now = datetime.now(UTC)
    told = json.dumps({"at": now.isoformat(), "machine": machine(), "found": found})
    print(told)
    if given.save:
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / f"{now:%Y-%m-%d}.json").write_text(told + "\n", "utf-8")


if __name__ == "__main__":
    main()
