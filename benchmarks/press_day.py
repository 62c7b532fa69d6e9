"""A day of the press room in minutes: are memory and open files flat?

    python benchmarks/press_day.py [--polls N]

Four sites that publish, edit, remove and withhold are polled every second by a real daemon, as
often as in a day of a poll each five minutes, and every document is looked at again as often as
its seeds for the first third of it.  The process is watched from outside; exit 1 when, from a
quarter of the polls on, memory grows by more than 5 % and 10 MB, or files by more than a few.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

from soak import ALLOWED_FILES, ALLOWED_MB, ALLOWED_SHARE
from watched_sites import Used, daemon, used

from fixtures.demo import WHOLE
from fixtures.press_room import PressRoom, configs_for

POLLS_A_DAY = 24 * 12
SAMPLE_S = 5.0
SEEDS = ("seed", "article")
LONGEST_S_A_POLL = 15.0
"""A machine on which a second's polls take longer than this tells nothing of a day."""


def most_polls(room: PressRoom) -> int:
    """How often the seed that was asked for most has been asked for."""
    asked = [one["url"] for one in room.log()["requests"] if one["kind"] == "seed"]
    return max((asked.count(url) for url in set(asked)), default=0)


def lived(folder: Path, polls: int) -> tuple[list[Used], dict[str, int]]:
    """Samples from a quarter of so many polls to all of them, and what was asked for."""
    room, samples = PressRoom(tempo=polls / 20), []
    configs_for(folder / "configs", room.start(), every_s=1)
    (folder / "dateline.yaml").write_text(WHOLE, "utf-8")
    until = time.monotonic() + polls * LONGEST_S_A_POLL
    try:
        with daemon(folder, "--no-web") as process:
            while (done := most_polls(room)) < polls:
                if time.monotonic() > until or process.poll() is not None:
                    raise SystemExit(f"{done} of {polls} polls were made: {folder}/daemon.log")
                if done >= polls / 4:
                    samples.append(used(process.pid))
                    told = samples[-1]
                    print(
                        f"{done:>5} polls {told.rss_mb:>8.1f} MB {told.files:>4} files",
                        file=sys.stderr,
                    )
                time.sleep(SAMPLE_S)
    finally:
        room.stop()
    requests = room.log()["requests"]
    asked = {kind: sum(one["kind"] == kind for one in requests) for kind in SEEDS}
    return samples, asked | {"events": len(room.log()["events"])}


def growth(samples: list[Used]) -> list[str]:
    """Why these samples are not flat; nothing when they are."""
    if len(samples) < 3:
        raise SystemExit("too few polls to tell: give more")
    first, last = samples[0], samples[-1]
    found = []
    if last.rss_mb > first.rss_mb * (1 + ALLOWED_SHARE) + ALLOWED_MB:
        found.append(f"memory grew from {first.rss_mb:.1f} to {last.rss_mb:.1f} MB")
    if last.files > first.files + ALLOWED_FILES:
        found.append(f"open files grew from {first.files} to {last.files}")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--polls", type=int, default=POLLS_A_DAY)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        samples, asked = lived(Path(folder), given.polls)
    print(
        json.dumps(
            asked
            | {
                "rss_mb": [samples[0].rss_mb, samples[-1].rss_mb],
                "files": [samples[0].files, samples[-1].files],
            }
        )
    )
    faults = growth(samples)
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
