"""Thousands of changes to an archive → how many of them the audit finds and names.

    python -m tests.mutations.score [--most N] [--seed S] [--save]

With `--save`, docs/mutations.md is written anew.  Exits 1 if anything was missed.
"""

from __future__ import annotations

import argparse
import logging
import multiprocessing
import os
import shutil
import sys
import tempfile
import traceback
import warnings
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from pipeline.audit.auditing import audit
from tests.mutations.histories import History, histories, judged
from tests.mutations.report import report
from tests.mutations.specimen import Specimen, make
from tests.mutations.trial import Seen, Trial, run
from tests.mutations.trials import all_trials, in_vain

if TYPE_CHECKING:
    from collections.abc import Iterable

MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of its own is made in it
SAVED = Path(__file__).parents[2] / "docs" / "mutations.md"
SHOWN = 5
"""Misses of one sort that are printed."""


@dataclass(frozen=True, kw_only=True)
class Done:
    """A trial, by its words alone, what came of it, and why nothing depends on what it changed."""

    kind: str
    change: str
    file: str
    note: str
    seen: Seen
    vain: str


@dataclass
class Tally:
    """How one sort of change fared."""

    tried: int = 0
    found: int = 0
    named: int = 0
    placeable: int = 0
    placed: int = 0


@dataclass
class Score:
    """What came of all trials: by kind and change, in vain by kind and reason, and misses."""

    tallies: dict[tuple[str, str], Tally] = field(default_factory=lambda: defaultdict(Tally))
    vain: Counter = field(default_factory=Counter)
    missed: list[tuple[str, Done]] = field(default_factory=list)
    histories: list[tuple[History, str, bool]] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        """Whether nothing was missed."""
        return not self.missed and all(right for _, _, right in self.histories)

    def take(self, done: Done) -> None:
        """Count one trial."""
        seen = done.seen
        if done.vain:
            self.vain[done.kind, done.vain] += 1
            return
        one = self.tallies[done.kind, done.change]
        one.tried += 1
        one.found += seen.found
        one.named += seen.found and seen.named
        one.placeable += seen.placed is not None
        one.placed += bool(seen.placed)
        why = _miss(seen)
        if why:
            self.missed.append((why, done))


def _miss(seen: Seen) -> str:
    if not seen.found:
        return "not found"
    if not seen.named:
        return "file not named"
    return "place not named" if seen.placed is False else ""


def run_share(
    specimen: Specimen, root: Path, seed: int, most: int, share: int, shares: int
) -> list[Done]:
    """Every so many trials, on a copy of the specimen."""
    every = all_trials(specimen, seed=seed, most=most)
    mine = (trial for number, trial in enumerate(every) if number % shares == share)
    return run_trials(specimen, root / f"copy{share}", mine)


def run_trials(specimen: Specimen, copy: Path, trials: Iterable[Trial]) -> list[Done]:
    """What comes of `trials` on a copy of the specimen, made at `copy`."""
    for name in ("archive", "killed"):
        shutil.copytree(getattr(specimen, name), copy / name)
    shutil.copy2(specimen.bundle, copy)
    return [_done(trial, copy, specimen) for trial in trials]


def _done(trial: Trial, copy: Path, specimen: Specimen) -> Done:
    try:
        seen = run(trial, copy, specimen.brought)
    except Exception:  # noqa: BLE001 - an audit that breaks off has found nothing
        seen = Seen(found=False, named=False, placed=None, said=(traceback.format_exc(),))
    vain = trial.vain or in_vain(trial, seen, copy)
    return Done(
        kind=trial.kind,
        change=trial.change,
        file=trial.file,
        note=trial.note,
        seen=seen,
        vain="" if seen.found and not trial.vain else vain,
    )


def scored(specimen: Specimen, root: Path, *, seed: int, most: int, workers: int) -> Score:
    """The score of all trials, worked off by so many processes; here and now by one."""
    demand_whole(specimen)
    score = Score()
    calls = [(specimen, root, seed, most, share, workers) for share in range(workers)]
    if workers == 1:
        shares = [run_share(*calls[0])]
    else:
        with multiprocessing.get_context("spawn").Pool(workers, hush) as pool:
            shares = pool.starmap(run_share, calls)
    for done in shares:
        for one in done:
            score.take(one)
    for one in histories(specimen, root / "histories"):
        score.histories.append((one, *judged(one)))
    return score


def demand_whole(specimen: Specimen) -> None:
    """An archive to which nothing was done is verified, or no score says anything."""
    for folder in (specimen.archive, specimen.killed):
        catalog = f"sqlite:///{folder / 'catalog.sqlite'}"
        *_, summary = audit(folder, specimen.brought, catalog_url=catalog, workers=1)
        if summary.verdict != "verified":
            raise AssertionError(f"{folder} is {summary.verdict} before anything was done to it")


def hush() -> None:
    """What the audited software says of damaged certificates and texts interests nobody here."""
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    logging.disable()
    warnings.simplefilter("ignore")


def _tell(score: Score) -> None:
    shown: Counter = Counter()
    for why, one in score.missed:
        shown[why, one.kind, one.change] += 1
        if shown[why, one.kind, one.change] <= SHOWN:
            said = (why, one.kind, one.change, one.file, one.note, *one.seen.said)
            sys.stdout.write("\n    ".join(said) + "\n")
    for sort, count in shown.items():
        sys.stdout.write(" | ".join((*sort, str(count))) + "\n")


def main() -> int:
    """Score, print what was missed, and save the report."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--most", type=int, default=4, help="changes of a sort to each file")
    parser.add_argument("--seed", type=int, default=20261121)
    parser.add_argument("--save", action="store_true", help=f"write {SAVED.name} anew")
    given = parser.parse_args()
    hush()
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as below:
        root = Path(below)
        specimen = make(root / "specimen")
        cores = len(os.sched_getaffinity(0))
        score = scored(specimen, root, seed=given.seed, most=given.most, workers=cores)
    told = report(score, most=given.most, seed=given.seed)
    _tell(score)
    sys.stderr.write(told)
    if given.save:
        SAVED.write_text(told, "utf-8")
    return 0 if score.whole else 1


if __name__ == "__main__":
    sys.exit(main())
